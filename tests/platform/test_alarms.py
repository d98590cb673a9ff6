"""Alarms: each reads a published metric, names its incident level and fires as documented."""

import re
from collections.abc import Iterator

import pytest

from .cloudformation import ACCOUNT, ENVIRONMENTS, REGION, stacks
from .metrics import Metric, assert_published


def alarms(environment: str) -> dict[str, dict]:
    return {
        properties["AlarmName"]: properties
        for current in stacks(environment)
        for properties in current.all("AWS::CloudWatch::Alarm").values()
    }


def alarm_metrics(properties: dict) -> Iterator[Metric]:
    single = [properties] if "MetricName" in properties else []
    computed = [item["MetricStat"]["Metric"] for item in properties.get("Metrics", []) if "MetricStat" in item]
    for metric in single + computed:
        dimensions = tuple((item["Name"], item["Value"]) for item in metric.get("Dimensions", []))
        yield metric["Namespace"], metric["MetricName"], dimensions


@pytest.mark.parametrize(
    ("environment", "name"), [(environment, name) for environment in ENVIRONMENTS for name in alarms(environment)]
)
class TestAlarm:
    def test_reads_published_metrics(self, environment, name):
        metrics = list(alarm_metrics(alarms(environment)[name]))
        assert metrics
        for metric in metrics:
            assert_published(environment, metric)

    def test_names_its_level_and_tells_the_topic(self, environment, name):
        alarm = alarms(environment)[name]
        topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-{environment}-alerts"
        assert name.startswith(f"ses-{environment}-")
        assert re.match(r"Level [123]\. [A-Z]", alarm["AlarmDescription"])
        assert alarm["AlarmActions"] == alarm["OKActions"] == [topic]
        # No data is a fault in itself only where something must never be silent.
        silent = name.endswith("-watch-missing")
        assert alarm["TreatMissingData"] in (("breaching",) if silent else ("notBreaching", "ignore"))

    def test_computes_one_value(self, environment, name):
        alarm = alarms(environment)[name]
        if "ThresholdMetricId" in alarm:
            [band] = [item for item in alarm["Metrics"] if item["Id"] == alarm["ThresholdMetricId"]]
            assert band["Expression"].startswith("ANOMALY_DETECTION_BAND(")
            assert "Threshold" not in alarm
        else:
            assert isinstance(alarm["Threshold"], int | float)
            if "Metrics" in alarm:
                assert not {"MetricName", "Namespace", "Dimensions", "Period", "Statistic"} & set(alarm)
                assert [item["ReturnData"] for item in alarm["Metrics"]].count(True) == 1
        ids = [item["Id"] for item in alarm.get("Metrics", [])]
        for item in alarm.get("Metrics", []):
            for used in re.findall(r"\b[a-z]\w*", item.get("Expression", "")):
                assert used in ids


@pytest.mark.parametrize(
    "metric",
    [
        ("ses/prod/Dkim", "DkimHealty", (("Domain", "goo.ne.jp"),)),  # misspelt
        ("ses/prod/Dkim", "DkimHealthy", ()),  # without its dimension
        ("ses/prod/Dkim", "DkimHealthy", (("Domain", "example.jp"),)),
        ("ses/prod/Dkim", "Domain", (("Domain", "goo.ne.jp"),)),  # a word of the function that is no metric
        ("ses/dev/Dkim", "DkimHealthy", (("Domain", "goo.ne.jp"),)),
        ("ses/prod/Maintenance", "Users", ()),
        ("ses/prod/Security", "SecurityEvents", (("Region", REGION),)),
        ("AWS/Lambda", "Errors", (("FunctionName", "ses-prod-nobody"),)),
        ("AWS/SES", "Send", ()),
        ("AWS/SES", "Open", (("ses:configuration-set", "ses-prod-config"),)),
    ],
)
def test_a_metric_that_nobody_publishes_is_found(metric):
    with pytest.raises(AssertionError):
        assert_published("prod", metric)


