"""What the function answers."""

from typing import Any

from dkim_rotation_orchestrator.run import Run
from dkim_shared.plan import plan


def answer(result: str, run: Run) -> dict[str, Any]:
    return {
        "domain": run.domain,
        "result": result,
        "phase": run.state["phase"],
        "did": run.did,
        "state": run.state,
        "findings": run.findings,
        "situation": run.situation() if run.findings else None,
        "plan": plan(run.state),
    }
