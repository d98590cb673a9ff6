"""Alarms and what they are computed from."""

import re
from collections.abc import Iterator

from ..change import Change, Path, Resource, items, named, removal, walk

ALARM, COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"


def threshold_changed(resource: Resource) -> Iterator[Change]:
    for path, value in _settings(resource, "Threshold"):
        if not isinstance(value, int | float):
            continue
        step = 1 if float(value).is_integer() else abs(value) / 10
        yield from (Change(path, round(value + each, 6)) for each in (step, -step))


def comparison_changed(resource: Resource) -> Iterator[Change]:
    for path, value in _settings(resource, "ComparisonOperator"):
        group = COMPARISONS if value in COMPARISONS else BANDS
        yield from (Change(path, each) for each in group if each != value)


COMPARISONS = (
    "GreaterThanThreshold",
    "GreaterThanOrEqualToThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
)
BANDS = ("GreaterThanUpperThreshold", "LessThanLowerThreshold", "LessThanLowerOrGreaterThanUpperThreshold")


def periods_changed(resource: Resource) -> Iterator[Change]:
    for path, value in _settings(resource, "EvaluationPeriods", "DatapointsToAlarm"):
        yield Change(path, value + 1)
        if value > 1:
            yield Change(path, value - 1)
    if resource["Type"] == ALARM and resource["Properties"]["EvaluationPeriods"] > 1:
        if "DatapointsToAlarm" not in resource["Properties"]:
            yield Change(("Properties", "DatapointsToAlarm"), 1)


def period_changed(resource: Resource) -> Iterator[Change]:
    for path, value in _settings(resource, "Period"):
        yield from (Change(path, each) for each in (60, 300, 3600, 86400) if each != value)


def missing_data_changed(resource: Resource) -> Iterator[Change]:
    for path, value in _settings(resource, "TreatMissingData"):
        yield from (Change(path, each) for each in ("breaching", "notBreaching", "ignore", "missing") if each != value)


def statistic_changed(resource: Resource) -> Iterator[Change]:
    for path, value in _settings(resource, "Statistic", "Stat"):
        for each in ("Sum", "Average", "Minimum", "Maximum", "SampleCount"):
            if each != value:
                yield Change(path, each)


def metric_changed(resource: Resource) -> Iterator[Change]:
    for path, _ in _settings(resource, "MetricName"):
        yield Change(path, "Other")
    for path, _ in _settings(resource, "Namespace"):
        yield Change(path, "AWS/Other")


def dimension_changed(resource: Resource) -> Iterator[Change]:
    for path, dimensions in _settings(resource, "Dimensions"):
        for place, _ in items(dimensions, path):
            yield removal(place)
            yield Change((*place, "Value"), "other")


def expression_changed(resource: Resource) -> Iterator[Change]:
    """Each number of a formula, one after the other; sums become differences."""
    for path, text in _settings(resource, "Expression"):
        for match in re.finditer(r"(?<![\w.])\d+(\.\d+)?", text):
            number = float(match[0])
            for other in (number * 10 or 1, number + 1):
                yield Change(path, f"{text[: match.start()]}{other:g}{text[match.end() :]}")
        for old, new in ((" + ", " - "), (" > ", " < "), (">=", ">")):
            for match in re.finditer(re.escape(old), text):
                yield Change(path, text[: match.start()] + new + text[match.end() :])


def action_removed(resource: Resource) -> Iterator[Change]:
    for path, actions in _settings(resource, "AlarmActions", "OKActions"):
        yield removal(path)
        for place, _ in items(actions, path):
            yield removal(place)


def actions_disabled(resource: Resource) -> Iterator[Change]:
    if resource["Type"] in (ALARM, COMPOSITE):
        yield Change(("Properties", "ActionsEnabled"), False)


def rule_term_removed(resource: Resource) -> Iterator[Change]:
    """A level no longer rings for one of its alarms, or rings for half of a combination."""
    for path, text in walk(resource.get("Properties", {}).get("AlarmRule"), ("Properties", "AlarmRule")):
        if isinstance(text, str) and "ALARM(" in text:
            for match in re.finditer(r'ALARM\("[^"]*"\)', text):
                before, after = text[: match.start()], text[match.end() :]
                yield Change(path, f"{before}FALSE{after}")
            for match in re.finditer(" AND ", text):
                yield Change(path, f"{text[: match.start()]} OR {text[match.end() :]}")


def _settings(resource: Resource, *keys: str) -> Iterator[tuple[Path, object]]:
    if resource["Type"] in (ALARM, COMPOSITE):
        yield from named(resource, *keys)


KINDS = {
    "threshold changed": threshold_changed,
    "comparison changed": comparison_changed,
    "periods changed": periods_changed,
    "period changed": period_changed,
    "missing data changed": missing_data_changed,
    "statistic changed": statistic_changed,
    "metric changed": metric_changed,
    "dimension changed": dimension_changed,
    "expression changed": expression_changed,
    "alarm action removed": action_removed,
    "alarm actions disabled": actions_disabled,
    "term of a level removed": rule_term_removed,
}
