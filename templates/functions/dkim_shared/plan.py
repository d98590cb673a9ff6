"""When what is due in a DKIM rotation: dates and decisions, without a call to anything (docs/dkim-rotation.md)."""

from datetime import datetime, timedelta
from typing import Any

from dkim_shared.time import TOKYO, add_months, days, to_text, to_time

PHASES = ("new", "steady", "notice", "waiting-for-dns", "switch", "overdue", "retire")

NOTICE_MONTHS, LIFE_MONTHS = 11, 12  # of the active key, since it began to sign
DAYS_FOR_DNS = {"first": 30, "by-hand": 3}  # from the announcement to the due date; a yearly one is due at LIFE_MONTHS
REMINDERS = (14, 7, 3, 1)  # days before the due date
RETIRE_DAYS, RETIRE_DAYS_LEAKED = 7, 1  # after the switch: mail that is under way is still verified with the old record
RETRY_SWITCH = timedelta(hours=20)  # the next day's tick, wherever in its minute it starts
RETRY_PENDING = timedelta(minutes=50)  # the next hour's watch
AFTER_TICK = timedelta(hours=1)  # what is due at nine is late only when the tick of nine has had its time

Document = dict[str, Any]


def new_state(domain: str, now: datetime) -> Document:
    return {
        "schema": 1,
        "domain": domain,
        "phase": "new",
        "phase_since": to_text(now),
        "sequence": 0,
        "active": None,
        "next": None,
        "previous": [],
        "before": None,
        "effect": None,
        "lease": None,
        "request": None,
        "answered": {},
        "stopped": None,
        "outbox": [],
        "sent": {},
    }


def months_of_active(state: Document, months: int) -> datetime:
    """When the active key has signed for so many months, at the hour of the daily tick: the tick of that day is not too early."""
    signed = to_time(state["active"]["activated"]).astimezone(TOKYO)
    return add_months(signed, months).replace(hour=9, minute=0, second=0)


def next_tick(moment: datetime) -> datetime:
    """Nine o'clock in Tokyo: that day's, if it is not long past, or else the next day's."""
    nine = moment.astimezone(TOKYO).replace(hour=9, minute=0, second=0)
    return nine if moment - nine <= AFTER_TICK else nine + timedelta(days=1)


def notice_time(state: Document) -> datetime | None:
    """When the next yearly rotation begins."""
    return months_of_active(state, NOTICE_MONTHS) if state["active"] else None


def due_time(state: Document) -> datetime | None:
    """When the next key should sign: what the people are told, or what the age of the active key asks for."""
    if state["next"] and state["next"].get("due"):
        return to_time(state["next"]["due"])
    return months_of_active(state, LIFE_MONTHS) if state["active"] else None


def trigger_to_begin(state: Document, now: datetime) -> str | None:
    """Why a rotation is to begin now, if it is."""
    if state["next"]:
        return None
    if state["request"] and state["request"]["kind"] == "rotate":
        return "by-hand"
    if not state["active"]:
        return "first"
    return "yearly" if now >= notice_time(state) else None


def dates_of(trigger: str, state: Document, now: datetime) -> tuple[datetime, datetime]:
    """From when on SES may get the new key, and when its record is due. A yearly rotation that comes late is due at once
    where it should have been, but never before people had a week."""
    if trigger != "yearly":
        return now, now + timedelta(days=DAYS_FOR_DNS[trigger])
    due = max(months_of_active(state, LIFE_MONTHS), now + timedelta(days=7))
    return due, due


def may_switch(state: Document, findings: Document, now: datetime, is_tick: bool) -> bool:
    """Whether the next key may be given to SES: its record is seen, long enough for caches that hold its absence, and it
    is time. If the active key has lost its record, it is time whatever the date."""
    following = state["next"]
    if not following or findings.get("next", {}).get("state") != "published" or not is_settled(state, findings, now):
        return False
    if is_gone(findings.get("active")):
        return True
    begins = to_time(following["switch_from"])
    if following["trigger"] == "yearly" and not is_tick:
        begins += AFTER_TICK  # a planned switch happens at the hour that is announced, by the daily tick
    return now >= begins


def is_settled(state: Document, findings: Document, now: datetime) -> bool:
    seen = state["next"]["seen"]
    return bool(seen) and now - to_time(seen) >= timedelta(seconds=findings["next"].get("negative_ttl", 0))


def is_gone(record: Document | None) -> bool:
    """No authoritative server has the record any more. One that is slow, or does not answer, is not enough."""
    return bool(record) and record["state"] in ("absent", "different") and record["servers_with_value"] == 0


def reminder_due(state: Document, now: datetime) -> int | None:
    """The reminder, in days before the due date, whose time has come; only the nearest, if some were missed."""
    following = state["next"]
    due, announced = to_time(following["due"]), to_time(following["announced"])
    come = [days for days in REMINDERS if announced + timedelta(hours=1) < due - timedelta(days=days) <= now < due]
    return min(come, default=None)


def days_overdue(state: Document, now: datetime) -> float:
    due = due_time(state)
    return days(now - due) if due and now - due >= AFTER_TICK else 0.0


def days_stuck(state: Document, findings: Document, now: datetime) -> float:
    """For how long a step has been due that did not happen; waiting for people is none."""
    since = []
    following = state["next"]
    if state["effect"]:
        since.append(to_time(state["effect"]["started"]))
    if not following and not state["active"]:
        since.append(to_time(state["phase_since"]))
    if not following and state["active"]:
        since.append(notice_time(state))
    if following and not following.get("announced"):
        since.append(to_time(state["phase_since"]))
    if following and following["seen"] and findings.get("next", {}).get("state") == "published":
        settled = to_time(following["seen"]) + timedelta(seconds=findings["next"].get("negative_ttl", 0))
        # A switch that has failed is put off to the next day; that does not make the wait shorter.
        since.append(max(settled, to_time(following.get("due_first") or following["switch_from"])))
    since += [to_time(key["retire_from"]) for key in state["previous"]]
    since += [to_time(message["at"]) for message in state["outbox"]]
    return max([0.0, *(days(now - moment) for moment in since)])


def plan(state: Document) -> list[dict[str, str]]:
    """What will happen and when, as far as the state tells."""
    steps: list[tuple[datetime, str]] = []
    following = state["next"]
    if not state["active"] and not following:
        steps.append((to_time(state["phase_since"]), "make and announce the first key"))
    if following:
        steps.append((to_time(following["switch_from"]), f"switch to {following['selector']}, once its record is seen"))
        steps.append((to_time(following["due"]), f"overdue, if the record of {following['selector']} is not seen"))
    elif state["active"]:
        steps.append((notice_time(state), "make and announce the next key"))
        steps.append((due_time(state), "switch to the next key"))
    for key in state["previous"]:
        steps.append((to_time(key["retire_from"]), f"ask to delete the record of {key['selector']}, delete its key"))
    return [{"at": to_text(moment), "what": what} for moment, what in sorted(steps, key=lambda step: step[0])]
