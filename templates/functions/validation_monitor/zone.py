"""What the authoritative servers of a zone say, without a cache in between."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from validation_monitor.aws import LOG
from validation_monitor.dns_client import ask, resolve
from validation_monitor.dns_message import DnsError, Response, canonical

MOST_SERVERS = 8


@dataclass(frozen=True)
class Zone:
    """A zone, the addresses of its servers by their names (None: it has none), and for how long caches keep that a name
    is absent."""

    name: str
    servers: dict[str, str | None]
    negative_ttl: int

    def ask(self, name: str, kind: str) -> dict[str, Response]:
        """The answers of the servers that answer as authorities, by their names. All are asked at the same time: eight that
        are silent cost no more than one."""
        with ThreadPoolExecutor(MOST_SERVERS) as pool:
            responses = pool.map(lambda address: answer_or_none(address, name, kind), self.servers.values())
        return {server: response for server, response in zip(self.servers, responses) if response}


def answer_or_none(address: str | None, name: str, kind: str) -> Response | None:
    try:
        response = ask(address, name, kind) if address else None
    except DnsError:
        return None
    return response if response and response.authoritative else None


def zone_of(name: str) -> Zone:
    """The zone that holds a name: the nearest name above it, or itself, that has name servers of its own."""
    labels = canonical(name).split(".")
    for first in range(len(labels) - 1):
        apex = ".".join(labels[first:])
        names = sorted(set(resolve(apex, "NS")))
        if names:
            return Zone(apex, addresses_of(names[:MOST_SERVERS]), negative_ttl_of(apex))
    raise DnsError(f"no zone holds {name}")


def zone_or_none(name: str) -> Zone | None:
    try:
        return zone_of(name)
    except DnsError as error:
        LOG.warning("no zone", extra={"zone_of": name, "problem": str(error)})
        return None


def addresses_of(names: list[str]) -> dict[str, str | None]:
    """One address for each server; None for a server that has none that can be found. A server with IPv6 only is left out:
    Lambda reaches IPv4 only (Lambda developer guide, "Networking"), so nothing can be said of it."""
    found: dict[str, str | None] = {}
    for name in names:
        try:
            address = min(resolve(name, "A"), default=None)
            if address or not resolve(name, "AAAA"):
                found[name] = address
        except DnsError:
            found[name] = None
    return found


def negative_ttl_of(apex: str) -> int:
    """RFC 2308: the last number of the SOA record. A day at most, which caches keep to as well."""
    values = resolve(apex, "SOA")
    return min(max(values, default=3600), 86400)
