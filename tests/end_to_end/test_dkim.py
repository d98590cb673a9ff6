"""The DKIM rotation as it was launched: what the services have, and a first rotation by the deployed code itself."""

import base64
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from types import ModuleType
from typing import Any

import boto3
import dkim
import pytest

from ..functions.dkim_rotation.clock import Clock
from ..functions.dkim_rotation.dns_server import DnsServer, dns_server
from .aws import ACCOUNT, DKIM_ALARMS, REGION, Aws, arn
from .aws import DKIM_FUNCTIONS as FUNCTIONS

DOMAIN, PARAMETER = "goo.ne.jp", "/ses/prod/dkim/goo.ne.jp"


def test_prod_has_the_five_functions_and_dev_none(aws: Aws) -> None:
    names = {function["FunctionName"] for function in aws.all("awslambda", "list_functions", "Functions")}
    assert {f"ses-prod-{name}" for name in FUNCTIONS.values()} <= names
    assert not {f"ses-dev-{name}" for name in FUNCTIONS.values()} & names


@pytest.mark.parametrize("name", FUNCTIONS.values())
def test_how_each_function_runs(aws: Aws, name: str) -> None:
    found = aws.awslambda.get_function(FunctionName=f"ses-prod-{name}")["Configuration"]
    assert (found["Runtime"], found["Handler"]) == ("python3.13", "index.handler")
    assert found["Role"] == f"arn:aws:iam::{ACCOUNT}:role/ses-prod-{name}"
    assert found["LoggingConfig"]["LogGroup"] == f"/aws/lambda/ses-prod-{name}"
    assert found["DeadLetterConfig"] == {"TargetArn": arn("sqs", "ses-prod-dkim-dead-letters")}
    [group] = aws.logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/ses-prod-{name}")["logGroups"]
    assert group["retentionInDays"] == 90


def test_the_daily_schedule_is_nine_in_tokyo(aws: Aws) -> None:
    names = {schedule["Name"] for schedule in aws.all("scheduler", "list_schedules", "Schedules")}
    assert {name for name in names if "dkim" in name} == {"ses-prod-dkim-daily", "ses-prod-dkim-hourly"}
    for name, expression, action in (("daily", "cron(0 9 * * ? *)", "tick"), ("hourly", "cron(30 * * * ? *)", "watch")):
        found = aws.scheduler.get_schedule(Name=f"ses-prod-dkim-{name}")
        assert (found["ScheduleExpression"], found["ScheduleExpressionTimezone"]) == (expression, "Asia/Tokyo")
        assert found["State"] == "ENABLED"
        assert found["Target"]["Arn"] == arn("lambda", "function:ses-prod-dkim-rotation-orchestrator")
        assert json.loads(found["Target"]["Input"]) == {"action": action}
        assert found["Target"]["DeadLetterConfig"] == {"Arn": arn("sqs", "ses-prod-dkim-dead-letters")}


def test_the_key_rotates_and_is_for_the_rotation_alone(aws: Aws) -> None:
    key = aws.kms.describe_key(KeyId="alias/ses-prod-dkim")["KeyMetadata"]
    assert (key["KeySpec"], key["KeyState"], key["MultiRegion"]) == ("SYMMETRIC_DEFAULT", "Enabled", True)
    assert aws.kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
    policy = json.loads(aws.kms.get_key_policy(KeyId=key["KeyId"], PolicyName="default")["Policy"])
    [deny] = [statement for statement in policy["Statement"] if statement["Effect"] == "Deny"]
    roles = deny["Condition"]["ArnNotEquals"]["aws:PrincipalArn"]
    assert [role.rpartition("/")[2] for role in roles] == ["ses-prod-dkim-key-generator", "ses-prod-ses-config-updater"]


def test_the_alarms_tell_the_alert_topic(aws: Aws) -> None:
    names = [f"ses-prod-{name}" for name in DKIM_ALARMS]
    found = aws.all("cloudwatch", "describe_alarms", "MetricAlarms", AlarmNames=names)
    assert {alarm["AlarmName"] for alarm in found} == set(names)
    assert all(alarm["AlarmActions"] == [arn("sns", "ses-prod-alerts")] for alarm in found)


