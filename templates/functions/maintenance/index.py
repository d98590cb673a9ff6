"""Writes the daily and the monthly report on the security of one environment, and mails it to the alert topic.

EventBridge Scheduler calls with {"mode": "daily"} at 09:00 and with {"mode": "monthly"} on the 1st at 02:00, Tokyo time;
people may call it too. It looks and changes nothing.

The report comes when there is nothing to do as well: its absence is a finding of its own. What could not be looked at is
reported, and does not keep anything else from being looked at. It names users, groups, policies and log groups of the
environment and public networks; no line of a log, no address of a mail.
"""

import functools
import json
import logging
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

LOG = logging.getLogger("maintenance")
LOG.setLevel(logging.INFO)
TOKYO = timezone(timedelta(hours=9))

LEVELS = ("ERROR", "WARNING", "DENY")
MOST_LINES = 100_000  # of one log group that are counted
MOST_FINDINGS = 40  # of one check in the mail, which SNS holds to 256 KB; the log has them all
MOST_NAMES = 20  # in one line
MOST_FAILURES = 5  # of one check, after which it is given up: a service may be down
FEWEST_MAILS = 100  # below that a rate says nothing
FEWEST_DAYS = 3  # before yesterday, to know what is usual
NEAR_QUOTA = 80  # percent
STORAGE = ("StandardStorage", "StandardIAStorage", "GlacierStorage")  # the classes of the log buckets

METRICS = ("DailyReports", "MonthlyReports", "ReportFindings", "FailedChecks", "IpRestrictionFindings")


class GivenUp(Exception):
    """Too much of a check failed to go on with it."""


@dataclass
class Check:
    """What one check found. Each text is there in English and in Japanese; a finding says what to do."""

    title: tuple[str, str]
    findings: list[tuple[str, str]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)

    def find(self, english: str, japanese: str) -> None:
        self.findings.append((english, japanese))

    def fact(self, english: str, japanese: str) -> None:
        self.facts.append((english, japanese))

    @contextmanager
    def trying(self, what: str, japanese: str = "") -> Iterator[None]:
        """A part of the check. If it fails, that is reported and the check goes on. A name needs no Japanese."""
        try:
            yield
        except GivenUp:
            raise
        except Exception as error:
            why = reason(error)
            LOG.warning("not checked", extra={"check": self.title[0], "part": what, "reason": why})
            self.failures.append((
                f"{what} could not be checked: {why}. If access was denied, look at the role "
                f"{os.environ['SYSTEM']}-maintenance, else at the log of the function; then start the report again.",
                f"{japanese or what} を確認できませんでした（{why}）。アクセス拒否の場合はロール {os.environ['SYSTEM']}-maintenance を、"
                "それ以外は関数のログを確認し、レポートを再実行してください。",
            ))  # fmt: skip
            if len(self.failures) >= MOST_FAILURES:
                raise GivenUp from error


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    mode = event.get("mode")
    if mode not in REPORTS:
        raise ValueError(f"unknown mode {mode!r}: daily or monthly")
    checks = [run(title, look) for title, look in REPORTS[mode]]
    publish(*report(mode, checks))
    counts = {
        "findings": sum(len(check.findings) for check in checks),
        "failures": sum(len(check.failures) for check in checks),
    }
    put_metrics(mode, checks, counts)
    LOG.info("reported", extra={"mode": mode, **counts})
    return counts


def run(title: tuple[str, str], look: Callable[[Check], None]) -> Check:
    check = Check(title)
    try:
        with check.trying(*title):
            look(check)
    except GivenUp:
        check.failures.append((
            "The rest of this check was left out after that.", "このチェックの残りは省略しました。"
        ))  # fmt: skip
    for english, _ in check.findings:
        LOG.info("finding", extra={"check": title[0], "text": english})
    return check


def reason(error: Exception) -> str:
    """Code and operation of an AWS error, else its kind. Its text may hold more than a mail should."""
    code = getattr(error, "response", {}).get("Error", {}).get("Code")
    return f"{code} ({getattr(error, 'operation_name', '?')})" if code else type(error).__name__


# People


