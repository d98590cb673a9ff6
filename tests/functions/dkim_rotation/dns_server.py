"""A DNS server on loopback for the tests: resolver and authority in one, over UDP and TCP on the same port.

It encodes with its own few lines, not with those of the client that it tests.
"""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

NUMBERS = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16, "AAAA": 28}


class DnsServer:
    """Records by (name, type): TXT as lists of character strings, the others as text. `change` may spoil an answer."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], list] = {}
        self.change = lambda message, over_tcp: message
        self.questions: list[tuple[str, str, bool]] = []
        self.authoritative = True
        self.largest = 512
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._tcp = socket.socket()
        # The same port for both, which must be free for both.
        for _ in range(50):
            self._udp.bind(("127.0.0.1", 0))
            self.port = self._udp.getsockname()[1]
            try:
                self._tcp.bind(("127.0.0.1", self.port))
                break
            except OSError:
                self._udp.close()
                self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._tcp.listen()
        self._threads = [threading.Thread(target=target, daemon=True) for target in (self._serve_udp, self._serve_tcp)]
        for thread in self._threads:
            thread.start()

    def zone(self, name: str, negative_ttl: int = 60) -> None:
        self.records[name, "NS"] = [f"ns1.{name}"]
        self.records[f"ns1.{name}", "A"] = ["127.0.0.1"]
        self.records[name, "SOA"] = [negative_ttl]

    def close(self) -> None:
        self._closed = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._tcp.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        self._udp.close()
        self._tcp.close()

    def _serve_udp(self) -> None:
        while True:
            query, peer = self._udp.recvfrom(512)
            if not query:
                return
            for message in self._messages(query, over_tcp=False):
                self._udp.sendto(message, peer)

    def _serve_tcp(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            with connection:
                (length,) = struct.unpack("!H", connection.recv(2, socket.MSG_WAITALL))
                for message in self._messages(connection.recv(length, socket.MSG_WAITALL), over_tcp=True):
                    # In two parts, as a network may deliver it.
                    whole = struct.pack("!H", len(message)) + message
                    connection.sendall(whole[:7])
                    connection.sendall(whole[7:])

    def _messages(self, query: bytes, over_tcp: bool) -> list[bytes]:
        changed = self.change(self._answer(query, over_tcp), over_tcp)
        return changed if isinstance(changed, list) else [changed] if changed is not None else []

    def _answer(self, query: bytes, over_tcp: bool) -> bytes:
        labels, at = [], 12
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].decode())
            at += 1 + query[at]
        name, end = ".".join(labels).lower(), at + 5
        kind = {number: kind for kind, number in NUMBERS.items()}[struct.unpack("!H", query[at + 1 : at + 3])[0]]
        self.questions.append((name, kind, over_tcp))
        found = self.records.get((name, kind), []) or self.records.get((name, "CNAME"), [])
        actual = kind if self.records.get((name, kind)) else "CNAME"
        exists = any(owner == name for owner, _ in self.records)
        body = b"".join(b"\xc0\x0c" + self._record(actual, value) for value in found)
        flags = 0x8000 | (0x0400 if self.authoritative else 0) | (0 if exists else 3)
        message = query[:2] + struct.pack("!5H", flags, 1, len(found), 0, 0) + query[12:end] + body
        if not over_tcp and len(message) > self.largest:
            return query[:2] + struct.pack("!5H", flags | 0x0200, 1, 0, 0, 0) + query[12:end]
        return message

    def _record(self, kind: str, value: object) -> bytes:
        if kind == "TXT":
            data = b"".join(bytes([len(part.encode())]) + part.encode() for part in value)  # type: ignore[attr-defined]
        elif kind == "A":
            data = socket.inet_aton(str(value))
        elif kind == "AAAA":
            data = socket.inet_pton(socket.AF_INET6, str(value))
        elif kind == "MX":
            priority, host = value  # type: ignore[misc]
            data = struct.pack("!H", priority) + encoded(host)
        elif kind == "SOA":
            data = b"\xc0\x0c\xc0\x0c" + struct.pack("!5I", 1, 2, 3, 4, value)
        else:
            data = encoded(str(value))
        return struct.pack("!2HIH", NUMBERS[kind], 1, 300, len(data)) + data


def encoded(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


@contextmanager
def dns_server() -> Iterator[DnsServer]:
    server = DnsServer()
    try:
        yield server
    finally:
        server.close()
