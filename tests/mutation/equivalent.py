"""Mutants that are none: rules for changes that AWS, or this project, cannot tell from the original, each with its
reason. There is no list of single mutants."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

from .change import Change, Resource, at

Rule = Callable[[str, Resource, str, Change], bool]


def denied_already(id: str, resource: Resource, kind: str, change: Change) -> bool:
    """An action more in a Deny, which another Deny of the policy refuses to whom it may concern: to everybody, or to all
    without the key of MFA."""
    if kind != "action added" or change.path[-1] != "Action":
        return False
    *above, _ = change.path
    statement, siblings = at(resource, tuple(above)), at(resource, tuple(above[:-1]))
    if statement["Effect"] != "Deny":
        return False
    others = [each for each in siblings if each is not statement and each["Effect"] == "Deny" and each["Resource"] == "*"]
    return any(_refuses(each, change.value[-1], statement.get("Condition", {})) for each in others)


def _refuses(other: Resource, action: str, condition: Resource) -> bool:
    if "NotAction" in other:
        return action not in other["NotAction"] and "BoolIfExists" in other["Condition"] and set(condition) == {"Null"}
    return "Condition" not in other and any(fnmatchcase(action, each) for each in other["Action"])


def holds_without_the_key(id: str, resource: Resource, kind: str, change: Change) -> bool:
    """With or without IfExists: a negated operator holds for a request that lacks the key, and no request lacks
    aws:ViaAWSService (IAM guide, "Condition operators" and "AWS global condition context keys")."""
    if kind != "operator if exists":
        return False
    before = at(resource, change.path)
    return all("Not" in operator or set(before[operator]) == {"aws:ViaAWSService"} for operator in set(before) - set(change.value))


def same_sign(id: str, resource: Resource, kind: str, change: Change) -> bool:
    """Of as many values as there are, the sum is above nothing whenever the average is; so it is where an alarm, and the
    formula of an alarm, compares with 0 only and reckons no further."""
    properties = resource["Properties"]
    return (
        kind == "statistic changed"
        and properties.get("Threshold") == 0
        and properties["ComparisonOperator"] == "GreaterThanThreshold"
        and {at(resource, change.path), change.value} == {"Sum", "Average"}
        and not any(re.search(r"[1-9+*/-]", part.get("Expression", "")) for part in properties.get("Metrics", []))
    )


def any_above_nothing(id: str, resource: Resource, kind: str, change: Change) -> bool:
    """A formula gives 1 or 0 to an alarm above 0: another number instead of the 1 says the same."""
    if kind != "expression changed" or resource["Properties"].get("Threshold") != 0:
        return False
    return re.sub(r", \d+, 0\)$", ", 1, 0)", change.value) == at(resource, change.path)


def never_fewer(id: str, resource: Resource, kind: str, change: Change) -> bool:
    """Where there is data at all, its count is one or more: below 1 and below 0 are the same, never."""
    return (
        kind == "threshold changed"
        and resource["Properties"].get("Statistic") == "SampleCount"
        and resource["Properties"]["ComparisonOperator"] == "LessThanThreshold"
        and change.value == 0
    )


# The states that the watch measures, with their highest values.
STATES = {"SendingEnabled": 1, "EnforcementStatus": 2}


def whole_states(id: str, resource: Resource, kind: str, change: Change) -> bool:
    """A state is a whole number from 0 on: the sum is 1 or more where the highest value is; and the average of one that is
    0 or 1 is below 1 where the lowest value is."""
    if kind != "statistic changed":
        return False
    properties, statistics = resource["Properties"], {at(resource, change.path), change.value}
    if "Metrics" not in properties:
        compared = properties["ComparisonOperator"], properties["Threshold"]
        at_one = compared == ("GreaterThanOrEqualToThreshold", 1)
        return properties["MetricName"] in STATES and at_one and statistics == {"Sum", "Maximum"}
    part = at(resource, change.path[:-2])
    below_one = f"{part['Id']} < 1" in "".join(other.get("Expression", "") for other in properties["Metrics"])
    name = part["MetricStat"]["Metric"]["MetricName"]
    return STATES.get(name) == 1 and below_one and statistics == {"Minimum", "Average"}


RULES: dict[str, Rule] = {
    (rule.__doc__ or "").strip(): rule
    for rule in (denied_already, holds_without_the_key, same_sign, any_above_nothing, never_fewer, whole_states)
}


def reason(id: str, resource: Resource, kind: str, change: Change) -> str | None:
    """Why a change of a resource is no mutant; None if it is one."""
    return next((text for text, rule in RULES.items() if rule(id, resource, kind, change)), None)
