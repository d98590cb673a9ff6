"""What chooses events, log lines and calls."""

import re
from collections.abc import Iterator

from ..change import Change, Resource, items, named, removal, walk


def pattern_value_removed(resource: Resource) -> Iterator[Change]:
    """A status, a source or a type of events is dropped."""
    for path, node in _patterns(resource):
        if isinstance(node, list):
            for index in range(len(node)):
                yield removal((*path, index)) if len(node) > 1 else Change((*path, index), "other")


def pattern_field_removed(resource: Resource) -> Iterator[Change]:
    for path, node in _patterns(resource):
        if isinstance(node, dict) and "Fn::Sub" not in node:
            for key in node:
                yield removal((*path, key))


def pattern_value_widened(resource: Resource) -> Iterator[Change]:
    for path, node in _patterns(resource):
        if isinstance(node, list):
            yield Change(path, [{"exists": True}])


def _patterns(resource: Resource) -> Iterator[tuple[tuple[str | int, ...], object]]:
    if "EventPattern" in resource.get("Properties", {}):
        yield from walk(resource["Properties"]["EventPattern"], ("Properties", "EventPattern"))


def selector_removed(resource: Resource) -> Iterator[Change]:
    """What the trail records: a selector, a field of one, a value of a field."""
    for path, selectors in named(resource, "AdvancedEventSelectors"):
        for place, selector in items(selectors, path):
            yield removal(place)
            for field, wanted in items(selector["FieldSelectors"], (*place, "FieldSelectors")):
                yield removal(field)
                for key in set(wanted) - {"Field"}:
                    for value, _ in items(wanted[key], (*field, key)):
                        yield Change(value, "Other")


def selector_category_changed(resource: Resource) -> Iterator[Change]:
    for path, node in walk(resource.get("Properties", {}).get("AdvancedEventSelectors"), ("Properties", "AdvancedEventSelectors")):
        if node == "Management":
            yield Change(path, "Data")
        elif node == "Data":
            yield Change(path, "Management")


def filter_widened(resource: Resource) -> Iterator[Change]:
    for path, pattern in named(resource, "FilterPattern"):
        if pattern:
            yield Change(path, "")


def filter_term_removed(resource: Resource) -> Iterator[Change]:
    for path, pattern in named(resource, "FilterPattern"):
        for match in re.finditer(r'\?"[^"]*"|\?\S+', pattern):
            yield Change(path, (pattern[: match.start()] + pattern[match.end() :]).strip() or "?nothing")
        for match in re.finditer(r"\([^()]*\)", pattern):
            yield Change(path, f"{pattern[: match.start()]}($.none = 1){pattern[match.end() :]}")
            if "&&" in pattern:
                yield Change(path, f"{pattern[: match.start()]}($.none NOT EXISTS){pattern[match.end() :]}")
        if re.fullmatch(r"\{ [^()]* \}", pattern):
            yield Change(path, "{ $.none = 1 }")


def metric_of_filter_changed(resource: Resource) -> Iterator[Change]:
    for path, made in named(resource, "MetricTransformations"):
        for place, item in items(made, path):
            for key, value in {"MetricName": "Other", "MetricNamespace": "Other", "MetricValue": "2"}.items():
                yield Change((*place, key), value)
            for key in ("DefaultValue", "Dimensions"):
                if key in item:
                    yield removal((*place, key))


def event_type_removed(resource: Resource) -> Iterator[Change]:
    for path, types in named(resource, "MatchingEventTypes"):
        for place, _ in items(types, path):
            yield removal(place)


def filter_of_another(resource: Resource) -> Iterator[Change]:
    """The lines of another log group are counted or handed over."""
    if resource["Type"] in ("AWS::Logs::MetricFilter", "AWS::Logs::SubscriptionFilter"):
        yield Change(("Properties", "LogGroupName"), "/aws/other")
    if "DestinationArn" in resource.get("Properties", {}):
        yield Change(("Properties", "DestinationArn"), "arn:aws:lambda:ap-northeast-1:123456789012:function:other")


KINDS = {
    "pattern value removed": pattern_value_removed,
    "pattern field removed": pattern_field_removed,
    "pattern value widened": pattern_value_widened,
    "selector removed": selector_removed,
    "selector category changed": selector_category_changed,
    "filter widened": filter_widened,
    "filter term removed": filter_term_removed,
    "metric of a filter changed": metric_of_filter_changed,
    "event type removed": event_type_removed,
    "filter of another": filter_of_another,
}
