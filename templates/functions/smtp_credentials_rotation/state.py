"""What the rotation knows of its keys, in one SSM parameter; no secrets."""

import json
import os
from collections.abc import Callable
from typing import Any

from smtp_credentials_rotation.aws import client

State = dict[str, Any]


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
