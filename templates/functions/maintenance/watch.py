"""The look, every quarter of an hour, at the SES account and at what must not fall silent.

An alarm on missing data would ring from its creation to the first data, and some of these come once a day. So the hours
of silence are counted here, from the last data or from the first launch, and alarms look at the hours.
"""

import json
import os
from datetime import datetime, timedelta, timezone
from typing import Any

from maintenance.aws import client, pages
from maintenance.words import TOKYO, now

# SES API v2, GetAccount. Another status is one that somebody should read.
ENFORCEMENT = {"HEALTHY": 0, "PROBATION": 1, "SHUTDOWN": 2}
OPENS, CLOSES, WORKING_DAYS = 9, 18, 5
LOOK_BACK = timedelta(days=14)
PERIOD = timedelta(hours=1)


def look_around() -> dict[str, int]:
    """The account first: it is told whatever becomes of the rest."""
    look_at_account()
    return {"silent": look_at_silence()}


def look_at_account() -> None:
    account = client("sesv2").get_account()
    values = {
        "SendingEnabled": int(account["SendingEnabled"]),
        "EnforcementStatus": ENFORCEMENT.get(account.get("EnforcementStatus", "HEALTHY"), 1),
    }
    put_data([{"MetricName": name, "Value": value, "Unit": "None"} for name, value in values.items()])


def look_at_silence() -> int:
    """Publishes for how many hours each signal has been silent; how many of them are."""
    signals = json.loads(os.environ["SIGNALS"])
    last, moment = last_data(signals), now()
    silent = {
        signal["name"]: hours_between(max(filter(None, (begun(signal["log_group"]), last[signal["name"]])), default=moment), moment)
        for signal in signals
        if "log_group" in signal
    }
    values = {"MailMissing": int(mail_is_missing(last["mail"], moment))}
    put_data(
        [{"MetricName": name, "Value": value, "Unit": "None"} for name, value in values.items()]
        + [
            {"MetricName": "HoursSilent", "Dimensions": [{"Name": "Signal", "Value": name}], "Value": hours, "Unit": "None"}
            for name, hours in silent.items()
        ]
    )
    return sum(hours >= 1 for hours in silent.values())


def last_data(signals: list[dict[str, Any]]) -> dict[str, datetime | None]:
    """Up to when each signal had data."""
    queries = [
        {
            "Id": f"q{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": signal["namespace"],
                    "MetricName": signal["metric"],
                    "Dimensions": [{"Name": name, "Value": value} for name, value in signal["dimensions"].items()],
                },
                "Period": int(PERIOD.total_seconds()),
                "Stat": "SampleCount",
            },
        }
        for number, signal in enumerate(signals)
    ]
    last: dict[str, datetime | None] = {signal["name"]: None for signal in signals}
    for result in pages("cloudwatch", "get_metric_data", "MetricDataResults", MetricDataQueries=queries,
                        StartTime=now() - LOOK_BACK, EndTime=now(), ScanBy="TimestampDescending"):  # fmt: skip
        name = signals[int(result["Id"].removeprefix("q"))]["name"]
        times = [time + PERIOD for time, samples in zip(result["Timestamps"], result["Values"], strict=True) if samples]
        last[name] = max(filter(None, (last[name], *times)), default=None)
    return last


def begun(log_group: str) -> datetime | None:
    """When a log group was made; None while it is not there."""
    for group in pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=log_group):
        if group["logGroupName"] == log_group:
            return datetime.fromtimestamp(group["creationTime"] / 1000, timezone.utc)
    return None


def hours_between(earlier: datetime, later: datetime) -> float:
    return max(0.0, (later - earlier) / timedelta(hours=1))


def mail_is_missing(last: datetime | None, moment: datetime) -> bool:
    """Whether nobody has sent for too many hours of this working day. Who has not sent for two weeks is not expected to."""
    today = moment.astimezone(TOKYO)
    if last is None or today.weekday() >= WORKING_DAYS or not OPENS <= today.hour < CLOSES:
        return False
    opening = today.replace(hour=OPENS, minute=0, second=0, microsecond=0)
    return hours_between(max(last, opening), moment) >= float(os.environ["MAIL_SILENCE_HOURS"])


def put_data(data: list[dict[str, Any]]) -> None:
    client("cloudwatch").put_metric_data(Namespace=os.environ["METRIC_NAMESPACE"], MetricData=data)