class Lambda:
    """Runs the deployed code here, with the clients that it would have, and a clock of the test's."""

    def __init__(self, aws: Aws, dns: DnsServer, patch: pytest.MonkeyPatch):
        # The launch was now, and what is deleted later must be deleted later than that.
        self.clock = Clock(datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1))
        self.aws, self.patch = aws, patch
        self.mails: list[dict[str, Any]] = []
        self.handlers: dict[str, Callable[[dict[str, Any]], Any]] = {}
        for logical_id, resource in aws.template("ses-prod-security")["Resources"].items():
            if logical_id in FUNCTIONS:
                name = f"ses-prod-{FUNCTIONS[logical_id]}"
                self.handlers[name] = self._handler(logical_id, name, resource["Properties"]["Code"]["ZipFile"], dns)

    def _handler(self, logical_id: str, name: str, code: str, dns: DnsServer) -> Callable[[dict[str, Any]], Any]:
        variables = self.aws.awslambda.get_function(FunctionName=name)["Configuration"]["Environment"]["Variables"]
        module = ModuleType(logical_id)
        exec(compile(code, f"{name}/index.py", "exec"), module.__dict__)
        for part in ("now", "sleep", "monotonic"):
            if hasattr(module, part):
                setattr(module, part, getattr(self.clock, part))
        if logical_id == "ValidationMonitor":
            module.DNS_PORT, module.resolvers = dns.port, lambda: ["127.0.0.1"]  # type: ignore[attr-defined]
        original = module.client  # type: ignore[attr-defined]
        module.client = lambda service: self if service == "lambda" else self._recording(original(service))  # type: ignore[attr-defined]

        def call(event: dict[str, Any]) -> Any:
            for key, value in variables.items():
                self.patch.setenv(key, value)
            return module.handler(event, None)  # type: ignore[attr-defined]

        return call

    def _recording(self, client: Any) -> Any:
        """What is published is kept, for a mail cannot be received here. And SES says of the MAIL FROM domain what it says
        when it has seen its records; here nothing looks for them."""
        service = client.meta.service_model.service_name
        if service not in ("sns", "sesv2") or getattr(client, "recorded", False):
            return client
        if service == "sesv2":
            ask, client.recorded = client.get_email_identity, True

            def identity(**parameters: Any) -> Any:
                found = ask(**parameters)
                found["MailFromAttributes"]["MailFromDomainStatus"] = "SUCCESS"
                return found

            client.get_email_identity = identity
            return client
        publish, client.recorded = client.publish, True

        def record(**message: Any) -> Any:
            answer = publish(**message)
            self.mails.append(message)
            return answer

        client.publish = record
        return client

    def invoke(self, FunctionName: str, InvocationType: str, Payload: bytes) -> dict[str, Any]:
        """Lambda's own operation, for the functions that the orchestrator calls."""
        before = dict(os.environ)
        try:
            result = self.handlers[FunctionName](json.loads(Payload))
        finally:
            os.environ.update(before)
        return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(result).encode())}

    def orchestrate(self, **event: Any) -> dict[str, Any]:
        return dict(self.handlers["ses-prod-dkim-rotation-orchestrator"](event))

    def mail(self, kind: str) -> str:
        found = [mail["Message"] for mail in self.mails if mail["MessageAttributes"]["kind"]["StringValue"] == kind]
        assert found, f"no mail {kind} in {[mail['Subject'] for mail in self.mails]}"
        return str(found[-1])


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    with dns_server() as server:
        server.zone(DOMAIN)
        server.records[f"bounce.{DOMAIN}", "MX"] = [(10, f"feedback-smtp.{REGION}.amazonses.com")]
        server.records[f"bounce.{DOMAIN}", "TXT"] = [["v=spf1 include:amazonses.com ~all"]]
        yield server


@pytest.fixture
def deployed(aws: Aws, dns: DnsServer, monkeypatch: pytest.MonkeyPatch) -> Lambda:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ENDPOINT_URL": aws.endpoint, "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return Lambda(aws, dns, monkeypatch)


def publish(dns: DnsServer, mail: str) -> str:
    """What the DNS administrator does with the mail, by its BIND lines."""
    zone = re.search(r"^(\S+)\. \d+ IN TXT \(\n(.*?)\n\)$", mail, re.MULTILINE | re.DOTALL)
    assert zone
    dns.records[zone[1], "TXT"] = [re.findall(r'"([^"]*)"', zone[2])]
    return zone[1]


def verifies(aws: Aws, dns: DnsServer, selector: str) -> bool:
    """A mail signed with the key that Secrets Manager has, verified by an independent library."""
    key = json.loads(aws.secretsmanager.get_secret_value(SecretId=f"{PARAMETER}/{selector}")["SecretString"])
    pem = b"-----BEGIN PRIVATE KEY-----\n" + key["private_key"].encode() + b"\n-----END PRIVATE KEY-----\n"
    mail = b"From: info@goo.ne.jp\r\nSubject: test\r\n\r\nHello.\r\n"
    signature = dkim.sign(mail, selector.encode(), DOMAIN.encode(), pem)

    def txt(name: bytes, timeout: float = 5) -> bytes | None:
        found = dns.records.get((name.decode().rstrip("."), "TXT"))
        return "".join(found[0]).encode() if found else None

    return bool(dkim.verify(signature + mail, dnsfunc=txt))


