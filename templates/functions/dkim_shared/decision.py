"""Which key SES should have now: one function of the facts, without a call to anything (docs/dkim-rotation.md, "Which key").

Each rule looks at the facts and decides, or leaves it to the next one. A put is dear, for SES verifies the key anew and mail
may leave unsigned meanwhile: so most of the rules say when nothing is given.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from dkim_shared.plan import Document, is_gone, notice_time, quiet_time
from dkim_shared.records import EASY_DKIM
from dkim_shared.rules import MOST_PUTS, SETTLE, VERIFICATION, Rules
from dkim_shared.time import to_text, to_time

# Given since a record has vanished, or since a person asked: these do not count for MOST_PUTS.
NOT_COUNTED = ("rescue", "rotate", "restore")


@dataclass(frozen=True)
class Decision:
    """`put` says why `key` is given to SES now; None: SES keeps what it has. `waits_for` is what the next step waits for,
    `until` when time alone changes that, `needs_person` whether somebody has to do something about SES or the rotation."""

    key: str | None = None
    put: str | None = None
    waits_for: str | None = None
    until: str | None = None
    needs_person: bool = False


def wait(waits_for: str, until: datetime | None = None, needs_person: bool = False) -> Decision:
    return Decision(waits_for=waits_for, until=to_text(until) if until else None, needs_person=needs_person)


@dataclass(frozen=True)
class Facts:
    """What is known: the state, what the monitor saw, the time, the parameters."""

    state: Document
    findings: Document
    now: datetime
    rules: Rules

    @cached_property
    def ses(self) -> Document:
        """What SES has. Shortly after a put its answer may be an older one, and the put itself is known better."""
        found, known = dict(self.findings["ses"]), self.state["ses"]
        if not self.is_settling or not known or not found["exists"]:
            return found
        is_old = found["origin"] != known["origin"] or found["selector"] != known["selector"]
        if is_old or found["status"] != "SUCCESS":
            found |= {name: known[name] for name in ("origin", "selector", "status")}
        return found

    @cached_property
    def is_settling(self) -> bool:
        puts = self.state["puts"]
        return bool(puts) and self.now - to_time(puts[-1]["at"]) < SETTLE

    @cached_property
    def is_easy(self) -> bool:
        return self.ses["origin"] != "EXTERNAL"

    @cached_property
    def keys(self) -> list[Document]:
        """In the order in which they are wanted: the one in use, the one that follows, older ones."""
        following = self.state["next"] if (self.state["next"] or {}).get("announced") else None
        return [key for key in (self.state["active"], following, *self.state["previous"]) if key]

    @cached_property
    def held(self) -> Document | None:
        """Our key that SES has; None if it has none of ours."""
        return next((key for key in self.keys if not self.is_easy and key["selector"] == self.ses["selector"]), None)

    @cached_property
    def records(self) -> dict[str, Document]:
        found = [self.findings["active"], self.findings["next"], *self.findings["previous"]]
        return {record["selector"]: record for record in found if record and "selector" in record}

    def stands(self, key: Document | None) -> bool:
        """Whether its record was seen on the authoritative servers at this look."""
        return bool(key) and self.records.get(key["selector"], {}).get("state") == "published"

    def is_trial(self) -> bool:
        """SES has the key that follows, and has not verified it yet."""
        return bool(self.held) and self.held is self.state["next"]

    @cached_property
    def signed(self) -> bool:
        return self.ses["status"] == "SUCCESS" and bool(self.ses["signing_enabled"])

    @cached_property
    def since(self) -> datetime:
        """Since when SES has what it has."""
        known = self.state["ses"]
        return to_time(known["since"]) if known else self.now

    @cached_property
    def status_since(self) -> datetime:
        known = self.state["ses"]
        return to_time(known["status_since"]) if known and known["status"] == self.ses["status"] else self.now

    def counted(self) -> list[datetime]:
        puts = [to_time(put["at"]) for put in self.state["puts"] if put["why"] not in NOT_COUNTED]
        return sorted(at for at in puts if self.now - at < VERIFICATION)

    def has_room(self, puts: int = 1) -> bool:
        return len(self.counted()) + puts <= MOST_PUTS

    def room_from(self) -> datetime:
        return self.counted()[0] + VERIFICATION

    def another(self) -> Document | None:
        """A key that may take the place of the one in SES at once: its record is seen, and nobody else has it."""
        others = [key for key in self.keys if key is not self.held and not key.get("leaked")]
        return next((key for key in others if self.stands(key)), None)

    def fallback(self) -> str | None:
        """What is put back for a new key that SES does not verify."""
        active, before = self.state["active"], self.state["before"] or {}
        if active:
            return str(active["selector"]) if self.stands(active) and not active.get("leaked") else None
        signed = before.get("origin") != "EXTERNAL" and before.get("status") == "SUCCESS"
        return EASY_DKIM if signed and self.findings.get("easy_dkim") else None


Rule = Callable[[Facts], Decision | None]


def stopped(facts: Facts) -> Decision | None:
    return wait("resume", needs_person=True) if facts.state["stopped"] else None


def without_identity(facts: Facts) -> Decision | None:
    return None if facts.ses["exists"] else wait("identity", needs_person=True)


def restore_asked_for(facts: Facts) -> Decision | None:
    """A person's word comes first. Of the record it is asked all the same."""
    request = facts.state["request"] or {}
    if request.get("kind") != "restore":
        return None
    key = wanted_back(facts, request.get("key"))
    if not key:
        return wait("refused: there is no older key")
    if key is facts.held and facts.signed:
        return wait(f"refused: SES signs with {key['selector']} already")
    if not facts.stands(key):
        return wait(f"refused: the record of {key['selector']} is not seen on the authoritative servers")
    return Decision(key["selector"], "restore")


