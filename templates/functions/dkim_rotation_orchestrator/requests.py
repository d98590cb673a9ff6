"""What a person asks for, in the state, and the answer to it."""

import re
import uuid
from typing import Any

from dkim_rotation_orchestrator.aws import LOG, now
from dkim_rotation_orchestrator.run import Failed, Run
from dkim_shared.plan import new_state
from dkim_shared.state import Conflict, StateStore
from dkim_shared.time import to_text

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
REQUESTS_KEPT = 8  # so many are known when they are repeated


def leave_request(store: StateStore, domain: str, action: str, event: dict[str, Any]) -> None:
    """Puts what a person wants into the state, where the run that holds the lease, or the next one, finds it."""
    person = str(event.get("by", "")).strip()
    if not person:
        raise ValueError(f"{action} needs `by`: who wants it")
    request_id = event.get("id", uuid.uuid4().hex[:12])
    if not (isinstance(request_id, str) and REQUEST_ID.fullmatch(request_id)):
        raise ValueError(f"{action}: `id` is not 8 to 64 letters, digits and hyphens")
    if action in ("rotate-now", "stop") and not str(event.get("reason", "")).strip():
        raise ValueError(f"{action} needs `reason`")
    for _ in range(5):
        moment = now()
        state = new_state(domain, moment) | (store.read() or {})
        if action == "stop":
            state["stopped"] = {"by": person, "reason": str(event["reason"]), "at": to_text(moment)}
        elif action == "resume":
            state["stopped"] = None
        elif request_id in (*state["answered"], (state["request"] or {}).get("id")):
            return  # a repeat, since the answer got lost
        else:
            state["request"] = {
                "id": request_id,
                "kind": "rotate" if action == "rotate-now" else "restore",
                "by": person,
                "reason": str(event.get("reason", "")),
                "at": to_text(moment),
                "leaked": event.get("leaked") is True,
                "discard_next": event.get("discard_next") is True,
                "replace": event.get("replace"),
            }
        try:
            store.write(state)
            LOG.info("request", extra={"action": action, "by": person})
            return
        except Conflict:
            continue
    raise Failed("the state changes all the time: try again")


def done_with_request(run: Run, refused: str | None = None) -> None:
    """The request is begun: who repeats it, for want of an answer, gets the same answer."""
    run.answers = run.state["request"]["id"]
    answered = run.state["answered"] | {run.answers: {"did": [], "refused": refused}}
    run.state["answered"] = dict(list(answered.items())[-REQUESTS_KEPT:])
    run.state["request"] = None
