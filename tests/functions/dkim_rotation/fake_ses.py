"""SES's side of DKIM, as its pages say: every key that it is given it verifies anew, which takes seconds or up to 72 hours, or
never ends well; until then mail may leave unsigned (SES developer guide, "Provide your own DKIM authentication token"; SES API
v2, DkimAttributes). A key that stands in its way is not its concern: it has one key of an identity at a time.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from . import keys
from .clock import Clock
from .fake_dns import FakeDns

SECONDS = 40  # how long a verification takes, if a test says nothing else
LOOKS_FOR = timedelta(hours=72)  # a record, and how long it keeps a key that it cannot verify any more
STALE = timedelta(seconds=30)  # for so long an answer may be that of before a change
NEVER = timedelta(days=365 * 9)


@dataclass(frozen=True)
class Identity:
    """What SES has of a domain, and since when."""

    origin: str = "AWS_SES"
    status: str = "PENDING"
    tokens: tuple[str, ...] = ("a" * 32, "b" * 32, "c" * 32)
    signing: bool = True
    verified: bool = True  # for sending
    key: str | None = None
    since: datetime | None = None
    takes: timedelta = timedelta(seconds=SECONDS)
    lost: datetime | None = None


class FakeSes:
    def __init__(self, clock: Clock, dns: FakeDns, domain: str):
        self.clock, self.dns, self.domain = clock, dns, domain
        self.identity: Identity | None = Identity()
        self.before: Identity | None = None  # what a stale answer shows
        self.changed: datetime | None = None
        self.is_stale = False
        self.is_blind = False  # it does not see a record, whatever stands in DNS
        self.takes: Callable[[], timedelta] = lambda: timedelta(seconds=SECONDS)
        self.puts: list[tuple[datetime, str, str]] = []  # of whoever gives SES a key: when, which, who
        self.who = "rotation"

    def look(self) -> None:
        """What SES does by itself: it looks for the record of a key, and gives up after a time."""
        found, now = self.identity, self.clock.now()
        if not found or found.origin != "EXTERNAL" or found.status == "FAILED" or not found.since:
            return
        if not self.is_blind and self.sees(found):
            if found.status == "SUCCESS" or now - found.since >= found.takes:
                self.identity = replace(found, status="SUCCESS", lost=None, verified=True)
            elif now - found.since > LOOKS_FOR:
                self.identity = replace(found, status="FAILED")
        elif found.status in ("SUCCESS", "TEMPORARY_FAILURE"):
            lost = found.lost or now
            status = "FAILED" if now - lost > LOOKS_FOR * 2 else "TEMPORARY_FAILURE" if now - lost > LOOKS_FOR else found.status
            self.identity = replace(found, lost=lost, status=status)
        elif now - found.since > LOOKS_FOR:
            self.identity = replace(found, status="FAILED")

    def sees(self, found: Identity) -> bool:
        return self.dns.is_seen(self.record_name(found.tokens[0]), f"p={keys.public_half(found.key or '')}")

    def record_name(self, selector: str) -> str:
        return f"{selector}._domainkey.{self.domain}"

    def answered(self) -> Identity | None:
        """What SES answers; for seconds after a change perhaps what was before."""
        self.look()
        fresh = not self.is_stale or not self.changed or self.clock.now() - self.changed > STALE
        return self.identity if fresh else self.before

    def change(self, identity: Identity | None) -> None:
        self.look()
        self.before, self.changed, self.identity = self.identity, self.clock.now(), identity

    def give_key(self, selector: str, key: str) -> None:
        assert self.identity
        now = self.clock.now()
        self.puts.append((now, selector, self.who))
        self.change(
            replace(self.identity, origin="EXTERNAL", status="PENDING", tokens=(selector,), key=key, since=now, takes=self.takes(), lost=None)
        )

    def give_easy_dkim(self, status: str = "PENDING") -> None:
        """SES's own key. It is verified when its CNAME records stand; of a domain that had it that is so at once."""
        assert self.identity
        self.puts.append((self.clock.now(), "easy-dkim", self.who))
        self.change(Identity(status=status, signing=self.identity.signing, verified=self.identity.verified))

    def make_anew(self) -> None:
        self.change(Identity(verified=False))
