"""Rotates the SMTP credentials of the mail servers, and keeps the old ones working until the servers have the new ones.

Secrets Manager calls the four steps of a rotation; EventBridge Scheduler calls once a day with {"task": "daily"}.

An SMTP user name is an access key of the SMTP user, the password derives from its secret. IAM keeps two keys, so a
rotation needs the older one gone. Two rules protect the mail:
  - a key that somebody logged in with during the last QUIET_DAYS is neither turned off nor deleted;
  - a key that the rotation did not make is never touched.
Where they leave no room the rotation fails, and says why: the credentials get old, and the mail goes on.

Any step can run twice and be killed anywhere. CreateAccessKey cannot be repeated: what keys there were is written
down before it, so that the key of a lost answer is known. Its secret is lost, so it is deleted.
"""

import base64
import functools
import hashlib
import hmac
import json
import logging
import os
import smtplib
import ssl
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

LOG = logging.getLogger("smtp_credentials_rotation")
LOG.setLevel(logging.INFO)
TOKYO = timezone(timedelta(hours=9))

QUIET_DAYS = 7  # without a login, before an old key is turned off
GRACE_DAYS = 30  # after which it is turned off although nobody uses the new one either
DEADLINE_DAYS = 7  # by when the mail servers should have the new credentials
REMIND_ON = (1, 3, 5, 7)  # days after the switch, then every seventh
# IAM knows of a login within hours, to a quarter of an hour. Earlier ones may be our own test.
TEST_MARGIN = timedelta(hours=1)
LONGEST_RUN = timedelta(minutes=15)  # of any Lambda function
ASKED_KEPT = 20  # so many calls for a key can be without an answer in one attempt
LOGIN_WAITS = (5, 10, 20, 30, 30)  # seconds: a new key is known everywhere after a while

METRICS = ("SmtpCredentialsHealthy", "SmtpCredentialsAgeDays", "SmtpDaysUntilRotation", "SmtpHandOverDays")

State = dict[str, Any]
Pair = dict[str, Any]


def handler(event: dict[str, Any], _context: object) -> None:
    if event.get("task") == "daily":
        return daily()
    # The guides of AWS write both createSecret and create_secret.
    step = STEPS[event["Step"].replace("_", "").lower()]
    token = event["ClientRequestToken"]
    secret = describe()
    if event["SecretId"] not in (secret["ARN"], secret["Name"]):
        raise PermissionError("the secret is not the one of this function")
    stages = secret.get("VersionIdsToStages", {}).get(token)
    if stages is None:
        raise ValueError("the secret has no such version")
    if "AWSCURRENT" in stages:  # the answer to an earlier call got lost
        return settle() if step is finish_secret else None
    if "AWSPENDING" not in stages:
        raise ValueError("the version is not staged as AWSPENDING")
    if secret.get("RotationEnabled") is False:
        raise ValueError("rotation of the secret is switched off")
    step(token)


# The four steps


def create_secret(token: str) -> None:
    """A new access key, its pair stored as the version `token`."""
    state, keys = load_state(), list_keys()
    pending = pair_of(VersionId=token)
    if pending:
        if is_active(pending, keys):
            return set_attempt(state, None)
        # Removed by hand. A version cannot get another value: without the label the next rotation starts anew.
        secrets().update_secret_version_stage(
            SecretId=secret_arn(), VersionStage="AWSPENDING", RemoveFromVersionId=token
        )
        raise RuntimeError("the access key of the pending version is not usable any more; start the rotation again")
    delete_leftovers(state, keys)
    make_room(state, keys)
    # An attempt that was not finished goes on: IAM may show its key only now.
    attempt = state["attempt"] or {"asked": [], "before": sorted(keys)}
    asked = [*attempt["asked"], text(now())][-ASKED_KEPT:]
    set_attempt(state, attempt | {"asked": asked, "until": text(now() + LONGEST_RUN)})
    # Once only: each repetition would make one more key.
    key = iam(attempts=1).create_access_key(UserName=user_name())["AccessKey"]
    remember(state, key["AccessKeyId"], version=token)
    pair = {
        "username": key["AccessKeyId"],
        "password": smtp_password(key["SecretAccessKey"], os.environ["AWS_REGION"]),
        "endpoint": os.environ["SMTP_ENDPOINT"],
        "port": int(os.environ["SMTP_PORT"]),
    }
    secrets().put_secret_value(
        SecretId=secret_arn(), ClientRequestToken=token, SecretString=json.dumps(pair), VersionStages=["AWSPENDING"]
    )
    set_attempt(state, None)


