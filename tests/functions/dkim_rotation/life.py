"""A random life of a domain, and what must never happen in it (docs/dkim-rotation.md, "What must always hold").

Everything is drawn from one seed: how long SES verifies each key, what people publish, lose, ask for and set by hand, which calls
fail. The claims are checked against the world itself, not against what the rotation says of it.
"""

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import datetime, timedelta
from typing import Any

from ..checked_aws import Killed, no_answer, throttled
from . import keys
from .fake_ses import LOOKS_FOR, NEVER, Identity
from .world import PARAMETER, PREFIX, World

STEP = timedelta(minutes=10)
VERIFICATIONS = [(6, timedelta(seconds=40)), (3, timedelta(minutes=20)), (2, timedelta(hours=2)), (1, timedelta(hours=11)),
                 (1, timedelta(hours=30)), (1, timedelta(hours=60)), (1, NEVER)]  # fmt: skip
LARGEST_STATE = 4096
ASKED_FOR = {"announce", "restored", "delete-record"}  # may come more often than twice a day
OLD_SIGNS = ("and signs", "now signs with", "署名は継続しています")  # what mails said that claimed more than they knew


@dataclass
class Result:
    seed: int
    days: float = 0
    faults: int = 0
    puts: int = 0
    unsigned: Counter[str] = field(default_factory=Counter)  # minutes, by cause
    violations: list[str] = field(default_factory=list)
    largest_state: int = 0
    story: list[str] = field(default_factory=list)


