import json

import pytest

from ...semantics import Undefined
from ...semantics.alarm import ALARM, INSUFFICIENT, OK, alarms_of, decide, expression, rule_holds, state
from ...semantics.metrics import Metrics, embedded, metric

NO, YES, GAP = False, True, None
RETAINED = "whatever it was"


@pytest.mark.parametrize(
    # The table of AWS's page "How alarm state is evaluated when data is missing", three of three datapoints.
    ("points", "missing", "ignore", "breaching", "not_breaching"),
    [
        ([NO, GAP, YES, GAP, YES], OK, OK, OK, OK),
        ([NO, GAP, GAP, GAP, GAP], OK, OK, OK, OK),
        ([GAP, GAP, GAP, GAP, GAP], INSUFFICIENT, RETAINED, ALARM, OK),
        ([NO, YES, YES, GAP, YES], ALARM, ALARM, ALARM, ALARM),
        ([GAP, GAP, YES, GAP, GAP], ALARM, RETAINED, ALARM, OK),
    ],
)
def test_missing_data(points, missing, ignore, breaching, not_breaching):
    found = [decide(points, 3, 3, how, RETAINED) for how in ("missing", "ignore", "breaching", "notBreaching")]
    assert found == [missing, ignore, breaching, not_breaching]


def test_some_of_many():
    assert decide([YES, NO, YES], 3, 2, "missing", OK) == ALARM
    assert decide([YES, NO, NO], 3, 2, "missing", OK) == OK
    # The newest count.
    assert decide([YES, YES, YES, NO], 3, 3, "missing", OK) == OK


ALARM_ON_SUM = {
    "Namespace": "N",
    "MetricName": "M",
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 2,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "Threshold": 5,
    "TreatMissingData": "notBreaching",
}


def test_an_alarm_on_one_metric():
    metrics = Metrics()
    for second in (10, 20, 310):
        metrics.put(metric("N", "M"), second, 3)
    assert state(ALARM_ON_SUM, metrics, 600) == OK  # 6, 3
    metrics.put(metric("N", "M"), 590, 2)
    assert state(ALARM_ON_SUM, metrics, 600) == ALARM  # 6, 5
    assert state({**ALARM_ON_SUM, "Dimensions": [{"Name": "A", "Value": "b"}]}, metrics, 600) == OK
    assert state({**ALARM_ON_SUM, "Statistic": "Average"}, metrics, 600) == OK


def test_expressions():
    series = {"a": [1.0, None, 4.0], "b": [2.0, 2.0, 0.0]}
    assert expression("100 * a / b", series) == [50, None, None]
    assert expression("FILL(a, 0) + b", series) == [3, 2, 4]
    assert expression("IF(b >= 2, FILL(a, 7), 0)", series) == [1, 7, 0]
    assert expression("IF(a > 0 && b > 0, 1, 0)", series) == [1, None, 0]
    assert expression("MAX([a, b])", series) == [2, 2, 4]
    with pytest.raises(Undefined):
        expression("RATE(a)", series)


def test_a_band():
    alarm = {
        "Metrics": [
            {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m, 3)"},
            {"Id": "m", "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "Sum"}},
        ],
        "ThresholdMetricId": "band",
        "EvaluationPeriods": 3,
        "ComparisonOperator": "LessThanLowerOrGreaterThanUpperThreshold",
        "TreatMissingData": "notBreaching",
    }

    def after(*values: float) -> str:
        metrics = Metrics()
        for position, value in enumerate([98, 100, 102] * 5 + list(values)):
            metrics.put(metric("N", "M"), position * 60, value)
        return state(alarm, metrics, (15 + len(values)) * 60)

    assert after(101, 99, 103) == OK
    assert after(150, 150, 150) == ALARM
    assert after(50, 50, 50) == ALARM
    assert after(150, 100, 150) == OK
    assert state(alarm, Metrics(), 6000) == OK  # not trained


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("ALARM(a)", True),
        ('ALARM("b") OR OK(b)', True),
        ("ALARM(arn:aws:cloudwatch:r:1:alarm:b)", False),
        ("ALARM(a) AND (ALARM(b) OR INSUFFICIENT_DATA(c))", True),
        ("NOT ALARM(a) OR FALSE", False),
        ("ALARM(b) AND ALARM(a) OR TRUE", True),
    ],
)
def test_rules(rule, expected):
    assert rule_holds(rule, {"a": ALARM, "b": OK, "c": INSUFFICIENT}) is expected


def test_broken_rules():
    for rule in ("", "ALARM(a) ALARM(a)", "(ALARM(a)", "ALARM a", "SOMETHING(a)"):
        with pytest.raises(ValueError):
            rule_holds(rule, {"a": OK})


def test_alarms_of_a_rule():
    assert alarms_of('ALARM("a") AND NOT OK(arn:aws:cloudwatch:r:1:alarm:b)') == ["a", "b"]


def test_the_embedded_format():
    line = {
        "_aws": {
            "Timestamp": 1,
            "CloudWatchMetrics": [
                {"Namespace": "N", "Dimensions": [["D"], []], "Metrics": [{"Name": "M", "Unit": "Count"}]}
            ],
        },
        "D": "d",
        "M": 2,
    }
    assert embedded(json.dumps(line)) == [(metric("N", "M", {"D": "d"}), 2), (metric("N", "M"), 2)]
    assert embedded("plain") == embedded('{"level": "INFO"}') == []