def set_secret(_token: str) -> None:
    """Nothing: IAM has had the key since it was created."""


def test_secret(token: str) -> None:
    """Logs in over SMTP. SES asks for the right to send, with its address condition, only when a mail is sent."""
    pair, current, keys = pair_of(VersionId=token), pair_of(), list_keys()
    if not pair or pair == current:
        # The try-out of a schedule that does not rotate at once. There is no new key to log in with.
        if current and not is_active(current, keys):
            raise RuntimeError("the access key of the current credentials is not active")
        return
    if not is_active(pair, keys):
        raise RuntimeError("the access key of the pending credentials is not active")
    password = base64.b64decode(pair["password"], validate=True)
    if len(password) != 33 or password[0] != 4:
        raise ValueError("the pending password is not one that SES could accept")
    remember(load_state(), pair["username"], tested=text(now()))
    accepted = login(pair)
    for seconds in LOGIN_WAITS:
        if accepted:
            break
        time.sleep(seconds)
        accepted = login(pair)
    # If the current ones, with which mail is sent, are refused as well, it is the place that is refused.
    if accepted is False and current and login(current):
        raise RuntimeError("the SMTP endpoint refuses the new credentials and accepts the current ones")
    if not accepted:
        LOG.warning("login not possible from here; the key is active and the password well-formed")


def finish_secret(token: str) -> None:
    """The new pair becomes the current one; the old key stays active."""
    pair = pair_of(VersionId=token)
    if not pair or not is_active(pair, list_keys()):
        raise RuntimeError("there is no pending pair with an active access key")
    old = [id for id, stages in describe()["VersionIdsToStages"].items() if "AWSCURRENT" in stages]
    secrets().update_secret_version_stage(
        SecretId=secret_arn(),
        VersionStage="AWSCURRENT",
        MoveToVersionId=token,
        **({"RemoveFromVersionId": old[0]} if old else {}),
    )
    settle()


def settle() -> None:
    """Writes down since when the current pair is the current one, and tells people, unless that has been done."""
    state, current = load_state(), pair_of()
    known = state["keys"].get(current["username"], {}) if current else {}
    if current and "current_since" not in known:
        remember(state, current["username"], current_since=text(now()))
    try:
        if current and "announced" not in known:
            announce(state, current)
    except Exception as error:
        # A rotation does not fail for a mail; the daily check sends it.
        LOG.error("notice not sent", extra={"errorType": type(error).__name__})


STEPS = {
    "createsecret": create_secret,
    "setsecret": set_secret,
    "testsecret": test_secret,
    "finishsecret": finish_secret,
}


# The daily check


def daily() -> None:
    secret, state, keys = describe(), load_state(), list_keys()
    current = pair_of()
    if current and "current_since" not in state["keys"].get(current["username"], {}):
        # Killed after the switch, or switched by hand.
        remember(state, current["username"], current_since=text(secret.get("LastRotatedDate") or now()))
    quiet = []
    # While a new key is on its way into the secret nothing is cleaned.
    if not state["attempt"] or now() > moment(state["attempt"]["until"]):
        delete_leftovers(state, keys)
        quiet = [id for id in keys if keys[id]["Status"] == "Active" and not why_kept(id, state, keys, current)]
    problems = find_problems(secret, state, keys, current)
    waiting = hand_over_days(state, keys, current)
    put_metrics(secret, keys, current, problems, waiting)
    if quiet and current:
        # The mail first: nothing is turned off without one.
        publish(*turned_off(quiet))
        for id in quiet:
            iam().update_access_key(UserName=user_name(), AccessKeyId=id, Status="Inactive")
    if problems:
        publish(*problem_notice(problems))
    if current:
        tell(state, secret, current, waiting)


