"""CloudTrail: may it write where the trail says? moto asks neither the bucket nor the role."""

import json
from fnmatch import fnmatchcase
from typing import Any

from moto.cloudtrail.exceptions import InvalidParameterCombinationException
from moto.cloudtrail.models import CloudTrailBackend, Trail
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends

from .operation import error

SERVICE = "cloudtrail.amazonaws.com"
_create_trail = CloudTrailBackend.create_trail
_update_trail = CloudTrailBackend.update_trail


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _allowed(policy: str | None, action: str, resource: str, trail: Trail) -> bool:
    """Whether a statement lets CloudTrail do it for this trail."""
    for statement in _listed(json.loads(policy)["Statement"]) if policy else []:
        principal = statement.get("Principal")
        source = statement.get("Condition", {}).get("StringEquals", {}).get("aws:SourceArn", trail.arn)
        if (
            statement["Effect"] == "Allow"
            and isinstance(principal, dict)
            and SERVICE in _listed(principal.get("Service", []))
            and action in _listed(statement["Action"])
            and any(fnmatchcase(resource, pattern) for pattern in _listed(statement["Resource"]))
            and trail.arn in _listed(source)
        ):
            return True
    return False


def _check(trail: Trail) -> None:
    bucket = s3_backends[trail.account_id][trail.partition].get_bucket(trail.bucket_name)
    policy = bucket.policy.decode() if isinstance(bucket.policy, bytes) else bucket.policy
    folder = f"{trail.s3_key_prefix}/" if trail.s3_key_prefix else ""
    arn = f"arn:aws:s3:::{trail.bucket_name}"
    if not (
        _allowed(policy, "s3:GetBucketAcl", arn, trail)
        and _allowed(policy, "s3:PutObject", f"{arn}/{folder}AWSLogs/{trail.account_id}/object", trail)
    ):
        raise error(
            "InsufficientS3BucketPolicyException",
            f"Incorrect S3 bucket policy is detected for bucket: {trail.bucket_name}",
        )
    if bool(trail.cw_log_group_arn) != bool(trail.cw_role_arn):
        raise InvalidParameterCombinationException("Specify both a log group and a role, or neither.")
    if trail.cw_role_arn:
        roles = iam_backends[trail.account_id][trail.partition].roles.values()
        role = next((role for role in roles if role.arn == trail.cw_role_arn), None)
        if role is None or SERVICE not in json.dumps(role.assume_role_policy_document):
            raise error(
                "InvalidCloudWatchLogsRoleArnException", "Access denied. Check the trust relationships for your role."
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
    trail = _update_trail(self, *arguments, **named)
    _check(trail)
    return trail


CloudTrailBackend.create_trail = _create  # type: ignore[method-assign]
CloudTrailBackend.update_trail = _update  # type: ignore[method-assign]
