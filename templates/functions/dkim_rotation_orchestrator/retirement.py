"""The end of an old key."""

from dkim_rotation_orchestrator.aws import now
from dkim_rotation_orchestrator.run import Failed, Run
from dkim_shared.time import to_time


def key_to_retire(run: Run) -> str | None:
    """An old key whose time is over, if the active one is seen to verify today."""
    ses, active = run.findings["ses"], run.state["active"]
    verifies = (
        active
        and run.stands("active")
        and ses["origin"] == "EXTERNAL"
        and ses["selector"] == active["selector"]
        and ses["status"] == "SUCCESS"
    )
    due = [key["selector"] for key in run.state["previous"] if to_time(key["retire_from"]) <= now()]
    return due[-1] if verifies and due else None


def retire(run: Run, selector: str) -> None:
    key = next(key for key in run.state["previous"] if key["selector"] == selector)
    run.tell("delete-record", selector, key=key, active=run.state["active"]["selector"])
    run.begin_effect("discard", selector)
    discard(run, selector)


def discard(run: Run, selector: str) -> None:
    state = run.state
    if selector in {key["selector"] for key in (state["active"], state["next"]) if key}:
        raise Failed(f"{selector} is in use and is not deleted")
    run.call("KEY_GENERATOR", {"action": "discard", "selector": selector})
    state["previous"] = [key for key in state["previous"] if key["selector"] != selector]
    if not state["previous"] and not state["next"]:
        run.phase("steady" if state["active"] else "new")
    run.end_effect()
    run.did.append("discard")
