"""The work of a run: what was begun, what is seen, what is due."""

from collections.abc import Callable

from dkim_rotation_orchestrator.aws import LOG
from dkim_rotation_orchestrator.keys import discard, make_next, remind, retire, take_up_rotation
from dkim_rotation_orchestrator.problems import report_problems
from dkim_rotation_orchestrator.put import carry_out_decision, finish_put
from dkim_rotation_orchestrator.run import Busy, Run
from dkim_rotation_orchestrator.seen import note
from dkim_shared.state import Conflict

# In the order of urgency. None of them keeps the ones after it from being done.
STEPS: tuple[Callable[[Run], None], ...] = (take_up_rotation, carry_out_decision, make_next, retire, discard)


def work(run: Run) -> None:
    run.check()  # first: the metrics do not wait
    if run.lease_is_taken():
        raise Busy
    if run.state["lease"] or run.has_mail():
        run.save()  # what a dead run has left: this one gives its lease back, and sends its mails
    finish_put(run)
    guarded(run, note)
    if not run.is_stopped() and run.findings["ses"]["exists"]:
        for step in STEPS:
            guarded(run, step)
    guarded(run, report_problems)
    guarded(run, remind)
    run.save_if_changed()
    if run.did:
        run.check()  # so that the metrics say how it is now


def guarded(run: Run, step: Callable[[Run], None]) -> None:
    """A step that fails is told at the end of the run."""
    try:
        step(run)
    except (Busy, Conflict):
        raise
    except Exception as error:
        LOG.exception("failed", extra={"step": step.__name__})
        run.problems.append(f"{step.__name__}: {type(error).__name__}: {error}")
