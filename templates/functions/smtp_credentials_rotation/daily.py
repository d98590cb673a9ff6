"""The daily check."""

import os
from datetime import datetime, timedelta
from typing import Any

from smtp_credentials_rotation.aws import Pair, client, describe, iam, list_keys, pair_of, user_name
from smtp_credentials_rotation.keys import (
    delete_leftovers,
    has_been_used,
    iam_notices,
    is_ours,
    kept_until,
    last_login,
    quiet_days,
    since,
    why_never,
)
from smtp_credentials_rotation.notices import announce, hand_over, problem_notice, publish, soon_off, turned_off
from smtp_credentials_rotation.problems import find_problems
from smtp_credentials_rotation.smtp import login
from smtp_credentials_rotation.state import State, follow, forget, load_state, remember
from smtp_credentials_rotation.steps import drop_ended_rotation
from smtp_credentials_rotation.time import day, days, moment, now, text

REMIND_ON = (1, 3, 5, 7)  # days after the switch, then every seventh
WARN_DAYS = 3  # before an old key is turned off
PROBE_EVERY = timedelta(hours=20)

METRICS = ("SmtpCredentialsHealthy", "SmtpCredentialsAgeDays", "SmtpDaysUntilRotation", "SmtpHandOverDays")


def daily() -> None:
    secret, state, keys = describe(), load_state(), list_keys()
    current = pair_of()
    if current:
        # The rotation may have been killed after the switch, or a person has moved AWSCURRENT.
        follow(state, current["username"])
    drop_ended_rotation(secret, state)
    old: dict[str, datetime] = {}
    note_who_turned_what_on(state, keys)
    # While a new key is on its way into the secret nothing is cleaned.
    if not state["attempt"] or now() > moment(state["attempt"]["until"]):
        delete_leftovers(state, keys)
        active = [id for id in keys if keys[id]["Status"] == "Active" and not why_never(id, state, keys, current)]
        old = {id: kept_until(id, state, keys, current) for id in active}
    problems = find_problems(secret, state, keys, current)
    waiting = hand_over_days(state, keys, current)
    put_metrics(secret, keys, current, problems, waiting)
    for id, until in old.items():
        retire(id, until, state)
    if problems:
        publish(*problem_notice(problems))
    if current:
        probe(state, keys, current)
        tell(state, secret, current, waiting)


def note_who_turned_what_on(state: State, keys: dict[str, Any]) -> None:
    """A key that is active again was turned on by a person, for a server that needs it: its time begins anew."""
    for id in set(keys) & set(state["keys"]):
        was_off, is_off = "off" in state["keys"][id], keys[id]["Status"] != "Active"
        if is_off and not was_off:
            remember(state, id, off=text(now()))
        elif was_off and not is_off:
            forget(state, id, "off", "warned")
            remember(state, id, on=text(now()))


def retire(id: str, until: datetime, state: State) -> None:
    """Warns of the end of an old key that is used no more, and turns it off when it comes."""
    use, warned = last_login(id, state), state["keys"].get(id, {}).get("warned")
    if warned and use and use > moment(warned):
        warned = None  # a server that logs in rarely: it gets another warning
    if not warned:
        if until - now() <= timedelta(days=WARN_DAYS):
            publish(*soon_off(id, use, max(until, now() + timedelta(days=WARN_DAYS))))
            remember(state, id, warned=text(now()))
    elif now() >= max(until, moment(warned) + timedelta(days=WARN_DAYS)):
        # The mail first: nothing is turned off without one.
        publish(*turned_off(id, quiet_days()))
        iam().update_access_key(UserName=user_name(), AccessKeyId=id, Status="Inactive")
        remember(state, id, off=text(now()))


def probe(state: State, keys: dict[str, Any], current: Pair) -> None:
    """Logs in with the current pair as long as IAM has shown no login with it, and an old key waits for that."""
    tested = state["keys"][current["username"]].get("tested")
    if len(keys) < 2 or iam_notices(current, keys) or (tested and now() - moment(tested) < PROBE_EVERY):
        return
    remember(state, current["username"], tested=text(now()))
    login(current)


def tell(state: State, secret: Any, current: Pair, waiting: int) -> None:
    known = state["keys"][current["username"]]
    if "announced" not in known:
        announce(state, current)
    elif (waiting in REMIND_ON or (waiting and waiting % 7 == 0)) and known.get("reminded") != day(now()):
        publish(*hand_over(current, secret, state, reminder=True))
        remember(state, current["username"], reminded=day(now()))


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