def tell(state: State, secret: Any, current: Pair, waiting: int) -> None:
    known = state["keys"][current["username"]]
    if "announced" not in known:
        announce(state, current)
    elif (waiting in REMIND_ON or (waiting and waiting % 7 == 0)) and known.get("reminded") != day(now()):
        publish(*hand_over(current, secret, state, reminder=True))
        remember(state, current["username"], reminded=day(now()))


def find_problems(secret: Any, state: State, keys: dict[str, Any], current: Pair | None) -> list[tuple[str, str]]:
    """What people have to look at, in English and in Japanese."""
    problems = []
    if not current:
        problems.append(("The secret holds no credentials.", "シークレットに認証情報がありません。"))
    elif not is_active(current, keys):
        problems.append((
            f"The access key of the current credentials ({short(current['username'])}) is missing or inactive: "
            "mail servers cannot log in.",
            f"現行の認証情報のアクセスキー（{short(current['username'])}）が存在しないか無効です。"
            "メールサーバーはログインできません。",
        ))  # fmt: skip
    if secret.get("RotationEnabled") is False:
        problems.append(("Rotation of the secret is switched off.", "シークレットのローテーションが無効です。"))
    if is_unfinished(secret, state):
        reasons = [why for id in keys if (why := why_kept(id, state, keys, current))]
        problems.append((
            "A rotation has begun and is not finished; the log of the function says why. "
            + ("No key can be deleted to make room: " + "; ".join(reasons) + "." if len(keys) > 1 and reasons else ""),
            "開始されたローテーションが完了していません。関数のログで理由を確認してください。",
        ))  # fmt: skip
    for id in sorted(keys):
        if not is_ours(id, state, current):
            problems.append((
                f"Access key {short(id)} was not made by the rotation. It blocks the next one as long as it exists.",
                f"アクセスキー {short(id)} はローテーションが作成したものではありません。"
                "存在する限り、次回のローテーションの妨げになります。",
            ))  # fmt: skip
    return problems


def is_unfinished(secret: Any, state: State) -> bool:
    """Whether a rotation has been open since another daily check."""
    versions = secret.get("VersionIdsToStages", {})
    pending = [id for id, stages in versions.items() if "AWSPENDING" in stages and "AWSCURRENT" not in stages]
    seen = state.get("unfinished") or {}
    if pending and seen.get("version") == pending[0]:
        return now() - moment(seen["since"]) > timedelta(hours=12)
    if pending or seen:
        state["unfinished"] = {"version": pending[0], "since": text(now())} if pending else None
        change_state(lambda stored: stored.update(unfinished=state["unfinished"]))
    return False


def hand_over_days(state: State, keys: dict[str, Any], current: Pair | None) -> int:
    """Days since the switch, while mail servers still use an old key or have not yet used the new one; else 0."""
    old = [id for id, key in keys.items() if current and id != current["username"] and key["Status"] == "Active"]
    old = [id for id in old if is_ours(id, state, current)]
    if not current or not old:
        return 0
    used = [use for id in old if (use := last_login(id, state))]
    if has_been_used(current, state, keys) and not any(now() - use < timedelta(days=2) for use in used):
        return 0
    return (now() - since(current["username"], state)).days


def put_metrics(
    secret: Any, keys: dict[str, Any], current: Pair | None, problems: list[Any], waiting: int
) -> None:
    born = keys[current["username"]]["CreateDate"] if current and current["username"] in keys else secret["CreatedDate"]
    values = {"SmtpCredentialsHealthy": 0 if problems else 1, "SmtpCredentialsAgeDays": days(now() - born)}
    if following := secret.get("NextRotationDate"):
        values["SmtpDaysUntilRotation"] = days(following - now())
    values["SmtpHandOverDays"] = waiting
    client("cloudwatch").put_metric_data(
        Namespace=os.environ["METRIC_NAMESPACE"],
        MetricData=[{"MetricName": name, "Value": value, "Unit": "None"} for name, value in values.items()],
    )


# Which keys may go


