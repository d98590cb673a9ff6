"""The masking function: what it masks."""

import base64
import copy
import sys
import time
from email.header import Header, decode_header, make_header
from types import ModuleType
from typing import Any

import pytest

from .deployed import source
from .firehose import FakeS3, batch, encoded
from .ses_events import ADDRESSES, EVENTS, PERSONAL, SENDER, TARO


def readable(header: str) -> str:
    return str(make_header(decode_header(header)))


def strings(value: Any) -> list[str]:
    """Every string of an event, keys too, encoded words decoded."""
    if isinstance(value, str):
        return [value, readable(value)]
    if isinstance(value, list):
        return [text for item in value for text in strings(item)]
    if isinstance(value, dict):
        return [text for pair in value.items() for item in pair for text in strings(item)]
    return []


# --- The rule: at most the first half of the local part stays, and at most four characters ---


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("username@domain.com", "user***@domain.com"),
        ("a.very.long.name@domain.com", "a.ve***@domain.com"),
        ("taro@domain.com", "ta***@domain.com"),
        ("abc@domain.com", "a***@domain.com"),
        ("ab@domain.com", "a***@domain.com"),
        ("a@domain.com", "***@domain.com"),
        ("TARO.YAMADA@DOMAIN.COM", "TARO***@DOMAIN.COM"),
        ("taro+coupon@domain.com", "taro***@domain.com"),
        ("o'brien@domain.com", "o'b***@domain.com"),
        ("user@localhost", "us***@localhost"),
        ("user@[192.0.2.1]", "us***@[192.0.2.1]"),
        ("user@xn--wgv71a.jp", "us***@xn--wgv71a.jp"),
        ("用户名字@例え.jp", "用户***@例え.jp"),
        ('"taro yamada"@domain.com', '"taro***"@domain.com'),
        (r'"a\"b c@d"@domain.com', r'"a\"b***"@domain.com'),
        ('"x"@domain.com', '"***"@domain.com'),
        ("bounce+taro=example.jp@domain.com", "boun***@domain.com"),
        ("user＠domain.com", "us***＠domain.com"),
        ("user%40domain.com", "us***%40domain.com"),
        ("user%2540domain.com", "us***%2540domain.com"),
    ],
)
def test_an_address_keeps_half_of_its_local_part_at_most(
    mask_events: ModuleType, text: str, masked: str
) -> None:
    assert mask_events.mask_text(text) == masked


@pytest.mark.parametrize("length", range(1, 80))
def test_never_more_than_half_nor_than_four_characters_stay(
    mask_events: ModuleType, length: int
) -> None:
    local = "".join(chr(ord("a") + number % 26) for number in range(length))
    kept, rest = mask_events.mask_text(f"{local}@example.jp").split("***")
    assert rest == "@example.jp"
    assert local.startswith(kept)
    assert len(kept) == min(4, length // 2)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "smtp; 550 5.1.1 <taro@example.jp>: unknown",
            "smtp; 550 5.1.1 <ta***@example.jp>: unknown",
        ),
        ("mailto:taro@example.jp", "mailto:ta***@example.jp"),
        ("taro@example.jp,hanako@example.jp", "ta***@example.jp,han***@example.jp"),
        ("(taro@example.jp)[hanako@example.jp]", "(ta***@example.jp)[han***@example.jp]"),
        ("'taro@example.jp'", "'t***@example.jp'"),
        ("@relay.example.jp:taro@example.jp", "@relay.example.jp:ta***@example.jp"),
        ("taro@example.jp@relay", "ta***@exam***@relay"),
        ("宛先は、taro@example.jp です", "宛先は、ta***@example.jp です"),
        ("メールはtaro@example.jp", "メールは***@example.jp"),
        ("line one taro@example.jp\r\n line two", "line one ta***@example.jp\r\n line two"),
    ],
)
def test_addresses_are_found_inside_free_text(
    mask_events: ModuleType, text: str, masked: str
) -> None:
    assert mask_events.mask_text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no address",
        "3 @ 5 yen",
        "@handle",
        "arn:aws:ses:ap-northeast-1:123456789012:identity/goo.ne.jp",
        "Wed, 5 Nov 2025 09:00:00 +0900",
        "100%",
        "ses-prod-config",
    ],
)
def test_text_without_an_address_stays(mask_events: ModuleType, text: str) -> None:
    assert mask_events.mask_text(text) == text


