"""Numbers: telephones, cards, My Number, postal codes."""

import re

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
    for count in range(len(groups), 0, -1):
        number = "".join(groups[:count])
        lengths = [len(group) for group in groups[:count]]
        if len(number) > 19 or is_glued(around, count):
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
