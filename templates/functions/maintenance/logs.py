"""Security log, retention, size and expiry."""

import json
import os
import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from maintenance.aws import client, names, pages
from maintenance.check import Check
from maintenance.words import TOKYO, count, listed, moment, now

LEVELS = ("ERROR", "WARNING", "DENY")
MOST_LINES = 100_000  # of one log group that are counted
STORAGE = ("StandardStorage", "StandardIAStorage", "GlacierStorage")  # the classes of the log buckets


def look_at_security_log(check: Check) -> None:
    """How many ERROR, WARNING and DENY the security log groups got since the report of the day before."""
    since = now().astimezone(TOKYO).replace(hour=9, minute=0, second=0, microsecond=0)
    since -= timedelta(days=1 if since <= now() else 2)
    for group in names("SECURITY_LOG_GROUPS"):
        with check.trying(group):
            levels, events, complete = count_lines(group, since)
            more = "" if complete else "+"
            if not levels:
                check.fact(
                    f"{group}: no ERROR, WARNING or DENY since {moment(since)}.",
                    f"{group}: {moment(since)} 以降、ERROR・WARNING・DENY はありません。",
                )
                continue
            numbers = ", ".join(f"{level} {levels[level]}{more}" for level in LEVELS if levels[level])
            kinds = listed(f"{event} {number}" for event, number in events.most_common())
            check.find(
                f"{group}: {numbers} since {moment(since)} ({kinds}). Open the security dashboard: who, what, from where; "
                "then Find out, in docs/runbook-incidents.md.",
                f"{group}: {moment(since)} 以降 {numbers}（{kinds}）。セキュリティダッシュボードで、誰が・何を・どこから行ったか"
                "を確認し、docs/runbook-incidents.ja.md の「調べる」を実行してください。",
            )


def count_lines(group: str, since: datetime) -> tuple[Counter[str], Counter[str], bool]:
    """Lines by level and by kind of event, and whether these are all."""
    levels: Counter[str] = Counter()
    events: Counter[str] = Counter()
    lines = pages(
        "logs", "filter_log_events", "events",
        logGroupName=group, startTime=int(since.timestamp() * 1000), filterPattern="?ERROR ?WARNING ?DENY",
    )  # fmt: skip
    for number, line in enumerate(lines):
        if number == MOST_LINES:
            return levels, events, False
        try:
            record = json.loads(line["message"])
        except ValueError:
            record = None
        if not isinstance(record, dict):
            record = {}
        level = record.get("level")
        if level not in LEVELS:
            level = next((each for each in LEVELS if each in line["message"]), None)
        if level:
            levels[level] += 1
            # A name, never what somebody wrote.
            event = record.get("event")
            events[event if isinstance(event, str) and re.fullmatch(r"[A-Za-z]{1,40}", event) else "?"] += 1
    return levels, events, True


