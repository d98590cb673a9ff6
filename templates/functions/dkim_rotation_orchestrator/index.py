"""Rotates the DKIM key of a domain: works out what is due, has it done by the four other functions, keeps the state.

docs/dkim-rotation.md describes the actions, the state, and what makes two runs at the same time safe. Which key SES should have
is decided by one function of the facts (dkim_shared/decision.py); everything here finds the facts and carries the decision out.
Before SES gets a key the state says so, and a mail is written down together with the change that it tells of.
"""

import os
from typing import Any

from dkim_rotation_orchestrator.answer import answer
from dkim_rotation_orchestrator.aws import LOG, client
from dkim_rotation_orchestrator.requests import leave_request
from dkim_rotation_orchestrator.run import Busy, Failed, Run
from dkim_rotation_orchestrator.work import work
from dkim_shared.state import Conflict, StateStore

ACTIONS = ("tick", "watch", "status", "rotate-now", "restore-previous", "stop", "resume")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    action, domain = event.get("action", "tick"), os.environ["DOMAIN_NAME"]
    if action not in ACTIONS:
        raise ValueError(f"unknown action {action!r}: one of {', '.join(ACTIONS)}")
    if event.get("domain", domain) != domain:
        raise ValueError(f"this function looks after {domain}, not {event['domain']}")
    store = StateStore(client("ssm"), os.environ["STATE_PARAMETER"])
    if action not in ("tick", "watch", "status"):
        leave_request(store, domain, action, event)
    run = Run(store, domain)
    if action == "status":
        run.check()
        return answer("stopped" if run.state["stopped"] else "done", run)
    return carry_out(run, action, event.get("id"))


def carry_out(run: Run, action: str, request_id: Any) -> dict[str, Any]:
    earlier = run.state["answered"].get(request_id)  # the answer to this very request got lost
    try:
        work(run)
    except Busy:
        LOG.warning("busy", extra={"action": action, "lease": run.state["lease"]})
        return answer("busy", run)
    except Conflict:
        raise  # another run has taken over
    except Exception:
        run.give_up()
        raise
    run.end()
    if run.problems:
        raise Failed("; ".join(run.problems))
    if earlier:
        if earlier["refused"]:
            raise Failed(earlier["refused"])
        run.did[:0] = earlier["did"]
    if run.did:
        LOG.info("done", extra={"action": action, "phase": run.state["phase"], "did": run.did})
    return answer("stopped" if run.state["stopped"] else "done", run)
