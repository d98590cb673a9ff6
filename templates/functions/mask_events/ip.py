"""IP addresses: the first half of an IPv4 address stays, of an IPv6 address the first two groups."""

import ipaddress
import re

from mask_events.patterns import HIDDEN

_TWO = r"([0-9]{1,3}\.[0-9]{1,3}"
IPV4 = re.compile(rf"(?<![0-9A-Za-z.])(?<!@\[){_TWO}\.){_TWO})(?![0-9A-Za-z]|\.[0-9])")
IPV6 = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(?![0-9A-Za-z*])")
NETWORK = re.compile(r"[0-9]+\.[0-9]+\.|[0-9a-fA-F]*:[0-9a-fA-F]*:")


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
