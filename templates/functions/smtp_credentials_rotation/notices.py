"""Notices. Never a password: the secret is named, and who may read it reads it there."""

import os
from datetime import datetime, timedelta
from typing import Any

from smtp_credentials_rotation.aws import Pair, client, describe, pair_of, short, user_name
from smtp_credentials_rotation.keys import Words, grace_days, quiet_days, since
from smtp_credentials_rotation.state import State, remember
from smtp_credentials_rotation.time import day, minute, now

DEADLINE_DAYS = 7  # by when the mail servers should have the new credentials


def announce(state: State, current: Pair) -> None:
    publish(*hand_over(current, describe(), state, reminder=False))
    remember(state, current["username"], announced=day(now()))


def hand_over(current: Pair, secret: Any, state: State, reminder: bool) -> Words:
    system, name = os.environ["SYSTEM"], secret["Name"]
    switch = since(current["username"], state)
    deadline = day(switch + timedelta(days=DEADLINE_DAYS))
    following = day(secret["NextRotationDate"]) if secret.get("NextRotationDate") else "-"
    waited = (now() - switch).days
    is_first = pair_of(VersionStage="AWSPREVIOUS") is None
    if_not = "If nothing is done, the mail servers cannot send."
    if_not_japanese = "何もしない場合、メールサーバーは送信できません。"
    if not is_first:
        if_not = f"""If nothing is done, mail goes on with the old credentials: they are turned off only after {quiet_days()} days in which
nobody logged in with them. But an alarm is raised after {DEADLINE_DAYS} days, and the next rotation cannot take place.
If nobody logs in with either, the old ones are turned off {grace_days()} days after the change."""
        if_not_japanese = f"""何もしない場合、メールは古い認証情報で送信され続けます。古い認証情報は、{quiet_days()}日間ログインがない場合に限り無効になります。
ただし{DEADLINE_DAYS}日後にアラームが発生し、次回のローテーションは実行できません。
新旧どちらも使われない場合、切り替えから{grace_days()}日後に古い認証情報は無効になります。"""
    fetch = (
        f"aws secretsmanager get-secret-value --secret-id {name} --version-stage AWSCURRENT"
        f" --query SecretString --output text --region {os.environ['AWS_REGION']}"
    )
    check = f"aws iam get-access-key-last-used --access-key-id {current['username']}"
    subject, title, title_japanese = "new SMTP credentials", "new SMTP credentials for the mail servers", "メールサーバー用の新しいSMTP認証情報"
    if reminder:
        subject, title = "old SMTP credentials still in use", f"the mail servers still use the old SMTP credentials ({waited} days)"
        title_japanese = f"メールサーバーがまだ古いSMTP認証情報を使用しています（{waited}日経過）"
    elif "again" in state["keys"].get(current["username"], {}):
        subject, title = "back to earlier SMTP credentials", "the secret holds earlier SMTP credentials again"
        title_japanese = "シークレットは以前のSMTP認証情報に戻されました"
    english = f"""{system}: {title}

Secret:            {name}
Valid since:       {day(switch)}{"" if is_first else " (old and new ones both work now)"}
To be done by:     {deadline}
Next rotation:     {following}

1. Fetch the credentials, with your own sign-in and MFA:
   {fetch}
2. Put user name and password into every mail server that sends through {current["endpoint"]}:{current["port"]}.
3. Check a day later that they are in use:
   {check}

{if_not}
"""
    japanese = f"""{system}：{title_japanese}

シークレット：　　　{name}
有効開始日：　　　　{day(switch)}{"" if is_first else "（現在は新旧どちらも使用できます）"}
対応期限：　　　　　{deadline}
次回ローテーション：{following}

1. ご自身のアカウントとMFAで、認証情報を取得してください。
   {fetch}
2. {current["endpoint"]}:{current["port"]} を使う全てのメールサーバーに、ユーザー名とパスワードを設定してください。
3. 翌日、その認証情報が使われていることを確認してください。
   {check}

{if_not_japanese}
"""
    return f"{system}: {subject}, due {deadline}", f"{english}\n{'-' * 60}\n\n{japanese}"


def soon_off(id: str, use: datetime | None, on: datetime) -> Words:
    """Also for a server that logs in rarely: it is named by the last login, which nobody else can tell."""
    system, key = os.environ["SYSTEM"], short(id)
    return (
        f"{system}: old SMTP credentials end on {day(on)}",
        f"""{system}: the old SMTP credentials ({key}) are turned off on {day(on)}

Last login with them:  {minute(use) if use else "none that IAM knows of"}

If every mail server has the new ones, there is nothing to do. Think of servers that send rarely, such as a standby:
each one that still has the old ones is refused (535) from that day on, unless it logs in before. Give it the
credentials of the secret, or give such servers more time: sending.smtp_quiet_days in the environment's config.yaml
(now {quiet_days()}), and launch.

{"-" * 60}

{system}：古いSMTP認証情報（{key}）は{day(on)}に無効になります

最後のログイン：{minute(use) if use else "IAMに記録なし"}

全てのメールサーバーに新しい認証情報を設定済みであれば、対応は不要です。待機系など送信頻度の低いサーバーにご注意ください。
古い認証情報のままのサーバーは、それまでにログインがない限り、この日から拒否（535）されます。
シークレットの認証情報を設定するか、環境のconfig.yamlのsending.smtp_quiet_days（現在{quiet_days()}）を増やしてデプロイしてください。
""",
    )


def turned_off(id: str, quiet: int) -> Words:
    system, user = os.environ["SYSTEM"], user_name()
    back = f"   aws iam update-access-key --user-name {user} --access-key-id {id} --status Active"
    return (
        f"{system}: old SMTP credentials turned off",
        f"""{system}: the old SMTP credentials are turned off

Nobody had logged in with them for {quiet} days. They are deleted at the next rotation. If a mail server is refused
now (535), give it the credentials of the secret, or turn the old ones on again:
{back}

{"-" * 60}

{system}：古いSMTP認証情報を無効にしました

{quiet}日間ログインがなかったためです。次回のローテーションで削除されます。メールサーバーが拒否（535）される場合は、
シークレットの認証情報を設定するか、次のコマンドで古い認証情報を再び有効にしてください。
{back}
""",
    )


def problem_notice(problems: list[Words]) -> Words:
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
