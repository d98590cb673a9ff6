"""DNS queries with the standard library: what the authoritative servers of a zone say, without a cache in between.

RFC 1035: UDP, TCP when the answer is truncated, names with compression pointers, TXT as character strings that are joined.
"""

import ipaddress
import re
import secrets
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

DNS_PORT = 53
TIMEOUT_SECONDS, TRIES = 2.0, 2
MOST_SERVERS = 8
TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16}
NOERROR, NXDOMAIN = 0, 3


class DnsError(Exception):
    """No usable answer: no response, or one that is not an answer to the query."""


@dataclass
class Response:
    """An answer: its code, whether the server is an authority, and records as (name, type, time to live, value)."""

    code: int
    authoritative: bool
    truncated: bool
    answers: list[tuple[str, int, int, Any]] = field(default_factory=list)

    def values(self, name: str, kind: str) -> list[Any]:
        return [value for owner, number, _, value in self.answers if number == TYPES[kind] and owner == canonical(name)]


def canonical(name: str) -> str:
    return name.rstrip(".").lower()


def ask(server: str, name: str, kind: str, recursive: bool = False) -> Response:
    """The answer of one server. Tries again when there is none."""
    number = secrets.randbelow(1 << 16)
    query = build_query(number, name, kind, recursive)
    problem = "no try"
    for _ in range(TRIES):
        try:
            response = parse(over_udp(server, query, number), number, name, kind)
            if response.truncated:
                response = parse(over_tcp(server, query), number, name, kind)
            return response
        except (OSError, DnsError) as error:
            problem = f"{type(error).__name__} {error}"
    raise DnsError(f"{server}: {problem}")


def build_query(number: int, name: str, kind: str, recursive: bool) -> bytes:
    labels = canonical(name).encode("ascii").split(b".")
    if any(not 0 < len(label) < 64 for label in labels) or sum(len(label) + 1 for label in labels) > 254:
        raise DnsError(f"{name} is no name that DNS takes")
    question = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    header = struct.pack("!6H", number, 0x0100 if recursive else 0, 1, 0, 0, 0)
    return header + question + struct.pack("!2H", TYPES[kind], 1)


def over_udp(server: str, query: bytes, number: int) -> bytes:
    """One datagram from this very server (the socket is connected) with this very number; others are passed over."""
    with socket.socket(family_of(server), socket.SOCK_DGRAM) as connection:
        connection.settimeout(TIMEOUT_SECONDS)
        connection.connect((server, DNS_PORT))
        connection.send(query)
        for _ in range(10):
            message = connection.recv(65535)
            if message[:2] == struct.pack("!H", number):
                return message
    raise DnsError("answers to other queries only")


def over_tcp(server: str, query: bytes) -> bytes:
    with socket.create_connection((server, DNS_PORT), timeout=TIMEOUT_SECONDS) as connection:
        connection.sendall(struct.pack("!H", len(query)) + query)
        (length,) = struct.unpack("!H", receive(connection, 2))
        return receive(connection, length)


def receive(connection: socket.socket, length: int) -> bytes:
    message = b""
    while len(message) < length:
        part = connection.recv(length - len(message))
        if not part:
            raise DnsError("the connection ended within the answer")
        message += part
    return message


