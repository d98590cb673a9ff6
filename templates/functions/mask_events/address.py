"""Mail addresses: the local part is masked, the domain stays."""

import re

from mask_events.patterns import AT, MARKS, SPACE

AT_SIGN = re.compile(rf"{AT}(?=[^{SPACE}{MARKS}\x21-\x24\x26-\x2f\x3a-\x40\x5c-\x5e\x60\x7b-\x7e])")
# The local part is matched too widely rather than too narrowly: that never shows more of it.
SEPARATOR = re.compile(rf'[{SPACE}{MARKS}()<>\[\]:;,\\"@\uff20\ufe6b]')
QUOTED_TAIL = re.compile(r'"(?:[^"\\]|\\.)*"\Z', re.DOTALL)
DOMAIN = re.compile(rf'[^{SPACE}{MARKS}()<>;,\\"@\uff20\ufe6b]*')


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
