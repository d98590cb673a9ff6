"""What feeds metrics and alerts: filter patterns, stack events, the topic, and the saved queries."""

import json

import pytest

from local_aws.semantics import event_pattern
from local_aws.semantics.filter_pattern import matches

from ..functions.deployed import load
from .cloudformation import ACCOUNT, ENVIRONMENTS, REGION, names, stack, stacks


def security_line(level: str, event: str, term: str, region: str = REGION) -> str:
    return json.dumps({"level": level, "event": event, "term": term, "region": region}, ensure_ascii=False)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            security_line("DENY", "AccessDenied", "警告 アクセス拒否"),
            {"SecurityEvents", "AccessDenied", "JapaneseSecurityEvents", "RegionalSecurityEvents"},
        ),
        (
            security_line("WARNING", "AuthenticationFailure", "警告 認証失敗", "us-east-1"),
            {"SecurityEvents", "AuthenticationFailures", "JapaneseSecurityEvents"},
        ),
        (
            security_line("DENY", "IPRestrictionViolation", "エラー IP制限違反"),
            {"SecurityEvents", "IPRestrictionViolations", "JapaneseSecurityEvents", "RegionalSecurityEvents"},
        ),
        (security_line("INFO", "ConsoleLogin", "ログイン", "us-east-1"), set()),
    ],
)
def test_security_filters(line, expected):
    filters = stack("prod", "security").all("AWS::Logs::MetricFilter").values()
    counting = [item["MetricTransformations"][0] for item in filters if matches(item["FilterPattern"], line)]
    assert {transformation["MetricName"] for transformation in counting} == expected


def test_security_events_filter_is_the_documented_one():
    properties = stack("prod", "security").properties("SecurityEventMetricFilter")
    assert properties["FilterName"] == "ses-prod-security-events"
    assert properties["FilterPattern"] == "?ERROR ?WARNING ?DENY"
    [transformation] = properties["MetricTransformations"]
    assert transformation["MetricNamespace"] == "ses/prod/Security"
    assert (transformation["MetricName"], transformation["MetricValue"]) == ("SecurityEvents", "1")


def test_mail_filters_read_what_the_masking_function_logs(monkeypatch, caplog):
    module = load("mask_events")
    monkeypatch.setenv("DELIVERY_STREAM_ARN", "arn")
    with caplog.at_level("INFO", "mask_events"):
        module.handler({"deliveryStreamArn": "arn", "records": []}, None)
    [record] = caplog.records
    line = {"level": record.levelname, "message": record.getMessage(), **vars(record)}
    for item in stack("prod", "monitoring").all("AWS::Logs::MetricFilter").values():
        assert item["LogGroupName"] == "/aws/lambda/ses-prod-mask-events"
        assert matches(item["FilterPattern"], json.dumps(line, default=str))
        [transformation] = item["MetricTransformations"]
        assert line[transformation["MetricValue"].removeprefix("$.")] == 0


def stack_event(stack_name: str, status: str) -> dict:
    return {
        "source": "aws.cloudformation",
        "detail-type": "CloudFormation Stack Status Change",
        "detail": {
            "stack-id": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{stack_name}/0a1b",
            "status-details": {"status": status, "status-reason": ""},
        },
    }


@pytest.mark.parametrize(
    ("name", "status", "expected"),
    [
        ("ses-prod-base", "CREATE_COMPLETE", True),
        ("ses-prod-security", "UPDATE_ROLLBACK_FAILED", True),
        ("ses-prod-ses", "ROLLBACK_IN_PROGRESS", True),
        ("ses-prod-base", "CREATE_IN_PROGRESS", False),
        ("ses-prod-base", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", False),
        ("ses-dev-base", "CREATE_COMPLETE", False),
        ("other-ses-prod-base", "DELETE_FAILED", False),
    ],
)
def test_stack_events(name, status, expected):
    pattern = stack("prod", "monitoring").properties("CloudFormationEventRule")["EventPattern"]
    assert event_pattern.matches(pattern, stack_event(name, status)) is expected


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_stack_events_reach_the_topic_and_a_log_group(environment):
    monitoring = stack(environment, "monitoring")
    rule = monitoring.properties("CloudFormationEventRule")
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/events/ses-{environment}-stack-events"
    assert {target["Id"]: target["Arn"] for target in rule["Targets"]} == {
        "CloudFormationAlert": f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-{environment}-alerts",
        "CloudFormationLog": group,
    }
    policy = json.loads(monitoring.properties("StackEventLogPolicy")["PolicyDocument"])
    for statement in policy["Statement"]:
        assert statement["Resource"] == f"{group}:*"
        assert "events.amazonaws.com" in statement["Principal"]["Service"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_topic_takes_messages_of_alarms_and_rules_and_over_tls(environment):
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-{environment}-alerts"
    statements = stack(environment, "monitoring").properties("AlertTopicPolicy")["PolicyDocument"]["Statement"]
    services = {item["Principal"]["Service"]: item for item in statements if item["Effect"] == "Allow"}
    assert set(services) == {"cloudwatch.amazonaws.com", "events.amazonaws.com"}
    assert {(item["Action"], item["Resource"]) for item in statements} == {("sns:Publish", topic)}
    assert services["cloudwatch.amazonaws.com"]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:ses-{environment}-*"},
    }
    # "You can't use Condition blocks in Amazon SNS topic policies for EventBridge" (EventBridge guide, "Using
    # resource-based policies", section "Amazon SNS permissions").
    assert "Condition" not in services["events.amazonaws.com"]
    [denied] = [item for item in statements if item["Effect"] == "Deny"]
    assert denied["Principal"] == "*"
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_a_rule_hands_over_without_a_role_and_rings_if_it_cannot(environment):
    """The same page, section "Permissions": Lambda, SNS, SQS and CloudWatch Logs take the policy of the resource."""
    monitoring = stack(environment, "monitoring")
    watched = {
        item["Dimensions"][0]["Value"]
        for item in monitoring.all("AWS::CloudWatch::Alarm").values()
        if item.get("MetricName") == "FailedInvocations"
    }
    rules = monitoring.all("AWS::Events::Rule").values()
    assert {rule["Name"] for rule in rules} - {f"ses-{environment}-sending-disabled"} == watched
    for rule in rules:
        assert not any("RoleArn" in target for target in rule["Targets"])


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_saved_queries(environment):
    queries = {
        properties["Name"]: properties
        for current in stacks(environment)
        for properties in current.all("AWS::Logs::QueryDefinition").values()
    }
    assert {name.removeprefix(f"ses-{environment}/") for name in queries} == {
        "AdminQueryDefinition",
        "DeploymentErrors",
        "MaskedQueryDefinition",
        "SESErrors",
    }
    for properties in queries.values():
        assert set(properties["LogGroupNames"]) <= names(environment, "AWS::Logs::LogGroup")
    assert "unmask(" in queries[f"ses-{environment}/AdminQueryDefinition"]["QueryString"]
    assert "unmask(" not in queries[f"ses-{environment}/MaskedQueryDefinition"]["QueryString"]
