"""The SES account: its state, its quota, its last day."""

import os
from datetime import timedelta
from typing import Any

from maintenance.aws import client
from maintenance.check import Check
from maintenance.words import count, now

FEWEST_MAILS = 100  # below that a rate says nothing
FEWEST_DAYS = 3  # before yesterday, to know what is usual
NEAR_QUOTA = 80  # percent


def look_at_sending(check: Check) -> None:
    """What SES says of the account: state, quota, and the last day against the limits and against what is usual."""
    with check.trying("The state of the SES account", "SES アカウントの状態"):
        account = client("sesv2").get_account()
        if not account["SendingEnabled"]:
            check.find(
                "SES does not send for this account. Look for a case of AWS in the SES console, and answer it.",
                "SES アカウントの送信が停止しています。SES コンソールで AWS のケースを確認し、回答してください。",
            )
        status = account.get("EnforcementStatus", "HEALTHY")
        if status != "HEALTHY":
            check.find(
                f"AWS has put the SES account under {status}. Read the case in the SES console and hold the mail that it "
                "names.",
                f"SES アカウントの状態が {status} です。SES コンソールのケースを確認し、該当するメールを保留してください。",
            )
        quota = account.get("SendQuota", {})
        if quota.get("Max24HourSend", 0) > 0:  # -1: no limit
            used = 100 * quota.get("SentLast24Hours", 0) / quota["Max24HourSend"]
            if used >= NEAR_QUOTA:
                check.find(
                    f"{used:.0f} % of the quota of 24 hours are used. Ask AWS for a higher one (Service Quotas), or send less.",
                    f"24時間の送信クォータの {used:.0f} % を使用しています。引き上げを申請（Service Quotas）するか、送信を減らしてください。",
                )
            check.fact(
                f"The account may send; {used:.1f} % of the quota of 24 hours are used.",
                f"アカウントは送信可能です。24時間のクォータの {used:.1f} % を使用しています。",
            )
    with check.trying("The sending statistics", "送信統計"):
        look_at_statistics(check, client("ses").get_send_statistics()["SendDataPoints"])


def look_at_statistics(check: Check, points: list[dict[str, Any]]) -> None:
    """Quarters of an hour of the last two weeks, of the whole account."""
    since = now() - timedelta(days=1)
    last = [point for point in points if point["Timestamp"] > since]
    before = [point for point in points if point["Timestamp"] <= since]
    mails, bounces, complaints, rejects = (
        sum(point.get(name, 0) for point in last) for name in ("DeliveryAttempts", "Bounces", "Complaints", "Rejects")
    )
    if mails >= FEWEST_MAILS:
        for share, limit, english, japanese in (
            (100 * bounces / mails, float(os.environ["BOUNCE_PERCENT"]), "bounced", "バウンス"),
            (100 * complaints / mails, float(os.environ["COMPLAINT_PERCENT"]), "were reported as spam", "苦情"),
        ):
            if share >= limit:
                check.find(
                    f"{share:.2f} % of the mail of 24 hours {english}; the limit is {limit:g} %. Look in the masked logs for "
                    "one campaign or one receiving domain, and hold that mail.",
                    f"24時間のメールの {share:.2f} % が{japanese}になりました（上限 {limit:g} %）。マスク済みログで該当する配信または"
                    "受信ドメインを特定し、そのメールを保留してください。",
                )
    if rejects:
        check.find(
            f"SES rejected {count(rejects, 'mail')} because of malware. Find the sending server in the masked logs.",
            f"SES がマルウェアのため {rejects} 通を拒否しました。マスク済みログで送信元サーバーを特定してください。",
        )
    days = (since - min(point["Timestamp"] for point in before)) / timedelta(days=1) if before else 0
    usual = sum(point.get("DeliveryAttempts", 0) for point in before) / days if days >= FEWEST_DAYS else None
    factor = float(os.environ["VOLUME_FACTOR"])
    if usual is not None and max(mails, usual) >= FEWEST_MAILS and not usual / factor <= mails <= usual * factor:
        check.find(
            f"{count(mails, 'mail')} in 24 hours; {usual:.0f} are usual. Ask who sends, or why nobody does. If nobody knows: "
            "Stop sending, in docs/runbook-incidents.md.",
            f"24時間の送信は {mails} 通で、通常は {usual:.0f} 通です。送信者（または送信がない理由）を確認してください。"
            "不明な場合は docs/runbook-incidents.ja.md の「送信を止める」を実行してください。",
        )
    usually = f"{usual:.0f}" if usual is not None else "?"
    check.fact(
        f"Account, 24 hours: {count(mails, 'mail')} (usual: {usually}), bounces {bounces}, complaints {complaints}, rejects "
        f"{rejects}.",
        f"アカウント全体・24時間: {mails} 通（通常 {usually}）、バウンス {bounces}、苦情 {complaints}、拒否 {rejects}。",
    )
