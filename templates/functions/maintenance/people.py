"""Who can sign in, and who may do what."""

import os

from maintenance.aws import active_keys, all_of, attached_to_user, client, login_profile, people, wanted_groups
from maintenance.check import Check
from maintenance.words import count, day, days_since, listed, moment, short


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
