"""Event patterns of EventBridge.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

import ipaddress
from typing import Any

FILTERS = {
    "prefix", "suffix", "anything-but", "exists", "numeric", "cidr", "wildcard", "equals-ignore-case",
}  # fmt: skip


class InvalidPattern(ValueError):
    """EventBridge refuses the pattern."""


def matches(pattern: dict[str, Any], event: Any) -> bool:
    """Whether every field of the pattern has one of its values in the event."""
    if not isinstance(pattern, dict) or not pattern:
        raise InvalidPattern("a pattern is an object with fields")
    for key, wanted in pattern.items():
        if key == "$or":
            if not any(matches(branch, event) for branch in wanted):
                return False
        elif isinstance(wanted, dict):
            if not any(matches(wanted, inner) for inner in _objects(event, key)):
                return False
        elif isinstance(wanted, list) and wanted:
            if not any(_field_matches(choice, _values(event, key)) for choice in wanted):
                return False
        else:
            raise InvalidPattern(f"{key}: match values stand in a list")
    return True


def _objects(event: Any, key: str) -> list[Any]:
    """The objects below a key: of a list any may match. Absent, only `exists: false` matches in it."""
    found = event.get(key, {}) if isinstance(event, dict) else {}
    return found if isinstance(found, list) and found else [found if isinstance(found, dict) else {}]


def _values(event: Any, key: str) -> list[Any] | None:
    """The values of a leaf; None if there is no such field, or it is an object."""
    if not isinstance(event, dict) or key not in event or isinstance(event[key], dict):
        return None
    value = event[key]
    return value if isinstance(value, list) else [value]


def _field_matches(choice: Any, values: list[Any] | None) -> bool:
    if isinstance(choice, dict):
        [(name, argument)] = choice.items() if len(choice) == 1 else [("", None)]
        if name not in FILTERS:
            raise InvalidPattern(f"no such filter: {choice}")
        if name == "exists":
            return (values is not None) is argument
        if name == "anything-but":
            return values is not None and bool(values) and all(_is_other(argument, value) for value in values)
        return any(_filter(name, argument, value) for value in values or [])
    return any(_equal(choice, value) for value in values or [])


def _equal(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, bool) or isinstance(value, bool) or wanted is None or value is None:
        return wanted is value
    return bool(wanted == value)


def _is_other(argument: Any, value: Any) -> bool:
    if isinstance(argument, dict):
        [(name, inner)] = argument.items()
        return not any(_filter(name, each, value) for each in (inner if isinstance(inner, list) else [inner]))
    return not any(_equal(each, value) for each in (argument if isinstance(argument, list) else [argument]))


def _filter(name: str, argument: Any, value: Any) -> bool:
    if name == "numeric":
        return _numeric(argument, value)
    if not isinstance(value, str):
        return False
    if name in ("prefix", "suffix"):
        if isinstance(argument, dict):
            argument, value = argument["equals-ignore-case"].lower(), value.lower()
        return value.startswith(argument) if name == "prefix" else value.endswith(argument)
    if name == "equals-ignore-case":
        return value.lower() == argument.lower()
    if name == "wildcard":
        return _wildcard(argument, value)
    if name == "cidr":
        try:
            return ipaddress.ip_address(value) in ipaddress.ip_network(argument)
        except ValueError:
            return False
    raise InvalidPattern(f"no such filter: {name}")


def _numeric(argument: list[Any], value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    if not argument or len(argument) % 2:
        raise InvalidPattern(f"numeric wants pairs of operator and number: {argument}")
    for operator, wanted in zip(argument[::2], argument[1::2], strict=True):
        if operator not in ("<", "<=", ">", ">=", "="):
            raise InvalidPattern(f"numeric knows no {operator}")
        ok = {"<": value < wanted, "<=": value <= wanted, ">": value > wanted, ">=": value >= wanted}
        if not ok.get(operator, value == wanted):
            return False
    return True


def _wildcard(pattern: str, value: str) -> bool:
    parts = pattern.split("*")
    if len(parts) == 1:
        return pattern == value
    if not value.startswith(parts[0]) or not value.endswith(parts[-1]):
        return False
    position, end = len(parts[0]), len(value) - len(parts[-1])
    for part in parts[1:-1]:
        found = value.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return position <= end
