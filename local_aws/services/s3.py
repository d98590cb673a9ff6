"""S3: who may write into a bucket, and from which size on objects move."""

import json
from fnmatch import fnmatchcase
from typing import Any

from moto.iam.access_control import IAMPolicy
from moto.s3.models import FakeBucket
from moto.s3.responses import S3Response
from moto.s3.utils import LOGGING_SERVICE_PRINCIPAL

from ..semantics.iam import condition_holds


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _may_deliver(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
    """moto breaks on `Principal: '*'`, and sees neither lists of resources nor patterns."""
    if not target_bucket.policy:
        return False
    delivered = f"arn:aws:s3:::{target_bucket.name}/{target_prefix or ''}object"
    for statement in _as_list(json.loads(target_bucket.policy)["Statement"]):
        principal = statement.get("Principal")
        services = _as_list(principal.get("Service", [])) if isinstance(principal, dict) else []
        if (
            statement["Effect"] == "Allow"
            and LOGGING_SERVICE_PRINCIPAL in services
            and any(fnmatchcase("s3:PutObject", action) for action in _as_list(statement.get("Action", [])))
            and any(fnmatchcase(delivered, resource) for resource in _as_list(statement.get("Resource", [])))
        ):
            return True
    return False


FakeBucket._log_permissions_enabled_policy = staticmethod(_may_deliver)  # type: ignore[method-assign]


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