def delete_leftovers(state: State, keys: dict[str, Any]) -> None:
    """Keys that the rotation made and nobody was ever told of."""
    staged = [pair_of(VersionStage=stage) for stage in ("AWSCURRENT", "AWSPENDING", "AWSPREVIOUS")]
    kept = {pair["username"] for pair in staged if pair}
    for id in sorted(set(keys) - kept):
        known, attempt = state["keys"].get(id), state["attempt"]
        if known:
            left = "current_since" not in known
        else:
            left = bool(attempt) and id not in attempt["before"] and is_asked_for(attempt, keys[id]["CreateDate"])
        if left and last_login(id, state) is None:
            delete_key(id, state, keys)


def is_asked_for(attempt: dict[str, Any], made: datetime) -> bool:
    """Whether a key was made when the rotation had asked for one and got no answer. The call waits no longer than 20 seconds;
    IAM gives whole seconds. A key that a person makes at another time is not ours to delete."""
    return any(timedelta(seconds=-5) <= made - moment(asked) <= timedelta(minutes=1) for asked in attempt["asked"])


def make_room(state: State, keys: dict[str, Any]) -> None:
    current = pair_of()
    reasons = []
    for id in sorted(keys, key=lambda id: (keys[id]["Status"] == "Active", keys[id]["CreateDate"])):
        if len(keys) < 2:
            return
        reason = why_kept(id, state, keys, current)
        if not reason and keys[id]["Status"] == "Active":
            reason = f"{short(id)} is to be turned off by the daily check first"
        if reason:
            reasons.append(reason)
        else:
            delete_key(id, state, keys)
    if len(keys) > 1:
        raise RuntimeError(f"the user has two access keys, and none may be deleted: {'; '.join(reasons)}")


def why_kept(id: str, state: State, keys: dict[str, Any], current: Pair | None) -> str:
    """Why a key must neither be turned off nor deleted; nothing if it may."""
    if current and id == current["username"]:
        return f"{short(id)} is the current one"
    pending = pair_of(VersionStage="AWSPENDING")
    if pending and id == pending["username"]:
        return f"{short(id)} is the pending one"
    if not is_ours(id, state, current):
        return f"{short(id)} was not made by the rotation"
    if keys[id]["Status"] != "Active":
        return ""
    use = last_login(id, state)
    switch = since(current["username"], state) if current else now()
    if now() - max(filter(None, (use, switch))) < timedelta(days=QUIET_DAYS):
        if use and now() - use < timedelta(days=QUIET_DAYS):
            return f"{short(id)} was used within the last {QUIET_DAYS} days"
        return f"{short(id)} was current until {QUIET_DAYS} days ago or later"
    if current and has_been_used(current, state, keys):
        return ""
    if now() - switch < timedelta(days=GRACE_DAYS):
        return f"{short(id)} is kept for {GRACE_DAYS} days, since its successor has not been used yet"
    return ""


def is_ours(id: str, state: State, current: Pair | None) -> bool:
    if id in state["keys"] or (current and id == current["username"]):
        return True
    previous = pair_of(VersionStage="AWSPREVIOUS")  # the state may have been deleted by hand
    return bool(previous) and id == previous["username"]


def is_active(pair: Pair, keys: dict[str, Any]) -> bool:
    return keys.get(pair["username"], {}).get("Status") == "Active"


def last_login(id: str, state: State) -> datetime | None:
    """When a key was last used, by others than our own test."""
    use = iam().get_access_key_last_used(AccessKeyId=id)["AccessKeyLastUsed"].get("LastUsedDate")
    tested = state["keys"].get(id, {}).get("tested")
    return None if use and tested and use <= moment(tested) + TEST_MARGIN else use


def has_been_used(pair: Pair, state: State, keys: dict[str, Any]) -> bool:
    return pair["username"] in keys and last_login(pair["username"], state) is not None


def since(id: str, state: State) -> datetime:
    """When the credentials became the current ones."""
    known = state["keys"].get(id, {}).get("current_since")
    return moment(known) if known else now()


def delete_key(id: str, state: State, keys: dict[str, Any]) -> None:
    try:
        iam().delete_access_key(UserName=user_name(), AccessKeyId=id)
    except iam().exceptions.NoSuchEntityException:
        pass  # by an earlier run whose answer got lost
    for known in (keys, state["keys"]):
        known.pop(id, None)
    change_state(lambda stored: stored["keys"].pop(id, None))
    LOG.info("access key deleted", extra={"key": short(id)})


