"""The alarms, the topic that they tell, and the rule for the changes of the stacks."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from .aws import ACCOUNT, DKIM_ALARMS, Aws, Environment, arn, statements

# Alarm: what it looks at, when it goes off. `{}` is the name of the environment.
ON_ONE_METRIC = {
    "ses-high-bounce-rate": ("AWS/SES Reputation.BounceRate Average 300", ">= 0.05 of 2"),
    "ses-high-complaint-rate": ("AWS/SES Reputation.ComplaintRate Average 300", ">= 0.001 of 2"),
    "ses-bounce-rate-at-pause": ("AWS/SES Reputation.BounceRate Average 300", ">= 0.1 of 2"),
    "ses-complaint-rate-at-pause": ("AWS/SES Reputation.ComplaintRate Average 300", ">= 0.005 of 2"),
    "account-under-review": ("ses/{}/Maintenance EnforcementStatus Maximum 900", ">= 1.0 of 1"),
    "mail-missing": ("ses/{}/Maintenance MailMissing Maximum 900", "> 0.0 of 1"),
    "watch-missing": ("ses/{}/Maintenance SendingEnabled SampleCount 900", "< 1.0 of 4"),
    "smtp-checks-missing": ("ses/{}/Maintenance HoursSilent Maximum 900", ">= 26.0 of 1"),
    "alerts-undelivered": ("AWS/SNS NumberOfNotificationsFailed Sum 300", "> 0.0 of 1"),
    "stack-events-undelivered": ("AWS/Events FailedInvocations Sum 300", "> 0.0 of 1"),
    "mask-events-throttles": ("AWS/Lambda Throttles Sum 300", "> 0.0 of 1"),
    "recorder-errors": ("AWS/Lambda Errors Sum 300", "> 0.0 of 1"),
    "recorder-failed": ("AWS/SQS ApproximateNumberOfMessagesVisible Maximum 300", "> 0.0 of 1"),
    "recorder-silent": ("ses/{}/Maintenance HoursSilent Maximum 900", ">= 24.0 of 1"),
    "trail-silent": ("ses/{}/Maintenance HoursSilent Maximum 900", ">= 1.0 of 1"),
    "unmaskable-events": ("ses/{}/Mail UnmaskableEvents Sum 300", "> 0.0 of 1"),
    "raw-delivery-failed": ("AWS/Firehose DeliveryToS3.Success Average 300", "< 1.0 of 1"),
    "raw-delivery-late": ("AWS/Firehose DeliveryToS3.DataFreshness Maximum 300", "> 900.0 of 1"),
    "masked-delivery-failed": ("AWS/Firehose DeliveryToS3.Success Average 300", "< 1.0 of 1"),
    "masked-delivery-late": ("AWS/Firehose DeliveryToS3.DataFreshness Maximum 300", "> 900.0 of 1"),
    "raw-throttled": ("AWS/Firehose ThrottledRecords Sum 300", "> 0.0 of 1"),
    "masked-throttled": ("AWS/Firehose ThrottledRecords Sum 300", "> 0.0 of 1"),
    "masked-processing-failed": ("AWS/Firehose ExecuteProcessing.Success Average 300", "< 0.99 of 1"),
    "daily-report-missing": ("ses/{}/Maintenance HoursSilent Maximum 900", ">= 26.0 of 1"),
    "maintenance-errors": ("AWS/Lambda Errors Sum 300", "> 0.0 of 1"),
    "maintenance-failed": ("AWS/SQS ApproximateNumberOfMessagesVisible Maximum 300", "> 0.0 of 1"),
    "ip-restriction-not-applied": ("ses/{}/Maintenance IpRestrictionFindings Maximum 3600", "> 0.0 of 1"),
    "security-events": ("ses/{}/Security SecurityEvents Sum 300", ">= 5.0 of 1"),
    "security-event-burst": ("ses/{}/Security SecurityEvents Sum 60", "> 5.0 of 1"),
    "ip-restriction-violation": ("ses/{}/Security IPRestrictionViolations Sum 60", ">= 1.0 of 1"),
    "smtp-credentials-unhealthy": ("ses/{}/Smtp SmtpCredentialsHealthy Minimum 86400", "< 1.0 of 1"),
    "smtp-credentials-old": ("ses/{}/Smtp SmtpCredentialsAgeDays Maximum 86400", "> 100.0 of 1"),
    "smtp-hand-over-late": ("ses/{}/Smtp SmtpHandOverDays Maximum 86400", "> 7.0 of 1"),
    "smtp-credentials-rotation-errors": ("AWS/Lambda Errors Sum 300", "> 0.0 of 1"),
    "smtp-credentials-failed": ("AWS/SQS ApproximateNumberOfMessagesVisible Maximum 300", "> 0.0 of 1"),
    "privilege-escalation": ("ses/{}/Security PrivilegeEscalations Sum 300", ">= 1.0 of 1"),
    "key-misuse": ("ses/{}/Security KeyMisuse Sum 300", ">= 1.0 of 1"),
    "protection-change": ("ses/{}/Security ProtectionChanges Sum 300", ">= 1.0 of 1"),
    "unlisted-sender": ("ses/{}/Security SendsFromUnlistedAddress Sum 300", ">= 1.0 of 1"),
}
# Alarm: the metrics of its expression, the threshold.
ON_AN_EXPRESSION = {
    "sending-disabled": ({"SendingEnabled", "EnforcementStatus"}, "> 0.0 of 1"),
    "ses-failure-rate": ({"Send", "Bounce", "Reject"}, "> 5.0 of 2"),
    "mask-events-errors": ({"Errors", "Invocations"}, "> 1.0 of 1"),
    **{
        f"{stream}-{name}": limits
        for stream in ("raw", "masked")
        for name, limits in {
            "near-limit": (
                {"IncomingBytes", "BytesPerSecondLimit", "IncomingPutRequests", "PutRequestsPerSecondLimit"},
                "> 80.0 of 3",
            ),
            "events-missing": ({"Send", "IncomingRecords"}, "> 0.0 of 3"),
        }.items()
    },
}
# Alarm: the metric that must stay inside the band, the side that counts.
ON_AN_ANOMALY = {
    "ses-send-anomaly": ("AWS/SES Send", "LessThanLowerOrGreaterThanUpperThreshold"),
    "security-event-anomaly": ("ses/{}/Security SecurityEvents", "GreaterThanUpperThreshold"),
}
DIMENSIONS = {
    "recorder-failed": {"QueueName": "recorder-failed"},
    "alerts-undelivered": {"TopicName": "alerts"},
    "stack-events-undelivered": {"RuleName": "stack-events"},
    "mask-events-throttles": {"FunctionName": "mask-events"},
    "recorder-errors": {"FunctionName": "record-security-events"},
    "raw-delivery-failed": {"DeliveryStreamName": "raw-logs-stream"},
    "raw-delivery-late": {"DeliveryStreamName": "raw-logs-stream"},
    "masked-delivery-failed": {"DeliveryStreamName": "masked-logs-stream"},
    "masked-delivery-late": {"DeliveryStreamName": "masked-logs-stream"},
    "raw-throttled": {"DeliveryStreamName": "raw-logs-stream"},
    "masked-throttled": {"DeliveryStreamName": "masked-logs-stream"},
    "masked-processing-failed": {"DeliveryStreamName": "masked-logs-stream"},
    "maintenance-errors": {"FunctionName": "maintenance"},
    "maintenance-failed": {"QueueName": "maintenance-failed"},
    "smtp-credentials-rotation-errors": {"FunctionName": "smtp-credentials-rotation"},
    "smtp-credentials-failed": {"QueueName": "smtp-credentials-failed"},
}
# Alarm: what it is that must not fall silent.
SIGNALS = {
    "trail-silent": "trail",
    "recorder-silent": "recorder",
    "daily-report-missing": "daily-report",
    "smtp-checks-missing": "smtp-check",
}
SIGNS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": ">=",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "<=",
}


@pytest.fixture
def alarms(aws: Aws, environment: Environment) -> dict[str, dict[str, Any]]:
    """By the part of their name that is the same in all environments."""
    prefix = environment.named("")
    found = aws.all("cloudwatch", "describe_alarms", "MetricAlarms", AlarmNamePrefix=prefix)
    return {alarm["AlarmName"].removeprefix(prefix): alarm for alarm in found}


def limit(alarm: dict[str, Any]) -> str:
    return f"{SIGNS[alarm['ComparisonOperator']]} {alarm['Threshold']} of {alarm['EvaluationPeriods']}"


def metrics_of(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    return [part["MetricStat"]["Metric"] for part in alarm["Metrics"] if "MetricStat" in part]


def test_the_alarms_are_there(alarms: dict[str, Any], environment: Environment) -> None:
    of_dkim = DKIM_ALARMS if environment.rotates_dkim else []
    assert set(alarms) == {*ON_ONE_METRIC, *ON_AN_EXPRESSION, *ON_AN_ANOMALY, *of_dkim}


def test_alarms_on_one_metric(alarms: dict[str, Any], environment: Environment) -> None:
    for name, (metric, threshold) in ON_ONE_METRIC.items():
        alarm = alarms[name]
        found = f"{alarm['Namespace']} {alarm['MetricName']} {alarm['Statistic']} {alarm['Period']}"
        assert (name, found, limit(alarm)) == (name, metric.format(environment.name), threshold)
        wanted = {key: environment.named(value) for key, value in DIMENSIONS.get(name, {}).items()}
        if name in SIGNALS:
            wanted = {"Signal": SIGNALS[name]}
        assert {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]} == wanted, name


def test_alarms_on_an_expression(alarms: dict[str, Any]) -> None:
    for name, (metrics, threshold) in ON_AN_EXPRESSION.items():
        alarm = alarms[name]
        returned = [part for part in alarm["Metrics"] if part["ReturnData"]]
        assert len(returned) == 1 and returned[0]["Expression"], name
        assert {metric["MetricName"] for metric in metrics_of(alarm)} == metrics, name
        assert limit(alarm) == threshold, name


def test_alarms_on_what_is_unusual(aws: Aws, alarms: dict[str, Any], environment: Environment) -> None:
    found = aws.all("cloudwatch", "describe_anomaly_detectors", "AnomalyDetectors")
    detectors = [each["SingleMetricAnomalyDetector"] for each in found]
    for name, (metric, side) in ON_AN_ANOMALY.items():
        alarm = alarms[name]
        band = next(part for part in alarm["Metrics"] if part["Id"] == alarm["ThresholdMetricId"])
        assert band["Expression"].startswith("ANOMALY_DETECTION_BAND("), name
        assert alarm["ComparisonOperator"] == side, name
        (watched,) = metrics_of(alarm)
        assert f"{watched['Namespace']} {watched['MetricName']}" == metric.format(environment.name), name
        # The band comes from a detector on the same metric with the same dimensions.
        assert [
            detector["Stat"]
            for detector in detectors
            if all(detector.get(key, []) == watched.get(key, []) for key in ("Namespace", "MetricName", "Dimensions"))
        ] == ["Sum"], name


def test_every_alarm_tells_the_topic_and_the_reader(alarms: dict[str, Any], environment: Environment) -> None:
    for name, alarm in alarms.items():
        assert alarm["ActionsEnabled"] is True, name
        assert alarm["AlarmActions"] == alarm["OKActions"] == [environment.topic], name
        assert alarm["AlarmDescription"].startswith(("Level 1. ", "Level 2. ", "Level 3. ")), name


def test_the_alarms_are_tagged(aws: Aws, alarms: dict[str, Any], environment: Environment) -> None:
    for alarm in alarms.values():
        tags = aws.cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
        assert environment.has_its_tags(tags, "CloudWatch"), (alarm["AlarmName"], tags)


def test_the_administrators_get_mail(aws: Aws, environment: Environment) -> None:
    topics = [topic["TopicArn"] for topic in aws.all("sns", "list_topics", "Topics")]
    assert environment.topic in topics and len(topics) == 2
    found = aws.sns.list_subscriptions_by_topic(TopicArn=environment.topic)["Subscriptions"]
    assert [(each["Protocol"], each["Endpoint"]) for each in found] == [("email", "postmaster@goo.ne.jp")]
    # The administrators must confirm it first.
    assert [each["SubscriptionArn"] for each in found] == ["PendingConfirmation"]
    tags = aws.sns.list_tags_for_resource(ResourceArn=environment.topic)["Tags"]
    assert environment.has_its_tags(tags, "SNS"), tags


def test_only_alarms_of_the_environment_and_rules_publish(aws: Aws, environment: Environment) -> None:
    policy = statements(aws.sns.get_topic_attributes(TopicArn=environment.topic)["Attributes"]["Policy"])
    assert set(policy) == {"AlarmsOfThisEnvironment", "Rules", "TlsOnly"}
    for sid, service in (("AlarmsOfThisEnvironment", "cloudwatch"), ("Rules", "events")):
        assert policy[sid]["Effect"] == "Allow"
        assert policy[sid]["Principal"] == {"Service": f"{service}.amazonaws.com"}
        assert policy[sid]["Resource"] == environment.topic
    assert policy["AlarmsOfThisEnvironment"]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": arn("cloudwatch", f"alarm:{environment.named('*')}")},
    }
    assert "Condition" not in policy["Rules"]
    assert policy["TlsOnly"]["Effect"] == "Deny"
    assert policy["TlsOnly"]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_changes_of_the_stacks_go_to_the_topic_and_to_a_log(aws: Aws, environment: Environment) -> None:
    rule = aws.events.describe_rule(Name=environment.named("stack-events"))
    assert rule["State"] == "ENABLED"
    pattern = json.loads(rule["EventPattern"])
    assert pattern["source"] == ["aws.cloudformation"]
    assert pattern["detail"]["stack-id"] == [{"prefix": arn("cloudformation", f"stack/{environment.named('')}")}]
    statuses = pattern["detail"]["status-details"]["status"]
    assert {"CREATE_COMPLETE", "UPDATE_COMPLETE", "ROLLBACK_IN_PROGRESS", "DELETE_FAILED"} <= set(statuses)
    group = arn("logs", f"log-group:/aws/events/{environment.named('stack-events')}")
    targets = aws.events.list_targets_by_rule(Rule=environment.named("stack-events"))["Targets"]
    assert {target["Id"]: target["Arn"] for target in targets} == {
        "CloudFormationAlert": environment.topic,
        "CloudFormationLog": group,
    }
    template = next(target for target in targets if target["Id"] == "CloudFormationAlert")["InputTransformer"]
    assert template["InputTemplate"] == '"<status> at <time>: <stack> <reason>"'
    tags = aws.events.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"]
    assert environment.has_its_tags(tags, "EventBridge"), tags


def test_the_launch_itself_was_told(aws: Aws, environment: Environment) -> None:
    """The security stack comes after the monitoring stack, which has the rule."""
    found = aws.logs.filter_log_events(logGroupName=f"/aws/events/{environment.named('stack-events')}")["events"]
    events = [json.loads(event["message"]) for event in found]
    prefix = arn("cloudformation", f"stack/{environment.named('security')}/")
    statuses = [e["detail"]["status-details"]["status"] for e in events if e["detail"]["stack-id"].startswith(prefix)]
    assert "CREATE_COMPLETE" in statuses, statuses
    failed = aws.cloudwatch.get_metric_statistics(
        Namespace="AWS/Events",
        MetricName="FailedInvocations",
        Dimensions=[{"Name": "RuleName", "Value": environment.named("stack-events")}],
        StartTime=datetime.now(timezone.utc) - timedelta(hours=2),
        EndTime=datetime.now(timezone.utc) + timedelta(hours=1),
        Period=86400,
        Statistics=["Sum"],
    )["Datapoints"]
    assert failed == []


def test_eventbridge_may_write_to_that_log(aws: Aws, environment: Environment) -> None:
    policies = {found["policyName"]: found for found in aws.logs.describe_resource_policies()["resourcePolicies"]}
    policy = statements(policies[environment.named("stack-events")]["policyDocument"])
    group = arn("logs", f"log-group:/aws/events/{environment.named('stack-events')}:*")
    assert {sid: (found["Action"], found["Resource"]) for sid, found in policy.items()} == {
        "CreateLogStream": ("logs:CreateLogStream", group),
        "PutLogEvents": ("logs:PutLogEvents", group),
    }
    for statement in policy.values():
        assert "events.amazonaws.com" in statement["Principal"]["Service"]
    source = arn("events", f"rule/{environment.named('stack-events')}")
    assert policy["PutLogEvents"]["Condition"] == {"ArnEquals": {"aws:SourceArn": source}}
