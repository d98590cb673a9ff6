"""The SMTP credentials: what a launch makes, and the four steps of the first two rotations by the deployed code."""

import json
import re
import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest

from ..docs.aws_cli import commands, parse
from ..functions.smtp_aws import independent_password
from ..functions.smtp_server import Endpoint, endpoint
from . import deployed
from .aws import ACCOUNT, REGION, Aws, Environment, arn
from .project import ROOT

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


def secret_name(environment: Environment) -> str:
    return f"{environment.name}-ses-smtp-credentials"


def describe(aws: Aws, environment: Environment) -> dict[str, Any]:
    return aws.secretsmanager.describe_secret(SecretId=secret_name(environment))


def pair(aws: Aws, environment: Environment, stage: str = "AWSCURRENT") -> dict[str, Any]:
    found = aws.secretsmanager.get_secret_value(SecretId=secret_name(environment), VersionStage=stage)
    return json.loads(found["SecretString"])


def pending(aws: Aws, environment: Environment) -> list[str]:
    stages = describe(aws, environment)["VersionIdsToStages"]
    return [token for token, labels in stages.items() if "AWSPENDING" in labels]


def keys(aws: Aws, environment: Environment) -> dict[str, str]:
    listed = aws.iam.list_access_keys(UserName=environment.named("smtp"))["AccessKeyMetadata"]
    return {key["AccessKeyId"]: key["Status"] for key in listed}


class TestLaunch:
    def test_the_secret_has_its_own_key_and_a_schedule(self, aws: Aws, environment: Environment) -> None:
        found = describe(aws, environment)
        assert found["Description"] == "SMTP credentials for SES"
        key = aws.kms.describe_key(KeyId=found["KmsKeyId"])["KeyMetadata"]
        assert key["Description"] == f"SMTP credentials of ses-{environment.name}"
        assert aws.kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"] is True
        assert found["RotationEnabled"] is True
        assert found["RotationRules"] == {"AutomaticallyAfterDays": 90}
        assert found["RotationLambdaARN"] == arn("lambda", f"function:{environment.named('smtp-credentials-rotation')}")
        assert environment.has_its_tags(found["Tags"], "SecretsManager"), found["Tags"]

    def test_secrets_manager_of_this_account_may_call_the_function(self, aws: Aws, environment: Environment) -> None:
        policy = aws.awslambda.get_policy(FunctionName=environment.named("smtp-credentials-rotation"))["Policy"]
        [statement] = json.loads(policy)["Statement"]
        assert statement["Principal"] == {"Service": "secretsmanager.amazonaws.com"}
        assert statement["Condition"] == {"StringEquals": {"AWS:SourceAccount": ACCOUNT}}

    def test_the_daily_check_is_scheduled(self, aws: Aws, environment: Environment) -> None:
        found = aws.scheduler.get_schedule(Name=environment.named("smtp-credentials-check"))
        assert (found["ScheduleExpression"], found["ScheduleExpressionTimezone"]) == ("cron(0 9 * * ? *)", "Asia/Tokyo")
        assert found["Target"]["Arn"] == arn("lambda", f"function:{environment.named('smtp-credentials-rotation')}")
        queue = aws.sqs.get_queue_url(QueueName=environment.named("smtp-credentials-failed"))["QueueUrl"]
        attributes = aws.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
        assert found["Target"]["DeadLetterConfig"] == {"Arn": attributes["QueueArn"]}

    @pytest.mark.parametrize(
        ("name", "metric", "threshold"),
        [
            ("smtp-credentials-unhealthy", "SmtpCredentialsHealthy", 1),
            ("smtp-credentials-old", "SmtpCredentialsAgeDays", 100),
            ("smtp-hand-over-late", "SmtpHandOverDays", 7),
            ("smtp-credentials-rotation-errors", "Errors", 0),
            ("smtp-credentials-failed", "ApproximateNumberOfMessagesVisible", 0),
        ],
    )
    def test_alarms(self, aws: Aws, environment: Environment, name: str, metric: str, threshold: float) -> None:
        [alarm] = aws.cloudwatch.describe_alarms(AlarmNames=[environment.named(name)])["MetricAlarms"]
        assert (alarm["MetricName"], alarm["Threshold"]) == (metric, threshold)
        assert alarm["AlarmActions"] == [environment.topic]

    def test_its_log_is_kept_for_ninety_days(self, aws: Aws, environment: Environment) -> None:
        name = f"/aws/lambda/{environment.named('smtp-credentials-rotation')}"
        [group] = aws.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        assert group["retentionInDays"] == 90

    def test_no_template_has_made_an_access_key(self, aws: Aws, environment: Environment) -> None:
        assert keys(aws, environment) == {}
        assert (pair(aws, environment)["username"], pair(aws, environment)["password"]) == ("", "")
        assert len(pending(aws, environment)) == 1


