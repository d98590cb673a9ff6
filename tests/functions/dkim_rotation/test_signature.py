"""A key made by the real code signs a mail, and an independent library verifies it against a DNS server that has exactly
the record of our mail."""

import base64
import json
import re
import shlex

import dkim
import pytest

from .dns_server import dns_server
from .world import PREFIX, World

MAIL = (
    b"From: =?utf-8?b?5bqD5aCx?= <info@goo.ne.jp>\r\nTo: user@example.com\r\nSubject: test\r\n"
    b"Date: Wed, 25 Nov 2026 09:00:00 +0900\r\nMessage-ID: <1@goo.ne.jp>\r\n\r\nHello.\r\n"
)


@pytest.fixture
def server():
    with dns_server() as server:
        server.zone("goo.ne.jp")
        yield server


@pytest.fixture
def announced() -> World:
    world = World()
    world.hour()
    return world


def signed(world: World) -> bytes:
    """Signed as SES does: with the selector and the private key that the secret holds for it."""
    [(name, secret)] = world.aws.secrets.items()
    key = json.loads(secret["value"])
    pem = b"-----BEGIN PRIVATE KEY-----\n" + key["private_key"].encode() + b"\n-----END PRIVATE KEY-----\n"
    signature = dkim.sign(
        MAIL, name.removeprefix(PREFIX).encode(), b"goo.ne.jp", pem, canonicalize=(b"relaxed", b"simple")
    )
    return signature + MAIL


def verifies(world: World, message: bytes, port: int) -> bool:
    """The lookup goes through the monitor's own DNS client, to the server on loopback."""
    monitor = world.modules["ValidationMonitor"]
    monitor.DNS_PORT = port

    def txt(name: bytes, timeout: float = 5) -> bytes | None:
        values = monitor.ask("127.0.0.1", name.decode(), "TXT").values(name.decode(), "TXT")
        return values[0].encode() if values else None

    return bool(dkim.verify(message, dnsfunc=txt))


def forms(text: str) -> dict[str, tuple[str, list[str]]]:
    """(name, character strings) from each form of the record in a mail."""
    name = re.search(r"^Name  : (\S+)$", text, re.MULTILINE)[1]
    value = re.search(r"^Value : (\S+)$", text, re.MULTILINE)[1]
    numbered = re.findall(r"^  \d+ \(\d+\): (\S+)$", text, re.MULTILINE)
    bind = re.search(r"^(\S+)\. \d+ IN TXT \(\n(.*?)\n\)$", text, re.MULTILINE | re.DOTALL)
    change = json.loads(re.search(r"^\{.*\}$", text, re.MULTILINE)[0])["Changes"][0]["ResourceRecordSet"]
    [record] = change["ResourceRecords"]
    dig = text[text.index("[dig]\n") + 6 :].splitlines()
    return {
        "one value": (name, [value[:255], value[255:]]),
        "parts": (name, numbered),
        "BIND": (bind[1], re.findall(r'"([^"]*)"', bind[2])),
        "Route 53": (change["Name"].rstrip("."), shlex.split(record["Value"])),
        "dig": (dig[0].split()[-1], shlex.split(dig[1])),
    }


@pytest.mark.parametrize("form", ["one value", "parts", "BIND", "Route 53", "dig"])
def test_a_mail_verifies_against_the_record_of_our_mail(announced, server, form):
    name, strings = forms(announced.aws.mails[0]["text"])[form]
    assert all(len(part) <= 255 for part in strings) and len(strings) == 2
    server.records[name, "TXT"] = [strings]
    message = signed(announced)
    assert verifies(announced, message, server.port)
    assert not verifies(announced, message.replace(b"Hello", b"Hullo"), server.port)


def test_another_key_does_not_verify(announced, server):
    name, strings = forms(announced.aws.mails[0]["text"])["parts"]
    other = base64.b64encode(announced.aws.kms_generate_data_key_pair("k", "RSA_2048", {"purpose": "dkim"})["PublicKey"])
    server.records[name, "TXT"] = [["p=" + other.decode()[:200], other.decode()[200:]]]
    assert not verifies(announced, signed(announced), server.port)


def test_the_whole_rotation_over_real_dns(server):
    """The monitor asks the server on loopback, nothing of DNS is faked."""
    world = World(dns_port=server.port)
    world.hour()
    name = world.publish()
    world.hour()
    assert world.stored()["next"]["seen"] is None  # DNS itself does not have it yet
    value = world.dns.txt[name][0]
    server.records[name, "TXT"] = [[value[:255]]]
    world.hours(2)
    assert (world.stored()["next"]["seen"], world.signing_selector()) == (None, None)
    server.records[name, "TXT"] = [[value[:255], value[255:]]]
    world.hours(3)
    assert f"{world.signing_selector()}._domainkey.goo.ne.jp" == name and world.stored()["phase"] == "steady"
    assert verifies(world, signed(world), server.port)
