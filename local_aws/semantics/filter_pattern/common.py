"""What the three kinds of filter patterns have in common."""

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

Matcher = Callable[[str], bool]  # says whether a line matches

# A regular expression: these characters and operators, no other, and nothing outside ASCII.
REGEX = re.compile(r"[A-Za-z0-9:_#=@/;,\-^$?\[\]{}|\\*+. ]+")


class InvalidPattern(ValueError):
    """CloudWatch Logs refuses the pattern."""


def regex_matcher(text: str) -> Matcher:
    if not REGEX.fullmatch(text):
        raise InvalidPattern(f"%{text}% has characters that regular expressions may not have here")
    found = re.compile(text)
    return lambda line: found.search(line) is not None


def compare(value: Any, operator: str, wanted: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return {
        "=": value == wanted,
        "<": value < wanted,
        ">": value > wanted,
        "<=": value <= wanted,
        ">=": value >= wanted,
    }[operator]


def like(text: str, pattern: str) -> bool:
    """Whether the text matches a pattern with asterisks. fnmatch knows more than the asterisk."""
    return fnmatchcase(text, re.sub(r"[\[?]", lambda match: f"[{match[0]}]", pattern))
