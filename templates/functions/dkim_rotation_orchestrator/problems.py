"""What people should know."""

from dkim_rotation_orchestrator.run import DAILY, Run


def report_problems(run: Run) -> None:
    ses, active = run.findings["ses"], run.state["active"]
    if not ses["exists"]:
        run.tell("identity-missing", run.domain, again_after=DAILY)
        return
    if not active:
        return
    record = run.findings["active"]
    if record["state"] in ("absent", "different"):
        run.tell("record-missing", active["selector"], again_after=DAILY, key=active, record=record)
    ours = {key["selector"] for key in run.keys()}
    if ses["origin"] != "EXTERNAL" or ses["selector"] not in ours or not ses["signing_enabled"]:
        run.tell("foreign-key", str(ses["selector"]), again_after=DAILY, selector=ses["selector"])
