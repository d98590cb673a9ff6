"""The work of a run: what was begun, what is seen, what is due."""

from dkim_rotation_orchestrator.aws import LOG, now
from dkim_rotation_orchestrator.by_hand import request_step
from dkim_rotation_orchestrator.problems import report_problems
from dkim_rotation_orchestrator.rescue import adopt_step, reapply, recover_step, rescue, restore
from dkim_rotation_orchestrator.retirement import discard, key_to_retire, retire
from dkim_rotation_orchestrator.rotation import announce, become_overdue, begin_rotation, generate, remind
from dkim_rotation_orchestrator.run import DAILY, Busy, Run, Step
from dkim_rotation_orchestrator.switch import switch, switch_is_blocked
from dkim_shared.plan import may_switch, trigger_to_begin
from dkim_shared.time import to_time


def work(run: Run) -> None:
    if run.lease_is_taken():
        run.check()  # the metrics do not wait
        raise Busy
    if run.state["lease"] or run.state["outbox"]:
        run.save()  # what a dead run has left: this one gives its lease back, and sends its mails
    finish_effect(run)
    run.check()
    run.note_findings()
    if run.edited:
        run.tell("state-not-counted", "parameter", again_after=DAILY)
    report_problems(run)
    run.send_what_is_new()
    if not run.state["stopped"]:
        did_before = len(run.did)
        # Each step changes what is due; so many in one run there never are.
        for _ in range(12):
            step = next_step(run)
            if step is None:
                break
            step(run)
        remind(run)
        run.send_what_is_new()
        if len(run.did) > did_before:
            run.check()  # so that the metrics say how it is now


def finish_effect(run: Run) -> None:
    """Brings to its end what an earlier run has begun, whatever it did before it died."""
    effect = run.state["effect"]
    if not effect:
        return
    LOG.warning("finishing", extra={"effect": effect})
    is_stopped = run.state["stopped"] and effect["kind"] in ("restore", "reapply")
    if effect["kind"] == "discard":
        run.check()
        if run.findings["ses"]["selector"] == effect["selector"]:
            run.end_effect()  # somebody gave SES this key again, meanwhile
            return
    if is_stopped or effect["kind"] == "switch":
        run.check()
        if run.findings["ses"]["selector"] != effect["selector"]:
            # SES was not touched yet. It is not to be any more, or only after another look at the record.
            if effect["kind"] == "switch":
                run.phase("waiting-for-dns")
            run.end_effect()
            return
    finish: dict[str, Step] = {
        "generate": generate,
        "switch": switch,
        "restore": lambda run: restore(run, effect["selector"]),
        "reapply": reapply,
        "discard": lambda run: discard(run, effect["selector"]),
    }
    finish[effect["kind"]](run)


def next_step(run: Run) -> Step | None:
    """The next thing to do now, if there is one. The order is the order of urgency."""
    state, findings = run.state, run.findings
    if not findings["ses"]["exists"]:
        return None
    for step in (recover_step, rescue, adopt_step, request_step):
        if action := step(run):
            return action
    following = state["next"]
    if trigger := trigger_to_begin(state, now()):
        if trigger != "yearly" or run.is_tick:
            return lambda run: begin_rotation(run, trigger)
    if following and not following["public_key"]:
        return generate
    if following and not following.get("announced"):
        return announce
    if may_switch(state, findings, now(), run.is_tick) and not switch_is_blocked(run):
        return switch
    if following and following.get("announced") and now() >= to_time(following["due"]) and not following["seen"]:
        if state["phase"] != "overdue":
            return become_overdue
    if run.is_tick and (key := key_to_retire(run)):
        return lambda run: retire(run, key)
    return None