# --- Encoded headers ---


@pytest.mark.parametrize("charset", ["utf-8", "iso-2022-jp", "shift_jis", "euc-jp"])
def test_an_encoded_header_is_decoded_masked_and_encoded_again(
    mask_events: ModuleType, charset: str
) -> None:
    masked = mask_events.mask_text(Header(f"ご注文の確認 {TARO} 様", charset).encode())
    assert masked.isascii()
    assert masked.startswith("=?")
    assert readable(masked) == "ご注文の確認 taro***@example.jp 様"


def test_an_encoded_header_without_an_address_stays_as_it_is(mask_events: ModuleType) -> None:
    header = Header("ご注文の確認", "iso-2022-jp").encode()
    assert mask_events.mask_text(header) == header


def test_an_address_is_found_across_encoded_words(mask_events: ModuleType) -> None:
    words = "=?utf-8?Q?=E6=A7=98_taro.ya?=\r\n =?UTF-8?b?bWFkYUBleGFtcGxlLmpw?="
    assert readable(words).endswith(TARO)
    assert readable(mask_events.mask_text(words)) == "様 taro***@example.jp"


def test_plain_text_around_encoded_words_is_masked_too(mask_events: ModuleType) -> None:
    word = Header("様", "utf-8").encode()
    assert mask_events.mask_text(f"taro@example.jp {word} {TARO}") == (
        f"ta***@example.jp {word} taro***@example.jp"
    )


@pytest.mark.parametrize(
    "word",
    [
        "=?no-such-charset?Q?taro=40example.jp?=",
        "=?utf-8?B?dGFyb0BleGFtcGxlLmpw=A?=",
        "=?utf-8?B?a?=",
        "=?rot13?Q?gneb=40rknzcyr.wc?=",
        "=?undefined?Q?taro=40example.jp?=",
        "=?utf-8?Q?a line\r\n too many taro=40example.jp?=",
        "=?utf-8?Q?another\u2028line taro=40example.jp?=",
    ],
)
def test_an_encoded_word_that_nobody_can_read_is_hidden(mask_events: ModuleType, word: str) -> None:
    masked = mask_events.mask_text(f"before {word} after")
    assert "taro" not in readable(masked)
    assert "gneb" not in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")
    assert mask_events.mask_text(masked) == masked


def test_a_language_after_the_character_set_is_understood(mask_events: ModuleType) -> None:
    masked = mask_events.mask_text("=?utf-8*ja?Q?taro=40example.jp?=")
    assert readable(masked) == "ta***@example.jp"


def test_damaged_bytes_do_not_hide_an_address(mask_events: ModuleType) -> None:
    masked = mask_events.mask_text("=?utf-8?Q?=E6=A7_taro=40example.jp?=")
    assert readable(masked).endswith("ta***@example.jp")


def test_an_address_inside_twice_encoded_text_is_masked(mask_events: ModuleType) -> None:
    inner = Header(TARO, "utf-8").encode()
    outer = "=?utf-8?B?" + base64.b64encode(inner.encode()).decode() + "?="
    assert readable(readable(mask_events.mask_text(outer))) == "taro***@example.jp"


# --- Address fields ---


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        (TARO, "taro***@example.jp"),
        (f"Taro Yamada <{TARO}>", "taro***@example.jp"),
        (f'"Yamada, Taro" <{TARO}>', "taro***@example.jp"),
        (f"{TARO} (Taro Yamada)", "taro***@example.jp"),
        (f"山田 太郎 <{TARO}>, {SENDER}", "taro***@example.jp, news***@goo.ne.jp"),
        (f"{Header('山田, 太郎', 'utf-8').encode()} <{TARO}>", "taro***@example.jp"),
        (Header(f"山田 <{TARO}>", "iso-2022-jp").encode(), "taro***@example.jp"),
        ('<"taro yamada"@example.jp>', '"taro***"@example.jp'),
        ("user@[192.0.2.1]", "us***@[192.0.2.1]"),
        ("undisclosed-recipients:;", "***"),
        ("Taro Yamada", "***"),
        ("<>", "***"),
        ("", ""),
    ],
)
@pytest.mark.parametrize(
    "header", ["To", "FROM", "Reply-To", "Resent-Cc", "Delivered-To", "Return-Path"]
)
def test_an_address_header_keeps_only_masked_addresses(
    mask_events: ModuleType, header: str, value: str, masked: str
) -> None:
    assert mask_events.mask({"name": header, "value": value}) == {"name": header, "value": masked}


