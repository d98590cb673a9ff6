"""DNS messages: queries and answers as bytes (RFC 1035), TXT as character strings that are joined."""

import ipaddress
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28}
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


def build_query(number: int, name: str, kind: str, recursive: bool) -> bytes:
    labels = canonical(name).encode("ascii").split(b".")
    if any(not 0 < len(label) < 64 for label in labels) or sum(len(label) + 1 for label in labels) > 254:
        raise DnsError(f"{name} is no name that DNS takes")
    question = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    header = struct.pack("!6H", number, 0x0100 if recursive else 0, 1, 0, 0, 0)
    return header + question + struct.pack("!2H", TYPES[kind], 1)


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
    if number == TYPES["AAAA"] and length == 16:
        return str(ipaddress.IPv6Address(message[at : at + 16]))
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
