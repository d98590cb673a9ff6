"""What was seen is written down, if it has changed: since when a record stands, what SES has, a key that SES has verified."""

import os
from datetime import timedelta

from dkim_rotation_orchestrator.aws import LOG, now
from dkim_rotation_orchestrator.keys import bring_back, promote_next
from dkim_rotation_orchestrator.run import Run
from dkim_shared.records import sequence_of
from dkim_shared.rules import SETTLE
from dkim_shared.time import to_text, to_time


def note(run: Run) -> None:
    note_record(run)
    if run.findings["ses"]["exists"] and not is_settling(run):
        note_ses(run)
    run.save_if_changed()


def is_settling(run: Run) -> bool:
    """SES was given a key so shortly ago that its answer may be an older one."""
    puts = run.state["puts"]
    return bool(puts) and now() - to_time(puts[-1]["at"]) < SETTLE


def note_record(run: Run) -> None:
    following, record = run.state["next"], run.findings.get("next")
    if not following or not record or record["state"] == "unknown":
        return
    if (record["state"] == "published") != bool(following["seen"]):
        following["seen"] = None if following["seen"] else to_text(now())


def note_ses(run: Run) -> None:
    """What differs from what SES had counts when it is seen twice: one answer alone may be an old one."""
    state, ses, moment = run.state, run.findings["ses"], to_text(now())
    found = {"origin": ses["origin"], "selector": ses["selector"]}
    known, other = state["ses"], state["other"]
    if known and found == {name: known[name] for name in found}:
        state["other"] = None
        if known["status"] != ses["status"]:
            state["ses"] = known | {"status": ses["status"], "status_since": moment}
    elif known and (not other or other["found"] != found):
        state["other"] = {"found": found, "at": moment}
        return
    elif known and now() - to_time(other["at"]) < SETTLE:
        return
    else:
        adopt(run)
        since = other["at"] if known and other else moment
        state["other"] = None
        state["ses"] = found | {"status": ses["status"], "since": since, "status_since": since, "by": "hand" if known else None}
    signs = ses["status"] == "SUCCESS" and ses["signing_enabled"]
    state["unsigned"] = None if signs else state["unsigned"] or moment
    following = state["next"]
    if following and following["public_key"] and ses["selector"] == following["selector"] and ses["status"] == "SUCCESS":
        promote_next(run)


def adopt(run: Run) -> None:
    """Somebody gave SES a key, or the state was lost. If the key is ours, the state goes after SES."""
    state, selector = run.state, run.findings["ses"]["selector"]
    active, following = state["active"], state["next"]
    if not sequence_of(selector or "") or selector in {key["selector"] for key in (active, following) if key}:
        return
    if selector not in {key["selector"] for key in state["previous"]} and not recall(run, selector):
        return
    LOG.warning("adopted", extra={"selector": selector})
    bring_back(run, selector)
    run.did.append("adopt")
    if active:
        hold(run, "by-hand", None)
        run.tell("by-hand", selector)


def recall(run: Run, selector: str) -> bool:
    """A key that the state does not know, of which there is a secret; one that was to be deleted comes back."""
    key = run.call("KEY_GENERATOR", {"action": "describe", "selector": selector})
    if not key["public_key"]:
        return False
    state = run.state
    state["discard"] = [other for other in state["discard"] if other != selector]
    state["sequence"] = max(state["sequence"], sequence_of(selector))
    # When it began to sign is not known: its age counts from its making, so the next one comes early rather than late.
    state["previous"].insert(0, key | {"activated": key["created"], "retire_from": to_text(now() + timedelta(days=7))})
    LOG.warning("recalled", extra={"secret": os.environ["SECRET_PREFIX"] + selector})
    return True


def hold(run: Run, why: str, by: str | None) -> None:
    """Nothing follows by itself before a person says so; with nothing that could follow there is nothing to hold."""
    if run.state["next"]:
        run.state["hold"] = {"why": why, "by": by, "at": to_text(now())}
