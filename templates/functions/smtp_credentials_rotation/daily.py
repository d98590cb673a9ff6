"""The daily check."""

import os
from datetime import timedelta
from typing import Any

from smtp_credentials_rotation.aws import Pair, client, describe, iam, list_keys, pair_of, short, user_name
from smtp_credentials_rotation.keys import (
    delete_leftovers,
    has_been_used,
    is_active,
    is_ours,
    last_login,
    since,
    why_kept,
)
from smtp_credentials_rotation.notices import announce, hand_over, problem_notice, publish, turned_off
from smtp_credentials_rotation.state import State, change_state, load_state, remember
from smtp_credentials_rotation.time import day, days, moment, now, text

REMIND_ON = (1, 3, 5, 7)  # days after the switch, then every seventh

METRICS = ("SmtpCredentialsHealthy", "SmtpCredentialsAgeDays", "SmtpDaysUntilRotation", "SmtpHandOverDays")


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
