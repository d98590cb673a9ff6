"""What a person asks for: left in the state by any call, taken up by the run that holds the lease."""

import re
import uuid
from typing import Any

from dkim_rotation_orchestrator.aws import LOG, now
from dkim_rotation_orchestrator.run import Failed, Run
from dkim_shared.plan import Document, new_state
from dkim_shared.state import Conflict, StateStore
from dkim_shared.time import to_text

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
REQUESTS_KEPT = 4  # so many are known when they are repeated
LONGEST_TEXT = 120  # characters of a name or reason that the state keeps
SELECTOR = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")  # as SES takes it, or "easy-dkim"


def leave_request(store: StateStore, domain: str, action: str, event: dict[str, Any]) -> None:
    """Puts what a person wants into the state, where the run that holds the lease, or the next one, finds it."""
    person = text_of(event, "by")
    if not person:
        raise ValueError(f"{action} needs `by`: who wants it")
    request_id = event.get("id", uuid.uuid4().hex[:12])
    if not (isinstance(request_id, str) and REQUEST_ID.fullmatch(request_id)):
        raise ValueError(f"{action}: `id` is not 8 to 64 letters, digits and hyphens")
    if action in ("rotate-now", "stop") and not text_of(event, "reason"):
        raise ValueError(f"{action} needs `reason`")
    for name in ("replace", "key"):
        if event.get(name) and not SELECTOR.fullmatch(text_of(event, name)):
            raise ValueError(f"{action}: `{name}` is not a selector")
    for _ in range(5):
        state = new_state(domain, now()) | (store.read() or {})
        if request_id in (*state["answered"], (state["request"] or {}).get("id")):
            return  # a repeat, since the answer got lost
        change(state, action, event, person, request_id)
        try:
            store.write(state)
            LOG.info("request", extra={"action": action, "by": person})
            return
        except Conflict:
            continue
    raise Failed("the state changes all the time: try again")


def change(state: Document, action: str, event: dict[str, Any], person: str, request_id: str) -> None:
    moment = to_text(now())
    if action == "stop":
        state["stopped"] = {"by": person, "reason": text_of(event, "reason"), "at": moment}
    elif action == "resume":
        # Whoever ends a stop may not know of a hold.
        state["stopped" if state["stopped"] else "hold"] = None
    else:
        state["request"] = {
            "id": request_id,
            "kind": "rotate" if action == "rotate-now" else "restore",
            "by": person,
            "reason": text_of(event, "reason"),
            "at": moment,
            "leaked": event.get("leaked") is True,
            "discard_next": event.get("discard_next") is True,
            "replace": text_of(event, "replace") or None,
            "key": text_of(event, "key") or None,
        }


def text_of(event: dict[str, Any], name: str) -> str:
    return str(event.get(name) or "").strip()[:LONGEST_TEXT]


def done_with_request(run: Run, refused: str | None = None) -> None:
    """The request is begun: who repeats it, for want of an answer, gets the same answer."""
    run.answers = run.state["request"]["id"]
    answered = run.state["answered"] | {run.answers: {"did": [], "refused": refused}}
    run.state["answered"] = dict(list(answered.items())[-REQUESTS_KEPT:])
    run.state["request"] = None
