"""The daily and the monthly report by the deployed code, over what a launch has made, and as the mail that comes of it."""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timezone
from types import ModuleType

import pytest

from ..docs.aws_cli import commands, parse
from . import deployed
from .aws import ACCOUNT, Aws, Environment, arn
from .project import ROOT


@pytest.fixture
def maintenance(aws: Aws, environment: Environment, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    found = deployed.function(aws, environment, "maintenance")
    code = deployed.source(aws, environment.named("monitoring"), "MaintenanceLambda")
    return deployed.load(aws, code, found["Configuration"], monkeypatch)


@pytest.fixture
def inbox(aws: Aws, environment: Environment) -> Iterator[str]:
    """A queue beside the administrators' mailbox."""
    name = environment.named("reports-inbox")
    queue = aws.sqs.create_queue(QueueName=name)["QueueUrl"]
    made = aws.sns.subscribe(
        TopicArn=environment.topic, Protocol="sqs", Endpoint=arn("sqs", name), ReturnSubscriptionArn=True
    )
    yield queue
    aws.sns.unsubscribe(SubscriptionArn=made["SubscriptionArn"])
    aws.sqs.delete_queue(QueueUrl=queue)


def mail(aws: Aws, inbox: str) -> tuple[str, str]:
    [message] = aws.sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10)["Messages"]
    aws.sqs.delete_message(QueueUrl=inbox, ReceiptHandle=message["ReceiptHandle"])
    body = json.loads(message["Body"])
    return body["Subject"], body["Message"]


def findings(text: str) -> list[str]:
    return [line[2:] for line in text.partition("-" * 60)[0].splitlines() if line.startswith("! ")]


@pytest.mark.parametrize("mode", ["daily", "monthly"])
def test_a_launch_leaves_nothing_to_be_found(
    aws: Aws, environment: Environment, maintenance: ModuleType, inbox: str, mode: str
) -> None:
    assert maintenance.handler({"mode": mode}, None) == {"findings": 0, "failures": 0}
    subject, text = mail(aws, inbox)
    assert findings(text) == []
    assert subject.startswith(f"ses-{environment.name}: {mode} report, no")  # nothing to do; no findings
    for title, _ in maintenance.REPORTS[mode]:
        assert title[0] in text and title[1] in text
    if mode == "daily":
        assert "3 users, 0 with a password" in text
    else:
        assert f"{environment.named('admin')}: {environment.long_name}-admin." in text
        for network in ("202.217.0.0/16", *environment.mail_servers):
            assert network in text
    found = aws.all("cloudwatch", "list_metrics", "Metrics", Namespace=f"ses/{environment.name}/Maintenance")
    reports = {"DailyReports", "MonthlyReports"}
    assert {metric["MetricName"] for metric in found} <= reports | {"ReportFindings", "FailedChecks", "IpRestrictionFindings"}
    assert ("DailyReports" if mode == "daily" else "MonthlyReports") in {metric["MetricName"] for metric in found}


def test_the_daily_report_says_what_was_changed_by_hand(
    aws: Aws, environment: Environment, maintenance: ModuleType, inbox: str
) -> None:
    group, line = environment.named("admin"), json.dumps({"level": "DENY", "event": "AccessDenied", "term": "警告"})
    restriction = f"arn:aws:iam::{ACCOUNT}:policy/{environment.named('ip-restriction')}"
    security = f"/aws/security/ses/{environment.name}"
    aws.logs.create_log_stream(logGroupName=security, logStreamName="by-hand")
    now = int(datetime.now(timezone.utc).timestamp() * 1000)
    aws.logs.put_log_events(
        logGroupName=security,
        logStreamName="by-hand",
        logEvents=[{"timestamp": now, "message": line}, {"timestamp": now, "message": '{"level": "INFO"}'}],
    )
    aws.iam.detach_group_policy(GroupName=group, PolicyArn=restriction)
    try:
        assert maintenance.handler({"mode": "daily"}, None)["findings"] == 2
        subject, text = mail(aws, inbox)
        assert subject.endswith("daily report, 2 findings")
        logged, unbound = findings(text)
        assert logged.startswith(f"{security}: DENY 1 since ") and "(AccessDenied 1)" in logged
        # The command of the mail, typed.
        call = parse(re.search(r"aws iam .*", unbound)[0])
        getattr(getattr(aws, call.service), call.operation)(**call.parameters)
    finally:
        aws.iam.attach_group_policy(GroupName=group, PolicyArn=restriction)
        aws.logs.delete_log_stream(logGroupName=security, logStreamName="by-hand")
    assert maintenance.handler({"mode": "daily"}, None) == {"findings": 0, "failures": 0}


def test_the_monthly_report_says_what_was_changed_by_hand(
    aws: Aws, environment: Environment, maintenance: ModuleType, inbox: str
) -> None:
    policy = f"arn:aws:iam::{ACCOUNT}:policy/{environment.named('mfa-enforcement')}"
    user, function = f"{environment.long_name}-readonly", f"/aws/lambda/{environment.named('mask-events')}"
    first = aws.iam.get_policy(PolicyArn=policy)["Policy"]["DefaultVersionId"]
    weak = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"}]}
    made = aws.iam.create_policy_version(PolicyArn=policy, PolicyDocument=json.dumps(weak), SetAsDefault=True)
    aws.iam.create_login_profile(UserName=user, Password="Only-for-this-test-1")
    aws.logs.put_retention_policy(logGroupName=function, retentionInDays=1)
    try:
        maintenance.handler({"mode": "monthly"}, None)
        found = findings(mail(aws, inbox)[1])
        for told in (f"{user} has a password and no MFA device", "does not ask for MFA", f"{function} keeps its lines for 1 days"):
            assert any(told in each for each in found), (told, found)
        assert any(f"{environment.named('mfa-enforcement')} was changed on " in each for each in found)
    finally:
        aws.logs.put_retention_policy(logGroupName=function, retentionInDays=90)
        aws.iam.delete_login_profile(UserName=user)
        aws.iam.set_default_policy_version(PolicyArn=policy, VersionId=first)
        aws.iam.delete_policy_version(PolicyArn=policy, VersionId=made["PolicyVersion"]["VersionId"])


def test_each_report_has_a_schedule(aws: Aws, environment: Environment) -> None:
    for name, mode, expression in (
        ("daily-report", "daily", "cron(0 9 * * ? *)"), ("monthly-report", "monthly", "cron(0 2 1 * ? *)"),
    ):  # fmt: skip
        found = aws.scheduler.get_schedule(Name=environment.named(name))
        assert (found["ScheduleExpression"], found["ScheduleExpressionTimezone"]) == (expression, "Asia/Tokyo")
        assert json.loads(found["Target"]["Input"]) == {"mode": mode}
        assert found["State"] == "ENABLED"


def test_the_runbook_starts_a_report(
    aws: Aws, environment: Environment, maintenance: ModuleType, inbox: str
) -> None:
    calls = [parse(line) for line in commands(ROOT / "docs" / "runbook-reports.md") if line.startswith("aws lambda invoke ")]
    assert len(calls) == 2
    for call in calls:
        assert call.parameters["FunctionName"] == "ses-prod-maintenance"
        maintenance.handler(json.loads(call.parameters["Payload"]), None)
        mail(aws, inbox)
