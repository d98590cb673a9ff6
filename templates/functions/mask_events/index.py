"""Masks personal data in the SES events that pass through the masked Firehose stream.

Every record gets one answer under its own recordId:
  Ok                the masked event, one JSON object on one line
  Dropped           the event could not be masked; its original lies in the error bucket
  ProcessingFailed  the error bucket refused it as well; Firehose keeps the original under its
                    own error prefix

`sesame mask` (src/mask) follows the same rules and writes the same bytes; docs/masking.md has them.
"""

import base64
import functools
import ipaddress
import json
import logging
import os
import re
import time
from datetime import datetime, timedelta, timezone
from typing import Any

LOG = logging.getLogger("mask_events")
TOKYO = timezone(timedelta(hours=9))
ALLOWED = [cidr for cidr in os.environ.get("ALLOWED_SOURCE_IPS", "").split(",") if cidr]

# Lambda answers at most 6 MB (6,291,456 bytes). What an answer needs besides recordId and data
# is counted generously.
RESPONSE_LIMIT = 6_000_000
ANSWER_OVERHEAD = 80

DEPTH_LIMIT = 64
ROUNDS = 8  # masking can uncover an address; text that never settles is hidden
HIDDEN = "***"  # stands for text that cannot be read, or that holds nothing but names

SPACE = r"\x00-\x20\x7f\x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
MARKS = r"\u3001\u3002\u3008-\u3011\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1c\uff1e\uff1f\uff5e"

# The at sign, also as links, JSON, HTML and Japanese text write it.
AT = r"(?:[@\uff20\ufe6b]|%(?:25)*40|\\u(?:0040|[fF][fF]20)|&#(?:64|[xX]40);)"
AT_SIGN = re.compile(rf"{AT}(?=[^{SPACE}{MARKS}\x21-\x24\x26-\x2f\x3a-\x40\x5c-\x5e\x60\x7b-\x7e])")
# The local part is matched too widely rather than too narrowly: that never shows more of it.
SEPARATOR = re.compile(rf'[{SPACE}{MARKS}()<>\[\]:;,\\"@\uff20\ufe6b]')
QUOTED_TAIL = re.compile(r'"(?:[^"\\]|\\.)*"\Z', re.DOTALL)
DOMAIN = re.compile(rf'[^{SPACE}{MARKS}()<>;,\\"@\uff20\ufe6b]*')

BRACKETED = re.compile(rf"<[^<>{SPACE}]{{1,320}}?{AT}")
_NAME = rf"[^\x00-\x7f{SPACE}{MARKS}]"
DISPLAY_NAME = re.compile(
    rf'("(?:[^"\\]|\\.){{0,100}}"|{_NAME}(?:[ \u3000]?{_NAME}){{0,39}})([ \t\r\n\u3000]{{0,3}})\Z',
    re.DOTALL,
)
# Up to two words of kanji or katakana before the honorific sama (U+69D8).
_KANJI = r"[\u3005\u30a1-\u30fa\u30fc\u4e00-\u69d7\u69d9-\u9fff]"
HONOURED = re.compile(rf"{_KANJI}{{1,8}}(?:[ \u3000]{_KANJI}{{1,8}})?(?=[ \u3000]?\u69d8)")
# Words such as "specification" or "customer" end in that character too.
NO_NAME = re.compile(
    r".*[\u4ed5\u540c\u591a\u6a21\u5ba2\u7686\u5965\u738b\u795e\u4f55\u7570]"
    r"|[\u6709\u4e00\u5de6\u5404\u5b22\u59c9\u5144\u6bcd\u7236\u65b9]"
)

_WORD = r"=\?([^?\x00-\x20\x7f]+)\?([bBqQ])\?([^?]*)\?="
WORD = re.compile(_WORD)
WORDS = re.compile(rf"{_WORD}(?:[ \t\r\n]*{_WORD})*")
# What Japanese mail is written in; text in any other character set is hidden.
CHARSETS = {
    "us-ascii": "ascii", "ascii": "ascii", "utf-8": "utf-8", "utf8": "utf-8",
    "iso-8859-1": "latin-1", "shift_jis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "cp932": "cp932", "iso-2022-jp": "jis",
}  # fmt: skip

