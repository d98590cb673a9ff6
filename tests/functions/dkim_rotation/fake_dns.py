"""A zone that people keep, and the answers of its servers, in the form that the monitor's DNS client gives them.

A server may be silent, or have an older zone than the others; records come late, wrong, as CNAME, or on one server only.
"""

from types import ModuleType
from typing import Any

Zone = dict[str, list[str]]


class FakeDns:
    def __init__(self, domain: str = "goo.ne.jp", servers: int = 3, negative_ttl: int = 900):
        self.domain, self.negative_ttl = domain, negative_ttl
        self.servers = [f"ns{number}.example.net" for number in range(1, servers + 1)]
        self.silent: set[str] = set()  # servers that do not answer
        self.ipv6_only: set[str] = set()  # servers that Lambda cannot reach, and others can
        self.behind: dict[str, Zone] = {}  # what a server has that has not got the latest zone
        self.aliases: set[str] = set()  # names that are a CNAME
        self.txt: Zone = {
            f"bounce.{domain}": ["v=spf1 include:amazonses.com ~all"],
            f"_dmarc.{domain}": ["v=DMARC1; p=none; rua=mailto:dmarc@example.net"],
        }
        self.mx = {f"bounce.{domain}": [(10, "feedback-smtp.ap-northeast-1.amazonses.com")]}

    def zone_of(self, monitor: ModuleType) -> Any:
        """Stands for the monitor's `zone_of`."""
        dns = self

        class FakeZone(monitor.Zone):  # type: ignore[name-defined, misc]
            def ask(self, name: str, kind: str) -> dict[str, Any]:
                asked = [server for server in dns.reachable() if server not in dns.silent]
                return {server: dns.answer(monitor, server, name, kind) for server in asked}

        def zone_of(_name: str) -> Any:
            return FakeZone(dns.domain, dict.fromkeys(dns.reachable(), "192.0.2.1"), dns.negative_ttl)

        return zone_of

    def reachable(self) -> list[str]:
        return [server for server in self.servers if server not in self.ipv6_only]

    def answer(self, monitor: ModuleType, server: str, name: str, kind: str) -> Any:
        records: dict[str, list[Any]] = {"TXT": self.behind.get(server, self.txt), "MX": self.mx}.get(kind, {})
        values = [] if name in self.aliases else records.get(name, [])
        response = monitor.Response(0 if values else 3, True, False)
        response.answers = [(name, monitor.TYPES[kind], 3600, value) for value in values]
        if name in self.aliases:
            response.answers = [(name, monitor.TYPES["CNAME"], 3600, "dkim.example.net")]
        return response

    def is_seen(self, name: str, value: str) -> bool:
        """Whether somebody who asks any server that answers gets exactly this value: what a receiver, or SES, finds."""
        answering = [server for server in self.servers if server not in self.silent]
        right = name not in self.aliases and all(self.behind.get(server, self.txt).get(name) == [value] for server in answering)
        return right and len(answering) * 2 > len(self.servers)

    def is_gone(self, name: str, value: str) -> bool:
        """No server has it."""
        return name in self.aliases or not any(value in self.behind.get(server, self.txt).get(name, []) for server in self.servers)
