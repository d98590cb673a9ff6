"""What feeds metrics and alerts: filter patterns, stack events, the topic, and the saved queries."""

import json

import botocore.session
import pytest

from local_aws.semantics import event_pattern
from local_aws.semantics.filter_pattern import matches

from ..functions.deployed import load
from .cloudformation import ACCOUNT, ENVIRONMENTS, OTHER, REGION, names, stack, stacks


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


# S-63, S-65, S-66: one word of a line, and the metrics that count it.
WORDS = {
    "ERROR": {"SecurityEvents", "JapaneseSecurityEvents"},
    "WARNING": {"SecurityEvents", "JapaneseSecurityEvents"},
    "DENY": {"SecurityEvents"},
    "エラー": {"JapaneseSecurityEvents"},
    "警告": {"JapaneseSecurityEvents"},
    **dict.fromkeys(("AccessDenied", "UnauthorizedOperation", "アクセス拒否"), {"AccessDenied"}),
    **dict.fromkeys(("AuthenticationFailure", "Failed authentication", "認証失敗"), {"AuthenticationFailures"}),
    **dict.fromkeys(("IPRestrictionViolation", "IP制限違反"), {"IPRestrictionViolations"}),
    **dict.fromkeys(("PrivilegeEscalation", "権限昇格"), {"PrivilegeEscalations"}),
    **dict.fromkeys(("KeyMisuse", "鍵の不正操作"), {"KeyMisuse"}),
    **dict.fromkeys(("ProtectionChange", "保護設定の変更"), {"ProtectionChanges"}),
    "INFO somebody signed in": set(),
}


def counters(environment: str) -> dict[str, dict]:
    """The filters of the security log groups, by their metric."""
    found = stack(environment, "security").all("AWS::Logs::MetricFilter").values()
    return {item["MetricTransformations"][0]["MetricName"]: item for item in found}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("word", WORDS)
def test_each_word_is_counted_by_itself(environment, word):
    line = f"2026-11-27 {word} somebody"
    assert {name for name, item in counters(environment).items() if matches(item["FilterPattern"], line)} == WORDS[word]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_each_line_counts_one_in_its_namespace_and_others_nothing(environment):
    """CloudWatch Logs guide, "Creating metric filters": no default value with dimensions; otherwise lines that do not
    match give a zero, by which one sees that the group is alive."""
    for name, item in counters(environment).items():
        [made] = item["MetricTransformations"]
        part = "compliance/japanese/" if name == "JapaneseSecurityEvents" else ""
        assert item["LogGroupName"] == f"/aws/security/{part}ses/{environment}"
        assert (made["MetricNamespace"], made["MetricValue"]) == (f"ses/{environment}/Security", "1")
        if name == "RegionalSecurityEvents":
            assert made["Dimensions"] == [{"Key": "Region", "Value": "$.region"}] and "DefaultValue" not in made
        else:
            assert "Dimensions" not in made and made["DefaultValue"] == 0


# What the recorder has to see: refused calls, in all three ways that services say so, sign-ins and changes.
def trail_record(**fields: object) -> str:
    return json.dumps({"eventVersion": "1.11", "readOnly": True, "managementEvent": True} | fields)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"errorCode": "AccessDenied"}, True),
        ({"errorCode": "AccessDeniedException"}, True),
        ({"errorCode": "Client.UnauthorizedOperation"}, True),
        ({"errorCode": "AuthorizationError"}, True),
        ({"errorCode": "AuthorizationErrorException"}, True),
        ({"errorCode": "ThrottlingException"}, False),
        ({}, False),
        ({"readOnly": False}, True),
        ({"readOnly": False, "managementEvent": False}, False),
        # S3 guide, "Amazon S3 CloudTrail events": data events. Deliveries are PutObject.
        ({"eventName": "DeleteObject", "readOnly": False, "managementEvent": False}, True),
        ({"eventName": "DeleteObjects", "readOnly": False, "managementEvent": False}, True),
        ({"eventName": "PutObject", "readOnly": False, "managementEvent": False}, False),
        ({"readOnly": True, "managementEvent": False}, False),
        ({"errorCode": "AccessDenied", "managementEvent": False}, True),
    ],
)
def test_what_is_handed_to_the_recorder(environment, fields, expected):
    [found] = stack(environment, "security").all("AWS::Logs::SubscriptionFilter").values()
    assert matches(found["FilterPattern"], trail_record(**fields)) is expected
    assert found["LogGroupName"] == "/aws/cloudtrail/ses-prod"
    recorder = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:ses-{environment}-record-security-events"
    assert found["DestinationArn"] == recorder


