"""ERROR "bad request" -exclude, or any of ?ERROR ?"エラー"; %regex%"""

import re

from .. import Undefined
from .common import InvalidPattern, Matcher, regex_matcher

_TERM = re.compile(r'(?P<mark>[?-]?)(?:"(?P<phrase>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]*)%|(?P<word>[^\s"]+))(?:\s+|$)')


def matcher(text: str) -> Matcher:
    wanted: list[Matcher] = []
    excluded: list[Matcher] = []
    any_of: list[Matcher] = []
    position = 0
    while position < len(text):
        match = _TERM.match(text, position)
        if not match:
            raise InvalidPattern(f"not a term: {text[position:]}")
        position = match.end()
        {"": wanted, "-": excluded, "?": any_of}[match["mark"]].append(_term(match))
    if any_of and (wanted or excluded):
        raise Undefined("terms with and without a question mark in one pattern: those with it are ignored")
    if any_of:
        return lambda line: _any(any_of, line)
    return lambda line: not _any([_not(term) for term in wanted] + excluded, line)


def _not(term: Matcher) -> Matcher:
    return lambda line: not term(line)


def _any(terms: list[Matcher], line: str) -> bool:
    """Whether one matches. A term of which nobody knows counts only if no other one decides."""
    unknown = None
    for term in terms:
        try:
            if term(line):
                return True
        except Undefined as error:
            unknown = error
    if unknown:
        raise unknown
    return False


def _term(match: re.Match[str]) -> Matcher:
    if match["regex"] is not None:
        return regex_matcher(match["regex"])
    if match["phrase"] is not None:
        return _contains(re.sub(r"\\(.)", r"\1", match["phrase"]))
    if not re.fullmatch(r"[A-Za-z0-9_]+", match["word"]):
        raise InvalidPattern(f"{match['word']} needs quotes: it has other characters than letters, digits and _")
    return _contains(match["word"])


def _contains(term: str) -> Matcher:
    """Whether the term stands in the line. AWS does not say whether a part of a longer word counts,
    so a line where only that would match is refused. Japanese has no words between blanks."""
    letter = r"[A-Za-z0-9_]"
    whole = re.compile(
        (rf"(?<!{letter})" if re.match(letter, term) else "")
        + re.escape(term)
        + (rf"(?!{letter})" if re.search(rf"{letter}$", term) else "")
    )

    def match(line: str) -> bool:
        if whole.search(line):
            return True
        if term in line:
            raise Undefined(f"{term} is only a part of a word in: {line}")
        return False

    return match
