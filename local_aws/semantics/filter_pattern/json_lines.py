"""{ ($.a.b = "x*") && ($.list[0] > 3 || $.c NOT EXISTS) }"""

import json
import re
from collections.abc import Callable
from typing import Any

from .. import Undefined
from .common import InvalidPattern, Matcher, compare, like, regex_matcher

OPERATORS = ("!=", "<=", ">=", "=", "<", ">")
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


def matcher(text: str) -> Matcher:
    return _Parser(text).matcher()


def value_of(path: str, line: str) -> float | None:
    """The number that a metric value such as `$.masked` takes from a line; None if there is none."""
    try:
        found = _lookup(json.loads(line), _path(path))
    except ValueError:
        return None
    return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else None


class _Parser:
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
        found = regex_matcher(text)
        return _negated(operator, path, lambda value: isinstance(value, str) and found(value))
    if kind == "word" and re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", text):
        return _negated(operator, path, lambda value: compare(value, operator.replace("!=", "="), float(text)))
    if kind not in ("string", "word") or operator not in ("=", "!="):
        raise InvalidPattern(f"{operator} {text} compares a text: only = and != do")
    pattern = re.sub(r"\\(.)", r"\1", text[1:-1]) if kind == "string" else text
    return _negated(operator, path, lambda value: isinstance(value, str) and like(value, pattern))


def _negated(operator: str, path: list[str | int], test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    def evaluate(document: Any) -> bool:
        value = _lookup(document, path)
        if value is _MISSING or isinstance(value, (dict, list)):
            if operator == "!=":
                raise Undefined("!= on a property that the line does not have")
            return False
        return test(value) is (operator != "!=")

    return evaluate


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
