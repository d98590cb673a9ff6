"""The DNS client of the monitor, against a server on loopback."""

import struct
import time

import pytest

from . import deployed
from .dns_server import dns_server

NAME, VALUE = "ses-20261125-1._domainkey.goo.ne.jp", "p=" + "A" * 392


@pytest.fixture
def server():
    with dns_server() as server:
        server.zone("goo.ne.jp")
        server.records[NAME, "TXT"] = [[VALUE[:255], VALUE[255:]]]
        yield server


@pytest.fixture
def client(server):
    module = deployed.load("ValidationMonitor")
    module.DNS_PORT, module.TIMEOUT_SECONDS = server.port, 0.3
    module.resolvers = lambda: ["127.0.0.1"]
    return module


def test_the_strings_of_a_record_are_joined(client):
    assert client.ask("127.0.0.1", NAME, "TXT").values(NAME, "TXT") == [VALUE]


def test_names_are_compared_without_case_and_final_dot(client):
    assert client.ask("127.0.0.1", NAME.upper() + ".", "TXT").values(NAME.upper() + ".", "TXT") == [VALUE]


def test_a_truncated_answer_is_asked_for_over_tcp(client, server):
    server.largest = 100
    assert client.ask("127.0.0.1", NAME, "TXT").values(NAME, "TXT") == [VALUE]
    assert [over_tcp for _, _, over_tcp in server.questions] == [False, True]


def test_a_name_that_does_not_exist_has_no_value(client):
    response = client.ask("127.0.0.1", "other.goo.ne.jp", "TXT")
    assert (response.code, response.values("other.goo.ne.jp", "TXT")) == (3, [])


def test_every_type_is_read(client, server):
    server.records["bounce.goo.ne.jp", "MX"] = [(10, "feedback-smtp.ap-northeast-1.amazonses.com")]
    server.records["alias.goo.ne.jp", "CNAME"] = ["target.example.com"]
    assert client.resolve("bounce.goo.ne.jp", "MX") == [(10, "feedback-smtp.ap-northeast-1.amazonses.com")]
    assert client.ask("127.0.0.1", "alias.goo.ne.jp", "TXT").values("alias.goo.ne.jp", "CNAME") == ["target.example.com"]
    assert client.ask("127.0.0.1", "alias.goo.ne.jp", "TXT").values("alias.goo.ne.jp", "TXT") == []


def test_the_zone_of_a_name(client):
    zone = client.zone_of("_domainkey.goo.ne.jp")
    assert (zone.name, zone.servers, zone.negative_ttl) == ("goo.ne.jp", {"ns1.goo.ne.jp": "127.0.0.1"}, 60)
    assert zone.ask(NAME, "TXT")["ns1.goo.ne.jp"].values(NAME, "TXT") == [VALUE]


def test_a_delegated_zone_is_the_nearer_one(client, server):
    server.zone("_domainkey.goo.ne.jp", negative_ttl=90_000)
    zone = client.zone_of("_domainkey.goo.ne.jp")
    assert (zone.name, zone.negative_ttl) == ("_domainkey.goo.ne.jp", 86400)


def test_a_server_without_an_address_counts_as_one_that_does_not_answer(client, server):
    server.records["goo.ne.jp", "NS"].append("ns2.goo.ne.jp")
    zone = client.zone_of("goo.ne.jp")
    assert zone.servers == {"ns1.goo.ne.jp": "127.0.0.1", "ns2.goo.ne.jp": None}
    assert list(zone.ask(NAME, "TXT")) == ["ns1.goo.ne.jp"]


def test_a_server_with_ipv6_only_is_left_out_for_it_cannot_be_asked(client, server):
    server.records["goo.ne.jp", "NS"].append("ns2.goo.ne.jp")
    server.records["ns2.goo.ne.jp", "AAAA"] = ["2001:db8::1"]
    assert client.zone_of("goo.ne.jp").servers == {"ns1.goo.ne.jp": "127.0.0.1"}


def test_eight_silent_servers_cost_no_more_time_than_one(client, server):
    zone = client.Zone("goo.ne.jp", {f"ns{number}": "127.0.0.1" for number in range(8)}, 60)
    server.change = lambda message, over_tcp: None
    began = time.monotonic()
    assert zone.ask(NAME, "TXT") == {}
    assert time.monotonic() - began < 2 * client.TRIES * client.TIMEOUT_SECONDS


def test_a_server_that_is_no_authority_says_nothing(client, server):
    server.authoritative = False
    assert client.zone_of("goo.ne.jp").ask(NAME, "TXT") == {}


def test_an_answer_to_another_query_is_passed_over(client, server):
    server.change = lambda message, over_tcp: [bytes([message[0] ^ 1]) + message[1:], message]
    assert client.ask("127.0.0.1", NAME, "TXT").values(NAME, "TXT") == [VALUE]


def replaced(message: bytes, old: bytes, new: bytes) -> bytes:
    assert old in message
    return message.replace(old, new)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda message, _: None, id="nothing"),
        pytest.param(lambda message, _: message[:7], id="half a header"),
        pytest.param(lambda message, _: message[:2] + bytes([message[2] & 0x7F]) + message[3:], id="a query"),
        pytest.param(lambda message, _: message[:3] + bytes([2]) + message[4:], id="server failure"),
        pytest.param(lambda message, _: replaced(message, b"ses-2026", b"ses-2027"), id="another name"),
        pytest.param(lambda message, _: message[:-50], id="a record that is cut off"),
        pytest.param(lambda message, _: message.replace(b"\xc0\x0c", b"\xc0\xff"), id="a pointer forwards"),
        pytest.param(lambda message, _: message.replace(b"\xc0\x0c", struct.pack("!H", 0xC000 | 57)), id="a pointer to itself"),
        pytest.param(lambda message, _: message[:4] + b"\0\2" + message[6:], id="two questions"),
        pytest.param(lambda message, _: message[:6] + b"\0\7" + message[8:], id="fewer records than it says"),
    ],
)
def test_what_is_no_answer(client, server, change):
    server.change = change
    with pytest.raises(client.DnsError, match="127.0.0.1: "):
        client.ask("127.0.0.1", NAME, "TXT")
    assert len(server.questions) == client.TRIES


@pytest.mark.parametrize("name", ["a" * 64 + ".jp", "a..jp", ".".join(["a" * 60] * 5)])
def test_a_name_that_dns_does_not_take(client, name):
    with pytest.raises(client.DnsError, match="no name"):
        client.ask("127.0.0.1", name, "TXT")


def test_no_server_at_all(client):
    client.DNS_PORT = 1
    with pytest.raises(client.DnsError):
        client.zone_of("goo.ne.jp")