@pytest.fixture
def smtp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Endpoint]:
    with endpoint(tmp_path) as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        yield server


@pytest.fixture
def rotation(aws: Aws, environment: Environment, smtp: Endpoint, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The deployed code. The endpoint of SES stands in for itself on loopback."""
    found = deployed.function(aws, environment, "smtp-credentials-rotation")
    stack = environment.named(environment.ses_stack)
    module = deployed.load(
        aws, deployed.source(aws, stack, "SMTPRotationLambda"), found["Configuration"], monkeypatch
    )
    assert module.os.environ["SMTP_ENDPOINT"] == f"email-smtp.{REGION}.amazonaws.com"
    connect = smtplib.SMTP

    class Loopback(connect):
        def __init__(self, host: str, port: int, **more: Any):
            assert (host, port) == (f"email-smtp.{REGION}.amazonaws.com", 587)
            super().__init__("127.0.0.1", smtp.port, **more)

    monkeypatch.setattr(module.smtplib, "SMTP", Loopback)
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    return module


def messages(aws: Aws, environment: Environment) -> Iterator[tuple[str, str]]:
    """A queue that listens to the alert topic."""
    queue = aws.sqs.create_queue(QueueName=f"listener-{environment.name}")["QueueUrl"]
    queue_arn = arn("sqs", f"listener-{environment.name}")
    subscription = aws.sns.subscribe(TopicArn=environment.topic, Protocol="sqs", Endpoint=queue_arn)
    yield queue
    aws.sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    aws.sqs.delete_queue(QueueUrl=queue)


listener = pytest.fixture(messages)


def mails(aws: Aws, queue: str) -> list[tuple[str, str]]:
    found = []
    while received := aws.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in received:
            body = json.loads(message["Body"])
            found.append((body["Subject"], body["Message"]))
            aws.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return found


def test_the_first_rotations(
    aws: Aws, environment: Environment, rotation: ModuleType, smtp: Endpoint, listener: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets: dict[str, str] = {}
    create = rotation.client("iam", 1).create_access_key

    def create_access_key(**parameters: Any) -> Any:
        """What SES would know: the secret of each key, of which the platform keeps only what derives from it."""
        answer = create(**parameters)
        key = answer["AccessKey"]
        secrets[key["AccessKeyId"]] = key["SecretAccessKey"]
        smtp.accounts[key["AccessKeyId"]] = independent_password(key["SecretAccessKey"])
        return answer

    monkeypatch.setattr(rotation.client("iam", 1), "create_access_key", create_access_key)

    def rotate() -> None:
        [token] = pending(aws, environment)
        for step in STEPS:
            event = {"Step": step, "SecretId": describe(aws, environment)["ARN"], "ClientRequestToken": token}
            rotation.handler(event, None)
        assert pending(aws, environment) == []

    rotate()
    first = pair(aws, environment)
    assert keys(aws, environment) == {first["username"]: "Active"}
    assert first["password"] == independent_password(secrets[first["username"]])
    assert (first["endpoint"], first["port"]) == ("email-smtp.ap-northeast-1.amazonaws.com", 587)
    assert any(line.startswith("AUTH") for line in smtp.said)
    [(subject, message)] = mails(aws, listener)
    assert subject.startswith(f"ses-{environment.name}: new SMTP credentials, due ")
    for text in (secret_name(environment), "If nothing is done", "何もしない場合"):
        assert text in message
    assert first["password"] not in message and secrets[first["username"]] not in message

    # The second one, 90 days later: both pairs log in.
    aws.secretsmanager.rotate_secret(SecretId=secret_name(environment))
    rotate()
    second = pair(aws, environment)
    assert keys(aws, environment) == {first["username"]: "Active", second["username"]: "Active"}
    assert pair(aws, environment, "AWSPREVIOUS") == first
    assert second["password"] == independent_password(secrets[second["username"]])
    assert rotation.login(first) and rotation.login(second)
    # IAM of local AWS notices signed calls, and knows nothing of SMTP: one call stands for the login of the rotation.
    boto3.client(
        "sts",
        endpoint_url=aws.endpoint,
        region_name=REGION,
        aws_access_key_id=second["username"],
        aws_secret_access_key=secrets[second["username"]],
    ).get_caller_identity()

    # Nobody sends: after the grace period and a warning the old key goes.
    later = datetime.now(timezone.utc) + timedelta(hours=2)
    monkeypatch.setattr(rotation, "now", lambda: later)
    rotation.handler({"task": "daily"}, None)
    assert keys(aws, environment)[first["username"]] == "Active"
    later += timedelta(days=30)
    rotation.handler({"task": "daily"}, None)
    assert keys(aws, environment)[first["username"]] == "Active"
    later += timedelta(days=3)
    rotation.handler({"task": "daily"}, None)
    assert keys(aws, environment) == {first["username"]: "Inactive", second["username"]: "Active"}
    subjects = [subject.partition(": ")[2] for subject, _ in mails(aws, listener)]
    assert subjects.count("old SMTP credentials turned off") == 1
    assert len([subject for subject in subjects if subject.startswith("old SMTP credentials end on")]) == 1
    found = aws.all("cloudwatch", "list_metrics", "Metrics", Namespace=f"ses/{environment.name}/Smtp")
    assert {metric["MetricName"] for metric in found} == set(rotation.METRICS)

    # The third one makes room for itself.
    aws.secretsmanager.rotate_secret(SecretId=secret_name(environment))
    rotate()
    assert keys(aws, environment) == {second["username"]: "Active", pair(aws, environment)["username"]: "Active"}


def test_each_command_of_the_runbook(aws: Aws, environment: Environment, rotation: ModuleType) -> None:
    """In the order of the page, on two pairs as they are after a rotation."""
    while len(keys(aws, environment)) < 2:
        if not pending(aws, environment):
            aws.secretsmanager.rotate_secret(SecretId=secret_name(environment))
        [token] = pending(aws, environment)
        for step in STEPS:
            event = {"Step": step, "SecretId": describe(aws, environment)["ARN"], "ClientRequestToken": token}
            rotation.handler(event, None)

    def fill(match: re.Match[str]) -> str:
        versions = {label: id for id, labels in describe(aws, environment)["VersionIdsToStages"].items() for label in labels}
        current = pair(aws, environment)["username"]
        others = [id for id in keys(aws, environment) if id != current]
        return {
            "ACCESS-KEY-ID": current,
            "OLD-ACCESS-KEY-ID": others[0] if others else "",
            "CURRENT-VERSION": versions.get("AWSCURRENT"),
            "PREVIOUS-VERSION": versions.get("AWSPREVIOUS"),
            "PENDING-VERSION": versions.get("AWSPENDING"),
        }[match[1]]

    page = ROOT / "docs" / "runbook-smtp.md"
    found = commands(page)
    assert len(found) > 15
    for command in found:
        command = re.sub("prod-ses", f"{environment.name}-ses", re.sub("ses-prod", environment.named("")[:-1], command))
        call = parse(re.sub(r"<([A-Z-]+)>", fill, command))
        if call.operation == "invoke":
            assert call.parameters["FunctionName"] == environment.named("smtp-credentials-rotation")
            rotation.handler(json.loads(call.parameters["Payload"]), None)
        else:
            getattr(getattr(aws, call.service), call.operation)(**call.parameters)
    assert list(keys(aws, environment)) == [pair(aws, environment)["username"]]
    aws.secretsmanager.update_secret_version_stage(
        SecretId=secret_name(environment), VersionStage="AWSPENDING", RemoveFromVersionId=pending(aws, environment)[0]
    )
