"""S3: who may write into a bucket, from which size on objects move, and which buckets may have Object Lock."""

import json
from typing import Any

from moto.iam.access_control import IAMPolicy
from moto.s3.exceptions import InvalidBucketState, InvalidTargetBucketForLogging, S3ClientError
from moto.s3.models import FakeBucket, S3Backend
from moto.s3.responses import S3Response
from moto.s3.utils import LOGGING_SERVICE_PRINCIPAL

from ..semantics.iam import Caller, Request, condition_holds, lets_in
from .roles import document


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_set_logging = FakeBucket.set_logging


def _check_and_set_logging(self: FakeBucket, config: dict[str, Any] | None, backend: S3Backend) -> None:
    """moto asks the policy of the target without its conditions, and breaks on `Principal: '*'`."""
    target = backend.buckets.get(config["TargetBucket"]) if config else None
    if config and target:
        _check_log_target(self, target, config.get("TargetPrefix") or "")
    _set_logging(self, config, backend)


def _check_log_target(source: FakeBucket, target: FakeBucket, prefix: str) -> None:
    """S3 guide, "Enabling Amazon S3 server access logging", "Permissions for log delivery" and its notes.

    AWS takes a target under a KMS key, and no log ever comes: here it is refused.
    """
    context = {
        "aws:SourceArn": source.arn,
        "aws:SourceAccount": source.account_id,
        "aws:SecureTransport": "true",
        "s3:TlsVersion": "1.3",
    }
    request = Request("s3:PutObject", f"{target.arn}/{prefix}object", context)
    if not target.policy or not lets_in(document(target.policy), Caller("Service", LOGGING_SERVICE_PRINCIPAL), request):
        raise InvalidTargetBucketForLogging(
            "You must either provide the necessary permissions to the logging service using a bucket policy or give "
            "the log-delivery group WRITE and READ_ACP permissions to the target bucket"
        )
    if _uses_kms(target):
        raise InvalidTargetBucketForLogging("No log would ever come: the target encrypts with a KMS key.")


def _uses_kms(bucket: FakeBucket) -> bool:
    rules = _as_list((bucket.encryption or {}).get("Rule", []))
    return any("KMSMasterKeyID" in json.dumps(rule) or "aws:kms" in json.dumps(rule) for rule in rules)


FakeBucket.set_logging = _check_and_set_logging  # type: ignore[method-assign]
# What the policy allows is known by then.
FakeBucket._log_permissions_enabled_policy = staticmethod(lambda **_: True)  # type: ignore[method-assign]


# Local calls come over plain HTTP; on AWS the same calls come over TLS. Any other key is not in the request.
REQUEST = {"aws:securetransport": "true", "s3:tlsversion": "1.3", "aws:sourceip": "127.0.0.1"}
_get_permission = FakeBucket.get_permission


def _permission(self: FakeBucket, action: str, resource: str) -> Any:
    """moto denies whatever the Condition of a Deny says, so it gets only the statements whose condition holds."""
    if self.policy is None:
        return _get_permission(self, action, resource)
    statements = [
        {key: value for key, value in statement.items() if key != "Condition"}
        for statement in _as_list(json.loads(self.policy)["Statement"])
        if condition_holds(statement.get("Condition", {}), REQUEST)
    ]
    return IAMPolicy(json.dumps({"Statement": statements})).is_action_permitted(action, resource)


FakeBucket.get_permission = _permission  # type: ignore[method-assign]


SMALLEST = "x-amz-transition-default-minimum-object-size"
_put = S3Response._bucket_response_put
_get_lifecycle = S3Response.get_bucket_lifecycle


def _put_and_keep_size(self: S3Response, request: Any, bucket_name: str, querystring: dict[str, Any]) -> Any:
    answer = _put(self, request, bucket_name, querystring)
    if "lifecycle" in querystring:
        smallest = request.headers.get(SMALLEST, "all_storage_classes_128K")
        self.backend.get_bucket(bucket_name).local_aws_smallest = smallest
    return answer


def _get_lifecycle_with_size(self: S3Response) -> Any:
    """moto always answers with the default."""
    status, headers, body = _get_lifecycle(self)
    smallest = getattr(self.backend.get_bucket(self.bucket_name), "local_aws_smallest", None)
    if SMALLEST in headers and smallest:
        headers[SMALLEST] = smallest
    return status, headers, body


S3Response._bucket_response_put = _put_and_keep_size  # type: ignore[method-assign]
S3Response.get_bucket_lifecycle = _get_lifecycle_with_size  # type: ignore[method-assign]


# S3 guide, "Object Lock considerations": a bucket with Object Lock cannot receive access logs. moto knows nothing of
# this, and wants a bucket to be empty before it gets Object Lock, which S3 does not ("Configuring S3 Object Lock",
# "Enable Object Lock on an existing S3 bucket").
_put_logging = S3Backend.put_bucket_logging


class NoPlaceForAccessLogs(S3ClientError):
    def __init__(self) -> None:
        message = "S3 buckets with Object Lock can't be used as destination buckets for server access logs"
        super().__init__("InvalidRequest", message)


def _log_to_buckets_without_lock(self: S3Backend, bucket_name: str, logging_config: dict[str, Any]) -> None:
    target = self.buckets.get((logging_config or {}).get("TargetBucket", ""))
    if target is not None and target.object_lock_enabled:
        raise NoPlaceForAccessLogs
    _put_logging(self, bucket_name, logging_config)


def _put_lock(
    self: S3Backend, bucket_name: str, lock_enabled: bool, mode: Any = None, days: Any = None, years: Any = None
) -> None:
    bucket = self.get_bucket(bucket_name)
    if not bucket.is_versioned:
        raise InvalidBucketState("Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
    if any(other.logging.get("TargetBucket") == bucket_name for other in self.buckets.values()):
        raise NoPlaceForAccessLogs
    bucket.object_lock_enabled = bucket.object_lock_enabled or lock_enabled
    bucket.default_lock_mode, bucket.default_lock_days, bucket.default_lock_years = mode, days, years


S3Backend.put_bucket_logging = _log_to_buckets_without_lock  # type: ignore[method-assign]
S3Backend.put_object_lock_configuration = _put_lock  # type: ignore[method-assign]