@pytest.mark.parametrize(
    "field", ["from", "to", "cc", "bcc", "replyTo", "returnPath", "sender", "source", "destination"]
)
def test_names_beside_addresses_go(mask_events: ModuleType, field: str) -> None:
    assert mask_events.mask({field: f"山田 <{TARO}>"}) == {field: "taro***@example.jp"}
    assert mask_events.mask({field: [f"山田 <{TARO}>"]}) == {field: ["taro***@example.jp"]}


# --- IP addresses ---


@pytest.mark.parametrize("field", ["ipAddress", "ses:source-ip", "sourceIp"])
@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("203.0.113.77", "203.0.***"),
        ("1.2.3.4", "1.2.***"),
        ("2001:db8:85a3::8a2e:370:7334", "2001:db8:***"),
        ("2001:DB8::1", "2001:DB8:***"),
        ("::1", "::***"),
        ("::ffff:203.0.113.77", "::***"),
        ("unknown", "***"),
        ("203.0.113.77, 198.51.100.20", "203.0.***"),
    ],
)
def test_ip_addresses_keep_their_network(
    mask_events: ModuleType, field: str, address: str, masked: str
) -> None:
    assert mask_events.mask({field: address}) == {field: masked}
    assert mask_events.mask({field: [address]}) == {field: [masked]}


# --- Whole events ---


@pytest.mark.parametrize("event_type", EVENTS)
def test_no_personal_data_is_left_in_any_event(mask_events: ModuleType, event_type: str) -> None:
    original = EVENTS[event_type]
    everything = "\n".join(strings(original)).lower()
    assert all(address.lower() in everything for address in ADDRESSES), (
        "the sample lost its addresses"
    )
    masked = "\n".join(strings(mask_events.mask(original))).lower()
    left = [personal for personal in PERSONAL if personal.lower() in masked]
    assert left == []


@pytest.mark.parametrize("event_type", EVENTS)
def test_masking_twice_changes_nothing(mask_events: ModuleType, event_type: str) -> None:
    once = mask_events.mask(EVENTS[event_type])
    assert mask_events.mask(copy.deepcopy(once)) == once


@pytest.mark.parametrize("field", ["subject", "to"])
@pytest.mark.parametrize(
    "text",
    [
        # Cutting a local part joins the rest of an encoded word to the next one.
        "._[=40=?utf-8?Q?%40taro?=?iso-2022-jp?b?GyRCTU0bKEIgImEgYiJAeC5qcA==?=",
        "=?utf-8?Q?@x<?=?utf-8?b?5bGx55SwIHRhcm8ueUB4Lmpw?=",
        # Encoded words inside encoded words, some of which nobody can read.
        "==?utf-8?Q?=?utf-8?B?/_< )?=?=.",
        "%%]=?utf-8?B?\uff20\\\x85?=\t",
        ":=?utf-8?Q?taro=40x.jp?=_=?utf-8?Q?..=?=?utf-8?Q?taro=40x.jp?=",
    ],
)
def test_masking_broken_text_twice_changes_nothing_either(
    mask_events: ModuleType, field: str, text: str
) -> None:
    once = mask_events.mask({field: text})
    assert mask_events.mask(once) == once


@pytest.mark.parametrize("event_type", EVENTS)
def test_the_shape_of_an_event_stays(mask_events: ModuleType, event_type: str) -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return [shape(item) for item in value.values()]
        if isinstance(value, list):
            return [shape(item) for item in value]
        return type(value) if isinstance(value, str) else value

    original = EVENTS[event_type]
    before = copy.deepcopy(original)
    assert shape(mask_events.mask(original)) == shape(original)
    assert original == before, "the input was changed"


