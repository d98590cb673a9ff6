"""The DKIM records on the authoritative servers."""

import re
from typing import Any

from dkim_shared.records import record_name, record_value
from validation_monitor.zone import Zone


def look_up(zone: Zone | None, domain: str, key: dict[str, Any]) -> dict[str, Any]:
    """The record of a key. It is published if more than half of the servers answer, and all of these have exactly its value
    as their only TXT record; split if some of them have it."""
    name, wanted = record_name(key["selector"], domain), record_value(key["public_key"])
    answers = zone.ask(name, "TXT") if zone else {}
    servers = len(zone.servers) if zone else 0
    values = {server: response.values(name, "TXT") for server, response in answers.items()}
    right = [server for server, found in values.items() if found == [wanted]]
    others = sorted({text for found in values.values() for text in found if found != [wanted]})
    aliases = any(response.values(name, "CNAME") for response in answers.values())
    if len(values) * 2 <= servers or not values:
        state = "unknown"
    elif len(right) == len(values):
        state = "published"
    elif right:
        state = "split"
    elif others or aliases:
        state = "different"
    else:
        state = "absent"
    return {
        "selector": key["selector"],
        "state": state,
        "servers": servers,
        "servers_answered": len(values),
        "servers_with_value": len(right),
        "negative_ttl": zone.negative_ttl if zone else 0,
        "hint": hint(wanted, others, aliases) if state in ("different", "split", "absent") else None,
    }


def easy_dkim_stands(zone: Zone | None, domain: str, tokens: list[str]) -> bool:
    """Whether every server that answers has the three CNAME records of SES's own key."""
    for token in tokens:
        name = f"{token}._domainkey.{domain}"
        answers = zone.ask(name, "CNAME") if zone else {}
        if not answers or not all(response.values(name, "CNAME") for response in answers.values()):
            return False
    return bool(tokens)


def hint(wanted: str, found: list[str], aliases: bool) -> str | None:
    """The usual mistakes with long TXT values, by name."""
    if aliases:
        return "cname"
    for text in found:
        bare = re.sub(r'[\s"\\]', "", text)
        if text == wanted:
            return "more-than-one-record"
        if bare == wanted:
            return "quotes-or-spaces"
        if re.sub(r"^(v=DKIM1;)?(k=rsa;)?", "", bare) == wanted:
            return "other-tags"
        if text and wanted.startswith(text):
            return "cut-off"
        if bare and wanted.endswith(bare):
            return "first-part-missing"
    return "another-value" if found else None