def look_at_sign_ins(check: Check) -> None:
    """The last sign-in of each user, and the last use of each access key."""
    limit, seen, users = int(os.environ["UNUSED_DAYS"]), [], people()
    for user in users:
        name = user["UserName"]
        with check.trying(name):
            password = login_profile(name)
            if password:
                last = user.get("PasswordLastUsed")
                seen.append(f"{name} {moment(last) if last else '-'}")
                # A password that was given again may be younger than the last sign-in.
                idle = days_since(max(filter(None, (last, password["CreateDate"]))))
                if idle >= limit:
                    command = f"aws iam delete-login-profile --user-name {name}"
                    check.find(
                        f"{name} has a password and has not signed in for {idle} days (last: {day(last, 'never')}). Ask "
                        f"whether the user is still needed; if not: {command}",
                        f"{name} にはパスワードがありますが、{idle} 日間サインインがありません（最終: {day(last, 'なし')}）。"
                        f"ユーザーが必要か確認し、不要な場合は次を実行してください: {command}",
                    )
            for key in active_keys(name):
                last = client("iam").get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
                last = last["AccessKeyLastUsed"].get("LastUsedDate")
                idle = days_since(last or key["CreateDate"])
                if idle >= limit:
                    command = (
                        f"aws iam update-access-key --user-name {name} --access-key-id {key['AccessKeyId']} "
                        "--status Inactive"
                    )
                    check.find(
                        f"An access key of {name} has not been used for {idle} days (last: {day(last, 'never')}). Turn it "
                        f"off: {command}",
                        f"{name} のアクセスキーが {idle} 日間使用されていません（最終: {day(last, 'なし')}）。"
                        f"無効にしてください: {command}",
                    )
    check.fact(
        f"{count(len(users), 'user')}, {len(seen)} with a password. Last sign-in: {listed(seen)}",
        f"ユーザー {len(users)} 名、うちパスワードあり {len(seen)} 名。最終サインイン: {listed(seen)}",
    )


def look_at_rights(check: Check) -> None:
    """Who is in the groups Admin, ReadOnly and Monitoring, and whether anybody has rights in another way."""
    groups = wanted_groups()
    for group, policies in groups.items():
        with check.trying(group):
            members = all_of("iam", "get_group", "Users", GroupName=group)
            check.fact(
                f"{group}: {listed(user['UserName'] for user in members)}. Does everybody still need that?",
                f"{group}: {listed(user['UserName'] for user in members)}。全員に引き続き必要か確認してください。",
            )
            for user in members:
                if user["Path"] != os.environ["USER_PATH"]:
                    check.find(
                        f"{user['UserName']} is in {group} and not a user of this environment. Remove: aws iam "
                        f"remove-user-from-group --group-name {group} --user-name {user['UserName']}",
                        f"{user['UserName']} は本環境のユーザーではありませんが {group} に所属しています。次を実行してください: aws iam "
                        f"remove-user-from-group --group-name {group} --user-name {user['UserName']}",
                    )
            attached = all_of("iam", "list_attached_group_policies", "AttachedPolicies", GroupName=group)
            extra = {policy["PolicyArn"] for policy in attached} - set(policies)
            extra |= set(all_of("iam", "list_group_policies", "PolicyNames", GroupName=group))
            missing = set(policies) - {policy["PolicyArn"] for policy in attached}
            if extra or missing:
                check.find(
                    f"The policies of {group} are not those of the templates: {listed(map(short, sorted(extra)))} in "
                    f"excess, {listed(map(short, sorted(missing)))} missing. Find out who changed that, and put it back.",
                    f"{group} のポリシーがテンプレートと異なります（余分: {listed(map(short, sorted(extra)))}、不足: "
                    f"{listed(map(short, sorted(missing)))}）。変更者を確認し、元に戻してください。",
                )
    for user in people():
        name = user["UserName"]
        with check.trying(name):
            look_at_user(check, name)


