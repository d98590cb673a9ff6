"""Rotates the DKIM key of a domain: works out what is due, has it done by the four other functions, keeps the state.

docs/dkim-rotation.md describes the actions, the state, and what makes two runs at the same time safe. The rule of every step:
write down what is about to happen, let it happen (it can be repeated), write down that it has happened. A mail is written down
together with the change that it tells of, and sent after that.
"""

import functools
import json
import logging
import os
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from dkim_shared.rules import Document, NOTICE_MONTHS, RETIRE_DAYS, RETIRE_DAYS_LEAKED, RETRY_PENDING, RETRY_SWITCH
from dkim_shared.rules import add_months, dates_of, is_gone, may_switch, new_state, next_tick, plan, reminder_due
from dkim_shared.rules import selector_of, sequence_of, to_text, to_time, trigger_to_begin
from dkim_shared.state import Conflict, StateStore

LOG = logging.getLogger("dkim_rotation_orchestrator")

# Longer than any of the functions may run: what a dead run has begun is over when its lease is.
LEASE = timedelta(minutes=30)
DAILY, WEEKLY = timedelta(hours=20), timedelta(days=6, hours=20)
NOTHING_SEEN = {"state": "unknown", "servers_answered": 0, "servers_with_value": 0, "negative_ttl": 0, "hint": None}
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
REQUESTS_KEPT = 8  # so many are known when they are repeated
ACTIONS = ("tick", "watch", "status", "rotate-now", "restore-previous", "stop", "resume")


class Busy(Exception):
    """Another run holds the lease."""


class Failed(Exception):
    """One of the four functions has failed."""


def now() -> datetime:
    return datetime.now(timezone.utc)


@functools.cache
def client(service: str) -> Any:
    # A function that is called waits for SES; the call must not be repeated meanwhile.
    patient = Config(read_timeout=870, tcp_keepalive=True, retries={"total_max_attempts": 1})
    return boto3.client(service, config=patient if service == "lambda" else Config(retries={"total_max_attempts": 3}))


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    action, domain = event.get("action", "tick"), os.environ["DOMAIN_NAME"]
    if action not in ACTIONS:
        raise ValueError(f"unknown action {action!r}: one of {', '.join(ACTIONS)}")
    if event.get("domain", domain) != domain:
        raise ValueError(f"this function looks after {domain}, not {event['domain']}")
    store = StateStore(client("ssm"), os.environ["STATE_PARAMETER"])
    if action not in ("tick", "watch", "status"):
        leave_request(store, domain, action, event)
    run = Run(store, domain, is_tick=action == "tick")
    earlier = run.state["answered"].get(event.get("id"))  # the answer to this very request got lost
    try:
        if action != "status":
            run.work()
    except Busy:
        LOG.warning("busy", extra={"action": action, "lease": run.state["lease"]})
        return answer("busy", run)
    except Conflict:
        raise  # another run has taken over
    except Exception:
        run.give_up()
        raise
    run.end()
    if run.unsent:
        raise Failed("mails could not be sent; the next run tries again") from run.unsent
    if earlier:
        if earlier["refused"]:
            raise Failed(earlier["refused"])
        run.did[:0] = earlier["did"]
    if run.did:
        LOG.info("done", extra={"action": action, "phase": run.state["phase"], "did": run.did})
    if action == "status":
        run.check()
    return answer("stopped" if run.state["stopped"] else "done", run)


def answer(result: str, run: "Run") -> dict[str, Any]:
    return {
        "domain": run.domain,
        "result": result,
        "phase": run.state["phase"],
        "did": run.did,
        "state": run.state,
        "findings": run.findings,
        "plan": plan(run.state),
    }