_TWO = r"([0-9]{1,3}\.[0-9]{1,3}"
IPV4 = re.compile(rf"(?<![0-9A-Za-z.])(?<!@\[){_TWO}\.){_TWO})(?![0-9A-Za-z]|\.[0-9])")
IPV6 = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?![0-9A-Za-z*])")
NETWORK = re.compile(r"[0-9]+\.[0-9]+\.|[0-9a-fA-F]*:[0-9a-fA-F]*:")

_DIGIT = r"[0-9\uff10-\uff19]"
_HYPHEN = r"-\u2010-\u2015\u2212\u30fc\uff0d"
_GAP = rf"(?:[{_HYPHEN}.\uff0e \xa0\u3000()\uff08\uff09]|%20|%2[89dD])"
ENOUGH_DIGITS = re.compile(rf"{_DIGIT}(?:{_GAP}{{0,3}}{_DIGIT}){{6}}")
# An identifier or an escape, whose digits mean nothing, or a run of digit groups.
TOKEN = re.compile(
    r"arn:[a-z0-9-]*:[a-z0-9-]*:[a-z0-9-]*:[0-9]{12}(?![0-9])"
    r"|(?:[0-9a-fA-F]{16}-)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?:-[0-9]{6})?"
    rf"|%[0-9a-fA-F]{{2}}|([(\uff08]?{_DIGIT}+(?:{_GAP}{{1,3}}{_DIGIT}+)*)"
)
DIGITS = re.compile(rf"({_DIGIT}+)")
HYPHEN = re.compile(f"[{_HYPHEN}]")
CLOSED = re.compile(r"[)\uff09]")
PLUS = re.compile(r"[+\uff0b]\Z|%2[bB]\Z")
LETTER = re.compile(r"(?<!%[0-9a-f])[a-z](?<!tel)(?<!fax)\Z", re.ASCII | re.IGNORECASE)
NARROW = {0xFF10 + digit: 0x30 + digit for digit in range(10)}
CARD = re.compile(r"(?:4|5[1-5]|2[2-7]|3[04-9]|6)[0-9]{11,18}")

# Fields and headers (lower case) that hold addresses and nothing else of interest.
ADDRESS_FIELD = re.compile(
    r"(resent-)?(from|sender|reply-?to|to|cc|bcc)|return-?path|[a-z-]+-to"
    r"|destination|recipients|emailaddress"
)
IP_FIELDS = {"ipaddress", "sourceip", "ses:source-ip"}
# The addresses there are those of mail servers.
SERVER_FIELDS = {"diagnosticcode", "smtpresponse", "remotemtaip", "reportingmta", "ses:outgoing-ip"}
# Kept if they look as they should; otherwise they are text like any other.
KEPT_FIELDS = {
    "sendingaccountid": re.compile(r"[0-9]{12}"),
    **dict.fromkeys(
        ("message-id", "messageid", "in-reply-to"),
        # Made by a program: hexadecimal, with eight digits at least.
        re.compile(r"<?(?=(?:[^@]*[0-9]){8})[0-9A-Fa-f.$_-]{16,}@[0-9A-Za-z.-]+>?"),
    ),
}


