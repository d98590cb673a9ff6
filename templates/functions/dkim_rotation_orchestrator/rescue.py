"""Putting things right: a lost state, a key that does not verify any more, a key that somebody gave SES by hand."""

import os
from datetime import timedelta
from typing import Any

from dkim_rotation_orchestrator.aws import now
from dkim_rotation_orchestrator.run import DAILY, Failed, Run, Step
from dkim_rotation_orchestrator.switch import promote_next
from dkim_shared.plan import RETRY_SWITCH, is_gone
from dkim_shared.records import sequence_of
from dkim_shared.time import to_text


def recover_step(run: Run) -> Step | None:
    """The state was lost, and SES signs with a key whose secret is ours."""
    ses = run.findings["ses"]
    if run.state["active"] or ses["origin"] != "EXTERNAL" or not sequence_of(ses["selector"] or ""):
        return None
    if run.state["next"] and run.state["next"]["selector"] == ses["selector"]:
        return None  # the first key, which SES is verifying
    key = run.call("KEY_GENERATOR", {"action": "describe", "selector": ses["selector"]})
    return (lambda run: recover(run, key)) if key["public_key"] else None


def recover(run: Run, key: dict[str, Any]) -> None:
    secret = os.environ["SECRET_PREFIX"] + key["selector"]
    # When it began to sign is not known: its age counts from its making, so the next one comes early rather than late.
    run.state["active"] = key | {"secret": secret, "activated": key["created"]}
    run.state["sequence"] = max(run.state["sequence"], sequence_of(key["selector"]))
    if not run.state["next"]:
        run.phase("steady")
    run.save()
    run.did.append("recover")
    run.check()
    run.note_findings()


def rescue(run: Run) -> Step | None:
    """The active key does not verify any more. An older one whose record still stands is better."""
    active, ses = run.state["active"], run.findings["ses"]
    if not active:
        return None
    if ses["origin"] == "AWS_SES" and ses["status"] != "SUCCESS" and run.stands("active"):
        return reapply  # the identity was made anew, and our key with its record is still there
    is_ours = ses["origin"] == "EXTERNAL" and ses["selector"] == active["selector"]
    if is_ours and ses["status"] == "FAILED" and run.stands("active"):
        return reapply  # the record was away for so long that SES has given up, and is there again
    if is_ours and is_gone(run.findings.get("active")):
        if key := key_to_bring_back(run):
            return lambda run: restore(run, key)
    return None


def key_to_bring_back(run: Run) -> str | None:
    """The newest older key that has signed and whose record still stands."""
    records = {record["selector"]: record["state"] for record in run.findings["previous"] if record}
    for key in run.state["previous"]:
        if key["activated"] and records.get(key["selector"]) == "published":
            return str(key["selector"])
    return None


def adopt_step(run: Run) -> Step | None:
    """Somebody gave SES, by hand, another key of ours: it becomes the active one."""
    ses, active = run.findings["ses"], run.state["active"]
    if ses["origin"] != "EXTERNAL" or ses["status"] != "SUCCESS" or not active:
        return None
    following = run.state["next"]
    if following and following["public_key"] and ses["selector"] == following["selector"]:
        return lambda run: promote_next(run, "adopt")
    if any(ses["selector"] == key["selector"] for key in run.state["previous"]):
        return lambda run: bring_back(run, ses["selector"], "adopt")
    return None


def restore(run: Run, selector: str) -> None:
    """Gives SES an older key again."""
    state = run.state
    key = next((key for key in state["previous"] if key["selector"] == selector), None)
    if key is None or not state["active"]:
        run.end_effect()  # it has been brought back already
        return
    run.begin_effect("restore", selector)
    old = state["active"]["selector"]
    outcome = run.call("SES_CONFIG_UPDATER", {"action": "give", "selector": selector, "old": old})
    if outcome["outcome"] != "new":
        run.end_effect()
        raise Failed(f"SES did not take {selector} back: {outcome['outcome']}, {outcome['status']}")
    bring_back(run, selector, "restore")


def bring_back(run: Run, selector: str, how: str) -> None:
    """An older key signs again; the one that signed after it waits for its record again."""
    state, moment = run.state, now()
    key = next(key for key in state["previous"] if key["selector"] == selector)
    state["previous"] = [other for other in state["previous"] if other is not key]
    lost = {name: state["active"][name] for name in ("selector", "secret", "public_key", "created")}
    surplus = state["next"]
    key.pop("retire_from", None)
    state["active"] = key
    if surplus and surplus["public_key"]:
        # Two keys cannot follow: the newer one is announced already.
        state["previous"].append(lost | {"activated": to_text(moment), "retire_from": to_text(moment)})
    elif not surplus:
        due = to_text(moment + timedelta(days=7))
        state["next"] = lost | {
            "trigger": "by-hand", "switch_from": to_text(moment + RETRY_SWITCH), "due": due, "seen": None,
            "announced": to_text(moment), "leaked": False, "replace": None,
        }  # fmt: skip
    run.phase("waiting-for-dns")
    run.did.append(how)
    due = to_text(moment + timedelta(days=7))
    run.tell("restored", lost["selector"], again_after=DAILY, key=key, lost=lost, due=due)
    run.end_effect()
    run.check()
    run.note_findings()


def reapply(run: Run) -> None:
    """Gives SES the active key that it should have."""
    active = run.state["active"]
    run.begin_effect("reapply", active["selector"])
    outcome = run.call("SES_CONFIG_UPDATER", {"action": "give", "selector": active["selector"], "old": None})
    run.did.append("reapply")
    if outcome["outcome"] not in ("new", "pending"):
        run.end_effect()
        raise Failed(f"SES did not take {active['selector']} again: {outcome['outcome']}")
    run.tell("reapplied", active["selector"], again_after=DAILY, key=active)
    run.end_effect()
    run.check()
