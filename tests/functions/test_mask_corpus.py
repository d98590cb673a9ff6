"""The masking function on a corpus in which every piece of personal data is known (tests/masking)."""

import os
import random
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.masking.corpus import Maker, corpus
from tests.masking.make_expected import lines, outputs
from tests.masking.measure import measure, table, texts

ROOT = Path(__file__).parents[2]
MASKING = ROOT / "tests" / "masking"
BEGIN, END = "<!-- measured -->\n", "\n<!-- /measured -->"


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return measure()


@pytest.mark.parametrize("kind", ["e-mail address", "telephone number", "IP address"])
def test_nothing_of_these_kinds_is_left(found: dict[str, Any], kind: str) -> None:
    assert found["total"][kind] > 1_000
    assert [miss for miss in found["missed"] if miss[0] == kind] == []


def test_no_operational_field_is_damaged(found: dict[str, Any]) -> None:
    assert found["damaged"] == []


def test_the_page_says_what_is_measured(found: dict[str, Any]) -> None:
    """SESAME_ACCEPT=1 writes the table anew."""
    page = ROOT / "docs" / "masking.md"
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    shown, after = rest.split(END)
    if os.environ.get("SESAME_ACCEPT"):
        page.write_text(before + BEGIN + table(found) + END + after, encoding="utf-8")
    else:
        assert shown == table(found)


def test_the_cases_that_both_implementations_share_are_current() -> None:
    """python -m tests.masking.make_expected writes them."""
    assert (MASKING / "cases.jsonl").read_text(encoding="utf-8").splitlines() == lines()
    assert (MASKING / "expected.jsonl").read_text(encoding="utf-8").splitlines() == outputs()


def test_masking_the_corpus_twice_changes_nothing(mask_events: ModuleType) -> None:
    for labelled in corpus(220, seed=7):
        once = mask_events.mask(labelled.event)
        assert mask_events.mask(once) == once


def test_no_address_survives_in_any_surroundings(mask_events: ModuleType) -> None:
    """A seeded search: addresses between pieces that the patterns care about."""
    maker = Maker(11)
    pieces = ['"', "<", ">", " ", "=?utf-8?Q?", "?=", "様", "山田 ", "%40", "@", "//", "?m=", "&", "(", "0", "+81", "\\", "、", "\r\n "]
    chosen = random.Random(11)
    for _ in range(5_000):
        address = maker.address()
        around = ["".join(chosen.choices(pieces, k=chosen.randint(0, 4))) for _ in range(2)]
        text = address.join(around)
        for field in ("x", "to", "diagnosticCode"):
            masked = mask_events.mask({field: text})
            assert not any(address in each for each in texts(masked)), text
            assert mask_events.mask(masked) == masked, text
