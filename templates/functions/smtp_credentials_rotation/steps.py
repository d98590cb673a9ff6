"""The four steps of a rotation."""

import base64
import json
import os
import time
from datetime import timedelta
from typing import Any

from smtp_credentials_rotation.aws import (
    LOG,
    Pair,
    describe,
    iam,
    iam_time,
    list_keys,
    pair_of,
    secret_arn,
    secrets,
    user_name,
)
from smtp_credentials_rotation.keys import delete_leftovers, is_active, make_room
from smtp_credentials_rotation.notices import announce, problem_notice, publish
from smtp_credentials_rotation.smtp import login, smtp_password
from smtp_credentials_rotation.state import State, follow, load_state, remember, set_attempt
from smtp_credentials_rotation.time import moment, now, text

LONGEST_RUN = timedelta(minutes=15)  # of any Lambda function
ASKED_KEPT = 20  # so many calls for a key can be without an answer in one attempt
SHOWN_AFTER = timedelta(hours=1)  # by then ListAccessKeys shows a new key: IAM is eventually consistent
LOGIN_WAITS = (5, 10, 20, 30, 30)  # seconds: a new key is known everywhere after a while


def create_secret(token: str) -> None:
    """A new access key, its pair stored as the version `token`."""
    state, keys = load_state(), list_keys()
    pending = pair_of(VersionId=token)
    if pending:
        check_pending(token, pending, state, keys)
        return set_attempt(state, None)
    delete_leftovers(state, keys)
    make_room(state, keys)
    # An attempt that was not finished goes on: IAM may show its key only now.
    attempt = state["attempt"] or {"asked": [], "before": sorted(keys)}
    asked = [*attempt["asked"], text(iam_time())][-ASKED_KEPT:]
    set_attempt(state, attempt | {"asked": asked, "until": text(now() + LONGEST_RUN)})
    # Once only: each repetition would make one more key.
    key = iam(attempts=1).create_access_key(UserName=user_name())["AccessKey"]
    remember(state, key["AccessKeyId"], version=token, made=text(now()))
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


def check_pending(token: str, pending: Pair, state: State, keys: dict[str, Any]) -> None:
    """Whether the pair of an earlier try can still become the current one. A version cannot get another value: without its
    label the next rotation starts anew."""
    id = pending["username"]
    known = state["keys"].get(id, {})
    if "current_since" in known:
        give_up(
            token,
            "the pending credentials were the current ones before, and somebody went back to the others",
            "登録途中の認証情報は以前に現行だったもので、その後、別の認証情報に戻されています",
        )
    if id not in keys and "made" in known and now() - moment(known["made"]) < SHOWN_AFTER:
        raise RuntimeError("IAM does not show the new access key yet; the step is tried again")
    if not is_active(pending, keys):
        give_up(
            token,
            "the access key of the pending version is not usable any more",
            "登録途中のバージョンのアクセスキーは使用できなくなっています",
        )


def give_up(token: str, english: str, japanese: str) -> None:
    remove_pending(token)
    try:
        publish(*problem_notice([(
            f"A rotation was given up: {english}. Mail goes on with the current credentials. Start the rotation again.",
            f"ローテーションを中止しました。{japanese}。メールは現行の認証情報で送信され続けます。"
            "ローテーションを再度開始してください。",
        )]))  # fmt: skip
    except Exception as error:
        LOG.error("notice not sent", extra={"errorType": type(error).__name__})
    raise RuntimeError(f"{english}; start the rotation again")


def remove_pending(token: str) -> None:
    secrets().update_secret_version_stage(SecretId=secret_arn(), VersionStage="AWSPENDING", RemoveFromVersionId=token)


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
    """The new pair becomes the current one; the old key stays active. AWSPENDING may stay beside AWSCURRENT (Secrets Manager
    API, "RotateSecret"), and would start the same rotation again if somebody went back to the old pair: it is removed."""
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
    """Ends the rotation that made the current pair, and tells people, unless that has been done."""
    state, current = load_state(), pair_of()
    if current:
        follow(state, current["username"])
    drop_ended_rotation(describe(), state)
    known = state["keys"].get(current["username"], {}) if current else {}
    try:
        if current and "announced" not in known:
            announce(state, current)
    except Exception as error:
        # A rotation does not fail for a mail; the daily check sends it.
        LOG.error("notice not sent", extra={"errorType": type(error).__name__})


def drop_ended_rotation(secret: Any, state: State) -> None:
    """Removes AWSPENDING from a pair that has become the current one, also if somebody went back from it since."""
    pending = pair_of(VersionStage="AWSPENDING")
    if pending and "current_since" in state["keys"].get(pending["username"], {}):
        for id, stages in secret["VersionIdsToStages"].items():
            if "AWSPENDING" in stages:
                remove_pending(id)
