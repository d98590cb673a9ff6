"""Masks personal data in the SES events that pass through the masked Firehose stream.

Every record gets one answer under its own recordId:
  Ok                the masked event, one JSON object on one line
  Dropped           the event could not be masked; its original lies in the error bucket
  ProcessingFailed  the error bucket refused it as well; Firehose keeps the original under its
                    own error prefix
"""

import base64
import functools
import json
import logging
import os
import re
from datetime import datetime, timedelta, timezone
from email.errors import HeaderParseError
from email.header import Header, decode_header
from typing import Any

LOG = logging.getLogger("mask_events")
TOKYO = timezone(timedelta(hours=9))

# Lambda answers at most 6 MB (6,291,456 bytes). What an answer needs besides recordId and data
# is counted generously.
RESPONSE_LIMIT = 6_000_000
ANSWER_OVERHEAD = 80

# The local part is matched too widely rather than too narrowly: a longer match never shows more
# of the address. Links carry the at sign as %40 (or %2540), Japanese text as a full-width sign.
_ATOM = r'[^\s\x00-\x1f\x7f()<>\[\]:;,\\"@\uff20\ufe6b]'
_LOCAL = rf'(?:"(?:[^"\\]|\\.){{1,254}}"|(?<!{_ATOM}){_ATOM}+)'
_AT = r"(?:[@\uff20\ufe6b]|%(?:25)*40)"
LOCAL_PART = re.compile(rf"{_LOCAL}(?={_AT}[\w\[%])")
ADDRESS = re.compile(rf"{_LOCAL}{_AT}[\w\[%][^\s()<>;,\\\"@]*")

_ENCODED_WORD = r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?="
ENCODED_WORDS = re.compile(rf"{_ENCODED_WORD}(?:\s*{_ENCODED_WORD})*")

UNREADABLE = "***"  # stands for encoded words that cannot be decoded: they may hide an address

NETWORK = re.compile(r"\d+\.\d+\.|[0-9a-f]*:[0-9a-f]*:", re.IGNORECASE)

# Fields and headers (lower case) that hold addresses and nothing else of interest.
ADDRESS_FIELD = re.compile(
    r"(resent-)?(from|sender|reply-?to|to|cc|bcc)|return-?path|[a-z-]+-to"
    r"|destination|recipients|emailaddress"
)
IP_FIELDS = {"ipaddress", "sourceip", "ses:source-ip"}


def handler(event: dict[str, Any], _context: object) -> dict[str, list[dict[str, str]]]:
    # People may invoke this function: only Firehose knows which stream it comes from.
    if event.get("deliveryStreamArn") != os.environ["DELIVERY_STREAM_ARN"]:
        raise PermissionError("the records are not from the delivery stream of this function")
    records = event["records"]
    room = RESPONSE_LIMIT - sum(len(r["recordId"]) + ANSWER_OVERHEAD for r in records)
    answers: list[dict[str, str]] = []
    failures: list[dict[str, str]] = []
    for record in records:
        answer = {"recordId": record["recordId"], "result": "Ok"}
        try:
            answer["data"] = masked_record(record["data"], room)
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
    LOG.info("batch", extra={"masked": len(records) - len(failures), "failed": len(failures)})
    return {"records": answers}


def masked_record(data: str, room: int) -> str:
    event = json.loads(base64.b64decode(data, validate=True))
    if not isinstance(event, dict):
        raise TypeError("not an SES event")
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


def mask(value: Any, field: str = "") -> Any:
    """Masks every string of an event, dictionary keys too, by field first and by pattern second."""
    if isinstance(value, str):
        if field in IP_FIELDS:
            return mask_ip(value)
        # mail.source is an address, subscription.source is a word.
        if ADDRESS_FIELD.fullmatch(field) or (field == "source" and "@" in value):
            return mask_address_field(value)
        return mask_text(value)
    if isinstance(value, list):
        return [mask(item, field) for item in value]
    if isinstance(value, dict):
        masked: dict[str, Any] = {}
        for key, item in value.items():
            # A header is {"name": "To", "value": "..."}: its name says what the value is.
            name = value.get("name", key) if key == "value" else key
            key = mask_text(key)
            while key in masked:  # two addresses may look the same now
                key += "_"
            masked[key] = mask(item, str(name).lower())
        return masked
    return value


def mask_text(text: str) -> str:
    masked = LOCAL_PART.sub(mask_local_part, ENCODED_WORDS.sub(mask_encoded_words, text))
    # Until nothing changes: cutting a local part can complete an encoded word.
    return masked if masked == text else mask_text(masked)


def mask_address_field(text: str) -> str:
    """Only the masked addresses stay: names and comments beside them are personal as well."""
    plain = ENCODED_WORDS.sub(lambda words: decode(words[0]), text)
    masked = ", ".join(ADDRESS.findall(mask_text(plain))) or ("***" if text else "")
    return masked if masked == text else mask_address_field(masked)


def mask_local_part(match: re.Match[str]) -> str:
    """At most the first half stays, and at most four characters: yamada becomes yam***."""
    quote = '"' if match[0].startswith('"') else ""
    name = match[0][1:-1] if quote else match[0]
    if name.endswith("***") and len(name) <= 7:
        return match[0]  # masked before
    return f"{quote}{name[: min(4, len(name) // 2)]}***{quote}"


def mask_ip(address: str) -> str:
    """The first half of an IPv4 address stays, of an IPv6 address the first two groups."""
    network = NETWORK.match(address)
    return f"{network[0] if network else ''}***"


def mask_encoded_words(words: re.Match[str]) -> str:
    """Decodes RFC 2047 encoded words, masks the text, and encodes it again if that changed it."""
    text = decode(words[0])
    masked = mask_text(text)
    if masked == UNREADABLE:
        return masked
    return words[0] if masked == text else Header(masked, "utf-8").encode()


def decode(words: str) -> str:
    try:
        text = "".join(
            # RFC 2231 allows a language after the character set: utf-8*ja.
            part.decode((charset or "ascii").partition("*")[0], "replace")
            if isinstance(part, bytes)
            else part
            for part, charset in decode_header(words)
        )
    except (HeaderParseError, LookupError, ValueError):
        return UNREADABLE
    return UNREADABLE if text == words else text
