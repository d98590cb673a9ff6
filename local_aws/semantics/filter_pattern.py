"""Filter patterns of CloudWatch Logs.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html

  terms            ERROR "bad request" -exclude, or any of: ?ERROR ?"エラー"; %regex%
  JSON             { ($.a.b = "x*") && ($.list[0] > 3 || $.c NOT EXISTS) }
  space-delimited  [ip, user, ..., status = 4*, bytes > 100]
"""

import json
import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from . import Undefined

Matcher = Callable[[str], bool]

LONGEST = 1024
# A regular expression: these characters and operators, no other, and nothing outside ASCII.
REGEX = re.compile(r"[A-Za-z0-9:_#=@/;,\-^$?\[\]{}|\\*+. ]+")
OPERATORS = ("!=", "<=", ">=", "=", "<", ">")


class InvalidPattern(ValueError):
    """CloudWatch Logs refuses the pattern."""


def compile_pattern(pattern: str) -> Matcher:
    """What says whether a line matches."""
    if len(pattern) > LONGEST:
        raise InvalidPattern(f"longer than {LONGEST} characters")
    text = pattern.strip()
    if not text:
        return lambda line: True
    if text.startswith("{"):
        return _Json(text).matcher()
    if text.startswith("["):
        return _space_delimited(text)
    return _terms(text)


def matches(pattern: str, line: str) -> bool:
    return compile_pattern(pattern)(line)


def value_of(path: str, line: str) -> float | None:
    """The number that a metric value such as `$.masked` takes from a line; None if there is none."""
    try:
        found = _lookup(json.loads(line), _path(path))
    except ValueError:
        return None
    return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else None


# Terms

_TERM = re.compile(r'(?P<mark>[?-]?)(?:"(?P<phrase>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]*)%|(?P<word>[^\s"]+))(?:\s+|$)')


def _terms(text: str) -> Matcher:
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
        return _regex(match["regex"])
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


def _regex(text: str) -> Matcher:
    if not REGEX.fullmatch(text):
        raise InvalidPattern(f"%{text}% has characters that regular expressions may not have here")
    found = re.compile(text)
    return lambda line: found.search(line) is not None


# JSON

_TOKEN = re.compile(
    r"""\s*(?:(?P<logic>&&|\|\||\(|\)|\}|\{)
        |(?P<path>\$(?:\.[A-Za-z_][\w-]*|\.\*|\[\d+\]|\[\*\]|\.?\[['"][^'"\]]+['"]\]|\.['"][^'"]+['"])+)
        |(?P<operator>!=|<=|>=|=|<|>)
        |(?P<string>"(?:[^"\\]|\\.)*")
        |%(?P<regex>[^%]*)%
        |(?P<word>[^\s(){}&|=<>!"]+))""",
    re.VERBOSE,
)
_MISSING = object()


class _Json:
    """or := and ('||' and)*; and := factor ('&&' factor)*; factor := '(' or ')' | path test"""

    def __init__(self, text: str):
        self.tokens: list[tuple[str, str]] = []
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if not match or match.end() == position:
                raise InvalidPattern(f"not understood: {text[position:]}")
            self.tokens.append((str(match.lastgroup), match[str(match.lastgroup)]))
            position = match.end()

    def matcher(self) -> Matcher:
        self._take("{")
        test = self._or()
        self._take("}")
        if self.tokens:
            raise InvalidPattern(f"more after the closing brace: {self.tokens}")

        def match(line: str) -> bool:
            try:
                document = json.loads(line)
            except ValueError:
                return False
            return isinstance(document, dict) and test(document)

        return match

    def _next(self) -> str:
        return self.tokens[0][1] if self.tokens else ""

    def _take(self, *texts: str) -> str:
        if not self.tokens or (texts and self.tokens[0][1] not in texts):
            raise InvalidPattern(f"expected {' or '.join(texts)} before {self._next()!r}")
        return self.tokens.pop(0)[1]

    def _or(self) -> Callable[[Any], bool]:
        tests = [self._and()]
        while self._next() == "||":
            self._take()
            tests.append(self._and())
        return tests[0] if len(tests) == 1 else lambda document: any(test(document) for test in tests)

    def _and(self) -> Callable[[Any], bool]:
        tests = [self._factor()]
        while self._next() == "&&":
            self._take()
            tests.append(self._factor())
        return tests[0] if len(tests) == 1 else lambda document: all(test(document) for test in tests)

    def _factor(self) -> Callable[[Any], bool]:
        if self._next() == "(":
            self._take()
            test = self._or()
            self._take(")")
            return test
        if not self.tokens or self.tokens[0][0] != "path":
            raise InvalidPattern(f"expected a property such as $.level before {self._next()!r}")
        path = _path(self._take())
        if self._next() == "IS":
            self._take()
            wanted = {"TRUE": True, "FALSE": False, "NULL": None}[self._take("TRUE", "FALSE", "NULL")]
            return lambda document: _lookup(document, path) is wanted
        if self._next() in ("EXISTS", "NOT"):
            exists = self._take() == "EXISTS" or self._take("EXISTS") == ""
            return lambda document: (_lookup(document, path) is not _MISSING) is exists
        operator = self._take(*OPERATORS)
        kind, text = self.tokens.pop(0) if self.tokens else ("", "")
        return _comparison(path, operator, kind, text)


