"""What people should know."""

from datetime import timedelta

from dkim_rotation_orchestrator.aws import now
from dkim_rotation_orchestrator.run import WEEKLY, Run
from dkim_shared.plan import Document
from dkim_shared.time import to_time

SHORT = timedelta(minutes=50)  # within which a verification is nothing to tell of


def report_problems(run: Run) -> None:
    ses, state = run.findings["ses"], run.state
    if run.edited:
        run.tell_daily("state-not-counted", "parameter")
    if not ses["exists"]:
        run.tell_daily("identity-missing", run.domain)
        return
    facts = run.facts()
    in_use: Document | None = facts.held or state["active"]
    record = facts.records.get(in_use["selector"]) if in_use else None
    if in_use and record and record["state"] in ("absent", "different", "split"):
        run.tell_daily("record-missing", in_use["selector"])
    waits_for = run.decision().waits_for
    if waits_for == "consent":
        run.tell_daily("foreign-key", str(ses["selector"]))
    if state["active"] and not ses["signing_enabled"]:
        run.tell_daily("signing-off", run.domain)
    if waits_for == "spf":
        run.tell_daily("put-off", state["next"]["selector"])
    if state["hold"] and (state["hold"]["why"] == "not-verified" or now() - to_time(state["hold"]["at"]) >= WEEKLY):
        run.tell("held", f"{state['next']['selector']}/{state['hold']['at']}", again_after=WEEKLY)
    if facts.held and waits_for != "second look" and ses["status"] != "SUCCESS" and now() - to_time(state["ses"]["since"]) >= SHORT:
        run.tell_daily("verifying", facts.held["selector"])