DOCUMENTED_ALARMS = [
    # name, metrics, comparison, threshold, periods, seconds
    ("ses-high-bounce-rate", ["Reputation.BounceRate"], ">=", 0.05, 2, 300),
    ("ses-high-complaint-rate", ["Reputation.ComplaintRate"], ">=", 0.001, 2, 300),
    ("ses-failure-rate", ["Send", "Bounce", "Reject"], ">", 5, 2, 300),
    ("raw-delivery-failed", ["DeliveryToS3.Success"], "<", 1, 1, 300),
    ("raw-delivery-late", ["DeliveryToS3.DataFreshness"], ">", 900, 1, 300),
    ("masked-delivery-failed", ["DeliveryToS3.Success"], "<", 1, 1, 300),
    ("masked-delivery-late", ["DeliveryToS3.DataFreshness"], ">", 900, 1, 300),
    ("raw-throttled", ["ThrottledRecords"], ">", 0, 1, 300),
    ("masked-throttled", ["ThrottledRecords"], ">", 0, 1, 300),
    ("mask-events-errors", ["Errors", "Invocations"], ">", 1, 1, 300),
    ("unmaskable-events", ["UnmaskableEvents"], ">", 0, 1, 300),
    ("security-events", ["SecurityEvents"], ">=", 5, 1, 300),
    ("security-event-burst", ["SecurityEvents"], ">", 5, 1, 60),
]
DOCUMENTED_DKIM_ALARMS = [
    # name, metric, comparison, threshold, periods, seconds
    ("dkim-checks-missing", "HoursSilent", ">=", 3, 1, 900),
    ("dkim-failure-rate", "DkimFailureRate", ">", 1, 1, 3600),
    ("spf-failure-rate", "SpfFailureRate", ">", 5, 1, 3600),
    ("dmarc-record", "DmarcHealthy", "<", 1, 1, 3600),
    ("dkim-overdue", "DaysOverdue", ">", 0, 1, 3600),
    ("dkim-stuck", "DaysStuck", ">", 3, 1, 3600),
    ("dkim-unsigned", "DkimUnsignedMinutes", ">", 60, 1, 3600),
    ("dkim-waits-for-person", "WaitsForPerson", ">", 0, 1, 3600),
    ("dkim-dead-letters", "ApproximateNumberOfMessagesVisible", ">", 0, 1, 300),
    ("dkim-rotation-orchestrator-errors", "Errors", ">", 0, 1, 300),
    ("dkim-key-generator-errors", "Errors", ">", 0, 1, 300),
    ("ses-config-updater-errors", "Errors", ">", 0, 1, 300),
    ("notification-manager-errors", "Errors", ">", 0, 1, 300),
    ("validation-monitor-errors", "Errors", ">", 0, 1, 300),
]
COMPARISONS = {
    ">=": "GreaterThanOrEqualToThreshold",
    ">": "GreaterThanThreshold",
    "<": "LessThanThreshold",
}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize(("name", "metrics", "comparison", "threshold", "periods", "seconds"), DOCUMENTED_ALARMS)
def test_documented_alarm(environment, name, metrics, comparison, threshold, periods, seconds):
    alarm = alarms(environment)[f"ses-{environment}-{name}"]
    assert [metric for _, metric, _ in alarm_metrics(alarm)] == metrics
    assert alarm["ComparisonOperator"] == COMPARISONS[comparison]
    assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (threshold, periods)
    inputs = [item["MetricStat"] for item in alarm.get("Metrics", []) if "MetricStat" in item] or [alarm]
    assert {item["Period"] for item in inputs} == {seconds}


@pytest.mark.parametrize(("name", "metric", "comparison", "threshold", "periods", "seconds"), DOCUMENTED_DKIM_ALARMS)
def test_documented_alarm_of_the_dkim_rotation(name, metric, comparison, threshold, periods, seconds):
    alarm = alarms("prod")[f"ses-prod-{name}"]
    assert [found for _, found, _ in alarm_metrics(alarm)] == [metric]
    assert alarm["ComparisonOperator"] == COMPARISONS[comparison]
    assert (alarm["Threshold"], alarm["EvaluationPeriods"], alarm["Period"]) == (threshold, periods, seconds)
    assert f"ses-dev-{name}" not in alarms("dev")


def test_failure_rate_needs_a_hundred_mails():
    metrics = alarms("prod")["ses-prod-ses-failure-rate"]["Metrics"]
    [formula] = [item["Expression"] for item in metrics if "Expression" in item]

    def rate(send: int, bounce: int, reject: int) -> float:
        functions = {"IF": lambda test, yes, no: yes if test else no, "FILL": lambda value, _: value}
        return eval(formula, functions, {"send": send, "bounce": bounce, "reject": reject})  # noqa: S307

    assert rate(99, 99, 0) == 0
    assert rate(100, 4, 2) == 6
    assert rate(1000, 50, 0) == 5


def test_levels_of_the_security_alarms():
    level = {name: alarm["AlarmDescription"][:7] for name, alarm in alarms("prod").items()}
    assert level["ses-prod-security-events"] == "Level 1"
    assert level["ses-prod-security-event-burst"] == "Level 2"
