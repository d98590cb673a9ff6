"""Moments: as the state writes them, and counted in months and days."""

import calendar
from datetime import datetime, timedelta, timezone

TOKYO = timezone(timedelta(hours=9))


def to_text(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def add_months(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + year, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, calendar.monthrange(year, month)[1]))


def days(delta: timedelta) -> float:
    return round(delta.total_seconds() / 86400, 3)
