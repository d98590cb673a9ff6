"""Writes the daily and the monthly report on the security of one environment, and mails it to the alert topic.

EventBridge Scheduler calls with {"mode": "daily"} at 09:00 and with {"mode": "monthly"} on the 1st at 02:00, Tokyo time;
people may call it too. It looks and changes nothing. With {"mode": "watch"}, every quarter of an hour, it only measures.

The report comes when there is nothing to do as well: its absence is a finding of its own. What could not be looked at is
reported, and does not keep anything else from being looked at. It names users, groups, policies and log groups of the
environment and public networks; no line of a log, no address of a mail.
"""

import os
from collections.abc import Callable
from typing import Any

from maintenance.aws import client
from maintenance.check import Check, LOG, reason, run
from maintenance.logs import look_at_log_keeping, look_at_security_log
from maintenance.mail import report
from maintenance.people import look_at_rights, look_at_sign_ins
from maintenance.policies import look_at_ip_list, look_at_ip_restriction, look_at_settings
from maintenance.sending import look_at_sending
from maintenance.watch import look_around


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    mode = event.get("mode")
    if mode == "watch":
        return look_around()
    if mode not in REPORTS:
        raise ValueError(f"unknown mode {mode!r}: daily, monthly or watch")
    checks = [run(title, look) for title, look in REPORTS[mode]]
    publish(*report(mode, checks))
    counts = {
        "findings": sum(len(check.findings) for check in checks),
        "failures": sum(len(check.failures) for check in checks),
    }
    put_metrics(mode, checks, counts)
    LOG.info("reported", extra={"mode": mode, **counts})
    return counts


def look_at_schedule(check: Check) -> None:
    """An alarm tells if the daily report does not come; this tells that the monthly one will."""
    name = os.environ["MONTHLY_SCHEDULE"]
    with check.trying(name):
        state = client("scheduler").get_schedule(Name=name)["State"]
        if state != "ENABLED":
            check.find(
                f"The schedule {name} is switched off: there will be no monthly report. Put it back.",
                f"スケジュール {name} が無効のため、月次レポートが作成されません。元に戻してください。",
            )


REPORTS: dict[str, list[tuple[tuple[str, str], Callable[[Check], None]]]] = {
    # S 7.1.2
    "daily": [
        (("Last sign-in of the IAM users", "IAMユーザーの最終サインイン"), look_at_sign_ins),
        (("Sending statistics of SES", "SES送信統計"), look_at_sending),
        (("Security log", "セキュリティログ"), look_at_security_log),
        (("IP restriction policies", "IP制限ポリシーの適用状況"), look_at_ip_restriction),
        (("Schedule of the monthly report", "月次レポートのスケジュール"), look_at_schedule),
    ],
    # S 7.1.3
    "monthly": [
        (("IAM rights (Admin, ReadOnly, Monitoring)", "IAM権限レビュー（Admin・ReadOnly・Monitoring）"), look_at_rights),
        (("Security policies", "セキュリティポリシー設定"), look_at_settings),
        (("Retention and size of the logs", "ログ保存期間・サイズ"), look_at_log_keeping),
        (("List of allowed networks", "IP許可リスト"), look_at_ip_list),
    ],
}


def publish(subject: str, message: str) -> None:
    client("sns").publish(TopicArn=os.environ["TOPIC_ARN"], Subject=subject, Message=message)


def put_metrics(mode: str, checks: list[Check], counts: dict[str, int]) -> None:
    values = {"ReportFindings": counts["findings"], "FailedChecks": counts["failures"]}
    values["DailyReports" if mode == "daily" else "MonthlyReports"] = 1
    if mode == "daily":
        [restriction] = [
            check for check, (_, look) in zip(checks, REPORTS[mode], strict=True) if look is look_at_ip_restriction
        ]
        values["IpRestrictionFindings"] = len(restriction.findings)
    try:
        client("cloudwatch").put_metric_data(
            Namespace=os.environ["METRIC_NAMESPACE"],
            MetricData=[{"MetricName": name, "Value": value, "Unit": "Count"} for name, value in values.items()],
        )
    except Exception as error:
        # The mail is out. Failing now would send it again; an alarm tells that the signal is absent.
        LOG.error("metrics not published", extra={"reason": reason(error)})
