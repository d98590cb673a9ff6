"""Moments: as the state writes them, and as people read them."""

from datetime import datetime, timedelta, timezone

TOKYO = timezone(timedelta(hours=9))


def now() -> datetime:
    return datetime.now(timezone.utc)


def text(time: datetime) -> str:
    return time.astimezone(timezone.utc).isoformat(timespec="seconds")


def moment(time: str) -> datetime:
    return datetime.fromisoformat(time)


def day(time: datetime) -> str:
    return f"{time.astimezone(TOKYO):%Y-%m-%d}"


def minute(time: datetime) -> str:
    return f"{time.astimezone(TOKYO):%Y-%m-%d %H:%M} JST"


def days(span: timedelta) -> float:
    return round(span / timedelta(days=1), 1)
