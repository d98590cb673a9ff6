"""The delivery streams, as Firehose has them."""

from typing import Any

import pytest

from .aws import ACCOUNT, Aws, Environment, arn

KINDS = ["raw", "masked"]
HOURS = "!{timestamp:yyyy}/!{timestamp:MM}/!{timestamp:dd}/!{timestamp:HH}/"


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def stream(aws: Aws, environment: Environment, kind: str) -> dict[str, Any]:
    name = environment.named(f"{kind}-logs-stream")
    return aws.firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]


@pytest.fixture
def target(stream: dict[str, Any]) -> dict[str, Any]:
    assert len(stream["Destinations"]) == 1
    return stream["Destinations"][0]["ExtendedS3DestinationDescription"]


def test_each_environment_has_two_streams(aws: Aws) -> None:
    names = aws.firehose.list_delivery_streams()["DeliveryStreamNames"]
    assert set(names) == {f"ses-{name}-{kind}-logs-stream" for name in ("prod", "dev") for kind in KINDS}


def test_ses_can_write_to_the_stream(stream: dict[str, Any]) -> None:
    assert (stream["DeliveryStreamType"], stream["DeliveryStreamStatus"]) == ("DirectPut", "ACTIVE")


def test_waiting_events_are_encrypted(stream: dict[str, Any]) -> None:
    encryption = stream["DeliveryStreamEncryptionConfiguration"]
    assert (encryption["KeyType"], encryption["Status"]) == ("AWS_OWNED_CMK", "ENABLED")


def test_objects_go_to_the_bucket_of_the_kind(target: dict[str, Any], environment: Environment, kind: str) -> None:
    assert target["BucketARN"] == f"arn:aws:s3:::{environment.bucket(kind)}"
    assert target["RoleARN"] == f"arn:aws:iam::{ACCOUNT}:role/{environment.named(f'{kind}-logs-stream')}"
    assert target["Prefix"] == f"events/{HOURS}"
    assert target["ErrorOutputPrefix"] == f"errors/!{{firehose:error-output-type}}/{HOURS}"
    assert target["CustomTimeZone"] == "Asia/Tokyo"


def test_events_are_collected_and_compressed(target: dict[str, Any]) -> None:
    assert target["BufferingHints"] == {"IntervalInSeconds": 300, "SizeInMBs": 128}
    assert target["CompressionFormat"] == "GZIP"


def test_errors_are_logged(aws: Aws, target: dict[str, Any], environment: Environment, kind: str) -> None:
    group = f"/aws/kinesisfirehose/{environment.named(f'{kind}-logs-stream')}"
    assert target["CloudWatchLoggingOptions"] == {
        "Enabled": True,
        "LogGroupName": group,
        "LogStreamName": "DestinationDelivery",
    }
    streams = aws.logs.describe_log_streams(logGroupName=group)["logStreams"]
    assert [stream["logStreamName"] for stream in streams] == ["DestinationDelivery"]


def test_only_the_masked_stream_calls_the_function(
    target: dict[str, Any], environment: Environment, kind: str
) -> None:
    if kind == "raw":
        assert not target.get("ProcessingConfiguration", {}).get("Enabled")
        return
    function = arn("lambda", f"function:{environment.named('mask-events')}")
    assert target["ProcessingConfiguration"] == {
        "Enabled": True,
        "Processors": [
            {"Type": "Lambda", "Parameters": [{"ParameterName": "LambdaArn", "ParameterValue": function}]}
        ],
    }


def test_the_streams_are_tagged(aws: Aws, environment: Environment, stream: dict[str, Any]) -> None:
    tags = aws.firehose.list_tags_for_delivery_stream(DeliveryStreamName=stream["DeliveryStreamName"])["Tags"]
    assert environment.has_its_tags(tags, "Firehose"), tags
