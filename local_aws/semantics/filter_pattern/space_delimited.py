"""[ip, user, ..., status = 4*, bytes > 100]"""

import re

from .. import Undefined
from .common import InvalidPattern, Matcher, compare, like, regex_matcher

_WORDS = re.compile(r'"([^"]*)"|\[([^\]]*)\]|(\S+)')


def matcher(text: str) -> Matcher:
    if not text.endswith("]"):
        raise InvalidPattern("no closing bracket")
    fields = [field.strip() for field in _split(text[1:-1])]
    if fields.count("...") > 1:
        raise InvalidPattern("more than one ellipsis")
    before, after = fields, []
    if "..." in fields:
        middle = fields.index("...")
        before, after = fields[:middle], fields[middle + 1 :]
    tests = [_field(field) for field in before + after]

    def match(line: str) -> bool:
        words = [next(group for group in found if group is not None) for found in _found(line)]
        if len(words) < len(tests) or (len(words) > len(tests) and "..." not in fields):
            return False
        chosen = words[: len(before)] + (words[-len(after) :] if after else [])
        return all(test(word) for test, word in zip(tests, chosen, strict=True))

    return match


def _found(line: str) -> list[tuple[str | None, ...]]:
    return [match.groups() for match in _WORDS.finditer(line)]


def _split(text: str) -> list[str]:
    """At the commas that do not stand in a quoted text or a regular expression."""
    return [part for part in re.split(r',(?=(?:[^"%]|"[^"]*"|%[^%]*%)*$)', text)]


def _field(field: str) -> Matcher:
    """A name, or tests of that name joined by && or ||."""
    if not re.search(r"[=<>]", field):
        if not re.fullmatch(r"[A-Za-z_]\w*", field):
            raise InvalidPattern(f"{field!r} is not the name of a field")
        return lambda word: True
    if "&&" in field and "||" in field:
        raise Undefined("&& and || in one field")
    together = all if "&&" in field else any
    tests = [_field_test(part.strip()) for part in re.split(r"&&|\|\|", field)]
    return lambda word: together(test(word) for test in tests)


def _field_test(text: str) -> Matcher:
    match = re.fullmatch(r'([A-Za-z_]\w*)\s*(!=|<=|>=|=|<|>)\s*(?:"([^"]*)"|%([^%]*)%|(\S+))', text)
    if not match:
        raise InvalidPattern(f"{text!r} is not a test of a field")
    _, operator, phrase, expression, word = match.groups()
    if expression is not None:
        found = regex_matcher(expression)
        return lambda value: found(value) is (operator != "!=")
    wanted = phrase if phrase is not None else word
    if operator in ("=", "!="):
        return lambda value: like(value, wanted) is (operator == "=")
    if not re.fullmatch(r"-?\d+(\.\d+)?", wanted):
        raise InvalidPattern(f"{text!r} compares with something that is no number")
    return lambda value: bool(re.fullmatch(r"-?\d+(\.\d+)?", value)) and compare(float(value), operator, float(wanted))
