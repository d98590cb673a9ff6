"""Time that passes when a test says so."""

from datetime import datetime, timedelta, timezone

START = datetime(2026, 11, 24, 23, 30, tzinfo=timezone.utc)  # half an hour before nine in Tokyo


class Clock:
    def __init__(self, moment: datetime = START):
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    def monotonic(self) -> float:
        return self.moment.timestamp()
