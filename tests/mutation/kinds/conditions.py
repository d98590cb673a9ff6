"""Conditions of statements."""

from collections.abc import Iterator
from typing import Any

from ..change import Change, Path, Resource, items, removal, statements


def condition_removed(resource: Resource) -> Iterator[Change]:
    for path, statement in statements(resource):
        if "Condition" in statement:
            yield removal((*path, "Condition"))


def key_removed(resource: Resource) -> Iterator[Change]:
    """One of several conditions goes."""
    found = list(_keys(resource))
    for path, operators, operator, key, _ in found:
        if sum(len(keys) for keys in operators.values()) > 1:
            alone = len(operators[operator]) == 1
            yield removal((*path, operator) if alone else (*path, operator, key))


def value_removed(resource: Resource) -> Iterator[Change]:
    for path, _, operator, key, value in _keys(resource):
        if isinstance(value, list) and len(value) > 1:
            for index in range(len(value)):
                yield removal((*path, operator, key, index))


def value_widened(resource: Resource) -> Iterator[Change]:
    """What a value must be like becomes anything; a network the whole internet."""
    for path, _, operator, key, value in _keys(resource):
        for place, _ in items(value, (*path, operator, key)):
            if "IpAddress" in operator:
                yield Change(place, ["0.0.0.0/0", "::/0"] if place[-1] == key else "0.0.0.0/0")
            elif operator.endswith("Like"):
                yield Change(place, ":".join("*" * 6) if operator.startswith("Arn") else "*")


def value_changed(resource: Resource) -> Iterator[Change]:
    for path, _, operator, key, value in _keys(resource):
        for place, item in items(value, (*path, operator, key)):
            if "Bool" in operator or operator == "Null":
                yield Change(place, "true" if str(item).lower() == "false" else "false")
            elif operator.startswith("Numeric"):
                yield from (Change(place, str(round(float(item) + step, 3))) for step in (-0.1, 0.1))
            elif "IpAddress" in operator:
                yield Change(place, "198.51.100.0/24")
            else:
                yield Change(place, "arn:aws:s3:::other" if operator.startswith("Arn") else "other")


def operator_negated(resource: Resource) -> Iterator[Change]:
    for path, operators, operator, _, _ in _keys(resource):
        other = operator.replace("Not", "") if "Not" in operator else NEGATED.get(operator)
        if other and other not in operators:
            yield Change(path, {other if each == operator else each: keys for each, keys in operators.items()})


NEGATED = {
    "StringEquals": "StringNotEquals",
    "StringLike": "StringNotLike",
    "ArnEquals": "ArnNotEquals",
    "ArnLike": "ArnNotLike",
    "IpAddress": "NotIpAddress",
    "NumericLessThan": "NumericGreaterThanEquals",
}


def operator_if_exists(resource: Resource) -> Iterator[Change]:
    """A request without the key passes; or a Deny for those without it goes."""
    for path, operators, operator, _, _ in _keys(resource):
        if operator != "Null":
            other = operator.removesuffix("IfExists") if operator.endswith("IfExists") else operator + "IfExists"
            yield Change(path, {other if each == operator else each: keys for each, keys in operators.items()})


def _keys(resource: Resource) -> Iterator[tuple[Path, dict[str, Any], str, str, Any]]:
    """(path of the condition, condition, operator, key, value)"""
    for path, statement in statements(resource):
        operators = statement.get("Condition", {})
        for operator, keys in operators.items():
            for key, value in keys.items():
                yield (*path, "Condition"), operators, operator, key, value


KINDS = {
    "condition removed": condition_removed,
    "condition key removed": key_removed,
    "condition value removed": value_removed,
    "condition value widened": value_widened,
    "condition value changed": value_changed,
    "operator negated": operator_negated,
    "operator if exists": operator_if_exists,
}