def test_a_first_and_a_yearly_rotation_run_in_the_launched_platform(aws: Aws, dns: DnsServer, deployed: Lambda) -> None:
    def dkim_of_ses() -> tuple[str, list[str], str]:
        found = aws.sesv2.get_email_identity(EmailIdentity=DOMAIN)["DkimAttributes"]
        return found["SigningAttributesOrigin"], found["Tokens"], found["Status"]

    # A new domain: the key is made and announced, SES is not touched.
    answer = deployed.orchestrate(action="tick")
    assert (answer["phase"], answer["did"]) == ("waiting-for-dns", ["generate", "announce"])
    assert dkim_of_ses()[0] == "AWS_SES"
    first = answer["state"]["next"]["selector"]
    secret = aws.secretsmanager.describe_secret(SecretId=f"{PARAMETER}/{first}")
    assert secret["KmsKeyId"].endswith(aws.kms.describe_key(KeyId="alias/ses-prod-dkim")["KeyMetadata"]["KeyId"])
    assert deployed.orchestrate(action="tick")["did"] == []  # again: nothing more

    # The record is published as the mail says; SES gets the key once caches cannot hold its absence any more.
    name = publish(dns, deployed.mail("announce"))
    assert name == f"{first}._domainkey.{DOMAIN}"
    assert deployed.orchestrate(action="watch")["did"] == []
    deployed.clock.sleep(3600)
    assert deployed.orchestrate(action="watch")["did"] == ["switch"]
    deployed.clock.sleep(3600)
    assert deployed.orchestrate(action="watch")["did"] == ["promote", "switched"]
    assert dkim_of_ses() == ("EXTERNAL", [first], "SUCCESS")
    assert verifies(aws, dns, first)

    # Eleven months later the next one is announced, a month later it signs, and after a week the old one goes.
    deployed.clock.sleep(336 * 86400)
    assert deployed.orchestrate(action="tick")["did"] == ["generate", "announce"]
    publish(dns, deployed.mail("announce"))
    deployed.orchestrate(action="watch")
    deployed.clock.sleep(31 * 86400)
    night = deployed.clock.moment.replace(hour=18, minute=30, second=0)  # half past three in Tokyo
    deployed.clock.moment = night if night > deployed.clock.moment else night + timedelta(days=1)
    assert deployed.orchestrate(action="watch")["did"] == ["switch"]
    deployed.clock.sleep(3600)
    assert deployed.orchestrate(action="watch")["phase"] == "retire"
    state = json.loads(aws.ssm.get_parameter(Name=PARAMETER)["Parameter"]["Value"])
    second = state["active"]["selector"]
    assert second != first and dkim_of_ses() == ("EXTERNAL", [second], "SUCCESS")
    assert verifies(aws, dns, second) and verifies(aws, dns, first)
    deployed.clock.sleep(8 * 86400)
    answer = deployed.orchestrate(action="tick")
    assert (answer["phase"], answer["did"]) == ("retire", ["delete-record"])
    assert f"{first}._domainkey.{DOMAIN}" in deployed.mail("delete-record")
    del dns.records[f"{first}._domainkey.{DOMAIN}", "TXT"]
    answer = deployed.orchestrate(action="watch")
    assert (answer["phase"], answer["did"]) == ("steady", ["discard"])
    assert aws.secretsmanager.describe_secret(SecretId=f"{PARAMETER}/{first}")["DeletedDate"]

    # What people read holds no private key.
    private = json.loads(aws.secretsmanager.get_secret_value(SecretId=f"{PARAMETER}/{second}")["SecretString"])["private_key"]
    texts = [mail["Message"] for mail in deployed.mails] + [json.dumps(state), json.dumps(answer)]
    assert all(private[:40] not in text and base64.b64decode(private)[:40].hex() not in text for text in texts)

    # The metrics that the alarms read are there.
    metrics = aws.all("cloudwatch", "list_metrics", "Metrics", Namespace="ses/prod/Dkim")
    assert {"DkimHealthy", "DkimFailureRate", "DaysOverdue", "DaysStuck"} <= {metric["MetricName"] for metric in metrics}
    assert all(metric["Dimensions"] == [{"Name": "Domain", "Value": DOMAIN}] for metric in metrics)
