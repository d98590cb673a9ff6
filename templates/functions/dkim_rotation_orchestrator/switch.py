"""The switch to the new key."""

from datetime import timedelta

from dkim_rotation_orchestrator.aws import now
from dkim_rotation_orchestrator.rotation import announcement
from dkim_rotation_orchestrator.run import DAILY, Run
from dkim_shared.plan import NOTICE_MONTHS, RETIRE_DAYS, RETIRE_DAYS_LEAKED, RETRY_PENDING, RETRY_SWITCH, next_tick
from dkim_shared.time import add_months, to_text, to_time


def switch_is_blocked(run: Run) -> bool:
    """A key in SES that is not ours cannot be put back if the new one fails: a person has to say that it may go."""
    ses, following = run.findings["ses"], run.state["next"]
    ours = {key["selector"] for key in run.keys()}
    foreign = ses["origin"] == "EXTERNAL" and ses["selector"] not in ours
    if foreign and following["replace"] != ses["selector"]:
        run.tell("foreign-key", ses["selector"], again_after=DAILY, selector=ses["selector"])
        return True
    return False


def switch(run: Run) -> None:
    state = run.state
    following, active = state["next"], state["active"]
    run.phase("switch")
    run.begin_effect("switch", following["selector"])
    outcome = run.call(
        "SES_CONFIG_UPDATER",
        {
            "action": "give",
            "selector": following["selector"],
            "old": active["selector"] if active else None,
            "easy_dkim_before": easy_dkim_signed_before(run),
        },
    )
    if outcome["outcome"] == "new":
        promote_next(run, "switch")
        return
    # SES has the old key again, or, if there is none, goes on looking for the record of the new one.
    moment = now()
    following.setdefault("due_first", following["switch_from"])
    following["switch_from"] = to_text(moment + (RETRY_SWITCH if outcome["outcome"] == "old" else RETRY_PENDING))
    if outcome["outcome"] == "old":
        run.phase("overdue" if moment >= to_time(following["due"]) else "waiting-for-dns")
    run.did.append(f"switch-{outcome['outcome']}")
    run.tell(
        "switch-failed", following["selector"], again_after=DAILY,
        outcome=outcome["outcome"], status=outcome["status"], error=outcome.get("error"), **announcement(run),
    )  # fmt: skip
    run.end_effect()


def easy_dkim_signed_before(run: Run) -> bool:
    before = run.state["before"] or {}
    return not run.state["active"] and before.get("origin") == "AWS_SES" and before.get("status") == "SUCCESS"


def promote_next(run: Run, how: str) -> None:
    """The next key signs. The one before it is kept until its record may go."""
    state, moment = run.state, now()
    following, old = state["next"], state["active"]
    days = RETIRE_DAYS_LEAKED if following["leaked"] else RETIRE_DAYS
    if old:
        state["previous"].insert(0, old | {"retire_from": to_text(next_tick(moment + timedelta(days=days)))})
    state["active"] = {name: following[name] for name in ("selector", "secret", "public_key", "created")}
    state["active"]["activated"] = to_text(moment)
    state["next"], state["effect"] = None, None
    run.phase("retire" if state["previous"] else "steady")
    state["sent"] = {key: at for key, at in state["sent"].items() if following["selector"] in key}
    run.did.append(how)
    retire_from = state["previous"][0]["retire_from"] if old else None
    run.tell(
        "switched", following["selector"], key=state["active"], old=old["selector"] if old else None,
        retire_from=retire_from, next_rotation=to_text(add_months(moment, NOTICE_MONTHS)),
    )  # fmt: skip
    run.save()
    run.check()
    run.note_findings()
