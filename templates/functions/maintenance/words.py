"""How the reports say things: lists, numbers, days."""

from datetime import datetime, timedelta, timezone
from typing import Any

TOKYO = timezone(timedelta(hours=9))
MOST_NAMES = 20  # in one line


def listed(items: Any) -> str:
    """A few of many, by name."""
    found = list(items)
    more = f" … (+{len(found) - MOST_NAMES})" if len(found) > MOST_NAMES else ""
    return (", ".join(found[:MOST_NAMES]) or "-") + more


def short(arn: str) -> str:
    return arn.rpartition("/")[2]


def count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def now() -> datetime:
    return datetime.now(timezone.utc)


def days_since(time: datetime) -> int:
    return (now() - time).days


def day(time: datetime | None, never: str) -> str:
    return f"{time.astimezone(TOKYO):%Y-%m-%d}" if time else never


def moment(time: datetime) -> str:
    return f"{time.astimezone(TOKYO):%Y-%m-%d %H:%M} JST"