def at(event: Any, *path: Any) -> Any:
    for step in path:
        event = event[step]
    return event


@pytest.mark.parametrize(
    ("event_type", "path", "masked"),
    [
        ("Send", ("mail", "source"), "news***@goo.ne.jp"),
        ("Send", ("mail", "destination"), ["taro***@example.jp", "Hana***@Example.CO.JP"]),
        ("Send", ("mail", "headers", 2, "value"), "news***@goo.ne.jp"),
        ("Send", ("mail", "headers", 3, "value"), "news***@goo.ne.jp"),
        ("Send", ("mail", "headers", 4, "value"), "Hana***@Example.CO.JP"),
        ("Send", ("mail", "headers", 5, "value"), "taro***@example.jp, Hana***@Example.CO.JP"),
        ("Send", ("mail", "headers", 6, "value"), "TARO***@EXAMPLE.JP"),
        ("Send", ("mail", "headers", 10, "value"), "id=77; mail***@example.jp"),
        ("Send", ("mail", "commonHeaders", "from"), ["news***@goo.ne.jp"]),
        ("Send", ("mail", "commonHeaders", "sender"), "news***@goo.ne.jp"),
        ("Send", ("mail", "commonHeaders", "replyTo"), ["Hana***@Example.CO.JP"]),
        ("Send", ("mail", "commonHeaders", "returnPath"), "boun***@bounce.goo.ne.jp"),
        ("Send", ("mail", "commonHeaders", "to"), ["taro***@example.jp", "Hana***@Example.CO.JP"]),
        ("Send", ("mail", "commonHeaders", "cc"), ["taro***@example.jp"]),
        ("Send", ("mail", "commonHeaders", "bcc"), ["Hana***@Example.CO.JP"]),
        ("Send", ("mail", "commonHeaders", "subject"), "taro***@example.jp 様"),
        ("Send", ("mail", "tags", "ses:source-ip"), ["198.51.***"]),
        ("Send", ("mail", "tags", "campaign"), ["taro***@example.jp"]),
        ("Delivery", ("delivery", "recipients"), ["taro***@example.jp", "Hana***@Example.CO.JP"]),
        (
            "Delivery",
            ("delivery", "smtpResponse"),
            "250 2.6.0 <taro***@example.jp> Queued mail for delivery",
        ),
        ("Bounce", ("bounce", "bouncedRecipients", 0, "emailAddress"), "taro***@example.jp"),
        (
            "Bounce",
            ("bounce", "bouncedRecipients", 0, "diagnosticCode"),
            "smtp; 550 5.1.1 <taro***@example.jp>... User unknown, rcpt***@Example.CO.JP",
        ),
        ("Bounce", ("bounce", "bouncedRecipients", 1, "emailAddress"), "Hana***@Example.CO.JP"),
        (
            "Complaint",
            ("complaint", "complainedRecipients", 0, "emailAddress"),
            "taro***@example.jp",
        ),
        (
            "DeliveryDelay",
            ("deliveryDelay", "delayedRecipients", 0, "emailAddress"),
            "Hana***@Example.CO.JP",
        ),
        (
            "DeliveryDelay",
            ("deliveryDelay", "delayedRecipients", 0, "diagnosticCode"),
            "smtp; 452 4.2.2 mailbox of 'Han***@Example.CO.JP' is full",
        ),
        ("Open", ("open", "ipAddress"), "203.0.***"),
        ("Open", ("open", "userAgent"), "Mozilla/5.0 (Macintosh) (taro***@example.jp)"),
        ("Click", ("click", "ipAddress"), "2001:db8:***"),
        (
            "Click",
            ("click", "linkTags"),
            {"mail": ["taro***@example.jp"], "taro***@example.jp": ["x"]},
        ),
        (
            "Rendering Failure",
            ("failure", "errorMessage"),
            "Attribute 'name' is not present in the data for taro***@example.jp",
        ),
    ],
)
def test_each_field_with_personal_data_is_masked(
    mask_events: ModuleType, event_type: str, path: tuple[Any, ...], masked: Any
) -> None:
    assert at(mask_events.mask(EVENTS[event_type]), *path) == masked