# SMTP


def smtp_password(secret_access_key: str, region: str) -> str:
    """SES Developer Guide, "Obtaining your Amazon SES SMTP credentials": of one region, version 4."""
    signature = ("AWS4" + secret_access_key).encode()
    for part in ("11111111", region, "ses", "aws4_request", "SendRawEmail"):
        signature = hmac.new(signature, part.encode(), hashlib.sha256).digest()
    return base64.b64encode(b"\x04" + signature).decode()


def login(pair: Pair) -> bool | None:
    """Whether the endpoint takes the credentials; None if it does not say."""
    try:
        with smtplib.SMTP(pair["endpoint"], pair["port"], timeout=10) as server:
            server.starttls(context=ssl.create_default_context())
            server.login(pair["username"], pair["password"])
        return True
    except smtplib.SMTPAuthenticationError as error:
        return False if error.smtp_code == 535 else None
    except (OSError, smtplib.SMTPException):
        return None


# Notices. Never a password: the secret is named, and who may read it reads it there.


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


# AWS


def pair_of(**version: str) -> Pair | None:
    """The pair of a version, by default the current one; None if it has none yet."""
    try:
        value = secrets().get_secret_value(SecretId=secret_arn(), **version)
    except secrets().exceptions.ResourceNotFoundException:
        return None
    pair = json.loads(value["SecretString"])
    return pair if pair.get("username") and pair.get("password") else None


def list_keys() -> dict[str, Any]:
    found = iam().list_access_keys(UserName=user_name())["AccessKeyMetadata"]
    return {key["AccessKeyId"]: key for key in found}


def describe() -> Any:
    return secrets().describe_secret(SecretId=secret_arn())


def load_state() -> State:
    """What the rotation knows of its keys; no secrets. What was lost or broken by hand is made up for by the labels."""
    try:
        state = json.loads(client("ssm").get_parameter(Name=os.environ["STATE_PARAMETER"])["Parameter"]["Value"])
        return {"keys": {}, "attempt": None} | state
    except (client("ssm").exceptions.ParameterNotFound, ValueError, TypeError):
        return {"keys": {}, "attempt": None}


def change_state(change: Callable[[State], object]) -> None:
    """Reads, changes and writes at once: a rotation and the daily check may run at the same time."""
    state = load_state()
    change(state)
    value = json.dumps(state, separators=(",", ":"))
    client("ssm").put_parameter(Name=os.environ["STATE_PARAMETER"], Value=value, Type="String", Overwrite=True)


def remember(state: State, id: str, **facts: str) -> None:
    state["keys"].setdefault(id, {}).update(facts)
    change_state(lambda stored: stored["keys"].setdefault(id, {}).update(facts))


def set_attempt(state: State, attempt: dict[str, Any] | None) -> None:
    if state["attempt"] != attempt:
        state["attempt"] = attempt
        change_state(lambda stored: stored.update(attempt=attempt))


@functools.cache
def client(service: str, attempts: int = 4) -> Any:
    import boto3
    from botocore.config import Config

    retries = {"mode": "standard", "total_max_attempts": attempts}
    return boto3.client(service, config=Config(connect_timeout=5, read_timeout=15, retries=retries))


def iam(attempts: int = 4) -> Any:
    return client("iam", attempts)


def secrets() -> Any:
    return client("secretsmanager")


def secret_arn() -> str:
    return os.environ["SECRET_ARN"]


def user_name() -> str:
    return os.environ["USER_NAME"]


def now() -> datetime:
    return datetime.now(timezone.utc)


def text(time: datetime) -> str:
    return time.astimezone(timezone.utc).isoformat(timespec="seconds")


def moment(time: str) -> datetime:
    return datetime.fromisoformat(time)


def day(time: datetime) -> str:
    return f"{time.astimezone(TOKYO):%Y-%m-%d}"


def days(span: timedelta) -> float:
    return round(span / timedelta(days=1), 1)


def short(id: str) -> str:
    return f"...{id[-4:]}"
