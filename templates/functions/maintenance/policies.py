"""The policies: there, unchanged, and in force."""

import os
from typing import Any

from maintenance.aws import all_of, attached_to_user, listed_of, names, people, policy_version, wanted_groups
from maintenance.check import Check
from maintenance.words import count, days_since, listed, moment, short


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
