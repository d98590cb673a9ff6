"""Everything together: the functions, AWS, DNS, the schedules of the template, and what must always be true."""

import functools
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from types import ModuleType
from typing import Any

from ..checked_aws import Killed
from . import deployed
from .clock import Clock
from .fake_aws import FakeAws
from .fake_dns import FakeDns

ORCHESTRATOR = "DKIMRotationOrchestrator"
PARAMETER = "/ses/prod/dkim/goo.ne.jp"
PREFIX = f"{PARAMETER}/"


class World:
    def __init__(self, dns_port: int | None = None, **dns: Any):
        """With a port, DNS is not faked: a server on loopback is resolver and authority."""
        self.dns_port = dns_port
        self.clock = Clock()
        self.dns = FakeDns(**dns)
        self.aws = FakeAws(self.clock, self.dns)
        self.modules: dict[str, ModuleType] = {}
        for logical_id, name in deployed.FUNCTIONS.items():
            self.aws.functions[name] = self._function(logical_id)
        self.run = self._function(ORCHESTRATOR)
        self.failures: list[str] = []
        self.alarms: set[str] = set()
        self.failed = False  # whether a call of this hour failed

    def _function(self, logical_id: str) -> Callable[[dict[str, Any], object], Any]:
        module = deployed.load(logical_id)
        module.client = self.aws.client  # type: ignore[attr-defined]
        for name in ("now", "sleep", "monotonic"):
            if hasattr(module, name):
                setattr(module, name, getattr(self.clock, name))
        if logical_id == "ValidationMonitor" and self.dns_port:
            module.DNS_PORT, module.TIMEOUT_SECONDS = self.dns_port, 0.5  # type: ignore[attr-defined]
            module.resolvers = lambda: ["127.0.0.1"]  # type: ignore[attr-defined]
        elif logical_id == "ValidationMonitor":
            module.zone_of = self.dns.zone_of(module)  # type: ignore[attr-defined]
        self.modules[logical_id] = module
        variables = deployed.environment(logical_id, self.dns.domain)

        def call(event: dict[str, Any], context: object = None) -> Any:
            with environment(variables):
                return module.handler(event, context)  # type: ignore[attr-defined]

        return call

    # What people and the schedules do

    def call(self, **event: Any) -> dict[str, Any]:
        return dict(self.run(event, None))

    def attempt(self, action: str) -> None:
        """A call of a schedule: an error or a dead process is no end of the world, the next one comes."""
        try:
            self.run({"action": action}, None)
        except Killed:
            self.failed = True
            self.failures.append("killed")
        except Exception as error:
            self.failed = True
            self.failures.append(f"{type(error).__name__}: {error}")

    def hour(self) -> None:
        """One hour, from half past to half past: the daily call at nine in Tokyo, the hourly one at the end."""
        before = self.clock.moment
        self.failed = False
        self.clock.moment = before + timedelta(minutes=30)
        if self.clock.moment.hour == 0:
            self.attempt("tick")
        self.clock.moment = before + timedelta(hours=1)
        self.attempt("watch")
        self.clock.moment = before + timedelta(hours=1)
        self.evaluate_alarms()

    def hours(self, number: int, check: Callable[[], None] | None = None) -> None:
        for _ in range(number):
            self.hour()
            if check:
                check()

    def days(self, number: int, check: Callable[[], None] | None = None) -> None:
        self.hours(24 * number, check)

    def publish(self, selector: str | None = None) -> str:
        """The DNS administrator does what the last mail asks for."""
        name, value = self.requested(selector)
        self.dns.txt[name] = [value]
        return name

    def requested(self, selector: str | None = None) -> tuple[str, str]:
        """Record name and value of the last mail that asks for one, put together from the strings in it."""
        for mail in reversed(self.aws.mails):
            name = re.search(r"^Name  : (\S+)$", mail["text"], re.MULTILINE)
            parts = re.findall(r"^  \d+ \(\d+\): (\S+)$", mail["text"], re.MULTILINE)
            if name and parts and (selector is None or name[1].startswith(f"{selector}.")):
                return name[1], "".join(parts)
        raise AssertionError("no mail asks for a record")

    def first_rotation(self) -> None:
        """From nothing to a first key that signs."""
        self.hour()
        self.publish()
        self.hours(4)
        assert self.state()["phase"] == "steady", self.state()

    def go_to(self, months: int, days: float = 0) -> None:
        """Jumps to a time of the active key's life, to half past eight in Tokyo; in between nothing happens."""
        rules = self.modules[ORCHESTRATOR]
        moment = rules.months_of_active(self.stored(), months) + timedelta(days=days)  # type: ignore[attr-defined]
        assert moment > self.clock.moment
        self.clock.moment = moment.astimezone(timezone.utc) - timedelta(minutes=30)

    # What is so

    def state(self) -> dict[str, Any]:
        return dict(self.call(action="status")["state"])

    def stored(self) -> dict[str, Any]:
        """The state as it counts, without calling anything."""
        module = self.modules[ORCHESTRATOR]
        versions = self.aws.parameters.get(PARAMETER, [])
        for number in range(len(versions), 0, -1):
            document = module.counting({"Value": versions[number - 1], "Version": number})  # type: ignore[attr-defined]
            if document:
                return dict(document)
        return {}

    def kinds(self) -> list[str]:
        return [mail["kind"] for mail in self.aws.mails]

    def signing_selector(self) -> str | None:
        """Our key that SES has, whether it has verified it or not."""
        found = self.aws.ses.identity
        return found.tokens[0] if found and found.origin == "EXTERNAL" else None

    def ses_status(self) -> str | None:
        self.aws.ses.look()
        return self.aws.ses.identity.status if self.aws.ses.identity else None

    def signs(self) -> bool:
        """Whether mail leaves with a signature, of whatever key."""
        self.aws.ses.look()
        found = self.aws.ses.identity
        return bool(found and found.signing and found.status == "SUCCESS")

    def signs_and_verifies(self) -> bool:
        """Whether receivers can verify mail: SES signs with a key of ours, and its record stands, with this very key."""
        found = self.aws.ses.identity
        return self.signs() and found is not None and found.origin == "EXTERNAL" and self.aws.ses.sees(found)

    def evaluate_alarms(self) -> None:
        """CloudWatch, with the alarms of the template on our own metrics, and the one on errors of the orchestrator."""
        if self.failed:
            self.alarms.add("DKIMRotationOrchestratorErrorsAlarm")
        else:
            self.alarms.discard("DKIMRotationOrchestratorErrorsAlarm")
        for alarm in alarms():
            fresh = self.aws.metrics_at is not None and self.clock.now() - self.aws.metrics_at < timedelta(seconds=alarm["seconds"])
            if alarm["metric"] == "SampleCount":
                breaches = not self.aws.metrics_at or self.clock.now() - self.aws.metrics_at >= timedelta(hours=3)
            elif fresh:
                breaches = alarm["breaches"](self.aws.metrics[alarm["metric"]])
            else:
                continue  # without data the alarm stays as it is
            self.alarms = self.alarms | {alarm["name"]} if breaches else self.alarms - {alarm["name"]}

    def check_invariant(self) -> None:
        """What must be true at every hour: mail verifies, or an alarm is up; and no key that is, was just or will be in use
        has lost its private half."""
        state = self.stored()
        if state.get("active"):
            known = self.alarms & {"DkimFailureRateAlarm", "DkimChecksMissingAlarm", "DKIMRotationOrchestratorErrorsAlarm"}
            assert self.signs_and_verifies() or known, f"{self.clock.now()}: mail does not verify, and nobody knows"
        for key in [state.get("active"), state.get("next"), *state.get("previous", [])]:
            if key and key["public_key"]:
                secret = self.aws.secrets.get(PREFIX + key["selector"])
                assert secret and not secret["deleted"], f"{self.clock.now()}: {key['selector']} has lost its key"
        selector = self.signing_selector()
        if selector and PREFIX + selector in self.aws.secrets:
            assert not self.aws.secrets[PREFIX + selector]["deleted"], f"{selector} signs and its key is being deleted"

    def orphans(self) -> set[str]:
        """Secrets that no state names and that nobody will delete."""
        state = self.stored()
        named = {key["selector"] for key in [state.get("active"), state.get("next"), *state.get("previous", [])] if key}
        left = {name for name, secret in self.aws.secrets.items() if not secret["deleted"]}
        return left - {PREFIX + selector for selector in named | set(state.get("discard", []))}

    def give_by_hand(self, selector: str, private_key: str | None = None) -> None:
        """A person, or another tool, gives SES a key: one of ours by default."""
        if private_key is None:
            private_key = json.loads(self.aws.secrets[PREFIX + selector]["value"])["private_key"]
        self.aws.ses.who = "hand"
        self.aws.ses.give_key(selector, private_key)
        self.aws.ses.who = "rotation"


@functools.cache
def alarms() -> list[dict[str, Any]]:
    """The alarms of the template on the namespace of the rotation."""
    compare = {
        "GreaterThanThreshold": lambda value, limit: value > limit,
        "LessThanThreshold": lambda value, limit: value < limit,
    }
    found = []
    for logical_id, resource in deployed.template()["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "/Dkim" in str(properties.get("Namespace")):
            comparison, limit = compare[properties["ComparisonOperator"]], properties["Threshold"]
            counts = properties["Statistic"] == "SampleCount"
            found.append(
                {
                    "name": logical_id,
                    "metric": "SampleCount" if counts else properties["MetricName"],
                    "seconds": properties["Period"],
                    "breaches": lambda value, comparison=comparison, limit=limit: comparison(value, limit),
                }
            )
    return found


@contextmanager
def environment(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
