"""SES gets a key: written down before, done by the updater, and written down after."""

from datetime import timedelta

from dkim_rotation_orchestrator.aws import LOG, now
from dkim_rotation_orchestrator.keys import bring_back
from dkim_rotation_orchestrator.requests import done_with_request
from dkim_rotation_orchestrator.run import Failed, Run
from dkim_rotation_orchestrator.seen import hold, is_settling, recall
from dkim_shared.decision import NOT_COUNTED, Decision
from dkim_shared.plan import DAYS_FOR_DNS, Document
from dkim_shared.records import EASY_DKIM
from dkim_shared.rules import VERIFICATION
from dkim_shared.time import to_text, to_time


def carry_out_decision(run: Run) -> None:
    """What is decided on what was just seen."""
    recall_wanted_key(run)
    decision = run.decision()
    if decision.put:
        put(run, decision)
    elif (decision.waits_for or "").startswith("refused: "):
        refuse_request(run, decision.waits_for.removeprefix("refused: ") + "; nothing was changed")


def recall_wanted_key(run: Run) -> None:
    """A person wants a key back that the state has let go."""
    request = run.state["request"] or {}
    selector = request.get("key")
    if request.get("kind") != "restore" or not selector or selector in {key["selector"] for key in run.keys()}:
        return
    if recall(run, selector):
        run.save()
        run.check()


def refuse_request(run: Run, refused: str) -> None:
    done_with_request(run, refused)
    run.save()
    raise Failed(refused)


def put(run: Run, decision: Decision) -> None:
    state, moment = run.state, to_text(now())
    if not state["active"] and decision.put in ("switch", "rotate"):
        # As it is now: Easy DKIM may have been verified since the announcement.
        ses = run.findings["ses"]
        state["before"] = {name: ses[name] for name in ("origin", "selector", "status", "tokens")}
    state["effect"] = {"kind": "put", "selector": decision.key, "why": decision.put, "started": moment}
    state["puts"] = [*recent(state), {"selector": decision.key, "at": moment, "why": decision.put}]
    run.save()
    by_person = decision.put in ("restore", "rotate")
    outcome = run.call(
        "SES_CONFIG_UPDATER",
        {"action": "give", "selector": decision.key, "enable_signing": by_person or not state["active"]},
    )
    if outcome["outcome"] == "refused":
        LOG.error("refused", extra={"selector": decision.key, "error": outcome["error"]})
        forget_put(state)
        run.tell_daily("put-refused", f"{decision.key}/{outcome['error']}")
        run.save()
        raise Failed(f"SES refused {decision.key}: {outcome['error']}")
    was_given(run)


def recent(state: Document) -> list[Document]:
    """The puts that still count, and the last one."""
    counted = [put for put in state["puts"] if put["why"] not in NOT_COUNTED and now() - to_time(put["at"]) < VERIFICATION]
    return [put for put in state["puts"] if put in counted or put is state["puts"][-1]]


def forget_put(state: Document) -> None:
    """It did not happen."""
    started, state["effect"] = state["effect"]["started"], None
    state["puts"] = [put for put in state["puts"] if put["at"] != started]


def was_given(run: Run) -> None:
    """SES has the key of the effect: the state says so, and who is to know is told."""
    state = run.state
    effect, moment = state["effect"], state["effect"]["started"]
    selector, why = effect["selector"], effect["why"]
    is_easy = selector == EASY_DKIM
    state["ses"] = {
        "origin": "AWS_SES" if is_easy else "EXTERNAL", "selector": None if is_easy else selector,
        "status": "PENDING", "since": moment, "status_since": moment, "by": "rotation",
    }  # fmt: skip
    state["other"], state["effect"] = None, None
    state["unsigned"] = state["unsigned"] or moment
    old = state["active"]["selector"] if state["active"] else None
    if selector in {key["selector"] for key in state["previous"]}:
        bring_back(run, selector)
    run.did.append(why)
    if why == "rescue":
        run.tell("rescued", f"{selector}/{old if old != selector else (state['next'] or {}).get('selector')}")
        ask_again(run)
    elif why == "again":
        run.tell_daily("reapplied", selector)
    elif why == "back":
        hold(run, "not-verified", None)
        run.tell("held", f"{state['next']['selector']}/{state['hold']['at']}")
    elif why == "restore":
        by = (state["request"] or {}).get("by")
        hold(run, "restored", by)
        run.tell("restored", f"{selector}/{moment}")
        if state["request"]:
            done_with_request(run)
    run.save()


def ask_again(run: Run) -> None:
    """The record of the key that follows has vanished: people have a week to publish it once more."""
    following, moment = run.state["next"], now()
    if not following or following["seen"] or (run.state["ses"] or {}).get("selector") == following["selector"]:
        return
    following["due"] = to_text(max(to_time(following["due"]), moment + timedelta(days=DAYS_FOR_DNS["again"])))
    run.tell("announce", f"{following['selector']}/again-{to_text(moment)}")


def finish_put(run: Run) -> None:
    """An earlier run died while SES got a key. SES says whether it has it; nothing is given twice."""
    effect, ses = run.state["effect"], run.findings["ses"]
    if not effect:
        return
    LOG.warning("finishing", extra={"effect": effect})
    wanted = effect["selector"]
    if ses["selector"] == wanted or (wanted == EASY_DKIM and ses["exists"] and ses["origin"] != "EXTERNAL"):
        was_given(run)
    elif not is_settling(run):
        forget_put(run.state)
        run.save()
