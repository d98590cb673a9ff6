"""When what is due in a DKIM rotation: dates and decisions, without a call to anything (docs/dkim-rotation.md)."""

from datetime import datetime, timedelta
from typing import Any

from dkim_shared.time import TOKYO, add_months, days, to_text, to_time

PHASES = ("new", "steady", "notice", "waiting-for-dns", "switch", "overdue", "retire")

NOTICE_MONTHS, LIFE_MONTHS = 11, 12  # of the active key, since it began to sign
DAYS_FOR_DNS = {"first": 30, "by-hand": 3, "again": 7}  # from the announcement to the due date; a yearly one: LIFE_MONTHS
REMINDERS = (14, 7, 3, 1)  # days before the due date
RETIRE_DAYS, RETIRE_DAYS_LEAKED = 7, 1  # after the switch: mail that is under way is still verified with the old record
AFTER_TICK = timedelta(hours=1)  # what is due at nine is late only when the tick of nine has had its time
STEP_TIME = timedelta(hours=26)  # a switch is late when a quiet hour has passed without it
PREVIOUS_KEPT = 2  # keys that have signed and are still known

Document = dict[str, Any]


def new_state(domain: str, now: datetime) -> Document:
    return {
        "schema": 2,
        "domain": domain,
        "phase": "new",
        "phase_since": to_text(now),
        "sequence": 0,
        "active": None,
        "next": None,
        "previous": [],
        "before": None,
        "ses": None,
        "other": None,
        "unsigned": None,
        "puts": [],
        "hold": None,
        "discard": [],
        "effect": None,
        "lease": None,
        "request": None,
        "answered": {},
        "stopped": None,
        "outbox": [],
        "sent": {},
    }


def phase_of(state: Document, now: datetime) -> str:
    """Where a rotation is, by what the state holds."""
    following, ses = state["next"], state["ses"] or {}
    if not following:
        return "retire" if state["previous"] else "steady" if state["active"] else "new"
    if not following.get("announced"):
        return "notice"
    if ses.get("selector") == following["selector"]:
        return "switch"
    return "overdue" if now >= to_time(following["due"]) and not following["seen"] else "waiting-for-dns"


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


def dates_of(trigger: str, state: Document, now: datetime, quiet_hour: int) -> tuple[datetime, datetime]:
    """From when on SES may get the new key, and when its record is due. A yearly rotation that comes late is due at once
    where it should have been, but never before people had a week."""
    if trigger != "yearly":
        return now, now + timedelta(days=DAYS_FOR_DNS[trigger])
    due = max(months_of_active(state, LIFE_MONTHS), now + timedelta(days=7))
    return quiet_time(due, quiet_hour), due


def quiet_time(moment: datetime, hour: int) -> datetime:
    """The moment itself if it is in the quiet hour, or when the next one begins."""
    moment = moment.astimezone(TOKYO)
    quiet = moment.replace(hour=hour, minute=0, second=0, microsecond=0)
    if moment.hour == hour:
        return moment
    return quiet if quiet > moment else quiet + timedelta(days=1)


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
    """Days since the record was due, if it is not seen; without a rotation under way, since the key is too old."""
    due = due_time(state)
    is_seen = bool(state["next"] and state["next"]["seen"])
    return days(now - due) if due and not is_seen and now - due >= AFTER_TICK else 0.0


def days_stuck(state: Document, findings: Document, now: datetime) -> float:
    """For how long a step has been due that did not happen; waiting for DNS is none."""
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
    if following and following["seen"] and (findings.get("next") or {}).get("state") == "published":
        since.append(max(to_time(following["seen"]), to_time(following["switch_from"])) + STEP_TIME)
    since += [to_time(key["retire_from"]) for key in state["previous"] if not key.get("asked")]
    since += [to_time(message["at"]) for message in state["outbox"]]
    return max([0.0, *(days(now - moment) for moment in since)])


def plan(state: Document) -> list[dict[str, str]]:
    """What will happen and when, as far as dates tell."""
    steps: list[tuple[datetime, str]] = []
    following = state["next"]
    if not state["active"] and not following:
        steps.append((to_time(state["phase_since"]), "make and announce the first key"))
    if following:
        steps.append((to_time(following["switch_from"]), f"give SES {following['selector']}, once its record is seen"))
        if not following["seen"]:
            steps.append((to_time(following["due"]), f"overdue, if the record of {following['selector']} is not seen"))
    elif state["active"]:
        steps.append((notice_time(state), "make and announce the next key"))
        steps.append((due_time(state), "give SES the next key"))
    for key in state["previous"]:
        if key.get("asked"):
            steps.append((to_time(key["asked"]), f"delete the key {key['selector']}, once its record is gone"))
        else:
            steps.append((to_time(key["retire_from"]), f"ask to delete the record of {key['selector']}"))
    return [{"at": to_text(moment), "what": what} for moment, what in sorted(steps, key=lambda step: step[0])]