def handler(event: dict[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    # People may invoke this function: only Firehose knows which stream it comes from.
    if event.get("deliveryStreamArn") != os.environ["DELIVERY_STREAM_ARN"]:
        raise PermissionError("the records are not from the delivery stream of this function")
    records = event["records"]
    room = RESPONSE_LIMIT - sum(len(r["recordId"]) + ANSWER_OVERHEAD for r in records)
    answers: list[dict[str, str]] = []
    failures: list[dict[str, str]] = []
    sources: list[Any] = []
    for record in records:
        answer = {"recordId": record["recordId"], "result": "Ok"}
        try:
            answer["data"] = masked_record(record["data"], room, sources)
            room -= len(answer["data"])
        except Exception as error:
            # The text of the error could quote the event: only its type is logged and kept.
            failure = {"recordId": record["recordId"], "errorType": type(error).__name__}
            LOG.error("record failed", extra=failure)
            failures.append(failure | {"data": record.get("data", "")})
            answer["result"] = "Dropped"
        answers.append(answer)
    if failures and not keep_originals(event, failures):
        for answer in answers:
            if answer["result"] == "Dropped":
                answer["result"] = "ProcessingFailed"
    count_sources(sources)
    LOG.info("batch", extra={"masked": len(records) - len(failures), "failed": len(failures)})
    return {"records": answers}


def masked_record(data: str, room: int, sources: list[Any]) -> str:
    event = json.loads(base64.b64decode(data, validate=True).decode())
    if not isinstance(event, dict):
        raise TypeError("not an SES event")
    sources += source_addresses(event)
    text = json.dumps(mask(event), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # The newline keeps the events apart in the object that Firehose writes.
    masked = base64.b64encode(f"{text}\n".encode()).decode()
    if len(masked) > room:
        raise OverflowError("the answer would be too long for Lambda")
    return masked


def keep_originals(event: dict[str, Any], failures: list[dict[str, str]]) -> bool:
    """Writes the originals of one batch to the error bucket as one object, a line each."""
    try:
        day = f"{datetime.now(TOKYO):%Y/%m/%d/%H}"
        s3().put_object(
            Bucket=os.environ["ERROR_BUCKET"],
            Key=f"{os.environ['ERROR_PREFIX']}{day}/{event['invocationId']}.jsonl",
            Body="".join(f"{json.dumps(failure)}\n" for failure in failures).encode(),
            ContentType="application/jsonl",
        )
    except Exception as error:
        LOG.error("originals not kept", extra={"errorType": type(error).__name__})
        return False
    return True


@functools.cache
def s3() -> Any:
    # Imported here because most invocations never need it. The time limits leave room for the
    # answer within the time limit of the function.
    import boto3
    from botocore.config import Config

    retries = {"mode": "standard", "total_max_attempts": 3}
    return boto3.client("s3", config=Config(connect_timeout=5, read_timeout=20, retries=retries))


# Who sends


def source_addresses(event: dict[str, Any]) -> list[Any]:
    try:
        return [*event["mail"]["tags"]["ses:source-ip"]] if event["eventType"] == "Send" else []
    except (KeyError, TypeError):
        return []


def is_listed(address: Any) -> bool:
    try:
        host = ipaddress.ip_address(address)
        return any(host in ipaddress.ip_network(cidr) for cidr in ALLOWED)
    except ValueError:
        return False


def count_sources(sources: list[Any]) -> None:
    """Publishes how many mails came from outside ALLOWED_SOURCE_IPS (if any), never from where.

    CloudWatch makes a metric without dimensions of the line: it is in the embedded metric format.
    """
    if not ALLOWED or not sources:
        return
    listed = sum(map(is_listed, sources))
    metric = {
        "Namespace": os.environ["METRIC_NAMESPACE"],
        "Dimensions": [[]],
        "Metrics": [{"Name": "SendsFromUnlistedAddress", "Unit": "Count"}],
    }
    line = {
        "_aws": {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [metric]},
        "SendsFromUnlistedAddress": len(sources) - listed,
        "SendsFromListedAddress": listed,
    }
    print(json.dumps(line), flush=True)


# Values


def mask(value: Any, field: str = "", depth: int = 0) -> Any:
    """Masks every string of an event, dictionary keys too, by field first and by pattern second."""
    if isinstance(value, str):
        return mask_field(value, field)
    if depth > DEPTH_LIMIT:
        raise RecursionError("too deep")
    if isinstance(value, list):
        return [mask(item, field, depth + 1) for item in value]
    if isinstance(value, dict):
        return mask_object(value, depth)
    if isinstance(value, int) and abs(value) >= 10**9:
        masked = mask_numbers(str(value))
        return masked if masked[-1] == "]" else value
    return value


def mask_object(value: dict[str, Any], depth: int) -> dict[str, Any]:
    masked: dict[str, Any] = {}
    alike: dict[str, int] = {}
    for key, item in value.items():
        # A header is {"name": "To", "value": "..."}: its name says what the value is.
        name = value.get("name") if key == "value" else key
        shown = key = mask_text(key)
        while shown in masked:  # two addresses may look the same now
            alike[key] = alike.get(key, 1) + 1
            shown = f"{key} {alike[key]}"
        masked[shown] = mask(item, str(name).lower(), depth + 1)
    return masked


def mask_field(text: str, field: str) -> str:
    if field in IP_FIELDS:
        return mask_ip(text)
    # mail.source is an address, subscription.source is a word.
    if ADDRESS_FIELD.fullmatch(field) or (field == "source" and "@" in text):
        return mask_address_field(text)
    kept = KEPT_FIELDS.get(field)
    if kept and kept.fullmatch(text):
        return text
    return mask_text(text, field in SERVER_FIELDS)


def mask_text(text: str, server: bool = False) -> str:
    """Masks what looks like personal data; `server`: IP addresses are those of mail servers."""
    for _ in range(ROUNDS):
        masked = mask_once(text, server)
        if masked == text:
            return text
        text = masked
    return HIDDEN


def mask_once(text: str, server: bool) -> str:
    if "=?" in text:
        text = WORDS.sub(mask_words, text)
    if "\u69d8" in text:
        text = HONOURED.sub(mask_honoured, text)
    if AT_SIGN.search(text):
        text = mask_addresses(mask_display_names(text))
    if not server:
        if "." in text:
            text = IPV4.sub(mask_ipv4, text)
        if "::" in text or text.count(":") >= 7:
            text = IPV6.sub(mask_ipv6, text)
    return mask_numbers(text)


# Mail addresses


def mask_addresses(text: str) -> str:
    pieces: list[str] = []
    end = len(text)
    for start, at, _ in reversed(addresses(text)):
        pieces += text[at:end], mask_local_part(text[start:at])
        end = start
    return text[:end] + "".join(reversed(pieces))


def addresses(text: str) -> list[tuple[int, int, int]]:
    """Where each address begins, where its at sign begins, and where it ends."""
    signs = [(sign.start(), sign.end()) for sign in AT_SIGN.finditer(text)]
    starts = [0, *(separator.end() for separator in SEPARATOR.finditer(text))] if signs else []
    found: list[tuple[int, int, int]] = []
    limit = len(text)  # of the domain: the next at sign
    while signs:
        at, end = signs.pop()
        before = signs[-1][1] if signs else 0
        while starts[-1] > at:
            starts.pop()
        if text[at - 1 : at] == '"':
            quoted = QUOTED_TAIL.search(text, max(0, at - 256), at)
            start = quoted.start() if quoted else max(before, at - 256)
        else:
            start = in_link(text, max(before, starts[-1]), at, before)
        if start < at:
            found.append((start, at, DOMAIN.search(text, end, limit).end()))  # type: ignore[union-attr]
        while signs and signs[-1][0] >= start:  # inside the quoted local part
            signs.pop()
        limit = at
    return found[::-1]


def in_link(text: str, start: int, at: int, before: int) -> int:
    """Leaves the readable part of a link alone: https://host/path?name=ADDRESS."""
    local = text[start:at]
    # Behind an address the rest of its domain comes first.
    after_domain = start == before > 0
    if not (after_domain or local.startswith("//")):
        return start
    mark = max(local.rfind("?"), local.rfind("&"))
    value = local.find("=", mark) + 1 or mark + 1 if mark >= 0 else local.rfind("/") + 1
    return start + value if value < len(local) else start


def mask_local_part(local: str) -> str:
    """At most the first half stays, and at most four characters: yamada becomes yam***."""
    quote = '"' if local.startswith('"') and local.endswith('"') and len(local) > 1 else ""
    name = local[1:-1] if quote else local
    if name.endswith("***") and len(name) <= 7:
        return local  # masked before
    # An escaped character is not cut in two.
    return f"{quote}{name[: min(4, len(name) // 2)].partition('%')[0]}***{quote}"


def mask_address_field(text: str) -> str:
    """Only the masked addresses stay: names and comments beside them are personal as well."""
    for _ in range(ROUNDS):
        plain = mask_text(WORDS.sub(lambda words: decode(words[0]), text))
        found = [plain[start:end] for start, _, end in addresses(plain)]
        masked = ", ".join(found) or (HIDDEN if text else "")
        if masked == text:
            return text
        text = masked
    return HIDDEN


# Names


def mask_display_names(text: str) -> str:
    """Hides the name before <address>: in quotation marks, or not in Latin letters."""
    pieces, done = "", 0
    for bracket in BRACKETED.finditer(text):
        name = DISPLAY_NAME.search(text, max(done, bracket.start() - 107), bracket.start())
        if name:
            pieces += text[done : name.start()] + ('"[name]"' if name[1][0] == '"' else "[name]") + name[2]
            done = bracket.start()
    return pieces + text[done:]


def mask_honoured(name: re.Match[str]) -> str:
    return name[0] if NO_NAME.fullmatch(name[0]) else "[name]"


# IP addresses


def mask_ip(address: str) -> str:
    """The first half of an IPv4 address stays, of an IPv6 address the first two groups."""
    network = NETWORK.match(address)
    return f"{network[0] if network else ''}{HIDDEN}"


def mask_ipv4(found: re.Match[str]) -> str:
    if any(int(part) > 255 for part in found[0].split(".")):
        return found[0]
    before = found.string[max(0, found.start() - 2) : found.start()]
    if found[2] == "0.0" and re.fullmatch("[A-Za-z]/", before):
        return found[0]  # the version of a browser: Chrome/142.0.0.0
    return found[1] + HIDDEN


def mask_ipv6(found: re.Match[str]) -> str:
    address = found[0]
    tail = ":" if re.search("[^:]:$", address) else ""  # of the sentence
    try:
        ipaddress.IPv6Address(address.removesuffix(tail))
    except ValueError:
        return address
    return address if address == "::" else mask_ip(address) + tail


# Numbers: telephones, cards, My Number, postal codes


def mask_numbers(text: str) -> str:
    return TOKEN.sub(mask_run, text) if ENOUGH_DIGITS.search(text) else text


def mask_run(found: re.Match[str]) -> str:
    if not found[1]:
        return found[0]
    text, (start, end) = found.string, found.span()
    parts = DIGITS.split(found[1])
    gaps, shown = parts[::2], parts[1::2]
    groups = [group.translate(NARROW) for group in shown]
    around = [text[max(0, start - 3) : start], *gaps[1:-1], text[end : end + 1]]
    pieces: list[str] = []
    at = 0
    while at < len(groups):
        kind, count = number_at(groups[at : at + 7], around[at : at + 8])
        if kind == "phone" and at == 0 and CLOSED.search("".join(gaps[1:count])):
            gaps[0] = ""  # the parenthesis before an area code goes with it
        pieces += gaps[at], f"[{kind}]" if kind else shown[at]
        at += count
    return "".join(pieces)


def number_at(groups: list[str], around: list[str]) -> tuple[str, int]:
    """Which kind of number begins with the first group, and of how many groups it is."""
    if PLUS.search(around[0]) and (count := international(groups)):
        return "phone", count
    count = domestic(groups)
    if count > 1 or (count == 1 and not is_glued(around, 1)):
        return "phone", count
    postal = around[0].rstrip(" \u3000").endswith("\u3012")
    for count in range(1, len(groups) + 1):
        number = "".join(groups[:count])
        lengths = [len(group) for group in groups[:count]]
        if len(number) > 19:
            break
        if is_glued(around, count):
            continue
        if CARD.fullmatch(number) and luhn(number):
            if count == 1 or (min(lengths) > 2 and all(len(gap) == 1 for gap in around[1:count])):
                return "card", count
        if lengths in ([12], [4, 4, 4]) and check_digit(number):
            return "my-number", count
        if postal and lengths in ([7], [3, 4]) or lengths == [3, 4] and is_postal(around):
            return "postal-code", count
    return "", 1


def is_glued(around: list[str], count: int) -> bool:
    """Whether a letter touches the number: then it is a part of a word."""
    after = around[count][:1]
    return bool(LETTER.search(around[0])) or (after.isascii() and after.isalpha())


def is_postal(around: list[str]) -> bool:
    before, hyphen, after = around[:3]
    return bool(HYPHEN.fullmatch(hyphen)) and not HYPHEN.match(before[-1:]) and not HYPHEN.match(after)


def international(groups: list[str]) -> int:
    """How many groups after a plus sign are a telephone number (E.164)."""
    number, longest = "", 0
    for count, group in enumerate(groups, 1):
        number += group
        if len(number) > 15 or number[0] == "0":
            break
        if number.startswith("81"):
            national = number[2:].removeprefix("0")  # +81 (0)3
            if len(national) == (10 if national[1:2] == "0" else 9):
                return count
        if len(number) >= 8:
            longest = count
    return longest


def domestic(groups: list[str]) -> int:
    """How many groups are a Japanese telephone number: 03-, 090-, 0120-, or 8190 without a plus."""
    first, number = groups[0], ""
    if re.fullmatch("81[5-9]0[0-9]{8}", first):
        return 1
    if first[0] != "0" or len(first) < 2 or first[1] == "0":
        return 0
    for count, group in enumerate(groups[:5], 1):
        number += group
        mobile = number[2:3] == "0" and number[1] in "256789"
        if len(number) == (11 if mobile else 10):
            many = first in ("0120", "0570", "0800") or (mobile and len(first) == 3)
            return count if count <= 3 or many else 0
    return 0


def luhn(number: str) -> bool:
    double = [sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2]]
    return (sum(double) + sum(map(int, number[::-2]))) % 10 == 0


def check_digit(number: str) -> bool:
    """Of My Number (ordinance 85 of 2014, article 5)."""
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(weight * int(digit) for weight, digit in zip(weights, number)) % 11
    return int(number[11]) == (0 if rest <= 1 else 11 - rest)


# Encoded words (RFC 2047)


def mask_words(words: re.Match[str]) -> str:
    """Decodes encoded words, masks the text, and encodes it again if that changed it."""
    text = decode(words[0])
    masked = mask_text(text)
    if masked == HIDDEN:
        return masked
    return words[0] if masked == text else encode(masked)


def decode(words: str) -> str:
    try:
        return "".join(to_text(*word) for word in WORD.findall(words))
    except (KeyError, ValueError):
        return HIDDEN


def encode(text: str) -> str:
    """Words of at most 75 characters, as RFC 2047 demands, no character in two of them."""
    words = [b""]
    for character in text:
        if len(words[-1]) + len(character.encode()) > 45:
            words.append(b"")
        words[-1] += character.encode()
    return " ".join(f"=?UTF-8?B?{base64.b64encode(word).decode()}?=" for word in words)


def to_text(charset: str, encoding: str, content: str) -> str:
    codec = CHARSETS[charset.partition("*")[0].lower()]  # RFC 2231 allows a language: utf-8*ja
    if encoding in "bB":
        content = content.rstrip("=")
        data = base64.b64decode(content + "=" * (-len(content) % 4), validate=True)
    else:
        plain = content.replace("_", " ").encode("ascii")
        data = re.sub(b"=([0-9A-Fa-f]{2})", lambda code: bytes.fromhex(code[1].decode()), plain)
    if codec == "jis":
        data, codec = from_jis(data), "cp932"
    return data.decode(codec, "replace" if codec == "utf-8" else "strict")


def from_jis(data: bytes) -> bytes:
    """ISO-2022-JP as Shift JIS, which knows the characters that mail programs add to it."""
    result = bytearray()
    for part in re.split(rb"(?=\x1b)", data):
        escape, rest = (part[:3], part[3:]) if part[:1] == b"\x1b" else (b"\x1b(B", part)
        if escape in (b"\x1b$B", b"\x1b$@"):
            for row, cell in zip(rest[::2], rest[1::2], strict=True):
                result.append((row + 1) // 2 + (0x70 if row < 0x5F else 0xB0))
                result.append(cell + (0x7E if row % 2 == 0 else 0x1F if cell < 0x60 else 0x20))
        elif escape in (b"\x1b(B", b"\x1b(J"):
            result += rest
        else:
            raise ValueError("unknown escape sequence")
    return bytes(result)
