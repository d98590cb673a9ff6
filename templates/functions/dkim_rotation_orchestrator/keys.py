"""The keys of a rotation: made, announced, promoted, brought back, retired, deleted."""

from datetime import timedelta
from typing import Any

from dkim_rotation_orchestrator.aws import now
from dkim_rotation_orchestrator.requests import done_with_request
from dkim_rotation_orchestrator.run import MONTHLY, WEEKLY, Run
from dkim_shared.plan import (
    DAYS_FOR_DNS,
    PREVIOUS_KEPT,
    RETIRE_DAYS,
    RETIRE_DAYS_LEAKED,
    Document,
    dates_of,
    is_gone,
    next_tick,
    reminder_due,
    trigger_to_begin,
)
from dkim_shared.records import selector_of, sequence_of
from dkim_shared.rules import rules
from dkim_shared.time import to_text, to_time

OF_A_KEY = ("selector", "public_key", "created")


def take_up_rotation(run: Run) -> None:
    """What a person says of a rotation, and the beginning of one that is due."""
    request = run.state["request"] or {}
    if request.get("kind") == "rotate":
        run.state["hold"] = None
        if request["leaked"] and run.state["active"]:
            run.state["active"]["leaked"] = True
        if run.state["next"] and request["discard_next"]:
            give_up_next(run, request)
        elif run.state["next"]:
            hurry(run, request)
            return
    if trigger := trigger_to_begin(run.state, now()):
        begin_rotation(run, trigger)


def begin_rotation(run: Run, trigger: str) -> None:
    """Decides on the selector, once and for all, before a key is made."""
    state, moment = run.state, now()
    request = state["request"] or {}
    state["sequence"] = (state["sequence"] or last_sequence(run)) + 1
    switch_from, due = dates_of(trigger, state, moment, rules().quiet_hour)
    state["next"] = {
        "selector": selector_of(moment, state["sequence"]),
        "public_key": None,
        "created": None,
        "trigger": trigger,
        "switch_from": to_text(switch_from),
        "due": to_text(due),
        "seen": None,
        "announced": None,
        "urgent": bool(request.get("leaked")),
        "replace": request.get("replace"),
    }
    if trigger == "by-hand":
        done_with_request(run)
    run.save()


def last_sequence(run: Run) -> int:
    """A state that was lost must not lead to a selector that was used before."""
    found = run.call("KEY_GENERATOR", {"action": "list"})
    return max([0, *(sequence_of(selector) for selector in found["selectors"])])


def hurry(run: Run, request: Document) -> None:
    """A rotation by hand while one is under way: the announced key is used, today."""
    following, moment = run.state["next"], now()
    due = moment + timedelta(days=DAYS_FOR_DNS["by-hand"])
    if not following["announced"] or to_time(following["due"]) > due:
        following["due"] = to_text(due)
    following |= {"trigger": "by-hand", "switch_from": to_text(moment)}
    following |= {"urgent": request["leaked"] or following.get("urgent", False), "replace": request["replace"]}
    run.did.append("hurry")
    if following["announced"] and not following["seen"]:
        following["announced"] = to_text(moment)
        run.tell("announce", f"{following['selector']}/{request['id']}")
    done_with_request(run)
    run.save()


def give_up_next(run: Run, request: Document) -> None:
    """The key that is not used any more is deleted, unless SES has it: then it goes once another key has its place."""
    state, following = run.state, run.state["next"]
    state["next"] = None
    if (state["ses"] or {}).get("selector") == following["selector"]:
        keep(run, following | {"leaked": request["leaked"], "activated": state["ses"]["since"]}, now())
    elif following["public_key"]:
        state["discard"].append(following["selector"])
    run.did.append("discard-next")


def make_next(run: Run) -> None:
    """The pair of the next key, and the mail that asks for its record."""
    following = run.state["next"]
    if not following or following["announced"]:
        return
    if not following["public_key"]:
        made = run.call("KEY_GENERATOR", {"action": "generate", "selector": following["selector"]})
        following |= {"public_key": made["public_key"], "created": made["created"]}
        run.did.append("generate")
    following["announced"] = to_text(now())
    run.tell("announce", following["selector"])
    run.save()


