"""S3: who may write into a bucket, from which size on objects move, and which buckets may have Object Lock."""

import json
import re
from typing import Any

from moto.iam.access_control import IAMPolicy
from moto.s3.exceptions import (
    InvalidBucketName,
    InvalidBucketState,
    InvalidTargetBucketForLogging,
    S3AccessDeniedError,
    S3ClientError,
)
from moto.s3.models import FakeBucket, S3Backend, s3_backends
from moto.s3.responses import S3Response
from moto.s3.utils import LOGGING_SERVICE_PRINCIPAL

from ..semantics.iam import Caller, Request, condition_holds, lets_in
from .iam_checks import unknown_principals
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


_put_bucket_policy = S3Backend.put_bucket_policy


def _put_policy(self: S3Backend, bucket_name: str, policy: bytes) -> None:
    """S3 API reference, PutBucketPolicy, and "Error responses", MalformedPolicy. moto takes any text."""
    try:
        statements = _as_list(json.loads(policy)["Statement"])
    except (ValueError, KeyError, TypeError):
        raise S3ClientError("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'") from None
    arn = f"arn:aws:s3:::{bucket_name}"
    for statement in statements:
        if "Principal" not in statement or unknown_principals(self.account_id, statement["Principal"]):
            raise S3ClientError("MalformedPolicy", "Invalid principal in policy")
        if any(resource != arn and not resource.startswith(f"{arn}/") for resource in _as_list(statement["Resource"])):
            raise S3ClientError("MalformedPolicy", "Policy has invalid resource")
        if any(not (action == "*" or action.startswith("s3:")) for action in _as_list(statement["Action"])):
            raise S3ClientError("MalformedPolicy", "Policy has invalid action")
    _put_bucket_policy(self, bucket_name, policy)


S3Backend.put_bucket_policy = _put_policy  # type: ignore[method-assign]


# What moto lets pass: S3 guide, "General purpose bucket naming rules".
PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
_create_bucket = S3Backend.create_bucket


def _create_named(self: S3Backend, bucket_name: str, *arguments: Any, **named: Any) -> FakeBucket:
    parts = bucket_name.split(".")
    is_address = len(parts) == 4 and all(part.isdigit() for part in parts)
    if (
        not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", bucket_name)
        or ".." in bucket_name
        or is_address
        or bucket_name.startswith(PREFIXES)
        or bucket_name.endswith(SUFFIXES)
    ):
        raise InvalidBucketName()
    return _create_bucket(self, bucket_name, *arguments, **named)


S3Backend.create_bucket = _create_named  # type: ignore[method-assign]


_bucket_response = S3Response._bucket_response
_key_response = S3Response._key_response
OWNER = "x-amz-expected-bucket-owner"


def _check_owner(self: S3Response, request: Any, full_url: str) -> None:
    """S3 guide, "Verifying bucket ownership with bucket owner condition": 403 for a bucket of another account."""
    found = s3_backends.bucket_accounts.get(self.parse_bucket_name_from_url(request, full_url))
    if found and request.headers.get(OWNER, found[1]) != found[1]:
        raise S3AccessDeniedError


def _answer_of_bucket(self: S3Response, request: Any, full_url: str) -> Any:
    _check_owner(self, request, full_url)
    return _bucket_response(self, request, full_url)


def _answer_of_key(self: S3Response, request: Any, full_url: str, *more: Any, **named: Any) -> Any:
    _check_owner(self, request, full_url)
    return _key_response(self, request, full_url, *more, **named)


S3Response._bucket_response = _answer_of_bucket  # type: ignore[method-assign]
S3Response._key_response = _answer_of_key  # type: ignore[method-assign]
