"""Text: everything in it that looks like personal data."""

import re

from mask_events.address import AT_SIGN, mask_addresses
from mask_events.encoded import WORDS, decode, encode
from mask_events.ip import IPV4, IPV6, mask_ipv4, mask_ipv6
from mask_events.name import HONOURED, mask_display_names, mask_honoured
from mask_events.number import mask_numbers
from mask_events.patterns import HIDDEN

ROUNDS = 8  # masking can uncover an address; text that never settles is hidden


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


def mask_words(words: re.Match[str]) -> str:
    """Decodes encoded words, masks the text, and encodes it again if that changed it."""
    text = decode(words[0])
    masked = mask_text(text)
    if masked == HIDDEN:
        return masked
    return words[0] if masked == text else encode(masked)
