"""The masking function: what Lambda has, and what the deployed code does."""

import base64
import hashlib
import io
import json
import re
import zipfile
from types import ModuleType
from typing import Any

import pytest

from ..functions.deployed import source as rendered_source
from ..functions.ses_events import EVENTS, PERSONAL
from . import deployed as deployed_functions
from .aws import ACCOUNT, DKIM_FUNCTIONS, Aws, Environment, arn

MAIL_SERVERS = {
    "prod": "202.217.75.98/32,202.217.75.91/32",
    "dev": "202.217.75.88/32,202.217.75.81/32",
}


@pytest.fixture
def function(aws: Aws, environment: Environment) -> dict[str, Any]:
    return aws.awslambda.get_function(FunctionName=environment.named("mask-events"))


@pytest.fixture
def deployed_code(aws: Aws, environment: Environment) -> str:
    return deployed_functions.source(aws, environment.named("enhanced-kinesis"), "DataMaskingFunction")


@pytest.fixture
def deployed(
    aws: Aws, function: dict[str, Any], deployed_code: str, monkeypatch: pytest.MonkeyPatch
) -> ModuleType:
    """The deployed code, run here with the variables that Lambda would give it."""
    return deployed_functions.load(aws, deployed_code, function["Configuration"], monkeypatch)


def batch(stream_arn: str, *records: bytes) -> dict[str, Any]:
    return {
        "invocationId": "11111111-2222-3333-4444-555555555555",
        "deliveryStreamArn": stream_arn,
        "region": "ap-northeast-1",
        "records": [
            {"recordId": str(number), "data": base64.b64encode(record).decode()}
            for number, record in enumerate(records)
        ],
    }


def test_there_is_one_function_of_each_kind_for_each_environment(aws: Aws) -> None:
    names = [function["FunctionName"] for function in aws.all("awslambda", "list_functions", "Functions")]
    kinds = ("mask-events", "record-security-events", "smtp-credentials-rotation", "maintenance")
    wanted = {f"ses-{name}-{kind}" for name in ("dev", "prod") for kind in kinds}
    assert set(names) == wanted | {f"ses-prod-{name}" for name in DKIM_FUNCTIONS.values()}


def test_how_the_function_runs(function: dict[str, Any], environment: Environment) -> None:
    found = function["Configuration"]
    assert (found["Runtime"], found["Handler"], found["Timeout"]) == ("python3.13", "index.handler", 120)
    assert found["Role"] == f"arn:aws:iam::{ACCOUNT}:role/{environment.named('mask-events')}"
    assert found["LoggingConfig"]["LogGroup"] == f"/aws/lambda/{environment.named('mask-events')}"
    assert found["LoggingConfig"]["LogFormat"] == "JSON"
    assert found["Environment"]["Variables"] == {
        "DELIVERY_STREAM_ARN": arn("firehose", f"deliverystream/{environment.named('masked-logs-stream')}"),
        "ERROR_BUCKET": environment.bucket("error"),
        "ERROR_PREFIX": "errors/mask-events/",
        "ALLOWED_SOURCE_IPS": MAIL_SERVERS[environment.name],
        "METRIC_NAMESPACE": f"ses/{environment.name}/Security",
    }
    assert environment.has_its_tags(function["Tags"], "Lambda"), function["Tags"]


def test_the_deployed_code_is_the_rendered_one(function: dict[str, Any], deployed_code: str) -> None:
    source = rendered_source("mask_events")
    assert deployed_code == source
    # Lambda itself has this code too: the hash is that of the archive that local AWS makes of it.
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr(zipfile.ZipInfo("index.py", (1980, 1, 1, 0, 0, 0)), source)
    digest = hashlib.sha256(archive.getvalue()).digest()
    assert function["Configuration"]["CodeSha256"] == base64.b64encode(digest).decode()


def test_no_personal_data_leaves_the_deployed_code(deployed: ModuleType, function: dict[str, Any]) -> None:
    stream_arn = function["Configuration"]["Environment"]["Variables"]["DELIVERY_STREAM_ARN"]
    events = [json.dumps(event, ensure_ascii=False).encode() for event in EVENTS.values()]
    answers = deployed.handler(batch(stream_arn, *events), None)["records"]
    assert [(answer["recordId"], answer["result"]) for answer in answers] == [
        (str(number), "Ok") for number in range(len(events))
    ]
    for answer, event_type in zip(answers, EVENTS, strict=True):
        text = base64.b64decode(answer["data"]).decode()
        assert json.loads(text)["eventType"] == event_type
        assert [personal for personal in PERSONAL if personal.lower() in text.lower()] == []


def test_a_broken_record_is_dropped_and_kept_in_the_error_bucket(
    aws: Aws, environment: Environment, deployed: ModuleType, function: dict[str, Any]
) -> None:
    stream_arn = function["Configuration"]["Environment"]["Variables"]["DELIVERY_STREAM_ARN"]
    good = json.dumps(EVENTS["Bounce"], ensure_ascii=False).encode()
    broken = good[: len(good) // 2]
    masked, dropped = deployed.handler(batch(stream_arn, good, broken), None)["records"]
    assert (masked["recordId"], masked["result"]) == ("0", "Ok")
    text = base64.b64decode(masked["data"]).decode()
    assert [personal for personal in PERSONAL if personal.lower() in text.lower()] == []
    assert dropped == {"recordId": "1", "result": "Dropped"}

    bucket = environment.bucket("error")
    (kept,) = aws.all("s3", "list_objects_v2", "Contents", Bucket=bucket)
    hour = r"\d{4}/\d\d/\d\d/\d\d"
    assert re.fullmatch(rf"errors/mask-events/{hour}/11111111-2222-3333-4444-555555555555\.jsonl", kept["Key"])
    original = aws.s3.get_object(Bucket=bucket, Key=kept["Key"])["Body"].read()
    (line,) = original.decode().splitlines()
    assert json.loads(line) == {
        "recordId": "1",
        "errorType": "JSONDecodeError",
        "data": base64.b64encode(broken).decode(),
    }
    # The bucket is as empty as before.
    aws.s3.delete_object(Bucket=bucket, Key=kept["Key"])


def test_the_function_takes_records_of_its_own_stream_only(deployed: ModuleType) -> None:
    assert deployed.handler(batch(arn("firehose", "deliverystream/other"), b"{}"), None) == {"records": []}
