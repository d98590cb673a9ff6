"""One run: the state and its lease, the other functions, the mails that wait to be sent."""

import json
import os
import uuid
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from dkim_rotation_orchestrator.aws import LOG, client, now
from dkim_shared.decision import Decision, Facts, decide
from dkim_shared.plan import NOTICE_MONTHS, Document, months_of_active, new_state, phase_of
from dkim_shared.rules import rules
from dkim_shared.situation import situation
from dkim_shared.state import Conflict, StateStore
from dkim_shared.time import to_text, to_time

# Twice as long as the function may run: what a dead run has begun is over when its lease is. And shorter than the half hour
# between a watch and the tick.
LEASE = timedelta(minutes=20)
# After which something is told again, wherever in its minute a run starts.
DAILY, WEEKLY, MONTHLY = timedelta(hours=20), timedelta(days=6, hours=20), timedelta(days=29, hours=20)
REMEMBERED = timedelta(days=35)  # what was sent; longer than anything is told again after
MOST_A_DAY = 2  # mails of a kind
WITHOUT_LIMIT = ("announce", "restored", "delete-record")  # a person has asked for them, or waits for them
NOTHING_SEEN = {"state": "unknown", "servers_answered": 0, "servers_with_value": 0, "negative_ttl": 0, "hint": None}


class Busy(Exception):
    """Another run holds the lease."""


class Failed(Exception):
    """One of the four functions has failed."""


