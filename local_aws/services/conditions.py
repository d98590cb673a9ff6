"""Conditions of policies, evaluated as IAM does it."""

import operator
import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address, ip_network
from typing import Any


def hold(condition: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    """Whether all of it holds. The context has the keys of the request, in lower case."""
    return all(
        _holds(name, values if isinstance(values, list) else [values], context.get(key.lower()))
        for name, keys in condition.items()
        for key, values in keys.items()
    )


def _holds(name: str, values: list[Any], found: str | None) -> bool:
    wanted = [_text(value) for value in values]
    quantifier, _, name = name.rpartition(":")
    if_exists, name = name.endswith("IfExists"), name.removesuffix("IfExists")
    if name == "Null":
        return any((found is None) == (each == "true") for each in wanted)
    negated = name in NEGATED
    matches = OPERATORS.get(NEGATED.get(name, name))
    if matches is None:
        raise NotImplementedError(f"condition operator {name}")
    if found is None:
        # Without the key a negated operator holds, and "for all values" of none.
        return if_exists or quantifier == "ForAllValues" or (negated and quantifier != "ForAnyValue")
    return any(matches(found, each) for each in wanted) != negated


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _same_in_any_case(found: str, wanted: str) -> bool:
    return found.casefold() == wanted.casefold()


def _like(found: str, wanted: str) -> bool:
    pattern = "".join({"*": ".*", "?": "."}.get(character, re.escape(character)) for character in wanted)
    return re.fullmatch(pattern, found, re.DOTALL) is not None


def _like_arn(found: str, wanted: str) -> bool:
    """A star stays within its part."""
    parts, patterns = found.split(":", 5), wanted.split(":", 5)
    return len(parts) == len(patterns) and all(map(_like, parts, patterns))


def _number(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda found, wanted: compare(float(found), float(wanted))


def _in_network(found: str, wanted: str) -> bool:
    return ip_address(found) in ip_network(wanted, strict=False)


OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "Bool": _same_in_any_case,
    "StringEquals": operator.eq,
    "StringEqualsIgnoreCase": _same_in_any_case,
    "StringLike": _like,
    "ArnEquals": _like_arn,
    "ArnLike": _like_arn,
    "NumericEquals": _number(operator.eq),
    "NumericLessThan": _number(operator.lt),
    "NumericLessThanEquals": _number(operator.le),
    "NumericGreaterThan": _number(operator.gt),
    "NumericGreaterThanEquals": _number(operator.ge),
    "IpAddress": _in_network,
}
NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "NotIpAddress": "IpAddress",
}