def leave_request(store: StateStore, domain: str, action: str, event: dict[str, Any]) -> None:
    """Puts what a person wants into the state, where the run that holds the lease, or the next one, finds it."""
    person = str(event.get("by", "")).strip()
    if not person:
        raise ValueError(f"{action} needs `by`: who wants it")
    request_id = event.get("id", uuid.uuid4().hex[:12])
    if not (isinstance(request_id, str) and REQUEST_ID.fullmatch(request_id)):
        raise ValueError(f"{action}: `id` is not 8 to 64 letters, digits and hyphens")
    if action in ("rotate-now", "stop") and not str(event.get("reason", "")).strip():
        raise ValueError(f"{action} needs `reason`")
    for _ in range(5):
        moment = now()
        state = new_state(domain, moment) | (store.read() or {})
        if action == "stop":
            state["stopped"] = {"by": person, "reason": str(event["reason"]), "at": to_text(moment)}
        elif action == "resume":
            state["stopped"] = None
        elif request_id in (*state["answered"], (state["request"] or {}).get("id")):
            return  # a repeat, since the answer got lost
        else:
            state["request"] = {
                "id": request_id,
                "kind": "rotate" if action == "rotate-now" else "restore",
                "by": person,
                "reason": str(event.get("reason", "")),
                "at": to_text(moment),
                "leaked": event.get("leaked") is True,
                "discard_next": event.get("discard_next") is True,
                "replace": event.get("replace"),
            }
        try:
            store.write(state)
            LOG.info("request", extra={"action": action, "by": person})
            return
        except Conflict:
            continue
    raise Failed("the state changes all the time: try again")


