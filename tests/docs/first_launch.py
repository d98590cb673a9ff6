"""The tables of the first-launch pages that are counted from the templates: what it costs a month, and what rings at once.

`python -m tests.docs.first_launch` writes them into both pages.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..platform.cloudformation import ENVIRONMENTS, ROOT, stacks
from ..platform.metrics import AWS_METRICS, published

PAGES = [ROOT / "docs" / name for name in ("first-launch.md", "first-launch.ja.md")]

# USD a month. The pages: "AWS Key Management Service Pricing", "AWS Secrets Manager Pricing", "Amazon CloudWatch Pricing".
# An anomaly alarm has three metrics: the one it watches and both edges of its band.
PRICES = {"keys": 1.00, "secrets": 0.40, "alarms": 0.10, "composite": 0.50, "metrics": 0.30, "dashboards": 3.00}
WORDS = {
    "first-launch.md": {
        "keys": "KMS keys", "secrets": "secrets", "alarms": "metrics of alarms", "composite": "composite alarms",
        "metrics": "metrics of our own", "dashboards": "dashboards", "sum": "together",
    },
    "first-launch.ja.md": {
        "keys": "KMSキー", "secrets": "シークレット", "alarms": "アラームのメトリクス", "composite": "複合アラーム",
        "metrics": "独自メトリクス", "dashboards": "ダッシュボード", "sum": "合計",
    },
}  # fmt: skip


def resources(environment: str, type: str) -> list[dict[str, Any]]:
    return [properties for stack in stacks(environment) for properties in stack.all(type).values()]


def metrics_of(alarm: dict[str, Any]) -> int:
    """What CloudWatch charges of an alarm: each metric that it reads, and both edges of a band."""
    entries = alarm.get("Metrics", [])
    if not entries:
        return 1
    bands = sum("ANOMALY_DETECTION_BAND" in entry.get("Expression", "") for entry in entries)
    return sum("MetricStat" in entry for entry in entries) + 2 * bands


def own_metrics(environment: str) -> int:
    by_aws = {
        (namespace, name, dimensions)
        for namespace, metrics in AWS_METRICS.items()
        for name, sets in metrics.items()
        for dimensions in sets
    }
    return len(published(environment) - by_aws)


COUNTS: dict[str, Callable[[str], int]] = {
    "keys": lambda environment: len(resources(environment, "AWS::KMS::Key")),
    "secrets": lambda environment: len(resources(environment, "AWS::SecretsManager::Secret")),
    "alarms": lambda environment: sum(map(metrics_of, resources(environment, "AWS::CloudWatch::Alarm"))),
    "composite": lambda environment: len(resources(environment, "AWS::CloudWatch::CompositeAlarm")),
    "metrics": own_metrics,
    "dashboards": lambda environment: len(resources(environment, "AWS::CloudWatch::Dashboard")),
}


def costs(words: dict[str, str]) -> str:
    rows, sums = [], dict.fromkeys(ENVIRONMENTS, 0.0)
    for key, price in PRICES.items():
        cells = []
        for environment in ENVIRONMENTS:
            number = COUNTS[key](environment)
            sums[environment] += number * price
            cells += [str(number), f"{number * price:.2f}"]
        rows.append(f"| {words[key]} | {price:.2f} | {' | '.join(cells)} |\n")
    total = " | ".join(f" | {sums[environment]:.2f}" for environment in ENVIRONMENTS)
    return "".join(rows) + f"| {words['sum']} | |{total} |\n"


def rings(_words: dict[str, str]) -> str:
    """Alarms for which no data is bad news: at a first launch there is none."""
    names = {
        environment: sorted(
            alarm["AlarmName"].removeprefix(f"ses-{environment}-")
            for alarm in resources(environment, "AWS::CloudWatch::Alarm")
            if alarm.get("TreatMissingData") == "breaching"
        )
        for environment in ENVIRONMENTS
    }
    both = sorted({*names["prod"], *names["dev"]})
    mark = lambda name, environment: "x" if name in names[environment] else ""  # noqa: E731
    return "".join(f"| `{name}` | {mark(name, 'prod')} | {mark(name, 'dev')} |\n" for name in both)


PARTS = {"costs": costs, "rings": rings}


def filled(page: Path) -> str:
    """The page with its tables as they are counted now."""
    text = page.read_text(encoding="utf-8")
    for name, rows in PARTS.items():
        pattern = rf"(?s)(<!-- {name} -->\n(?:\|.*?\n){{2}}).*?(<!-- /{name} -->)"
        text, times = re.subn(pattern, lambda found: found[1] + rows(WORDS[page.name]) + found[2], text)
        assert times == 1, f"{page.name}: {name}"
    return text


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(filled(page), encoding="utf-8")
