"""DNS queries with the standard library: UDP, and TCP when the answer is truncated."""

import ipaddress
import re
import secrets
import socket
import struct
from typing import Any

from validation_monitor.dns_message import DnsError, Response, build_query, parse

DNS_PORT = 53
TIMEOUT_SECONDS, TRIES = 2.0, 2


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
