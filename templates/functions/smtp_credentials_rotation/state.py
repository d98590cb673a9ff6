"""What the rotation knows of its keys, in one SSM parameter; no secrets."""

import json
import os
from collections.abc import Callable
from typing import Any

from smtp_credentials_rotation.aws import client
from smtp_credentials_rotation.time import now, text

State = dict[str, Any]


def load_state() -> State:
    """What the rotation knows of its keys; no secrets. What was lost or broken by hand is made up for by the labels."""
    try:
        state = json.loads(client("ssm").get_parameter(Name=os.environ["STATE_PARAMETER"])["Parameter"]["Value"])
        return {"keys": {}, "attempt": None, "current": None} | state
    except (client("ssm").exceptions.ParameterNotFound, ValueError, TypeError):
        return {"keys": {}, "attempt": None, "current": None}


def change_state(change: Callable[[State], object]) -> None:
    """Reads, changes and writes at once: a rotation and the daily check may run at the same time."""
    state = load_state()
    change(state)
    value = json.dumps(state, separators=(",", ":"))
    client("ssm").put_parameter(Name=os.environ["STATE_PARAMETER"], Value=value, Type="String", Overwrite=True)


def remember(state: State, id: str, **facts: str) -> None:
    state["keys"].setdefault(id, {}).update(facts)
    change_state(lambda stored: stored["keys"].setdefault(id, {}).update(facts))


def forget(state: State, id: str, *facts: str) -> None:
    def change(noted: State) -> None:
        for fact in facts:
            noted["keys"].get(id, {}).pop(fact, None)

    change(state)
    change_state(change)


def follow(state: State, id: str) -> None:
    """Notes which key is the current one, and since when, whoever moved AWSCURRENT."""
    last = state["current"] or latest(state["keys"])
    if last == id and "current_since" in state["keys"].get(id, {}):
        return

    def change(noted: State) -> None:
        noted["current"] = id
        facts = noted["keys"].setdefault(id, {})
        for ended in ("announced", "reminded", "warned", "off", "on"):
            facts.pop(ended, None)
        if "current_since" in facts:
            facts["again"] = "yes"  # somebody went back to it
        facts["current_since"] = text(now())

    change(state)
    change_state(change)


def latest(keys: dict[str, dict[str, str]]) -> str | None:
    """The key that was the current one when `current` was not yet noted."""
    dated = [id for id, facts in keys.items() if "current_since" in facts]
    return max(dated, key=lambda id: keys[id]["current_since"], default=None)


def set_attempt(state: State, attempt: dict[str, Any] | None) -> None:
    if state["attempt"] != attempt:
        state["attempt"] = attempt
        change_state(lambda stored: stored.update(attempt=attempt))