def wanted_back(facts: Facts, selector: str | None) -> Document | None:
    active = facts.state["active"]
    if selector:
        return next((key for key in facts.keys if key["selector"] == selector), None)
    if active and (facts.held is not active or not facts.ses["signing_enabled"]):
        return active
    older = [key for key in facts.state["previous"] if key["activated"] and not key.get("leaked")]
    return next((key for key in older if facts.stands(key)), older[0] if older else None)


def unsure(facts: Facts) -> Decision | None:
    """SES's answer may be older than the last put, or differs from what it was and is looked at a second time."""
    if facts.is_settling:
        return wait("ses", to_time(facts.state["puts"][-1]["at"]) + SETTLE)
    return wait("second look") if facts.state["other"] else None


def identity_made_anew(facts: Facts) -> Decision | None:
    """Nothing can be sent with it, so nothing of anybody's is replaced."""
    active = facts.state["active"]
    if not active or not facts.is_easy or facts.ses["verified_for_sending"]:
        return None
    key = facts.another()
    if not key:
        return wait("record")
    return Decision(key["selector"], "again") if facts.has_room() else wait("72 hours", facts.room_from())


def not_ours(facts: Facts) -> Decision | None:
    """Somebody gave SES this key, or Easy DKIM. It is not replaced without consent."""
    if facts.held or (facts.is_easy and not facts.state["active"]):
        return None
    consent = (facts.state["next"] or {}).get("replace")
    if consent == (EASY_DKIM if facts.is_easy else facts.ses["selector"]):
        return None
    return wait("consent", needs_person=True)


def record_vanished(facts: Facts) -> Decision | None:
    """No server has the record of the key in SES: another key is better at once, whatever the date."""
    held = facts.held
    if not held or not is_gone(facts.records.get(held["selector"])):
        return None
    key = facts.another()
    return Decision(key["selector"], "rescue") if key else wait("record", needs_person=True)


