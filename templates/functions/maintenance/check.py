"""One check: what it found, and what could not be looked at."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

LOG = logging.getLogger("maintenance")
LOG.setLevel(logging.INFO)
MOST_FAILURES = 5  # of one check, after which it is given up: a service may be down


class GivenUp(Exception):
    """Too much of a check failed to go on with it."""


@dataclass
class Check:
    """What one check found. Each text is there in English and in Japanese; a finding says what to do."""

    title: tuple[str, str]
    findings: list[tuple[str, str]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)

    def find(self, english: str, japanese: str) -> None:
        self.findings.append((english, japanese))

    def fact(self, english: str, japanese: str) -> None:
        self.facts.append((english, japanese))

    @contextmanager
    def trying(self, what: str, japanese: str = "") -> Iterator[None]:
        """A part of the check. If it fails, that is reported and the check goes on. A name needs no Japanese."""
        try:
            yield
        except GivenUp:
            raise
        except Exception as error:
            why = reason(error)
            LOG.warning("not checked", extra={"check": self.title[0], "part": what, "reason": why})
            self.failures.append((
                f"{what} could not be checked: {why}. If access was denied, look at the role "
                f"{os.environ['SYSTEM']}-maintenance, else at the log of the function; then start the report again.",
                f"{japanese or what} を確認できませんでした（{why}）。アクセス拒否の場合はロール {os.environ['SYSTEM']}-maintenance を、"
                "それ以外は関数のログを確認し、レポートを再実行してください。",
            ))  # fmt: skip
            if len(self.failures) >= MOST_FAILURES:
                raise GivenUp from error


def run(title: tuple[str, str], look: Callable[[Check], None]) -> Check:
    check = Check(title)
    try:
        with check.trying(*title):
            look(check)
    except GivenUp:
        check.failures.append((
            "The rest of this check was left out after that.", "このチェックの残りは省略しました。"
        ))  # fmt: skip
    for english, _ in check.findings:
        LOG.info("finding", extra={"check": title[0], "text": english})
    return check


def reason(error: Exception) -> str:
    """Code and operation of an AWS error, else its kind. Its text may hold more than a mail should."""
    code = getattr(error, "response", {}).get("Error", {}).get("Code")
    return f"{code} ({getattr(error, 'operation_name', '?')})" if code else type(error).__name__
