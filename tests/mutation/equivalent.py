"""Mutants that are none: rules for changes that AWS, or this project, cannot tell from the original, each with its
reason. There is no list of single mutants."""

from collections.abc import Callable

from .change import Change, Resource, at

Rule = Callable[[str, Resource, str, Change], bool]


def denied_already(id: str, resource: Resource, kind: str, change: Change) -> bool:
    """An action more in a Deny for requests without the key of MFA: the Deny with NotAction refuses those too."""
    if kind != "action added" or change.path[-1] != "Action":
        return False
    *above, _ = change.path
    statement, siblings = at(resource, tuple(above)), at(resource, tuple(above[:-1]))
    return set(statement.get("Condition", {})) == {"Null"} and any(
        "NotAction" in each and change.value[-1] not in each["NotAction"] and "BoolIfExists" in each["Condition"]
        for each in siblings
    )


def same_sign(id: str, resource: Resource, kind: str, change: Change) -> bool:
    """Of as many values as there are, the sum is above nothing whenever the average is."""
    properties = resource["Properties"]
    return (
        kind == "statistic changed"
        and properties.get("Threshold") == 0
        and properties["ComparisonOperator"] == "GreaterThanThreshold"
        and {at(resource, change.path), change.value} == {"Sum", "Average"}
        and "Metrics" not in properties
    )


def never_fewer(id: str, resource: Resource, kind: str, change: Change) -> bool:
    """Where there is data at all, its count is one or more: below 1 and below 0 are the same, never."""
    return (
        kind == "threshold changed"
        and resource["Properties"].get("Statistic") == "SampleCount"
        and resource["Properties"]["ComparisonOperator"] == "LessThanThreshold"
        and change.value == 0
    )


RULES: dict[str, Rule] = {(rule.__doc__ or "").strip(): rule for rule in (denied_already, same_sign, never_fewer)}


def reason(id: str, resource: Resource, kind: str, change: Change) -> str | None:
    """Why a change of a resource is no mutant; None if it is one."""
    return next((text for text, rule in RULES.items() if rule(id, resource, kind, change)), None)