def family_of(server: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ipaddress.ip_address(server).version == 6 else socket.AF_INET


def parse(message: bytes, number: int, name: str, kind: str) -> Response:
    """Reads an answer to this question; anything else is an error."""
    try:
        found, flags, questions, answers = struct.unpack_from("!4H", message)
        if found != number or not flags & 0x8000 or questions != 1:
            raise DnsError("not an answer to the query")
        asked, at = read_name(message, 12)
        if asked != canonical(name) or struct.unpack_from("!2H", message, at) != (TYPES[kind], 1):
            raise DnsError("an answer to another question")
        response = Response(flags & 15, bool(flags & 0x0400), bool(flags & 0x0200))
        if not response.truncated:
            response.answers = list(read_records(message, at + 4, answers))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise DnsError("an answer that is cut off or malformed") from error
    if response.code not in (NOERROR, NXDOMAIN):
        raise DnsError(f"the server answered with code {response.code}")
    return response


def read_records(message: bytes, at: int, count: int) -> Iterator[tuple[str, int, int, Any]]:
    for _ in range(count):
        owner, at = read_name(message, at)
        number, _, ttl, length = struct.unpack_from("!2HIH", message, at)
        at += 10
        if at + length > len(message):
            raise DnsError("a record that is cut off")
        yield owner, number, ttl, read_value(message, at, length, number)
        at += length


def read_value(message: bytes, at: int, length: int, number: int) -> Any:
    if number == TYPES["A"] and length == 4:
        return str(ipaddress.IPv4Address(message[at : at + 4]))
    if number in (TYPES["NS"], TYPES["CNAME"]):
        return read_name(message, at)[0]
    if number == TYPES["MX"]:
        return struct.unpack_from("!H", message, at)[0], read_name(message, at + 2)[0]
    if number == TYPES["TXT"]:
        return read_strings(message[at : at + length])
    if number == TYPES["SOA"]:
        _, after = read_name(message, at)
        _, after = read_name(message, after)
        return struct.unpack_from("!5I", message, after)[4]  # how long an absence may be kept in a cache
    return None


def read_strings(data: bytes) -> str:
    """The character strings of a TXT record, joined without anything in between (RFC 6376, 3.6.2.2)."""
    text, at = b"", 0
    while at < len(data):
        length = data[at]
        if at + 1 + length > len(data):
            raise DnsError("a TXT record that is cut off")
        text += data[at + 1 : at + 1 + length]
        at += 1 + length
    return text.decode("utf-8", "replace")


def read_name(message: bytes, at: int) -> tuple[str, int]:
    """A name and where it ends. A pointer may only lead backwards, so there is an end to them."""
    labels, end, earliest = [], 0, at
    while length := message[at]:
        if length >= 0xC0:
            target = struct.unpack_from("!H", message, at)[0] & 0x3FFF
            if target >= earliest:
                raise DnsError("a name that points forwards")
            end = end or at + 2
            at = earliest = target
        elif length < 64:
            labels.append(message[at + 1 : at + 1 + length].decode("latin-1").lower())
            at += 1 + length
            if at >= len(message):
                raise DnsError("a name that is cut off")
        else:
            raise DnsError("a label of an unknown kind")
    return ".".join(labels), end or at + 1


def resolvers() -> list[str]:
    """The resolvers of this machine; in Lambda, the one of AWS."""
    try:
        with open("/etc/resolv.conf", encoding="ascii", errors="replace") as file:
            found = re.findall(r"^\s*nameserver\s+([0-9a-fA-F.:]+)\s*$", file.read(), re.MULTILINE)
    except OSError:
        found = []
    return found or ["169.254.169.253"]


def resolve(name: str, kind: str) -> list[Any]:
    """What the first resolver that answers says."""
    problem: Exception = DnsError("no resolver")
    for resolver in resolvers():
        try:
            return ask(resolver, name, kind, recursive=True).values(name, kind)
        except DnsError as error:
            problem = error
    raise problem


@dataclass(frozen=True)
class Zone:
    """A zone, the addresses of its servers by their names (None: it has none), and for how long caches keep that a name
    is absent."""

    name: str
    servers: dict[str, str | None]
    negative_ttl: int

    def ask(self, name: str, kind: str) -> dict[str, Response]:
        """The answers of the servers that answer as authorities, by their names."""
        found = {}
        for server, address in self.servers.items():
            if address is None:
                continue
            try:
                response = ask(address, name, kind)
            except DnsError:
                continue
            if response.authoritative:
                found[server] = response
        return found


def zone_of(name: str) -> Zone:
    """The zone that holds a name: the nearest name above it, or itself, that has name servers of its own."""
    labels = canonical(name).split(".")
    for first in range(len(labels) - 1):
        apex = ".".join(labels[first:])
        names = sorted(set(resolve(apex, "NS")))
        if names:
            return Zone(apex, addresses_of(names[:MOST_SERVERS]), negative_ttl_of(apex))
    raise DnsError(f"no zone holds {name}")


def addresses_of(names: list[str]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for name in names:
        try:
            found[name] = min(resolve(name, "A"), default=None)
        except DnsError:
            found[name] = None
    return found


def negative_ttl_of(apex: str) -> int:
    """RFC 2308: the last number of the SOA record. A day at most, which caches keep to as well."""
    values = resolve(apex, "SOA")
    return min(max(values, default=3600), 86400)