class Life:
    def __init__(self, seed: int, faults: bool = True, ipv6_only: bool = False):
        self.result = Result(seed)
        self.chance = random.Random(seed)
        self.world = World(servers=self.chance.choice([2, 3, 4]))
        if ipv6_only:
            self.world.dns.ipv6_only = {self.world.dns.servers[-1]}
        self.faulty = faults
        self.errors = 0  # failing calls in a thousand
        self.last_error: datetime | None = None
        self.puts_seen = 0
        self.mails_seen = 0
        self.later: list[tuple[datetime, Callable[[], None]]] = []
        self.granted = 0  # puts that a person has asked for
        self.counted: list[datetime] = []  # puts that nobody asked for, and that no vanished record called for
        self.decided: str | None = None  # the key that a person has chosen, which nothing but a person changes
        self.stopped = False
        self.leaked: set[str] = set()
        self.seen_at: dict[str, datetime] = {}  # when each record was last seen
        self.gone_since: datetime | None = None
        self.unsigned_since: datetime | None = None
        self.world.aws.ses.takes = self.verification
        self.world.aws.fault = self.fault

    # The course of time

    def run(self, episodes: int = 2) -> Result:
        start, jumped = self.world.clock.moment, timedelta()
        self.begin()
        for _ in range(episodes):
            self.draw_episode()
            self.go_on(timedelta(days=self.chance.choice([3, 8, 20])))
            if self.chance.random() < 0.7 and not self.world.stored().get("next") and self.world.stored().get("active"):
                before = self.world.clock.moment
                self.jump()
                jumped += self.world.clock.moment - before
                self.draw_episode()
                self.go_on(timedelta(days=42))
        self.faults_end()
        self.result.days = (self.world.clock.moment - start - jumped) / timedelta(days=1)
        self.result.puts = len([put for put in self.world.aws.ses.puts if put[2] == "rotation"])
        return self.result

    def begin(self) -> None:
        """A first key; before it nothing, or Easy DKIM that SES has verified."""
        ses = self.world.aws.ses
        if self.chance.random() < 0.3:
            ses.identity = Identity(status="SUCCESS")
            self.world.dns.aliases |= {f"{token}._domainkey.goo.ne.jp" for token in ses.identity.tokens}
        self.go_on(timedelta(hours=2))
        if self.chance.random() < 0.8:
            ses.takes = lambda: timedelta(seconds=40)
            self.publish_all()
            self.go_on(timedelta(days=3))
            ses.takes = self.verification

    def jump(self) -> None:
        """To the next announcement. In between nothing happens."""
        try:
            self.world.go_to(11)
        except AssertionError:
            pass  # it is past already

    def go_on(self, length: timedelta) -> None:
        end = self.world.clock.moment + length
        moment = self.world.clock.moment
        while moment < end:
            moment += STEP
            self.world.clock.moment = max(moment, self.world.clock.moment)
            for due in [event for event in self.later if event[0] <= moment]:
                self.later.remove(due)
                self.note_records()
                due[1]()
                self.look_at_puts()
                self.look_at_mails()
            before = self.world.clock.moment
            self.world.clock.moment = moment
            self.world.failed = False
            if moment.minute == 0 and moment.hour == 0:
                self.world.attempt("tick")
            if moment.minute == 30:
                self.world.attempt("watch")
                self.world.evaluate_alarms()
            self.look()
            self.world.clock.moment = max(moment, before if before - moment < STEP else moment)

    def fault(self, service: str, name: str, effect: Callable[[], Any]) -> Any:
        if self.chance.randrange(1000) >= self.errors or service == "cloudwatch":
            return effect()
        self.result.faults += 1
        self.last_error = self.world.clock.moment
        kind = self.chance.choice(["throttled", "no answer", "killed before", "killed after"])
        if kind == "throttled":
            raise throttled(service, name)
        if kind == "killed before":
            raise Killed
        effect()
        raise Killed if kind == "killed after" else no_answer(service)

    def verification(self) -> timedelta:
        weights, lengths = zip(*VERIFICATIONS, strict=True)
        return self.chance.choices(lengths, weights)[0]

    # What people and things do

    def draw_episode(self) -> None:
        self.errors = self.chance.choice([0, 0, 0, 20, 60]) if self.faulty else 0
        self.world.aws.ses.is_stale = self.chance.random() < 0.5
        self.at(self.chance.choice([0, 0, 1, 5, 33]), self.publish_all)
        for _ in range(self.chance.choice([1, 2, 4])):
            self.at(self.chance.uniform(0, 30), self.chance.choice(self.events()))

    def at(self, days: float, what: Callable[[], None]) -> None:
        self.later.append((self.world.clock.moment + timedelta(days=days), what))

    def events(self) -> list[Callable[[], None]]:
        return [
            self.publish_all, self.publish_wrong, self.publish_alias, self.publish_on_one, self.lose_a_record, self.replace_record,
            self.silence, self.break_spf, self.restore, self.rotate, self.rotate_leaked, self.stop, self.set_foreign, self.set_easy,
            self.set_own, self.switch_off, self.make_anew, self.lose_a_record, self.another_tool,
        ]  # fmt: skip

    def tell(self, what: str) -> None:
        self.result.faults += 1
        self.result.story.append(f"{self.world.clock.moment:%Y-%m-%d %H:%M} {what}")

    def wanted(self) -> list[tuple[str, str]]:
        """The records of the keys that the state names: what `sesame dkim records` prints."""
        state = self.world.stored()
        found = [key for key in (state.get("active"), state.get("next")) if key and key["public_key"]]
        return [(f"{key['selector']}._domainkey.goo.ne.jp", f"p={key['public_key']}") for key in found]

    def publish_all(self) -> None:
        dns = self.world.dns
        for name, value in self.wanted():
            dns.txt[name] = [value]
            dns.aliases.discard(name)
        dns.behind = {}

    def publish_wrong(self) -> None:
        self.tell("a wrong value")
        for name, value in self.wanted()[-1:]:
            self.world.dns.txt[name] = [self.chance.choice([value[:255], f"{value[:255]} {value[255:]}", "p=AAAA", ""])]
        self.at(self.chance.choice([0.1, 1, 3]), self.publish_all)

    def publish_alias(self) -> None:
        self.tell("a CNAME")
        for name, _ in self.wanted()[-1:]:
            self.world.dns.aliases.add(name)
        self.at(self.chance.choice([0.1, 1]), self.publish_all)

    def publish_on_one(self) -> None:
        self.tell("one server is behind")
        dns = self.world.dns
        dns.behind = {dns.servers[0]: {name: value for name, value in dns.txt.items() if "_domainkey" not in name}}
        for name, value in self.wanted():
            dns.txt[name] = [value]
        self.at(self.chance.choice([0.1, 1]), self.publish_all)

    def lose_a_record(self) -> None:
        names = [name for name in self.world.dns.txt if "_domainkey" in name]
        if names:
            name = self.chance.choice(names)
            self.tell(f"{name} vanishes")
            del self.world.dns.txt[name]
            self.at(self.chance.choice([0.05, 0.5, 3]), self.publish_all)

    def replace_record(self) -> None:
        """The usual mistake: the new record takes the place of the one in use."""
        wanted = self.wanted()
        if len(wanted) == 2:
            self.tell("the new record replaces the old one")
            self.world.dns.txt.pop(wanted[0][0], None)
            self.world.dns.txt[wanted[1][0]] = [wanted[1][1]]

    def silence(self) -> None:
        self.tell("servers are silent")
        self.world.dns.silent = set(self.world.dns.servers[: self.chance.choice([1, 2])])
        self.at(self.chance.choice([0.1, 1]), lambda: setattr(self.world.dns, "silent", set()))

    def break_spf(self) -> None:
        self.tell("SPF breaks")
        dns, name = self.world.dns, "bounce.goo.ne.jp"
        dns.txt[name] = ["v=spf1 -all"]
        self.at(self.chance.choice([0.5, 5]), lambda: dns.txt.update({name: ["v=spf1 include:amazonses.com ~all"]}))

    def ask(self, action: str, **more: Any) -> None:
        """A person repeats a call that was not answered."""
        self.tell(f"{action} {more}")
        identity = f"wish-{self.chance.randrange(10**9):09}"
        for _ in range(3):
            try:
                self.world.call(action=action, by="hanako", reason="a reason of some length", id=identity, **more)
                return
            except (Exception, Killed):
                continue

    def restore(self) -> None:
        before = self.world.aws.ses.puts[-1:]
        self.granted += 1
        self.ask("restore-previous")
        if self.world.aws.ses.puts[-1:] != before:
            self.decided = self.world.signing_selector()
        if self.chance.random() < 0.4:
            self.at(self.chance.choice([1, 4]), self.resume)

    def rotate(self, **more: Any) -> None:
        self.granted += 1
        self.decided = None
        self.ask("rotate-now", **more)
        self.at(self.chance.choice([0.1, 1, 9]), self.publish_all)

    def rotate_leaked(self) -> None:
        if self.world.stored().get("active"):
            self.leaked.add(self.world.stored()["active"]["selector"])
        self.rotate(leaked=True, discard_next=self.chance.random() < 0.4)

    def stop(self) -> None:
        self.ask("stop")
        self.stopped = bool(self.world.stored().get("stopped"))
        self.at(self.chance.choice([0.2, 3, 10]), self.resume)

    def resume(self) -> None:
        if not self.world.stored().get("stopped"):
            self.decided = None
        self.stopped = False
        self.granted = max(self.granted, 1)  # what waited may follow
        self.ask("resume")

    def set_foreign(self) -> None:
        if self.world.aws.ses.identity:
            self.tell("another tool sets a key")
            self.world.give_by_hand("other", keys.base64.b64encode(keys.pair(7)[0]).decode())
            self.decided = "other"
            self.at(self.chance.choice([1, 6]), self.restore)

    def another_tool(self) -> None:
        """Again and again."""
        for hours in (0, 5, 30):
            self.at(hours / 24, self.set_foreign)

    def set_easy(self) -> None:
        if self.world.aws.ses.identity:
            self.tell("Easy DKIM by hand")
            self.world.aws.ses.who = "hand"
            self.world.aws.ses.give_easy_dkim(self.chance.choice(["PENDING", "SUCCESS"]))
            self.world.aws.ses.who, self.decided = "rotation", "easy-dkim"
            self.at(self.chance.choice([1, 6]), self.restore)

    def set_own(self) -> None:
        """A key of ours by hand, also one that is being deleted."""
        mine = [name for name in self.world.aws.secrets if name.startswith(PREFIX)]
        if mine and self.world.aws.ses.identity:
            selector = self.chance.choice(mine).removeprefix(PREFIX)
            self.tell(f"{selector} by hand")
            if selector != self.world.signing_selector():  # what SES has already nobody sees
                self.decided = selector
            self.world.give_by_hand(selector)

    def switch_off(self) -> None:
        ses = self.world.aws.ses
        if ses.identity:
            self.tell("signing off")
            ses.change(changed(ses.identity, signing=False))
            self.at(self.chance.choice([0.3, 4]), self.switch_on)

    def switch_on(self) -> None:
        ses = self.world.aws.ses
        if ses.identity:
            ses.change(changed(ses.identity, signing=True))

    def make_anew(self) -> None:
        if self.world.aws.ses.identity:
            self.tell("the identity is made anew")
            self.world.aws.ses.make_anew()
            self.decided = None

    # What must not be

    def violated(self, what: str) -> None:
        if what in self.result.violations:
            return
        self.result.violations.append(what)
        self.result.story.append(f"{self.world.clock.moment:%Y-%m-%d %H:%M} VIOLATED: {what}")

    def calm(self) -> bool:
        """No call has failed for two hours."""
        return not self.errors or (self.last_error is not None and self.world.clock.moment - self.last_error > timedelta(hours=2))

    def look(self) -> None:
        world, now = self.world, self.world.clock.moment
        world.aws.ses.look()
        self.note_records()
        self.look_at_puts()
        self.look_at_mails()
        self.count_unsigned(now)
        versions = world.aws.parameters.get(PARAMETER, [])
        if versions:
            size = len(versions[-1].encode())
            self.result.largest_state = max(self.result.largest_state, size)
            if size > LARGEST_STATE and "state" not in self.result.violations:
                self.violated("state")

    def note_records(self) -> None:
        for name, value in self.all_records():
            if self.world.dns.is_seen(name, value):
                self.seen_at[name] = self.world.clock.moment

    def all_records(self) -> list[tuple[str, str]]:
        state = self.world.stored()
        found = [key for key in (state.get("active"), state.get("next"), *state.get("previous", [])) if key and key["public_key"]]
        return [(f"{key['selector']}._domainkey.goo.ne.jp", f"p={key['public_key']}") for key in found]

    def count_unsigned(self, now: datetime) -> None:
        world, found = self.world, self.world.aws.ses.identity
        if world.signs() or not world.stored().get("active"):
            self.unsigned_since = None
        else:
            self.unsigned_since = self.unsigned_since or now
            self.result.unsigned[self.cause(found)] += 10
            late = now - self.unsigned_since > timedelta(hours=4)
            if late and self.calm() and not world.alarms & {"DkimUnsignedAlarm", "DkimFailureRateAlarm"}:
                self.violated("unsigned without alarm")
        if found and found.origin == "EXTERNAL" and found.key and found.tokens[0] != "other":
            name, value = world.aws.ses.record_name(found.tokens[0]), f"p={keys.public_half(found.key)}"
            self.gone_since = (self.gone_since or now) if world.dns.is_gone(name, value) else None
            secret = world.aws.secrets.get(PREFIX + found.tokens[0])
            if world.aws.ses.puts and world.aws.ses.puts[-1][2] == "rotation" and (not secret or secret["deleted"]):
                self.violated("the key in SES is being deleted")
        else:
            self.gone_since = None
        if self.gone_since and now - self.gone_since > timedelta(hours=26) and self.calm() and now.minute == 30:
            kinds = {"record-missing", "rescued", "restored", "foreign-key"}
            if not any(mail["kind"] in kinds and now - mail["at"] < timedelta(hours=30) for mail in world.aws.mails):
                self.violated("nobody is told of the record in use")
            others = [name for name, _ in self.all_records() if self.stands_long(name, now)]
            if others and not self.stopped and not self.leaked and world.aws.ses.identity:
                self.violated("not rescued")

    def stands_long(self, name: str, now: datetime) -> bool:
        return self.seen_at.get(name) == now and name.partition(".")[0] not in self.leaked

    def cause(self, found: Identity | None) -> str:
        if not found:
            return "no identity"
        if not found.signing:
            return "signing off"
        if found.origin != "EXTERNAL":
            return "Easy DKIM not verified"
        if not self.world.aws.ses.sees(found):
            return "record not there"
        by = self.world.aws.ses.puts[-1][2] if self.world.aws.ses.puts else "rotation"
        if found.status == "PENDING":
            return "SES verifies" if by == "rotation" else "SES verifies what was set by hand"
        return "SES has given up"

    def look_at_puts(self) -> None:
        puts = self.world.aws.ses.puts
        for at, selector, who in puts[self.puts_seen :]:
            self.result.story.append(f"{at:%Y-%m-%d %H:%M} put {selector} by {who}")
            if who == "rotation":
                self.look_at_put(at, selector)
        self.puts_seen = len(puts)

    def look_at_put(self, at: datetime, selector: str) -> None:
        name = f"{selector}._domainkey.goo.ne.jp"
        if selector != "easy-dkim" and at - self.seen_at.get(name, datetime.min.replace(tzinfo=at.tzinfo)) > timedelta(hours=1, minutes=10):
            self.violated("put of a key whose record was not seen")
        was = self.world.aws.ses.before
        vanished = bool(was and was.origin == "EXTERNAL" and was.key and not self.world.aws.ses.sees(was))
        if self.stopped:
            self.violated("put while stopped")
        if self.granted:
            self.granted -= 1
            self.decided = None if self.decided and selector != self.decided else self.decided
        elif not vanished:
            self.counted = [other for other in self.counted if at - other < LOOKS_FOR] + [at]
            if len(self.counted) > 2:
                self.violated("more than two puts in 72 hours")
            if self.decided and selector != self.decided:
                self.violated("a person's decision was undone")
            healthy = self.world.dns.txt.get("bounce.goo.ne.jp") == ["v=spf1 include:amazonses.com ~all"]
            if was and was.status == "SUCCESS" and was.signing and not healthy:
                self.violated("a planned switch without SPF")
        if selector in self.leaked and not self.granted:
            self.violated("a leaked key was given again")

    def look_at_mails(self) -> None:
        mails, ses = self.world.aws.mails, self.world.aws.ses
        for mail in mails[self.mails_seen :]:
            kind, text = mail["kind"], mail["text"]
            self.result.story.append(f"{mail['at']:%Y-%m-%d %H:%M} mail {kind}: {mail['subject']}")
            day = [other for other in mails if other["kind"] == kind and timedelta() <= mail["at"] - other["at"] < timedelta(hours=23)]
            if len(day) > 2 and kind not in ASKED_FOR and not self.errors:
                self.violated(f"{kind} more than twice a day")
            self.look_at_claims(text, ses.identity, mail)
        self.mails_seen = len(mails)

    def look_at_claims(self, text: str, found: Identity | None, mail: dict[str, Any]) -> None:
        """Against what SES had when it was asked last: within the same minutes."""
        ses = self.world.aws.ses
        # A mail that was sent a moment before a put tells of what was before it.
        stale = ses.is_stale or ses.changed == mail["at"] or (self.world.clock.moment - mail["at"]) > timedelta(minutes=5)
        signs = bool(found and found.signing and found.status == "SUCCESS")
        if any(claim in text for claim in OLD_SIGNS) and not signs and not stale:
            self.violated(f"a mail says that mail is signed: {mail['kind']}")
        if "Mail is signed." in text and not signs and not stale:
            self.violated(f"a mail says that mail is signed: {mail['kind']}")
        says = re.search(r"^At .+? JST: SES has (?:the key )?(\S+(?: DKIM)?) and says (\w+)", text, re.MULTILINE)
        if says and found and not stale:
            holds = found.tokens[0] if found.origin == "EXTERNAL" else "Easy DKIM"
            if says[1] != holds or (says[2] != found.status and found.status != "SUCCESS"):
                self.violated(f"a mail says {says[0]}, and SES has {holds}, {found.status}")

    # The end

    def faults_end(self) -> None:
        """From now on everybody does what is asked for, and SES verifies within the hour."""
        self.later.clear()
        self.errors, self.stopped = 0, False
        world, ses = self.world, self.world.aws.ses
        world.dns.silent, world.dns.behind = set(), {}
        world.dns.txt["bounce.goo.ne.jp"] = ["v=spf1 include:amazonses.com ~all"]
        ses.takes, ses.is_stale = lambda: timedelta(minutes=20), False
        if ses.identity and ses.identity.status == "PENDING":
            ses.identity = changed(ses.identity, takes=timedelta())
        self.switch_on()
        self.result.story.append(f"{world.clock.moment:%Y-%m-%d %H:%M} faults end")
        self.do_what_is_asked(timedelta(days=1))
        if not world.signs_and_verifies():
            self.do_what_is_asked(timedelta(days=1))
        first = self.counted[0] if len(self.counted) > 1 else None
        if not world.signs_and_verifies() and first and world.clock.moment - first < LOOKS_FOR:
            self.do_what_is_asked(LOOKS_FOR - (world.clock.moment - first) + timedelta(hours=2))
        if not world.signs_and_verifies():
            self.violated("not steady within the patience and a day")
        self.do_what_is_asked(timedelta(days=18))
        state = world.stored()
        rest = (state["next"], state["previous"], state["effect"], state["lease"], state["outbox"], world.alarms, world.orphans())
        if rest != (None, [], None, None, [], set(), set()) or not world.signs_and_verifies():
            self.violated(f"does not come to rest: {world.alarms or 'no alarm'}, {bool(state['next'])}, {len(state['previous'])}, {world.failures[-1:]}")

    def do_what_is_asked(self, length: timedelta) -> None:
        """Publish what the state names, delete what a mail asks to delete, let what waits for a person go on."""
        end = self.world.clock.moment + length
        while self.world.clock.moment < end:
            self.publish_all()
            for mail in self.world.aws.mails:
                name = re.search(r"^Name  : (\S+)$", mail["text"], re.MULTILINE)
                if mail["kind"] == "delete-record" and name and name[1] not in dict(self.wanted()):
                    self.world.dns.txt.pop(name[1], None)
            if "DkimWaitsForPersonAlarm" in self.world.alarms or self.world.stored().get("stopped"):
                state = self.world.stored()
                if state.get("stopped") or state.get("hold"):
                    self.resume()
                elif self.world.signing_selector() not in {key["selector"] for key in (state["active"], state["next"]) if key}:
                    self.granted += 1
                    self.ask("restore-previous")
            self.go_on(timedelta(hours=6))