def look_at_log_keeping(check: Check) -> None:
    """Retention, size and masking of the log groups, and the expiry of the log buckets."""
    kept, limit = int(os.environ["LOG_RETENTION_DAYS"]), float(os.environ["LOG_GIBIBYTES"])
    found: dict[str, Any] = {}
    for prefix in names("LOG_GROUP_PREFIXES"):
        with check.trying(f"{prefix}*"):
            for group in pages("logs", "describe_log_groups", "logGroups", logGroupNamePrefix=prefix):
                found[group["logGroupName"]] = group
    for name in names("SECURITY_LOG_GROUPS"):
        if name not in found and not check.failures:
            check.find(
                f"The log group {name} is missing: no security event is kept. Find out who deleted it, and put it back.",
                f"ロググループ {name} がありません。セキュリティイベントが保存されません。削除者を確認し、元に戻してください。",
            )
    for name, group in sorted(found.items()):
        days, gibibytes = group.get("retentionInDays"), group.get("storedBytes", 0) / 2**30
        if days != kept:
            check.find(
                f"{name} keeps its lines {f'for {days} days' if days else 'for ever'}; {kept} days are configured. Find out "
                f"who changed that, and: aws logs put-retention-policy --log-group-name {name} --retention-in-days {kept}",
                f"{name} の保存期間が{f'{days} 日' if days else '無期限'}です（設定: {kept} 日）。変更者を確認し、次を実行してください: "
                f"aws logs put-retention-policy --log-group-name {name} --retention-in-days {kept}",
            )
        if gibibytes >= limit:
            check.find(
                f"{name} holds {gibibytes:.1f} GiB; {limit:g} are expected at most. Look for a function or a caller that "
                "writes too much.",
                f"{name} のサイズが {gibibytes:.1f} GiB です（想定 {limit:g} GiB 以下）。大量に書き込んでいる関数や呼び出し元を確認してください。",
            )
        if name not in names("UNMASKED_LOG_GROUPS") and group.get("dataProtectionStatus") != "ACTIVATED":
            check.find(
                f"{name} does not hide personal data: its data protection policy is gone. Find out who deleted it, and "
                "put it back.",
                f"{name} のデータ保護ポリシーがなく、個人情報がマスクされません。削除者を確認し、元に戻してください。",
            )
    for bucket in names("LOG_BUCKETS"):
        with check.trying(bucket):
            look_at_expiry(check, bucket)
    size = sum(group.get("storedBytes", 0) for group in found.values()) / 2**30
    check.fact(
        f"{count(len(found), 'log group')}, {size:.2f} GiB together.", f"ロググループ {len(found)} 件、合計 {size:.2f} GiB。"
    )
    with check.trying("The size of the log buckets", "ログバケットのサイズ"):
        sizes = [f"{bucket} {size / 2**30:.2f} GiB" for bucket, size in bucket_sizes().items()]
        check.fact(f"Log buckets: {listed(sizes)}.", f"ログバケット: {listed(sizes)}。")


def bucket_sizes() -> dict[str, float]:
    """Bytes by bucket, as S3 measured them last: once a day, for each storage class."""
    buckets = names("LOG_BUCKETS")
    asked = [(bucket, kind) for bucket in buckets for kind in STORAGE]
    queries = [
        {
            "Id": f"q{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/S3",
                    "MetricName": "BucketSizeBytes",
                    "Dimensions": [{"Name": "BucketName", "Value": bucket}, {"Name": "StorageType", "Value": kind}],
                },
                "Period": 86400,
                "Stat": "Average",
            },
        }
        for number, (bucket, kind) in enumerate(asked)
    ]
    sizes = dict.fromkeys(buckets, 0.0)
    since = now() - timedelta(days=3)
    for result in pages("cloudwatch", "get_metric_data", "MetricDataResults",
                        MetricDataQueries=queries, StartTime=since, EndTime=now(), ScanBy="TimestampDescending"):  # fmt: skip
        bucket, _ = asked[int(result["Id"].removeprefix("q"))]
        sizes[bucket] += (result["Values"] or [0])[0]
    return sizes


def look_at_expiry(check: Check, bucket: str) -> None:
    wanted = int(os.environ["EXPIRATION_DAYS"])
    try:
        rules = client("s3").get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    except Exception as error:
        if getattr(error, "response", {}).get("Error", {}).get("Code") != "NoSuchLifecycleConfiguration":
            raise
        rules = []
    found = [rule.get("Expiration", {}).get("Days") for rule in rules if rule["Status"] == "Enabled"]
    found = [days for days in found if days]
    if found != [wanted]:
        kept = f"for {listed(map(str, found))} days" if found else "for ever"
        check.find(
            f"{bucket} keeps its objects {kept}; {wanted} days are configured. Find out who changed that, and put "
            "it back.",
            f"{bucket} の保存期間が{listed(map(str, found)) + ' 日' if found else '無期限'}です（設定: {wanted} 日）。"
            "変更者を確認し、元に戻してください。",
        )
