"""Metrics of CloudWatch: datapoints by second, and their statistics by period.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

Dimensions = tuple[tuple[str, str], ...]
Metric = tuple[str, str, Dimensions]

STATISTICS = {
    "Sum": sum,
    "Maximum": max,
    "Minimum": min,
    "SampleCount": len,
    "Average": lambda values: sum(values) / len(values),
}


def metric(namespace: str, name: str, dimensions: dict[str, str] | None = None) -> Metric:
    return namespace, name, tuple(sorted((dimensions or {}).items()))


@dataclass
class Metrics:
    points: dict[Metric, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))

    def put(self, what: Metric, second: int, value: float) -> None:
        self.points[what].append((second, float(value)))

    def values(self, what: Metric, statistic: str, period: int, end: int, count: int) -> list[float | None]:
        """The statistic of the last periods before `end`, the oldest first; None where nothing was published."""
        periods: dict[int, list[float]] = defaultdict(list)
        for second, value in self.points.get(what, []):
            periods[second // period].append(value)
        last = end // period
        found = [periods.get(number) for number in range(last - count, last)]
        return [STATISTICS[statistic](values) if values else None for values in found]


def embedded(line: str) -> list[tuple[Metric, float]]:
    """What a log line publishes in the embedded metric format; nothing if it is an ordinary line."""
    try:
        document = json.loads(line)
        directives = document["_aws"]["CloudWatchMetrics"]
    except (ValueError, KeyError, TypeError):
        return []
    found = []
    for directive in directives:
        for names in directive.get("Dimensions", [[]]):
            dimensions = {name: str(document[name]) for name in names}
            for each in directive["Metrics"]:
                for value in _listed(document[each["Name"]]):
                    found.append((metric(directive["Namespace"], each["Name"], dimensions), float(value)))
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
