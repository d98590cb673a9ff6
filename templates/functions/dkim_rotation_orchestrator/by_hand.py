"""The steps that a person has asked for."""

from datetime import timedelta

from dkim_rotation_orchestrator.aws import now
from dkim_rotation_orchestrator.requests import done_with_request
from dkim_rotation_orchestrator.rescue import key_to_bring_back, restore
from dkim_rotation_orchestrator.rotation import announcement
from dkim_rotation_orchestrator.run import Failed, Run, Step
from dkim_shared.time import to_text, to_time


def request_step(run: Run) -> Step | None:
    request = run.state["request"]
    if not request:
        return None
    if request["kind"] == "restore":
        return restore_by_hand
    if run.state["next"]:
        return hurry
    return None  # `trigger_to_begin` sees it


def restore_by_hand(run: Run) -> None:
    key = key_to_bring_back(run)
    if key:
        done_with_request(run)
        restore(run, key)
        return
    refused = "there is no older key whose record still stands: nothing was changed"
    done_with_request(run, refused)
    run.save()
    raise Failed(refused)


def hurry(run: Run) -> None:
    """A rotation by hand while one is under way: the announced key is used, or given up for a new one."""
    following, request, moment = run.state["next"], run.state["request"], now()
    if request["discard_next"]:
        give_up_next(run)
        return  # the request begins a new rotation
    trigger_due = moment + timedelta(days=3)
    if not following.get("announced") or to_time(following["due"]) > trigger_due:
        following["due"] = to_text(trigger_due)
    following |= {"trigger": "by-hand", "switch_from": to_text(moment)}
    following |= {"leaked": request["leaked"], "replace": request["replace"]}
    done_with_request(run)
    run.did.append("hurry")
    if following.get("announced"):
        run.tell("announce", f"{following['selector']}/hurry/{request['id']}", **announcement(run))
    run.save()


def give_up_next(run: Run) -> None:
    """The key that is not used any more is deleted like a retired one; its record, if it stands, harms nobody."""
    following, moment = run.state["next"], to_text(now())
    run.state["next"] = None
    # What still waits to be said asks for its record.
    run.state["outbox"] = [it for it in run.state["outbox"] if it.get("key") != following["selector"]]
    if following["public_key"]:
        run.state["previous"].append(
            {name: following[name] for name in ("selector", "secret", "public_key", "created")}
            | {"activated": None, "retire_from": moment}
        )
    run.phase("retire" if run.state["active"] else "new")
    run.save()
    run.did.append("discard-next")
    run.check()
    run.note_findings()
