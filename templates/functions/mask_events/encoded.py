"""Encoded words (RFC 2047)."""

import base64
import re

from mask_events.patterns import HIDDEN

_WORD = r"=\?([^?\x00-\x20\x7f]+)\?([bBqQ])\?([^?]*)\?="
WORD = re.compile(_WORD)
WORDS = re.compile(rf"{_WORD}(?:[ \t\r\n]*{_WORD})*")
# What Japanese mail is written in; text in any other character set is hidden.
CHARSETS = {
    "us-ascii": "ascii", "ascii": "ascii", "utf-8": "utf-8", "utf8": "utf-8",
    "iso-8859-1": "latin-1", "shift_jis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "cp932": "cp932", "iso-2022-jp": "jis",
}  # fmt: skip


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
