"""Notices. Never a password: the secret is named, and who may read it reads it there."""

import os
from datetime import timedelta
from typing import Any

from smtp_credentials_rotation.aws import Pair, client, describe, pair_of, user_name
from smtp_credentials_rotation.keys import GRACE_DAYS, QUIET_DAYS, since
from smtp_credentials_rotation.state import State, remember
from smtp_credentials_rotation.time import day, now

DEADLINE_DAYS = 7  # by when the mail servers should have the new credentials


def announce(state: State, current: Pair) -> None:
    publish(*hand_over(current, describe(), state, reminder=False))
    remember(state, current["username"], announced=day(now()))


def hand_over(current: Pair, secret: Any, state: State, reminder: bool) -> tuple[str, str]:
    system, name = os.environ["SYSTEM"], secret["Name"]
    switch = since(current["username"], state)
    deadline = day(switch + timedelta(days=DEADLINE_DAYS))
    following = day(secret["NextRotationDate"]) if secret.get("NextRotationDate") else "-"
    waited = (now() - switch).days
    is_first = pair_of(VersionStage="AWSPREVIOUS") is None
    if_not = "If nothing is done, the mail servers cannot send."
    if_not_japanese = "何もしない場合、メールサーバーは送信できません。"
    if not is_first:
        if_not = f"""If nothing is done, mail goes on with the old credentials: they are turned off only after {QUIET_DAYS} days in which
nobody logged in with them. But an alarm is raised after {DEADLINE_DAYS} days, and the next rotation cannot take place.
If nobody logs in with either, the old ones are turned off {GRACE_DAYS} days after the change."""
        if_not_japanese = f"""何もしない場合、メールは古い認証情報で送信され続けます。古い認証情報は、{QUIET_DAYS}日間ログインがない場合に限り無効になります。
ただし{DEADLINE_DAYS}日後にアラームが発生し、次回のローテーションは実行できません。
新旧どちらも使われない場合、切り替えから{GRACE_DAYS}日後に古い認証情報は無効になります。"""
    fetch = (
        f"aws secretsmanager get-secret-value --secret-id {name} --version-stage AWSCURRENT"
        f" --query SecretString --output text --region {os.environ['AWS_REGION']}"
    )
    check = f"aws iam get-access-key-last-used --access-key-id {current['username']}"
    english = f"""{system}: {f"the mail servers still use the old SMTP credentials ({waited} days)"
    if reminder else "new SMTP credentials for the mail servers"}

Secret:            {name}
Valid since:       {day(switch)}{"" if is_first else " (old and new ones both work now)"}
To be done by:     {deadline}
Next rotation:     {following}

1. Fetch the new credentials, with your own sign-in and MFA:
   {fetch}
2. Put user name and password into every mail server that sends through {current["endpoint"]}:{current["port"]}.
3. Check a day later that the new ones are in use:
   {check}

{if_not}
"""
    japanese = f"""{system}：{f"メールサーバーがまだ古いSMTP認証情報を使用しています（{waited}日経過）"
    if reminder else "メールサーバー用の新しいSMTP認証情報"}

シークレット：　　　{name}
有効開始日：　　　　{day(switch)}{"" if is_first else "（現在は新旧どちらも使用できます）"}
対応期限：　　　　　{deadline}
次回ローテーション：{following}

1. ご自身のアカウントとMFAで、新しい認証情報を取得してください。
   {fetch}
2. {current["endpoint"]}:{current["port"]} を使う全てのメールサーバーに、ユーザー名とパスワードを設定してください。
3. 翌日、新しい認証情報が使われていることを確認してください。
   {check}

{if_not_japanese}
"""
    subject = "old SMTP credentials still in use" if reminder else "new SMTP credentials"
    return f"{system}: {subject}, due {deadline}", f"{english}\n{'-' * 60}\n\n{japanese}"


def turned_off(ids: list[str]) -> tuple[str, str]:
    system, user = os.environ["SYSTEM"], user_name()
    back = "\n".join(
        f"   aws iam update-access-key --user-name {user} --access-key-id {id} --status Active" for id in ids
    )
    return (
        f"{system}: old SMTP credentials turned off",
        f"""{system}: the old SMTP credentials are turned off

Nobody had logged in with them for {QUIET_DAYS} days. They are deleted at the next rotation. If a mail server is refused
now (535), give it the credentials of the secret, or turn the old ones on again:
{back}

{"-" * 60}

{system}：古いSMTP認証情報を無効にしました

{QUIET_DAYS}日間ログインがなかったためです。次回のローテーションで削除されます。メールサーバーが拒否（535）される場合は、
シークレットの認証情報を設定するか、次のコマンドで古い認証情報を再び有効にしてください。
{back}
""",
    )


def problem_notice(problems: list[tuple[str, str]]) -> tuple[str, str]:
    system = os.environ["SYSTEM"]
    english = "\n".join(f"- {text.strip()}" for text, _ in problems)
    japanese = "\n".join(f"- {text}" for _, text in problems)
    return (
        f"{system}: SMTP credentials need attention",
        f"{system}: the SMTP credentials need attention\n\n{english}\n\n{'-' * 60}\n\n"
        f"{system}：SMTP認証情報の確認が必要です\n\n{japanese}\n",
    )


def publish(subject: str, message: str) -> None:
    client("sns").publish(TopicArn=os.environ["TOPIC_ARN"], Subject=subject, Message=message)
