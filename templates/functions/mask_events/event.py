"""The JSON of an SES event: by field first, by pattern after that."""

import re
from typing import Any

from mask_events.address import addresses
from mask_events.encoded import WORDS, decode
from mask_events.ip import mask_ip
from mask_events.number import mask_numbers
from mask_events.patterns import HIDDEN
from mask_events.text import ROUNDS, mask_text

DEPTH_LIMIT = 64

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
