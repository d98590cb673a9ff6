"""A zone that a person keeps, and the answers of its servers, in the form that the monitor's DNS client gives them."""

from types import ModuleType
from typing import Any


class FakeDns:
    def __init__(self, domain: str = "goo.ne.jp", servers: int = 3, negative_ttl: int = 900):
        self.domain, self.negative_ttl = domain, negative_ttl
        self.servers = [f"ns{number}.example.net" for number in range(1, servers + 1)]
        self.silent: set[str] = set()  # servers that do not answer
        self.behind: dict[str, dict[str, list[str]]] = {}  # what a server has that has not got the latest zone
        self.txt: dict[str, list[str]] = {
            f"bounce.{domain}": ["v=spf1 include:amazonses.com ~all"],
            f"_dmarc.{domain}": ["v=DMARC1; p=none; rua=mailto:dmarc@example.net"],
        }
        self.mx = {f"bounce.{domain}": [(10, "feedback-smtp.ap-northeast-1.amazonses.com")]}

    def zone_of(self, monitor: ModuleType) -> Any:
        """Stands for the monitor's `zone_of`."""
        dns = self

        class Zone(monitor.Zone):  # type: ignore[name-defined, misc]
            def ask(self, name: str, kind: str) -> dict[str, Any]:
                return {server: dns.answer(monitor, server, name, kind) for server in dns.servers if server not in dns.silent}

        def zone_of(_name: str) -> Any:
            return Zone(dns.domain, dict.fromkeys(dns.servers, "192.0.2.1"), dns.negative_ttl)

        return zone_of

    def answer(self, monitor: ModuleType, server: str, name: str, kind: str) -> Any:
        records: dict[str, list[Any]] = {"TXT": self.behind.get(server, self.txt), "MX": self.mx}.get(kind, {})
        values = records.get(name, [])
        response = monitor.Response(0 if values else 3, True, False)
        response.answers = [(name, monitor.TYPES[kind], 3600, value) for value in values]
        return response