def look_at_user(check: Check, name: str) -> None:
    own = [policy["PolicyName"] for policy in attached_to_user(name)]
    own += all_of("iam", "list_user_policies", "PolicyNames", UserName=name)
    if own:
        check.find(
            f"{name} has policies of its own: {listed(own)}. Rights come from groups: detach or delete them.",
            f"{name} に個別のポリシーがあります: {listed(own)}。権限はグループで付与します。ポリシーを外してください。",
        )
    boundary = client("iam").get_user(UserName=name)["User"].get("PermissionsBoundary", {})
    if boundary.get("PermissionsBoundaryArn") != os.environ["BOUNDARY_ARN"]:
        check.find(
            f"{name} does not have the permissions boundary of the environment. Make the user again, with the boundary.",
            f"{name} に本環境の Permissions Boundary がありません。Boundary を付けてユーザーを作成し直してください。",
        )
    if login_profile(name) and not all_of("iam", "list_mfa_devices", "MFADevices", UserName=name):
        check.find(
            f"{name} has a password and no MFA device, and can do nothing but register one. Ask the user to, or take the "
            "password away.",
            f"{name} にはパスワードがありますが MFA デバイスがありません（登録以外の操作はできません）。"
            "登録を依頼するか、パスワードを削除してください。",
        )


# Policies


def look_at_ip_restriction(check: Check) -> None:
    """The policies hold the networks of the configuration, and bind every group, every user and the SMTP user."""
    look_at_networks(check)
    restriction, sending = os.environ["IP_RESTRICTION_ARN"], os.environ["SENDING_POLICY_ARN"]
    for group in wanted_groups():
        with check.trying(group):
            attached = all_of("iam", "list_attached_group_policies", "AttachedPolicies", GroupName=group)
            if restriction not in {policy["PolicyArn"] for policy in attached}:
                check.find(
                    f"{group} is not bound to the allowed networks: {short(restriction)} is not attached. Treat it as an "
                    f"incident of level 2: aws iam attach-group-policy --group-name {group} --policy-arn {restriction}",
                    f"{group} に {short(restriction)} が適用されておらず、許可ネットワークの制限がありません。"
                    "レベル2のインシデントとして扱い、次を実行してください: "
                    f"aws iam attach-group-policy --group-name {group} --policy-arn {restriction}",
                )
    smtp = os.environ["SMTP_USER"]
    with check.trying(smtp):
        if sending not in {policy["PolicyArn"] for policy in attached_to_user(smtp)}:
            check.find(
                f"{smtp} does not have {short(sending)}: mail servers cannot send, or can send from everywhere: "
                f"aws iam attach-user-policy --user-name {smtp} --policy-arn {sending}",
                f"{smtp} に {short(sending)} がありません。メールサーバーが送信できないか、任意の場所から送信できます。"
                f"次を実行してください: aws iam attach-user-policy --user-name {smtp} --policy-arn {sending}",
            )
    users = people()
    for user in users:
        name = user["UserName"]
        with check.trying(name):
            groups = all_of("iam", "list_groups_for_user", "Groups", UserName=name)
            if not set(wanted_groups()) & {group["GroupName"] for group in groups}:
                check.find(
                    f"{name} is in none of the groups, so no network restriction and no MFA rule binds the user. Add the "
                    "user to a group, or delete the user.",
                    f"{name} はどのグループにも属しておらず、ネットワーク制限も MFA 規則も適用されません。"
                    "グループに追加するか、ユーザーを削除してください。",
                )
    check.fact(
        f"Looked at {count(len(wanted_groups()), 'group')}, {count(len(users), 'user')} and {smtp}.",
        f"グループ {len(wanted_groups())}、ユーザー {len(users)} 名、{smtp} を確認しました。",
    )


def look_at_networks(check: Check) -> None:
    """The allowed networks of both policies, against the configuration."""
    for arn, variable in (("IP_RESTRICTION_ARN", "PEOPLE_NETWORKS"), ("SENDING_POLICY_ARN", "MAIL_SERVERS")):
        policy, wanted = os.environ[arn], set(names(variable))
        with check.trying(short(policy)):
            version = policy_version(policy)
            found = denied_elsewhere(version["Document"]) if version else None
            if found is None:
                what, was = ("denies nothing", "拒否の設定がありません") if version else ("is missing", "存在しません")
                check.find(
                    f"The policy {short(policy)} {what}: calls from any network may be accepted. Treat it as an incident of "
                    "level 2; find out who changed it, and put it back.",
                    f"ポリシー {short(policy)} に問題があります（{was}）。任意のネットワークからの呼び出しが許可される可能性があります。"
                    "レベル2のインシデントとして扱い、変更者を確認して元に戻してください。",
                )
            elif found != wanted:
                more, less = listed(sorted(found - wanted)), listed(sorted(wanted - found))
                check.find(
                    f"The policy {short(policy)} has other networks than the configuration: {more} in excess, {less} missing. "
                    "Find out who changed it, and put it back.",
                    f"ポリシー {short(policy)} のネットワークが設定と異なります（余分: {more}、不足: {less}）。"
                    "変更者を確認して元に戻してください。",
                )