def _comparison(path: list[str | int], operator: str, kind: str, text: str) -> Callable[[Any], bool]:
    if kind == "regex":
        found = _regex(text)
        return _negated(operator, path, lambda value: isinstance(value, str) and found(value))
    if kind == "word" and re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text):
        return _negated(operator, path, lambda value: _compare(value, operator.replace("!=", "="), float(text)))
    if kind not in ("string", "word") or operator not in ("=", "!="):
        raise InvalidPattern(f"{operator} {text} compares a text: only = and != do")
    pattern = re.sub(r"\\(.)", r"\1", text[1:-1]) if kind == "string" else text
    return _negated(operator, path, lambda value: isinstance(value, str) and fnmatchcase(value, _only_stars(pattern)))


def _negated(operator: str, path: list[str | int], test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    def evaluate(document: Any) -> bool:
        value = _lookup(document, path)
        if value is _MISSING or isinstance(value, (dict, list)):
            if operator == "!=":
                raise Undefined("!= on a property that the line does not have")
            return False
        return test(value) is (operator != "!=")

    return evaluate


def _compare(value: Any, operator: str, wanted: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return {
        "=": value == wanted,
        "<": value < wanted,
        ">": value > wanted,
        "<=": value <= wanted,
        ">=": value >= wanted,
    }[operator]


def _only_stars(pattern: str) -> str:
    """fnmatch knows more than the asterisk."""
    return re.sub(r"[\[?]", lambda match: f"[{match[0]}]", pattern)


def _path(text: str) -> list[str | int]:
    if not text.startswith("$"):
        raise InvalidPattern(f"{text} does not begin with $")
    steps: list[str | int] = []
    for name, index, quoted in re.findall(r"\.([A-Za-z_*][\w-]*)|\[(\d+|\*)\]|(?:\[|\.)['\"]([^'\"]+)['\"]\]?", text):
        if "*" in (name, index):
            raise Undefined("a wildcard in a path")
        steps.append(int(index) if index else name or quoted)
    return steps


def _lookup(document: Any, path: list[str | int]) -> Any:
    for step in path:
        if isinstance(step, int):
            if not isinstance(document, list) or step >= len(document):
                return _MISSING
            document = document[step]
        elif not isinstance(document, dict) or step not in document:
            return _MISSING
        else:
            document = document[step]
    return document


# Space-delimited

_WORDS = re.compile(r'"([^"]*)"|\[([^\]]*)\]|(\S+)')


def _space_delimited(text: str) -> Matcher:
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
    _, operator, phrase, regex, word = match.groups()
    if regex is not None:
        found = _regex(regex)
        return lambda value: found(value) is (operator != "!=")
    wanted = phrase if phrase is not None else word
    if operator in ("=", "!="):
        return lambda value: fnmatchcase(value, _only_stars(wanted)) is (operator == "=")
    if not re.fullmatch(r"-?\d+(\.\d+)?", wanted):
        raise InvalidPattern(f"{text!r} compares with something that is no number")
    return lambda value: bool(re.fullmatch(r"-?\d+(\.\d+)?", value)) and _compare(float(value), operator, float(wanted))