# The events of SES's API but those that track the reader, which mail of this kind does not have.
EVENT_TYPES = set(botocore.session.get_session().get_service_model("sesv2").shape_for("EventType").enum) - {
    "OPEN", "CLICK", "RENDERING_FAILURE", "SUBSCRIPTION",
}  # fmt: skip


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_event_of_a_mail_goes_to_all_destinations(environment):
    found = stack(environment, "enhanced-kinesis").all("AWS::SES::ConfigurationSetEventDestination").values()
    assert len(found) == 3
    for item in found:
        assert set(item["EventDestination"]["MatchingEventTypes"]) == EVENT_TYPES


# What the masking function counts, and the field of its log line that holds it.
MAIL_METRICS = {"MaskedEvents": "masked", "UnmaskableEvents": "failed"}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_mail_filters_read_what_the_masking_function_logs(environment, monkeypatch, caplog):
    module = load("mask_events")
    monkeypatch.setenv("DELIVERY_STREAM_ARN", "arn")
    with caplog.at_level("INFO", "mask_events"):
        module.handler({"deliveryStreamArn": "arn", "records": []}, None)
    [record] = caplog.records
    line = {"level": record.levelname, "message": record.getMessage(), **vars(record)}
    found = {}
    for item in stack(environment, "monitoring").all("AWS::Logs::MetricFilter").values():
        assert item["LogGroupName"] == f"/aws/lambda/ses-{environment}-mask-events"
        assert matches(item["FilterPattern"], json.dumps(line, default=str))
        # A line that says something else counts nothing, even if it has the number.
        assert not matches(item["FilterPattern"], json.dumps(line | {"message": "other"}, default=str))
        [transformation] = item["MetricTransformations"]
        assert transformation["MetricNamespace"] == f"ses/{environment}/Mail"
        found[transformation["MetricName"]] = transformation["MetricValue"].removeprefix("$.")
    assert found == MAIL_METRICS
    assert {line[field] for field in found.values()} == {0}


def stack_event(stack_name: str, status: str) -> dict:
    return {
        "source": "aws.cloudformation",
        "detail-type": "CloudFormation Stack Status Change",
        "detail": {
            "stack-id": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{stack_name}/0a1b",
            "status-details": {"status": status, "status-reason": ""},
        },
    }


# Every status that a stack can have, as the API knows them.
STATUSES = botocore.session.get_session().get_service_model("cloudformation").shape_for("StackStatus").enum


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestStackEvents:
    def told(self, environment: str, name: str, status: str, **changed: str) -> bool:
        pattern = stack(environment, "monitoring").properties("CloudFormationEventRule")["EventPattern"]
        return event_pattern.matches(pattern, {**stack_event(name, status), **changed})

    def test_an_end_a_failure_and_the_begin_of_a_rollback_are_told(self, environment, status):
        expected = not status.endswith("_IN_PROGRESS") or status.endswith("ROLLBACK_IN_PROGRESS")
        for name in ("base", "security", "monitoring"):
            assert self.told(environment, f"ses-{environment}-{name}", status) is expected

    def test_other_stacks_and_other_events_are_not(self, environment, status):
        for name in (f"ses-{OTHER[environment]}-base", f"other-ses-{environment}-base", "somebody"):
            assert not self.told(environment, name, status)
        ours = f"ses-{environment}-base"
        assert not self.told(environment, ours, status, source="aws.config")
        kind = {"detail-type": "CloudFormation Resource Status Change"}
        assert not self.told(environment, ours, status, **kind)


def test_a_status_that_is_new_is_not_told():
    pattern = stack("prod", "monitoring").properties("CloudFormationEventRule")["EventPattern"]
    assert not event_pattern.matches(pattern, stack_event("ses-prod-base", "SOMETHING_ELSE"))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_rule_listens_to_one_kind_of_event_of_one_service(environment):
    """EventBridge guide, "Events from AWS services": the source is aws.<service>, and anybody may send others."""
    for current in stacks(environment):
        for id, rule in current.all("AWS::Events::Rule").items():
            [source], [kind] = rule["EventPattern"]["source"], rule["EventPattern"]["detail-type"]
            assert source.startswith("aws.") and isinstance(kind, str), id


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
    assert {rule["Name"] for rule in rules} == watched
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
