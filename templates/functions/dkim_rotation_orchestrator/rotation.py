"""A rotation until the switch: the new key, its announcement, reminders."""

import os
from typing import Any

from dkim_rotation_orchestrator.aws import now
from dkim_rotation_orchestrator.requests import done_with_request
from dkim_rotation_orchestrator.run import DAILY, WEEKLY, Run
from dkim_shared.plan import dates_of, reminder_due
from dkim_shared.records import selector_of, sequence_of
from dkim_shared.time import to_text


def begin_rotation(run: Run, trigger: str) -> None:
    """Decides on the selector, once and for all, before a key is made."""
    state, moment = run.state, now()
    request = state["request"] or {}
    state["sequence"] = (state["sequence"] or last_sequence(run)) + 1
    selector = selector_of(moment, state["sequence"])
    switch_from, due = dates_of(trigger, state, moment)
    ses = run.findings["ses"]
    if not state["active"] and not state["before"]:
        state["before"] = {name: ses[name] for name in ("origin", "selector", "status")}
    state["next"] = {
        "selector": selector,
        "secret": os.environ["SECRET_PREFIX"] + selector,
        "public_key": None,
        "created": None,
        "trigger": trigger,
        "switch_from": to_text(switch_from),
        "due": to_text(due),
        "seen": None,
        "announced": None,
        "leaked": bool(request.get("leaked")),
        "replace": request.get("replace"),
    }
    if trigger == "by-hand":
        done_with_request(run)
    run.phase("notice")
    generate(run)


def last_sequence(run: Run) -> int:
    """A state that was lost must not lead to a selector that was used before."""
    found = run.call("KEY_GENERATOR", {"action": "list"})
    return max([0, *(sequence_of(selector) for selector in found["selectors"])])


def generate(run: Run) -> None:
    following = run.state["next"]
    run.begin_effect("generate", following["selector"])
    made = run.call("KEY_GENERATOR", {"action": "generate", "selector": following["selector"]})
    following |= {"public_key": made["public_key"], "created": made["created"]}
    run.end_effect()
    run.did.append("generate")


def announcement(run: Run) -> dict[str, Any]:
    following, active = run.state["next"], run.state["active"]
    return {
        "key": {name: following[name] for name in ("selector", "public_key")},
        "trigger": following["trigger"],
        "leaked": following["leaked"],
        "due": following["due"],
        "switch_from": following["switch_from"],
        "active": active["selector"] if active else None,
    }


def announce(run: Run) -> None:
    following = run.state["next"]
    following["announced"] = to_text(now())
    run.phase("waiting-for-dns")
    run.tell("announce", following["selector"], **announcement(run))
    run.save()
    run.check()
    run.note_findings()


def remind(run: Run) -> None:
    """At the daily tick: reminders, overdue, and a record that is not what was asked for."""
    following = run.state["next"]
    if not run.is_tick or not following or not following.get("announced") or following["seen"]:
        return
    facts = announcement(run)
    if (run.findings.get("next") or {}).get("state") == "different":
        run.tell("wrong-record", following["selector"], again_after=DAILY, record=run.findings["next"], **facts)
    if run.state["phase"] == "overdue":
        run.tell("overdue", following["selector"], again_after=WEEKLY, **facts)
    elif (left := reminder_due(run.state, now())) is not None:
        run.tell("reminder", f"{following['selector']}/{left}", days=left, **facts)


def become_overdue(run: Run) -> None:
    following = run.state["next"]
    run.phase("overdue")
    run.tell("overdue", following["selector"], again_after=WEEKLY, **announcement(run))
    run.save()
