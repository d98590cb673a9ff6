"""Firehose: the encryption of a stream as DescribeDeliveryStream tells it, and what AWS checks first."""

from typing import Any

from moto.core.responses import ActionResult
from moto.firehose.models import FirehoseBackend
from moto.firehose.responses import FirehoseResponse
from moto.s3.models import s3_backends

from .operation import error, operation
from .roles import find, trusts

_create_delivery_stream = FirehoseResponse.create_delivery_stream
_describe_delivery_stream = FirehoseBackend.describe_delivery_stream


@operation(FirehoseResponse)
def create_delivery_stream(self: FirehoseResponse) -> ActionResult:
    """moto takes a stream into a bucket that does not exist, under a role that does not."""
    destination = self._get_param("ExtendedS3DestinationConfiguration")
    if destination:
        _check(self, destination)
    answer = _create_delivery_stream(self)
    if self._get_param("DeliveryStreamEncryptionConfigurationInput"):
        stream = self.firehose_backend.delivery_streams[self._get_param("DeliveryStreamName")]
        stream.delivery_stream_encryption_configuration["Status"] = "ENABLED"
    return answer


def _check(self: FirehoseResponse, destination: dict[str, Any]) -> None:
    bucket = destination["BucketARN"].rpartition(":")[2]
    if bucket not in s3_backends[self.current_account]["aws"].buckets:
        raise error("InvalidArgumentException", f"Verify that the bucket exists. Bucket: {bucket}")
    role = find(self.current_account, destination["RoleARN"])
    if role is None or not trusts(role, "firehose", _sent(self)):
        raise error(
            "InvalidArgumentException",
            f"Firehose is unable to assume role {destination['RoleARN']}. Please check the role provided.",
        )
    if "!{" in destination.get("Prefix", "") and "!{firehose:error-output-type}" not in destination.get(
        "ErrorOutputPrefix", ""
    ):
        raise error(
            "InvalidArgumentException",
            "ErrorOutputPrefix with !{firehose:error-output-type} is required when Prefix contains expressions.",
        )


def _sent(self: FirehoseResponse) -> dict[str, str]:
    """Firehose guide, "Grant Firehose access to an Amazon S3 destination" and "Cross-service confused deputy"."""
    name = f"deliverystream/{self._get_param('DeliveryStreamName')}"
    return {
        "sts:ExternalId": self.current_account,
        "aws:SourceAccount": self.current_account,
        "aws:SourceArn": f"arn:aws:firehose:{self.region}:{self.current_account}:{name}",
    }


def _describe(self: FirehoseBackend, name: str) -> dict[str, Any]:
    """moto leaves the encryption out where there is none; AWS says DISABLED."""
    answer = _describe_delivery_stream(self, name)
    answer["DeliveryStreamDescription"].setdefault("DeliveryStreamEncryptionConfiguration", {"Status": "DISABLED"})
    return answer


FirehoseBackend.describe_delivery_stream = _describe  # type: ignore[method-assign]
