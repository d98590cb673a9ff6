"""The watch: what it measures of the SES account, and how it counts silence."""

from datetime import datetime, timedelta, timezone
from types import ModuleType

import pytest

from .maintenance_aws import ENVIRONMENT, FakeAws

RECORDER, SMTP = "/aws/lambda/ses-prod-recorder", "/aws/lambda/ses-prod-smtp"


@pytest.fixture
def aws() -> FakeAws:
    return FakeAws()


@pytest.fixture
def watch(maintenance: ModuleType, aws: FakeAws, monkeypatch: pytest.MonkeyPatch):
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(maintenance, "client", aws.client)
    monkeypatch.setattr(maintenance, "now", lambda: aws.now)

    def look() -> dict[str, float]:
        aws.published.clear()
        maintenance.handler({"mode": "watch"}, None)
        assert aws.mails == []
        return aws.published

    return look


def made(aws: FakeAws, log_group: str, hours: float) -> None:
    begun = aws.now - timedelta(hours=hours)
    aws.log_groups[log_group] = {"creationTime": int(begun.timestamp() * 1000)}


class TestAccount:
    @pytest.mark.parametrize(
        ("enabled", "status", "number"),
        # SES API v2, GetAccount: EnforcementStatus. What AWS may add is for somebody to read.
        [(True, "HEALTHY", 0), (True, "PROBATION", 1), (False, "SHUTDOWN", 2), (False, "HEALTHY", 0), (True, "NEW", 1)],
    )
    def test_is_published(self, watch, aws, enabled, status, number):
        aws.account |= {"SendingEnabled": enabled, "EnforcementStatus": status}
        found = watch()
        assert (found["SendingEnabled"], found["EnforcementStatus"]) == (int(enabled), number)

    def test_is_published_even_if_nothing_else_can_be_looked_at(self, watch, aws):
        for operation in ("GetMetricData", "DescribeLogGroups"):
            aws.denied = {operation: "AccessDenied"}
            with pytest.raises(Exception, match="AccessDenied"):
                watch()
            assert set(aws.published) == {"SendingEnabled", "EnforcementStatus"}

    def test_without_an_answer_nothing_is_published_and_the_call_fails(self, watch, aws):
        """So that the alarm on missing data rings."""
        aws.denied["GetAccount"] = "AccessDenied"
        with pytest.raises(Exception, match="AccessDenied"):
            watch()
        assert aws.published == {}


class TestSilence:
    def test_counts_from_the_last_data(self, watch, aws):
        made(aws, RECORDER, hours=1000)
        aws.heard["recorder"] = [aws.now - timedelta(hours=hours) for hours in (300, 30)]
        # Data lie somewhere in their hour: it is counted from the end of it.
        assert 28 < watch()["HoursSilent/recorder"] <= 30

    def test_counts_from_the_first_launch_while_there_was_nothing(self, watch, aws):
        made(aws, RECORDER, hours=5)
        assert watch()["HoursSilent/recorder"] == pytest.approx(5, abs=0.01)

    def test_counts_from_a_new_launch_after_older_data(self, watch, aws):
        made(aws, SMTP, hours=2)
        aws.heard["smtp-check"] = [aws.now - timedelta(hours=100)]
        assert watch()["HoursSilent/smtp-check"] == pytest.approx(2, abs=0.01)

    def test_is_none_before_there_is_a_stack(self, watch, aws):
        made(aws, RECORDER + "-of-somebody-else", hours=500)
        assert watch()["HoursSilent/recorder"] == 0

    def test_is_none_while_data_come(self, watch, aws):
        made(aws, RECORDER, hours=1000)
        aws.heard["recorder"] = [aws.now]
        assert watch()["HoursSilent/recorder"] == 0

    def test_mail_has_no_hours(self, watch):
        assert "HoursSilent/mail" not in watch()


@pytest.mark.parametrize(
    ("at", "last", "missing"),
    [
        # In Tokyo; 25 November 2026 is a Wednesday. Data lie in the hour that begins at `last`.
        ("2026-11-25 11:30", "2026-11-25 10:00", 0),
        ("2026-11-25 12:59", "2026-11-25 10:00", 0),
        ("2026-11-25 13:00", "2026-11-25 10:00", 1),
        ("2026-11-25 17:59", "2026-11-25 10:00", 1),
        ("2026-11-25 18:00", "2026-11-25 10:00", 0),  # the office is closed
        ("2026-11-26 08:59", "2026-11-25 10:00", 0),
        ("2026-11-26 10:59", "2026-11-25 17:00", 0),  # the night does not count
        ("2026-11-26 11:00", "2026-11-25 17:00", 1),
        ("2026-11-28 12:00", "2026-11-25 17:00", 0),  # Saturday
        ("2026-11-29 12:00", "2026-11-25 17:00", 0),
        ("2026-11-30 11:00", "2026-11-27 17:00", 1),  # Monday
        ("2026-12-04 12:00", "2026-11-25 17:00", 1),
        ("2026-12-10 12:00", "2026-11-25 17:00", 0),  # after two weeks nobody is expected to send
        ("2026-11-25 12:00", None, 0),  # nobody has ever sent
    ],
)
def test_mail_is_missing_in_office_hours(watch, aws, at, last, missing):
    tokyo = timezone(timedelta(hours=9))
    aws.now = datetime.fromisoformat(at).replace(tzinfo=tokyo)
    aws.heard["mail"] = [datetime.fromisoformat(last).replace(tzinfo=tokyo)] if last else []
    assert watch()["MailMissing"] == missing
