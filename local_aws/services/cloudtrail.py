"""CloudTrail: may it write where the trail says? moto asks neither the bucket nor the role."""

from typing import Any

from moto.cloudtrail.exceptions import InvalidParameterCombinationException
from moto.cloudtrail.models import CloudTrailBackend, Trail
from moto.s3.models import s3_backends

from ..semantics.iam import Request, lets_in, service
from .operation import error
from .roles import document, find, may, trusts

_create_trail = CloudTrailBackend.create_trail
_update_trail = CloudTrailBackend.update_trail


def _allowed(policy: str | None, action: str, resource: str, trail: Trail) -> bool:
    """Whether a policy lets CloudTrail do it for this trail."""
    context = {"aws:SourceArn": trail.arn, "aws:SourceAccount": trail.account_id, "aws:SecureTransport": "true"}
    if action == "s3:PutObject":
        context["s3:x-amz-acl"] = "bucket-owner-full-control"
    return bool(policy) and lets_in(document(policy), service("cloudtrail"), Request(action, resource, context))


def _check(trail: Trail) -> None:
    bucket = s3_backends[trail.account_id][trail.partition].get_bucket(trail.bucket_name)
    folder = f"{trail.s3_key_prefix}/" if trail.s3_key_prefix else ""
    arn = f"arn:aws:s3:::{trail.bucket_name}"
    if not (
        _allowed(bucket.policy, "s3:GetBucketAcl", arn, trail)
        and _allowed(bucket.policy, "s3:PutObject", f"{arn}/{folder}AWSLogs/{trail.account_id}/object", trail)
    ):
        raise error(
            "InsufficientS3BucketPolicyException",
            f"Incorrect S3 bucket policy is detected for bucket: {trail.bucket_name}",
        )
    if bool(trail.cw_log_group_arn) != bool(trail.cw_role_arn):
        raise InvalidParameterCombinationException("Specify both a log group and a role, or neither.")
    if trail.cw_role_arn:
        _check_role(trail)


def _check_role(trail: Trail) -> None:
    """CloudTrail sends neither aws:SourceArn nor aws:SourceAccount when it takes the role.

    CloudTrail guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring": "The role policy
    doesn't support the use of aws:SourceArn and aws:SourceAccount".
    """
    role = find(trail.account_id, trail.cw_role_arn)
    if role is None or not trusts(role, "cloudtrail", {}):
        raise error(
            "InvalidCloudWatchLogsRoleArnException", "Access denied. Check the trust relationships for your role."
        )
    group, name = trail.cw_log_group_arn.removesuffix(":*"), f"{trail.account_id}_CloudTrail_{trail.region_name}"
    stream = f"{group}:log-stream:{name}"
    if not (may(role, "logs:CreateLogStream", stream) and may(role, "logs:PutLogEvents", stream)):
        raise error(
            "InvalidCloudWatchLogsRoleArnException",
            "Access denied. Verify in IAM that the role has adequate permissions.",
        )


def _create(self: CloudTrailBackend, *arguments: Any, **named: Any) -> Trail:
    trail = _create_trail(self, *arguments, **named)
    try:
        _check(trail)
    except Exception:
        del self.trails[trail.trail_name]
        raise
    return trail


def _update(self: CloudTrailBackend, *arguments: Any, **named: Any) -> Trail:
    before = {name: dict(vars(trail)) for name, trail in self.trails.items()}
    trail = _update_trail(self, *arguments, **named)
    try:
        _check(trail)
    except Exception:
        vars(trail).update(before[trail.trail_name])
        raise
    return trail


CloudTrailBackend.create_trail = _create  # type: ignore[method-assign]
CloudTrailBackend.update_trail = _update  # type: ignore[method-assign]