@pytest.mark.parametrize(
    ("event_type", "path"),
    [
        ("Send", ("eventType",)),
        ("Send", ("mail", "timestamp")),
        ("Send", ("mail", "sourceArn")),
        ("Send", ("mail", "sendingAccountId")),
        ("Send", ("mail", "messageId")),
        ("Send", ("mail", "headersTruncated")),
        ("Send", ("mail", "headers", 1)),
        ("Send", ("mail", "tags", "ses:configuration-set")),
        ("Send", ("mail", "tags", "ses:from-domain")),
        ("Send", ("mail", "tags", "ses:caller-identity")),
        ("Send", ("mail", "tags", "ses:outgoing-ip")),
        ("Reject", ("reject",)),
        ("Delivery", ("delivery", "processingTimeMillis")),
        ("Bounce", ("bounce", "bounceType")),
        ("Bounce", ("bounce", "bouncedRecipients", 0, "status")),
        ("Bounce", ("bounce", "feedbackId")),
        ("Complaint", ("complaint", "complaintFeedbackType")),
        ("DeliveryDelay", ("deliveryDelay", "delayType")),
        ("Subscription", ("subscription",)),
    ],
)
def test_what_operations_need_stays(
    mask_events: ModuleType, event_type: str, path: tuple[Any, ...]
) -> None:
    original = EVENTS[event_type]
    assert at(mask_events.mask(original), *path) == at(original, *path)


def test_keys_that_look_alike_after_masking_are_all_kept(mask_events: ModuleType) -> None:
    tags = {f"taro.yamada{number}@example.jp": number for number in range(3)}
    masked = mask_events.mask(tags)
    assert masked == {"taro***@example.jp": 0, "taro***@example.jp 2": 1, "taro***@example.jp 3": 2}
    assert mask_events.mask(masked) == masked


def test_values_that_are_no_strings_stay(mask_events: ModuleType) -> None:
    value = {"number": 1, "ratio": 0.5, "on": True, "off": False, "none": None, "empty": [{}, []]}
    assert mask_events.mask(value) == value


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        '"' * 20_000,
        '\\"' * 20_000,
        "=?" * 20_000,
        "=?a?q?x" * 10_000,
        "a%40" * 20_000,
        " a" * 50_000,
    ],
    ids=["letters", "quotes", "escapes", "word starts", "unclosed words", "percent", "words"],
)
def test_hostile_text_is_masked_in_linear_time(mask_events: ModuleType, text: str) -> None:
    # Far above the linear time, far below the quadratic one: 200,000 characters looked at from each
    # of them would take minutes.
    started = time.perf_counter()
    mask_events.mask({"subject": text, "to": text})
    assert time.perf_counter() - started < 30


# --- The source itself ---


def test_the_client_is_made_when_first_needed_and_only_once(
    mask_events: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[str, Any]] = []

    def client(service: str, config: Any) -> FakeS3:
        made.append((service, config))
        return FakeS3()

    boto3 = ModuleType("boto3")
    boto3.client = client  # type: ignore[attr-defined]
    botocore, config = ModuleType("botocore"), ModuleType("botocore.config")
    config.Config = dict  # type: ignore[attr-defined]
    for module in (boto3, botocore, config):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    mask_events.handler(batch(encoded(EVENTS["Send"])), None)
    assert made == []
    mask_events.handler(batch("%%%"), None)
    mask_events.handler(batch("%%%"), None)
    ((service, settings),) = made
    assert service == "s3"
    attempts = settings["retries"]["total_max_attempts"]
    # The template gives the function 120 seconds.
    assert attempts * (settings["connect_timeout"] + settings["read_timeout"]) < 100


def test_the_source_can_be_inlined() -> None:
    text = source("mask_events")
    # CloudFormation shows other characters as question marks when the template is read back.
    assert text.isascii()
    assert "\t" not in text
    # The rendered template must stay below the 51,200 bytes that CloudFormation takes inline.
    assert len(text.encode()) < 24_000
