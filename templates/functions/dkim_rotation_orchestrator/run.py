"""One run: the state and its lease, the other functions, the mails that wait to be sent."""

import json
import os
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from dkim_rotation_orchestrator.aws import LOG, client, now
from dkim_shared.plan import Document, new_state
from dkim_shared.state import Conflict, StateStore
from dkim_shared.time import to_text, to_time

# Longer than any of the functions may run: what a dead run has begun is over when its lease is.
LEASE = timedelta(minutes=30)
# After which something is told again, wherever in its minute a run starts.
DAILY, WEEKLY = timedelta(hours=20), timedelta(days=6, hours=20)
NOTHING_SEEN = {"state": "unknown", "servers_answered": 0, "servers_with_value": 0, "negative_ttl": 0, "hint": None}


class Busy(Exception):
    """Another run holds the lease."""


class Failed(Exception):
    """One of the four functions has failed."""


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

    def note_findings(self) -> None:
        """Writes down since when the next record stands, if that has changed."""
        following, record = self.state["next"], self.findings.get("next")
        if not following or not record or record["state"] == "unknown":
            return
        if (record["state"] == "published") != bool(following["seen"]):
            following["seen"] = None if following["seen"] else to_text(now())
            self.save()

    def stands(self, role: str) -> bool:
        return (self.findings.get(role) or {}).get("state") == "published"

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


# Something that a run can do.
Step = Callable[[Run], None]
