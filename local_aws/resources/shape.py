"""Property names of templates as the APIs spell them."""

from typing import Any


def lower_first(value: Any) -> Any:
    """MetricName to metricName, at every depth: the names that CloudWatch Logs uses."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: lower_first(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [lower_first(item) for item in value]
    return value


def renamed(value: Any, names: dict[str, str]) -> Any:
    """The same value with some of its keys under other names, at every depth."""
    if isinstance(value, dict):
        return {names.get(key, key): renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [renamed(item, names) for item in value]
    return value