class Run:
    """One run. It takes the lease when it first has something to write or to do, and gives it back at the end."""

    def __init__(self, store: StateStore, domain: str):
        self.store, self.domain = store, domain
        self.id = uuid.uuid4().hex[:12]
        self.state = new_state(domain, now()) | (store.read() or {})
        if self.state["domain"] != domain:
            raise ValueError(f"the state is that of {self.state['domain']}")
        self.edited = store.edited
        self.written = json.dumps(self.state)
        self.findings: dict[str, Any] = {}
        self.did: list[str] = []
        self.problems: list[str] = []
        self.answers: str | None = None  # the request that this run has begun
        self.can_send = True

    def is_stopped(self) -> bool:
        return bool(self.state["stopped"])

    def facts(self) -> Facts:
        return Facts(self.state, self.findings, now(), rules())

    def decision(self) -> Decision:
        return decide(self.facts())

    def situation(self) -> Document:
        return situation(self.facts())

    def holds_the_lease(self) -> bool:
        return bool(self.state["lease"]) and self.state["lease"]["run"] == self.id

    def lease_is_taken(self) -> bool:
        lease = self.state["lease"]
        return bool(lease) and lease["run"] != self.id and to_time(lease["until"]) > now()

    def save(self) -> None:
        """Writes the state, and then sends what it says should be told."""
        phase = phase_of(self.state, now())
        if self.state["phase"] != phase:
            LOG.info("phase", extra={"from": self.state["phase"], "to": phase})
            self.state["phase"], self.state["phase_since"] = phase, to_text(now())
        self.take_lease_and_write()
        self.send_mails()

    def save_if_changed(self) -> None:
        late = phase_of(self.state, now()) != self.state["phase"]
        if late or json.dumps(self.state) != self.written or self.has_mail():
            self.save()

    def take_lease_and_write(self) -> None:
        if not self.holds_the_lease():
            if self.lease_is_taken():
                raise Busy
            self.state["lease"] = {"run": self.id, "until": to_text(now() + LEASE)}
            try:
                self.store.write(self.state)
            except Conflict:
                raise Busy from None  # the state has changed since it was read: nothing was done on its grounds
            self.written = json.dumps(self.state)
            return
        self.write()

    def write(self) -> None:
        """Writes the state. What a person has asked for meanwhile is taken in; a lost lease ends the run."""
        for _ in range(5):
            try:
                self.store.write(self.state)
                self.written = json.dumps(self.state)
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
            if answer := self.state["answered"].get(self.answers):
                answer["did"] = self.did
            self.state["lease"] = None
            self.write()

    def give_up(self) -> None:
        """After an error. With an effect under way the lease stays: the function that was called may still be at work."""
        try:
            if not self.state["effect"]:
                self.end()
        except Exception:
            LOG.exception("the lease could not be given back")  # it ends by itself; the first error counts

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

    def stands(self, role: str) -> bool:
        return (self.findings.get(role) or {}).get("state") == "published"

    def keys(self) -> list[Document]:
        return [key for key in (self.state["active"], self.state["next"], *self.state["previous"]) if key]

    def tell(self, kind: str, about: str, again_after: timedelta | None = None) -> None:
        """Puts a message into the outbox, once, or again after a while: the next `save` writes it down with the change that
        it tells of, and sends it. So it can come twice, but it is never left out."""
        key, moment = f"{kind}/{about}", now()
        sent = self.state["sent"].get(key)
        waits = key in {message["id"] for message in self.state["outbox"]}
        if waits or (sent and (again_after is None or moment - to_time(sent) < again_after)):
            return
        # What still waits about the same key is older than this.
        same = f"{kind}/{about.partition('/')[0]}"
        others = [message for message in self.state["outbox"] if not f"{message['id']}/".startswith(f"{same}/")]
        self.state["outbox"] = [*others, {"id": key, "at": to_text(moment)}]

    def tell_daily(self, kind: str, about: str) -> None:
        self.tell(kind, about, again_after=DAILY)

    def send_mails(self) -> None:
        """A message that cannot be sent stays in the outbox and keeps nothing from being done; the run fails in the end."""
        if not self.can_send or not self.findings:
            return
        for message in list(self.state["outbox"]):
            kind = message["id"].partition("/")[0]
            if self.is_too_much(kind):
                continue
            try:
                if mail := self.in_full(message):
                    self.call("NOTIFICATION_MANAGER", mail)
                    self.did.append(kind)
            except (Failed, BotoCoreError, ClientError) as error:
                LOG.exception("mail not sent", extra={"kind": kind})
                self.problems.append(f"mails could not be sent: {error}")
                self.can_send = False
                return
            self.state["outbox"] = [other for other in self.state["outbox"] if other["id"] != message["id"]]
            self.state["sent"] = self.remembered() | ({message["id"]: to_text(now())} if mail else {})
            self.write()

    def has_mail(self) -> bool:
        kinds = {message["id"].partition("/")[0] for message in self.state["outbox"]}
        return self.can_send and any(not self.is_too_much(kind) for kind in kinds)

    def remembered(self) -> dict[str, str]:
        return {key: at for key, at in self.state["sent"].items() if now() - to_time(at) < REMEMBERED}

    def is_too_much(self, kind: str) -> bool:
        """It waits until tomorrow: whoever gets a mail an hour reads none."""
        today = [at for key, at in self.state["sent"].items() if key.startswith(f"{kind}/") and now() - to_time(at) < timedelta(days=1)]
        return kind not in WITHOUT_LIMIT and len(today) >= MOST_A_DAY

    def in_full(self, message: Document) -> Document | None:
        """A message with what it has to say as of now; None if that is not so any more."""
        kind, _, about = message["id"].partition("/")
        first, _, more = about.partition("/")
        state = self.state
        key = next((key for key in self.keys() if key["selector"] == first), None)
        following = state["next"] if key is state["next"] else None
        if kind in ("announce", "reminder", "overdue", "wrong-record") and not following:
            LOG.warning("mail about a key that is gone", extra={"message": message["id"]})
            return None
        if kind in ("reminder", "overdue", "wrong-record") and following["seen"]:
            return None
        active = state["active"]
        return {
            "kind": kind,
            "about": first,
            "more": more or None,
            "public_key": key["public_key"] if key else None,
            "next": {name: following[name] for name in ("trigger", "due", "switch_from", "urgent", "seen")} if following else None,
            "active": active["selector"] if active else None,
            "record": self.facts().records.get(first),
            "hold": state["hold"],
            "retire": [{name: key[name] for name in ("selector", "retire_from")} for key in state["previous"]],
            "next_rotation": to_text(months_of_active(state, NOTICE_MONTHS)) if active else None,
            "now": self.situation(),
        }