def remind(run: Run) -> None:
    """Reminders, overdue, and a record that is not what was asked for."""
    following = run.state["next"]
    if not following or not following["announced"] or following["seen"] or run.is_stopped():
        return
    selector = following["selector"]
    if (run.findings.get("next") or {}).get("state") in ("different", "split"):
        run.tell_daily("wrong-record", selector)
    if run.state["phase"] == "overdue":
        run.tell("overdue", selector, again_after=WEEKLY)
    elif (left := reminder_due(run.state, now())) is not None:
        run.tell("reminder", f"{selector}/{left}")


def promote_next(run: Run) -> None:
    """SES has verified the next key. The one before it is kept until its record may go."""
    state, moment = run.state, now()
    following, old = state["next"], state["active"]
    if old:
        days = RETIRE_DAYS_LEAKED if old.get("leaked") else RETIRE_DAYS
        keep(run, old, next_tick(moment + timedelta(days=days)))
    for key in state["previous"]:
        if key.get("leaked") and key is not state["previous"][0]:
            key["retire_from"] = to_text(next_tick(moment + timedelta(days=RETIRE_DAYS_LEAKED)))
    state["active"] = {name: following[name] for name in OF_A_KEY} | {"activated": to_text(moment)}
    state["next"] = state["hold"] = state["before"] = None
    run.did.append("promote")
    run.tell("switched", following["selector"])


def bring_back(run: Run, selector: str) -> None:
    """An older key is the one in use again. The one after it follows once more, unless it has leaked or another does."""
    state, moment = run.state, now()
    key = next(key for key in state["previous"] if key["selector"] == selector)
    state["previous"] = [other for other in state["previous"] if other is not key]
    lost, state["active"] = state["active"], {name: key[name] for name in (*OF_A_KEY, "activated")}
    if not lost:
        return
    if state["next"] or lost.get("leaked"):
        keep(run, lost, next_tick(moment + timedelta(days=RETIRE_DAYS)))
        return
    state["next"] = {name: lost[name] for name in OF_A_KEY} | {
        "trigger": "again", "switch_from": to_text(moment), "due": to_text(moment + timedelta(days=DAYS_FOR_DNS["again"])),
        "seen": None, "announced": to_text(moment), "urgent": False, "replace": None,
    }  # fmt: skip
    record = next((found for found in (run.findings["active"], *run.findings["previous"]) if is_of(found, lost)), None)
    if record and record["state"] == "published":
        state["next"]["seen"] = to_text(moment)


def is_of(record: Document | None, key: Document) -> bool:
    return bool(record) and record.get("selector") == key["selector"]


def keep(run: Run, key: dict[str, Any], retire_from: Any) -> None:
    """Among the keys whose records must stay; the oldest beyond their number is let go, and can be had back for 30 days."""
    state = run.state
    kept = {name: key[name] for name in (*OF_A_KEY, "activated", "leaked") if key.get(name)}
    state["previous"].insert(0, kept | {"retire_from": to_text(retire_from)})
    for dropped in state["previous"][PREVIOUS_KEPT:]:
        state["discard"].append(dropped["selector"])
        run.tell("delete-record", dropped["selector"])
    state["previous"] = state["previous"][:PREVIOUS_KEPT]


def retire(run: Run) -> None:
    """Once the active key is seen to verify, people are asked to delete an old record. Its key goes when the record is gone."""
    ses, active, moment = run.findings["ses"], run.state["active"], now()
    in_use = active and ses["selector"] == active["selector"] and ses["status"] == "SUCCESS" and run.stands("active")
    if not in_use or run.state["other"]:
        return
    for key, record in zip(list(run.state["previous"]), run.findings["previous"], strict=False):
        if to_time(key["retire_from"]) > moment or not is_of(record, key):
            continue
        if is_gone(record):
            run.state["previous"] = [other for other in run.state["previous"] if other is not key]
            run.state["discard"].append(key["selector"])
        else:
            key.setdefault("asked", to_text(moment))
            run.tell("delete-record", key["selector"], again_after=MONTHLY)
    run.save_if_changed()


def discard(run: Run) -> None:
    """Schedules the deletion of keys that nobody needs any more; one that somebody has given to SES meanwhile stays."""
    for selector in list(run.state["discard"]):
        if selector == run.findings["ses"]["selector"]:
            continue  # somebody gave it to SES: what is seen twice is adopted
        if selector not in {key["selector"] for key in run.keys()}:
            run.call("KEY_GENERATOR", {"action": "discard", "selector": selector})
            run.did.append("discard")
        run.state["discard"] = [other for other in run.state["discard"] if other != selector]
        run.save()