def given_up(facts: Facts) -> Decision | None:
    """SES does not look for the record any more: the key before it is put back, or this one is given again."""
    status, held = facts.ses["status"], facts.held
    if not held or status == "SUCCESS":
        return None
    if status not in ("FAILED", "NOT_STARTED") and facts.now - facts.status_since < VERIFICATION:
        return None
    if facts.is_trial() and put_back(facts):
        return put_back(facts)
    key = held if facts.stands(held) else facts.another()
    if not key:
        return wait("record", needs_person=True)
    return Decision(key["selector"], "again") if facts.has_room() else wait("72 hours", facts.room_from())


def out_of_patience(facts: Facts) -> Decision | None:
    if not facts.is_trial() or facts.ses["status"] == "SUCCESS":
        return None
    ends = facts.since + facts.rules.patience
    if facts.now >= ends and put_back(facts):
        return put_back(facts)
    return wait("ses", ends if facts.now < ends else facts.since + VERIFICATION)


def put_back(facts: Facts) -> Decision | None:
    """Once for each switch: after it the rotation holds. What a person gave SES stays."""
    key = facts.fallback()
    by_hand = (facts.state["ses"] or {}).get("by") == "hand"
    return Decision(key, "back") if key and facts.has_room() and not by_hand else None


def switch_planned(facts: Facts) -> Decision | None:
    """The key that follows, when everything is right for it."""
    following, held = facts.state["next"], facts.held
    if not following or not following.get("announced") or facts.is_trial():
        return None
    by_hand = following["trigger"] == "by-hand"
    urgent = by_hand and bool(following.get("urgent"))
    # With nothing that signs there is nothing to lose.
    careful = not by_hand and (facts.signed or facts.state["active"] is not None)
    if facts.state["hold"]:
        return wait("person", needs_person=True)
    if not facts.stands(following) or not following["seen"]:
        return wait("dns")
    begins = max(to_time(following["switch_from"]), settled_at(following, facts.findings["next"]))
    if facts.now < begins:
        return wait("date", begins)
    if held and not facts.signed and not by_hand:
        return wait("signing", needs_person=True) if facts.ses["status"] == "SUCCESS" else wait("ses")
    if (careful or by_hand) and not urgent and not facts.findings["mail_from"]["healthy"]:
        return wait("spf", needs_person=True)
    quiet = quiet_time(facts.now, facts.rules.quiet_hour)
    if careful and facts.now < quiet:
        return wait("date", quiet)
    if by_hand:
        return Decision(following["selector"], "rotate")
    # Room for this one, and for the old key if it has to come back.
    return Decision(following["selector"], "switch") if facts.has_room(MOST_PUTS) else wait("72 hours", facts.room_from())


def settled_at(following: Document, record: Document) -> datetime:
    """A cache may hold for the negative time of the zone that there is no record; who is in haste waits an hour at most."""
    seconds = record.get("negative_ttl", 0)
    if following.get("urgent"):
        seconds = 0
    elif following["trigger"] in ("by-hand", "first"):
        seconds = min(seconds, 3600)
    return to_time(following["seen"]) + timedelta(seconds=seconds)


def being_verified(facts: Facts) -> Decision | None:
    return wait("ses", facts.since + VERIFICATION) if facts.held and facts.ses["status"] != "SUCCESS" else None


def signing_is_off(facts: Facts) -> Decision | None:
    return wait("signing", needs_person=True) if facts.held and not facts.ses["signing_enabled"] else None


def next_rotation(facts: Facts) -> Decision:
    return wait("announcement") if facts.state["next"] or not facts.state["active"] else wait("date", notice_time(facts.state))


RULES: tuple[Rule, ...] = (
    stopped, without_identity, restore_asked_for, unsure, identity_made_anew, not_ours, record_vanished, given_up,
    out_of_patience, switch_planned, being_verified, signing_is_off, next_rotation,
)  # fmt: skip


def decide(facts: Facts) -> Decision:
    """The first rule that decides."""
    return next(decision for rule in RULES if (decision := rule(facts)))