def look_at_ip_list(check: Check) -> None:
    look_at_networks(check)
    people_from, servers = listed(names("PEOPLE_NETWORKS")), listed(names("MAIL_SERVERS"))
    check.fact(
        f"People work from {people_from}, mail servers send from {servers}. If one of them is no longer ours, take it out "
        "of `networks` in the configuration of the environment and launch.",
        f"作業元: {people_from}、メールサーバー: {servers}。不要になったものがあれば、環境設定の `networks` から削除して適用してください。",
    )


def denied_elsewhere(document: dict[str, Any]) -> set[str] | None:
    """The networks outside of which a policy denies everything; None if it does not."""
    for statement in listed_of(document["Statement"]):
        condition = dict(statement.get("Condition", {}))
        networks = condition.pop("NotIpAddress", {})
        # Calls that an AWS service makes for somebody may be let through; any other condition weakens the denial.
        via_service = {"Bool": {"aws:ViaAWSService": "false"}}
        if (
            statement["Effect"] == "Deny"
            and statement.get("Action") == statement.get("Resource") == "*"
            and set(networks) == {"aws:SourceIp"}
            and condition in ({}, via_service)
        ):
            return set(listed_of(networks["aws:SourceIp"]))
    return None


def denies_without_mfa(document: dict[str, Any]) -> bool:
    return any(
        statement["Effect"] == "Deny"
        and "NotAction" in statement
        and statement.get("Resource") == "*"
        and statement.get("Condition") == {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
        for statement in listed_of(document["Statement"])
    )


def look_at_settings(check: Check) -> None:
    """The policies of people: there, asking for MFA, and whether they changed since the last review."""
    policies = sorted({*sum(wanted_groups().values(), []), os.environ["BOUNDARY_ARN"]})
    for arn in policies:
        with check.trying(short(arn)):
            version = policy_version(arn)
            if version is None:
                check.find(
                    f"The policy {short(arn)} is missing. Find out who deleted it, and put it back.",
                    f"ポリシー {short(arn)} が存在しません。削除者を確認し、元に戻してください。",
                )
                continue
            if arn == os.environ["MFA_POLICY_ARN"] and not denies_without_mfa(version["Document"]):
                check.find(
                    f"The policy {short(arn)} does not ask for MFA any more. Treat it as an incident of level 2; put it back.",
                    f"ポリシー {short(arn)} が MFA を要求していません。レベル2のインシデントとして扱い、元に戻してください。",
                )
            # The first version came with the policy.
            if version["VersionId"] != "v1" and days_since(version["CreateDate"]) <= 31:
                changed = moment(version["CreateDate"])
                check.find(
                    f"The policy {short(arn)} was changed on {changed}. If that was no launch of yours, find out who did it, "
                    "and put it back.",
                    f"ポリシー {short(arn)} が {changed} に変更されました。スタックの適用による変更でなければ、"
                    "変更者を確認して元に戻してください。",
                )
    smtp = os.environ["SMTP_USER"]
    with check.trying(smtp):
        others = {policy["PolicyArn"] for policy in attached_to_user(smtp)} - {os.environ["SENDING_POLICY_ARN"]}
        others |= set(all_of("iam", "list_user_policies", "PolicyNames", UserName=smtp))
        others |= {group["GroupName"] for group in all_of("iam", "list_groups_for_user", "Groups", UserName=smtp)}
        if others:
            check.find(
                f"{smtp} has more than the right to send: {listed(map(short, sorted(others)))}. Take that away.",
                f"{smtp} に送信以外の権限があります: {listed(map(short, sorted(others)))}。削除してください。",
            )
    check.fact(
        f"Looked at {count(len(policies), 'policy', 'policies')} and {smtp}.",
        f"ポリシー {len(policies)} 件と {smtp} を確認しました。",
    )


# Sending


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


# Logs


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


# Itself


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
NAMES = {"daily": ("daily report", "日次レポート"), "monthly": ("monthly report", "月次レポート")}


# The mail


def report(mode: str, checks: list[Check]) -> tuple[str, str]:
    """Subject and text. The subject alone says whether there is something to do."""
    number = sum(len(check.findings) + len(check.failures) for check in checks)
    quiet = ("nothing to do", "対応は不要です") if mode == "daily" else ("no findings, please review", "指摘はありません。内容をご確認ください")
    told, told_japanese = (count(number, "finding"), f"指摘 {number} 件") if number else quiet
    system, (english, japanese) = os.environ["SYSTEM"], NAMES[mode]
    texts = [
        f"{system}: {english} of {moment(now())}: {told}\n\n" + "\n\n".join(block(check, 0) for check in checks),
        f"{system}：{japanese}（{moment(now())}）：{told_japanese}\n\n" + "\n\n".join(block(check, 1) for check in checks),
    ]
    if number:
        texts[0] += "\n\nMore on each: docs/runbook-reports.md"
        texts[1] += "\n\n詳細: docs/runbook-reports.ja.md"
    return f"{system}: {english}, {told}", f"\n\n{'-' * 60}\n\n".join(texts) + "\n"


def block(check: Check, language: int) -> str:
    found = [text[language] for text in check.findings + check.failures]
    lines = [check.title[language], *(f"! {text}" for text in found[:MOST_FINDINGS])]
    if len(found) > MOST_FINDINGS:
        left = len(found) - MOST_FINDINGS
        lines.append((f"! {left} more: see the log of the function.", f"! ほか {left} 件: 関数のログを確認してください。")[language])
    lines += [f"  {text[language]}" for text in check.facts]
    if len(lines) == 1:
        lines.append(("  In order.", "  問題ありません。")[language])
    return "\n".join(lines)


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


# AWS


def people() -> list[dict[str, Any]]:
    return all_of("iam", "list_users", "Users", PathPrefix=os.environ["USER_PATH"])


def login_profile(name: str) -> dict[str, Any] | None:
    try:
        return client("iam").get_login_profile(UserName=name)["LoginProfile"]
    except client("iam").exceptions.NoSuchEntityException:
        return None


def active_keys(name: str) -> list[dict[str, Any]]:
    keys = all_of("iam", "list_access_keys", "AccessKeyMetadata", UserName=name)
    return [key for key in keys if key["Status"] == "Active"]


def attached_to_user(name: str) -> list[dict[str, Any]]:
    return all_of("iam", "list_attached_user_policies", "AttachedPolicies", UserName=name)


def policy_version(arn: str) -> dict[str, Any] | None:
    """The version of a managed policy that is in force; None without the policy."""
    try:
        version = client("iam").get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        return client("iam").get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
    except client("iam").exceptions.NoSuchEntityException:
        return None


def pages(service: str, operation: str, key: str, **parameters: Any) -> Iterator[Any]:
    """The complete list, page by page."""
    for page in client(service).get_paginator(operation).paginate(**parameters):
        yield from page[key]


def all_of(service: str, operation: str, key: str, **parameters: Any) -> list[Any]:
    return list(pages(service, operation, key, **parameters))


@functools.cache
def client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    retries = {"mode": "standard", "total_max_attempts": 4}
    return boto3.client(service, config=Config(connect_timeout=5, read_timeout=30, retries=retries))


def now() -> datetime:
    return datetime.now(timezone.utc)


# Words


def names(variable: str) -> list[str]:
    return [item for item in os.environ[variable].split(",") if item]


def wanted_groups() -> dict[str, list[str]]:
    """The groups of people, and the ARNs of the policies that each has."""
    return json.loads(os.environ["GROUPS"])


def listed_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def listed(items: Any) -> str:
    """A few of many, by name."""
    found = list(items)
    more = f" … (+{len(found) - MOST_NAMES})" if len(found) > MOST_NAMES else ""
    return (", ".join(found[:MOST_NAMES]) or "-") + more


def short(arn: str) -> str:
    return arn.rpartition("/")[2]


def count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def days_since(time: datetime) -> int:
    return (now() - time).days


def day(time: datetime | None, never: str) -> str:
    return f"{time.astimezone(TOKYO):%Y-%m-%d}" if time else never


def moment(time: datetime) -> str:
    return f"{time.astimezone(TOKYO):%Y-%m-%d %H:%M} JST"