class Run:
    """One run. It takes the lease when it first has something to write or to do, and gives it back at the end."""

    def __init__(self, store: StateStore, domain: str, is_tick: bool):
        self.store, self.domain, self.is_tick = store, domain, is_tick
        self.id = uuid.uuid4().hex[:12]
        self.state = new_state(domain, now()) | (store.read() or {})
        if self.state["domain"] != domain:
            raise ValueError(f"the state is that of {self.state['domain']}")
        self.edited = store.edited
        self.findings: dict[str, Any] = {}
        self.did: list[str] = []
        self.answers: str | None = None  # the request that this run has begun
        self.unsent: Exception | None = None  # why mails are left in the outbox

    # The state

    def holds_the_lease(self) -> bool:
        return bool(self.state["lease"]) and self.state["lease"]["run"] == self.id

    def lease_is_taken(self) -> bool:
        lease = self.state["lease"]
        return bool(lease) and lease["run"] != self.id and to_time(lease["until"]) > now()

    def save(self) -> None:
        """Writes the state, and then sends what it says should be told."""
        self.take_lease_and_write()
        self.send_mails()

    def take_lease_and_write(self) -> None:
        if not self.holds_the_lease():
            if self.lease_is_taken():
                raise Busy
            self.state["lease"] = {"run": self.id, "until": to_text(now() + LEASE)}
            try:
                self.store.write(self.state)
            except Conflict:
                raise Busy from None  # the state has changed since it was read: nothing was done on its grounds
            return
        self.write()

    def write(self) -> None:
        """Writes the state. What a person has asked for meanwhile is taken in; a lost lease ends the run."""
        for _ in range(5):
            try:
                self.store.write(self.state)
                return
            except Conflict:
                theirs = self.store.read() or {}
                if (theirs.get("lease") or {}).get("run") != self.id:
                    raise
                self.state["stopped"] = theirs.get("stopped")
                request = theirs.get("request")
                if request and request["id"] not in self.state["answered"]:
                    self.state["request"] = request
        raise Failed("the state changes all the time")

    def end(self) -> None:
        if self.holds_the_lease():
            if self.answers:
                self.state["answered"][self.answers]["did"] = self.did
            self.state["lease"] = None
            self.write()

    def give_up(self) -> None:
        """After an error. With an effect under way the lease stays: the function that was called may still be at work."""
        try:
            if not self.state["effect"]:
                self.end()
        except Exception:
            LOG.exception("the lease could not be given back")  # it ends by itself; the first error counts

    def phase(self, name: str) -> None:
        if self.state["phase"] != name:
            LOG.info("phase", extra={"from": self.state["phase"], "to": name})
            self.state["phase"], self.state["phase_since"] = name, to_text(now())

    def last_sequence(self) -> int:
        """A state that was lost must not lead to a selector that was used before."""
        found = self.call("KEY_GENERATOR", {"action": "list"})
        return max([0, *(sequence_of(selector) for selector in found["selectors"])])

    # The other functions

    def call(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        response = client("lambda").invoke(
            FunctionName=os.environ[f"{name}_FUNCTION"],
            InvocationType="RequestResponse",
            Payload=json.dumps({"domain": self.domain, **payload}).encode(),
        )
        result = json.loads(response["Payload"].read() or b"null")
        if response.get("FunctionError"):
            # The type and text of an error of ours; none of them holds a key.
            details = result if isinstance(result, dict) else {}
            raise Failed(f"{name.lower()}: {details.get('errorType')}: {details.get('errorMessage')}")
        return result

    def check(self) -> None:
        """Has the monitor look at DNS and SES, and publish what it sees. It reads the state itself, perhaps an older one:
        what it says of another key than ours says nothing."""
        self.findings = self.call("VALIDATION_MONITOR", {})
        for role in ("active", "next"):
            key, record = self.state[role], self.findings[role]
            if not key or not record or key["selector"] != record["selector"]:
                self.findings[role] = dict(NOTHING_SEEN) if key else None

    def tell(self, kind: str, about: str, again_after: timedelta | None = None, **facts: Any) -> None:
        """Puts a message into the outbox, once, or again after a while: the next `save` writes it down with the change that
        it tells of, and sends it. So it can come twice, but it is never left out."""
        key = f"{kind}/{about}"
        sent = self.state["sent"].get(key)
        if sent and (again_after is None or now() - to_time(sent) < again_after):
            return
        # Keys by their selectors, so that many messages have room in the state.
        facts |= {name: facts[name]["selector"] for name in ("key", "lost") if name in facts}
        message = {"id": key, "at": to_text(now()), "kind": kind, **facts}
        # What still waits about the same is older than this.
        others = [it for it in self.state["outbox"] if (it["kind"], it.get("key")) != (kind, message.get("key"))]
        self.state["outbox"] = [*others, message]

    def send_mails(self) -> None:
        """A message that cannot be sent stays in the outbox and keeps nothing from being done; the run fails in the end."""
        while self.state["outbox"] and not self.unsent:
            message = self.state["outbox"][0]
            try:
                if facts := self.in_full(message):
                    self.call("NOTIFICATION_MANAGER", facts)
                    self.did.append(message["kind"])
            except (Failed, BotoCoreError, ClientError) as error:
                LOG.exception("mail not sent", extra={"kind": message["kind"]})
                self.unsent = error
                return
            self.state["outbox"] = self.state["outbox"][1:]
            self.state["sent"][message["id"]] = to_text(now())
            self.write()

    def send_what_is_new(self) -> None:
        if self.state["outbox"] and not self.unsent:
            self.save()

    def in_full(self, message: Document) -> Document | None:
        """A message with the records of its keys; None if one of these is gone, except where it is to be deleted."""
        keys = {key["selector"]: key for key in self.keys()}
        facts = {name: fact for name, fact in message.items() if name not in ("id", "at")}
        for name in ("key", "lost"):
            if selector := facts.get(name):
                if selector not in keys and message["kind"] != "delete-record":
                    LOG.warning("mail about a key that is gone", extra={"kind": message["kind"], "selector": selector})
                    return None
                facts[name] = {"selector": selector, "public_key": keys.get(selector, {}).get("public_key")}
        return facts

    def keys(self) -> list[Document]:
        return [key for key in (self.state["active"], self.state["next"], *self.state["previous"]) if key]

    def begin_effect(self, kind: str, selector: str) -> None:
        effect = self.state["effect"] or {}
        if (effect.get("kind"), effect.get("selector")) != (kind, selector):
            effect = {"kind": kind, "selector": selector, "started": to_text(now())}
        self.state["effect"] = effect
        self.save()

    def end_effect(self) -> None:
        self.state["effect"] = None
        self.save()

    # The work

    def work(self) -> None:
        if self.lease_is_taken():
            self.check()  # the metrics do not wait
            raise Busy
        if self.state["lease"] or self.state["outbox"]:
            self.save()  # what a dead run has left: this one gives its lease back, and sends its mails
        self.finish_effect()
        self.check()
        self.note_findings()
        if self.edited:
            self.tell("state-not-counted", "parameter", again_after=DAILY)
        self.report_problems()
        self.send_what_is_new()
        if not self.state["stopped"]:
            did_before = len(self.did)
            # Each step changes what is due; so many in one run there never are.
            for _ in range(12):
                step = self.next_step()
                if step is None:
                    break
                step()
            self.remind()
            self.send_what_is_new()
            if len(self.did) > did_before:
                self.check()  # so that the metrics say how it is now

    def finish_effect(self) -> None:
        """Brings to its end what an earlier run has begun, whatever it did before it died."""
        effect = self.state["effect"]
        if not effect:
            return
        LOG.warning("finishing", extra={"effect": effect})
        is_stopped = self.state["stopped"] and effect["kind"] in ("restore", "reapply")
        if effect["kind"] == "discard":
            self.check()
            if self.findings["ses"]["selector"] == effect["selector"]:
                self.end_effect()  # somebody gave SES this key again, meanwhile
                return
        if is_stopped or effect["kind"] == "switch":
            self.check()
            if self.findings["ses"]["selector"] != effect["selector"]:
                # SES was not touched yet. It is not to be any more, or only after another look at the record.
                if effect["kind"] == "switch":
                    self.phase("waiting-for-dns")
                self.end_effect()
                return
        finish: dict[str, Callable[[], None]] = {
            "generate": self.generate,
            "switch": self.switch,
            "restore": lambda: self.restore(effect["selector"]),
            "reapply": self.reapply,
            "discard": lambda: self.discard(effect["selector"]),
        }
        finish[effect["kind"]]()

    def note_findings(self) -> None:
        """Writes down since when the next record stands, if that has changed."""
        following, record = self.state["next"], self.findings.get("next")
        if not following or not record or record["state"] == "unknown":
            return
        if (record["state"] == "published") != bool(following["seen"]):
            following["seen"] = None if following["seen"] else to_text(now())
            self.save()

    def next_step(self) -> Callable[[], Any] | None:
        """The next thing to do now, if there is one. The order is the order of urgency."""
        state, findings = self.state, self.findings
        if not findings["ses"]["exists"]:
            return None
        for step in (self.recover_step, self.rescue, self.adopt_step, self.request_step):
            if action := step():
                return action
        following = state["next"]
        if trigger := trigger_to_begin(state, now()):
            if trigger != "yearly" or self.is_tick:
                return lambda: self.begin_rotation(trigger)
        if following and not following["public_key"]:
            return self.generate
        if following and not following.get("announced"):
            return self.announce
        if may_switch(state, findings, now(), self.is_tick) and not self.switch_is_blocked():
            return self.switch
        if following and following.get("announced") and now() >= to_time(following["due"]) and not following["seen"]:
            if state["phase"] != "overdue":
                return self.become_overdue
        if self.is_tick and (key := self.key_to_retire()):
            return lambda: self.retire(key)
        return None

    # Putting things right

    def recover_step(self) -> Callable[[], Any] | None:
        """The state was lost, and SES signs with a key whose secret is ours."""
        ses = self.findings["ses"]
        if self.state["active"] or ses["origin"] != "EXTERNAL" or not sequence_of(ses["selector"] or ""):
            return None
        if self.state["next"] and self.state["next"]["selector"] == ses["selector"]:
            return None  # the first key, which SES is verifying
        key = self.call("KEY_GENERATOR", {"action": "describe", "selector": ses["selector"]})
        return (lambda: self.recover(key)) if key["public_key"] else None

    def recover(self, key: dict[str, Any]) -> None:
        secret = os.environ["SECRET_PREFIX"] + key["selector"]
        # When it began to sign is not known: its age counts from its making, so the next one comes early rather than late.
        self.state["active"] = key | {"secret": secret, "activated": key["created"]}
        self.state["sequence"] = max(self.state["sequence"], sequence_of(key["selector"]))
        if not self.state["next"]:
            self.phase("steady")
        self.save()
        self.did.append("recover")
        self.check()
        self.note_findings()

    def rescue(self) -> Callable[[], Any] | None:
        """The active key does not verify any more. An older one whose record still stands is better."""
        active, ses = self.state["active"], self.findings["ses"]
        if not active:
            return None
        if ses["origin"] == "AWS_SES" and ses["status"] != "SUCCESS" and self.stands("active"):
            return self.reapply  # the identity was made anew, and our key with its record is still there
        is_ours = ses["origin"] == "EXTERNAL" and ses["selector"] == active["selector"]
        if is_ours and ses["status"] == "FAILED" and self.stands("active"):
            return self.reapply  # the record was away for so long that SES has given up, and is there again
        if is_ours and is_gone(self.findings.get("active")):
            if key := self.key_to_bring_back():
                return lambda: self.restore(key)
        return None

    def key_to_bring_back(self) -> str | None:
        """The newest older key that has signed and whose record still stands."""
        records = {record["selector"]: record["state"] for record in self.findings["previous"] if record}
        for key in self.state["previous"]:
            if key["activated"] and records.get(key["selector"]) == "published":
                return str(key["selector"])
        return None

    def adopt_step(self) -> Callable[[], Any] | None:
        """Somebody gave SES, by hand, another key of ours: it becomes the active one."""
        ses, active = self.findings["ses"], self.state["active"]
        if ses["origin"] != "EXTERNAL" or ses["status"] != "SUCCESS" or not active:
            return None
        following = self.state["next"]
        if following and following["public_key"] and ses["selector"] == following["selector"]:
            return lambda: self.promote_next("adopt")
        if any(ses["selector"] == key["selector"] for key in self.state["previous"]):
            return lambda: self.bring_back(ses["selector"], "adopt")
        return None

    def stands(self, role: str) -> bool:
        return (self.findings.get(role) or {}).get("state") == "published"

    def restore(self, selector: str) -> None:
        """Gives SES an older key again."""
        state = self.state
        key = next((key for key in state["previous"] if key["selector"] == selector), None)
        if key is None or not state["active"]:
            self.end_effect()  # it has been brought back already
            return
        self.begin_effect("restore", selector)
        old = state["active"]["selector"]
        outcome = self.call("SES_CONFIG_UPDATER", {"action": "give", "selector": selector, "old": old})
        if outcome["outcome"] != "new":
            self.end_effect()
            raise Failed(f"SES did not take {selector} back: {outcome['outcome']}, {outcome['status']}")
        self.bring_back(selector, "restore")

    def bring_back(self, selector: str, how: str) -> None:
        """An older key signs again; the one that signed after it waits for its record again."""
        state, moment = self.state, now()
        key = next(key for key in state["previous"] if key["selector"] == selector)
        state["previous"] = [other for other in state["previous"] if other is not key]
        lost = {name: state["active"][name] for name in ("selector", "secret", "public_key", "created")}
        surplus = state["next"]
        key.pop("retire_from", None)
        state["active"] = key
        if surplus and surplus["public_key"]:
            # Two keys cannot follow: the newer one is announced already.
            state["previous"].append(lost | {"activated": to_text(moment), "retire_from": to_text(moment)})
        elif not surplus:
            due = to_text(moment + timedelta(days=7))
            state["next"] = lost | {
                "trigger": "by-hand", "switch_from": to_text(moment + RETRY_SWITCH), "due": due, "seen": None,
                "announced": to_text(moment), "leaked": False, "replace": None,
            }  # fmt: skip
        self.phase("waiting-for-dns")
        self.did.append(how)
        due = to_text(moment + timedelta(days=7))
        self.tell("restored", lost["selector"], again_after=DAILY, key=key, lost=lost, due=due)
        self.end_effect()
        self.check()
        self.note_findings()

    def reapply(self) -> None:
        """Gives SES the active key that it should have."""
        active = self.state["active"]
        self.begin_effect("reapply", active["selector"])
        outcome = self.call("SES_CONFIG_UPDATER", {"action": "give", "selector": active["selector"], "old": None})
        self.did.append("reapply")
        if outcome["outcome"] not in ("new", "pending"):
            self.end_effect()
            raise Failed(f"SES did not take {active['selector']} again: {outcome['outcome']}")
        self.tell("reapplied", active["selector"], again_after=DAILY, key=active)
        self.end_effect()
        self.check()

    # What a person asks for

    def request_step(self) -> Callable[[], Any] | None:
        request = self.state["request"]
        if not request:
            return None
        if request["kind"] == "restore":
            return self.restore_by_hand
        if self.state["next"]:
            return self.hurry
        return None  # `trigger_to_begin` sees it

    def done_with_request(self, refused: str | None = None) -> None:
        """The request is begun: who repeats it, for want of an answer, gets the same answer."""
        self.answers = self.state["request"]["id"]
        answered = self.state["answered"] | {self.answers: {"did": [], "refused": refused}}
        self.state["answered"] = dict(list(answered.items())[-REQUESTS_KEPT:])
        self.state["request"] = None

    def restore_by_hand(self) -> None:
        key = self.key_to_bring_back()
        if key:
            self.done_with_request()
            self.restore(key)
            return
        refused = "there is no older key whose record still stands: nothing was changed"
        self.done_with_request(refused)
        self.save()
        raise Failed(refused)

    def hurry(self) -> None:
        """A rotation by hand while one is under way: the announced key is used, or given up for a new one."""
        following, request, moment = self.state["next"], self.state["request"], now()
        if request["discard_next"]:
            self.give_up_next()
            return  # the request begins a new rotation
        trigger_due = moment + timedelta(days=3)
        if not following.get("announced") or to_time(following["due"]) > trigger_due:
            following["due"] = to_text(trigger_due)
        following |= {"trigger": "by-hand", "switch_from": to_text(moment)}
        following |= {"leaked": request["leaked"], "replace": request["replace"]}
        self.done_with_request()
        self.did.append("hurry")
        if following.get("announced"):
            self.tell("announce", f"{following['selector']}/hurry/{request['id']}", **self.announcement())
        self.save()

    def give_up_next(self) -> None:
        """The key that is not used any more is deleted like a retired one; its record, if it stands, harms nobody."""
        following, moment = self.state["next"], to_text(now())
        self.state["next"] = None
        # What still waits to be said asks for its record.
        self.state["outbox"] = [it for it in self.state["outbox"] if it.get("key") != following["selector"]]
        if following["public_key"]:
            self.state["previous"].append(
                {name: following[name] for name in ("selector", "secret", "public_key", "created")}
                | {"activated": None, "retire_from": moment}
            )
        self.phase("retire" if self.state["active"] else "new")
        self.save()
        self.did.append("discard-next")
        self.check()
        self.note_findings()

    # The rotation

    def begin_rotation(self, trigger: str) -> None:
        """Decides on the selector, once and for all, before a key is made."""
        state, moment = self.state, now()
        request = state["request"] or {}
        state["sequence"] = (state["sequence"] or self.last_sequence()) + 1
        selector = selector_of(moment, state["sequence"])
        switch_from, due = dates_of(trigger, state, moment)
        ses = self.findings["ses"]
        if not state["active"] and not state["before"]:
            state["before"] = {name: ses[name] for name in ("origin", "selector", "status")}
        state["next"] = {
            "selector": selector,
            "secret": os.environ["SECRET_PREFIX"] + selector,
            "public_key": None,
            "created": None,
            "trigger": trigger,
            "switch_from": to_text(switch_from),
            "due": to_text(due),
            "seen": None,
            "announced": None,
            "leaked": bool(request.get("leaked")),
            "replace": request.get("replace"),
        }
        if trigger == "by-hand":
            self.done_with_request()
        self.phase("notice")
        self.generate()

    def generate(self) -> None:
        following = self.state["next"]
        self.begin_effect("generate", following["selector"])
        made = self.call("KEY_GENERATOR", {"action": "generate", "selector": following["selector"]})
        following |= {"public_key": made["public_key"], "created": made["created"]}
        self.end_effect()
        self.did.append("generate")

    def announcement(self) -> dict[str, Any]:
        following, active = self.state["next"], self.state["active"]
        return {
            "key": {name: following[name] for name in ("selector", "public_key")},
            "trigger": following["trigger"],
            "leaked": following["leaked"],
            "due": following["due"],
            "switch_from": following["switch_from"],
            "active": active["selector"] if active else None,
        }

    def announce(self) -> None:
        following = self.state["next"]
        following["announced"] = to_text(now())
        self.phase("waiting-for-dns")
        self.tell("announce", following["selector"], **self.announcement())
        self.save()
        self.check()
        self.note_findings()

    def remind(self) -> None:
        """At the daily tick: reminders, overdue, and a record that is not what was asked for."""
        following = self.state["next"]
        if not self.is_tick or not following or not following.get("announced") or following["seen"]:
            return
        facts = self.announcement()
        if (self.findings.get("next") or {}).get("state") == "different":
            self.tell("wrong-record", following["selector"], again_after=DAILY, record=self.findings["next"], **facts)
        if self.state["phase"] == "overdue":
            self.tell("overdue", following["selector"], again_after=WEEKLY, **facts)
        elif (left := reminder_due(self.state, now())) is not None:
            self.tell("reminder", f"{following['selector']}/{left}", days=left, **facts)

    def become_overdue(self) -> None:
        following = self.state["next"]
        self.phase("overdue")
        self.tell("overdue", following["selector"], again_after=WEEKLY, **self.announcement())
        self.save()

    def switch_is_blocked(self) -> bool:
        """A key in SES that is not ours cannot be put back if the new one fails: a person has to say that it may go."""
        ses, following = self.findings["ses"], self.state["next"]
        ours = {key["selector"] for key in self.keys()}
        foreign = ses["origin"] == "EXTERNAL" and ses["selector"] not in ours
        if foreign and following["replace"] != ses["selector"]:
            self.tell("foreign-key", ses["selector"], again_after=DAILY, selector=ses["selector"])
            return True
        return False

    def switch(self) -> None:
        state = self.state
        following, active = state["next"], state["active"]
        self.phase("switch")
        self.begin_effect("switch", following["selector"])
        outcome = self.call(
            "SES_CONFIG_UPDATER",
            {
                "action": "give",
                "selector": following["selector"],
                "old": active["selector"] if active else None,
                "easy_dkim_before": self.easy_dkim_signed_before(),
            },
        )
        if outcome["outcome"] == "new":
            self.promote_next("switch")
            return
        # SES has the old key again, or, if there is none, goes on looking for the record of the new one.
        moment = now()
        following.setdefault("due_first", following["switch_from"])
        following["switch_from"] = to_text(moment + (RETRY_SWITCH if outcome["outcome"] == "old" else RETRY_PENDING))
        if outcome["outcome"] == "old":
            self.phase("overdue" if moment >= to_time(following["due"]) else "waiting-for-dns")
        self.did.append(f"switch-{outcome['outcome']}")
        self.tell(
            "switch-failed", following["selector"], again_after=DAILY,
            outcome=outcome["outcome"], status=outcome["status"], error=outcome.get("error"), **self.announcement(),
        )  # fmt: skip
        self.end_effect()

    def easy_dkim_signed_before(self) -> bool:
        before = self.state["before"] or {}
        return not self.state["active"] and before.get("origin") == "AWS_SES" and before.get("status") == "SUCCESS"

    def promote_next(self, how: str) -> None:
        """The next key signs. The one before it is kept until its record may go."""
        state, moment = self.state, now()
        following, old = state["next"], state["active"]
        days = RETIRE_DAYS_LEAKED if following["leaked"] else RETIRE_DAYS
        if old:
            state["previous"].insert(0, old | {"retire_from": to_text(next_tick(moment + timedelta(days=days)))})
        state["active"] = {name: following[name] for name in ("selector", "secret", "public_key", "created")}
        state["active"]["activated"] = to_text(moment)
        state["next"], state["effect"] = None, None
        self.phase("retire" if state["previous"] else "steady")
        state["sent"] = {key: at for key, at in state["sent"].items() if following["selector"] in key}
        self.did.append(how)
        retire_from = state["previous"][0]["retire_from"] if old else None
        self.tell(
            "switched", following["selector"], key=state["active"], old=old["selector"] if old else None,
            retire_from=retire_from, next_rotation=to_text(add_months(moment, NOTICE_MONTHS)),
        )  # fmt: skip
        self.save()
        self.check()
        self.note_findings()

    def key_to_retire(self) -> str | None:
        """An old key whose time is over, if the active one is seen to verify today."""
        ses, active = self.findings["ses"], self.state["active"]
        verifies = (
            active
            and self.stands("active")
            and ses["origin"] == "EXTERNAL"
            and ses["selector"] == active["selector"]
            and ses["status"] == "SUCCESS"
        )
        due = [key["selector"] for key in self.state["previous"] if to_time(key["retire_from"]) <= now()]
        return due[-1] if verifies and due else None

    def retire(self, selector: str) -> None:
        key = next(key for key in self.state["previous"] if key["selector"] == selector)
        self.tell("delete-record", selector, key=key, active=self.state["active"]["selector"])
        self.begin_effect("discard", selector)
        self.discard(selector)

    def discard(self, selector: str) -> None:
        state = self.state
        if selector in {key["selector"] for key in (state["active"], state["next"]) if key}:
            raise Failed(f"{selector} is in use and is not deleted")
        self.call("KEY_GENERATOR", {"action": "discard", "selector": selector})
        state["previous"] = [key for key in state["previous"] if key["selector"] != selector]
        if not state["previous"] and not state["next"]:
            self.phase("steady" if state["active"] else "new")
        self.end_effect()
        self.did.append("discard")

    # What people should know

    def report_problems(self) -> None:
        ses, active = self.findings["ses"], self.state["active"]
        if not ses["exists"]:
            self.tell("identity-missing", self.domain, again_after=DAILY)
            return
        if not active:
            return
        record = self.findings["active"]
        if record["state"] in ("absent", "different"):
            self.tell("record-missing", active["selector"], again_after=DAILY, key=active, record=record)
        ours = {key["selector"] for key in self.keys()}
        if ses["origin"] != "EXTERNAL" or ses["selector"] not in ours or not ses["signing_enabled"]:
            self.tell("foreign-key", str(ses["selector"]), again_after=DAILY, selector=ses["selector"])
