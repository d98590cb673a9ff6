"""The form of the pages: English lines are short, a Japanese paragraph is one line without spaces beside Latin text."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
JAPANESE = [page for page in PAGES if page.name.endswith(".ja.md")]
ENGLISH = [page for page in PAGES if page not in JAPANESE]

LONGEST = 120
URL = re.compile(r"https?://\S+")
# What begins a block of its own: a heading, a comment, a list item.
BLOCK = re.compile(r"\s*(#|<!--|[-*] |\d+\. )")
KANA_OR_KANJI = r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
LATIN = r"[A-Za-z0-9`(\[<)\]>%]"
SPACE_BESIDE_LATIN = re.compile(f"{KANA_OR_KANJI} +{LATIN}|{LATIN} +{KANA_OR_KANJI}")


def outside_code(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a page with their numbers; empty for what is code."""
    in_code = False
    for number, line in enumerate(text.splitlines(), 1):
        is_fence = line.lstrip().startswith("```")
        in_code ^= is_fence
        yield number, "" if in_code or is_fence else line


def too_long(text: str) -> list[int]:
    return [
        number
        for number, line in outside_code(text)
        if not line.startswith("|") and len(URL.sub("", line)) > LONGEST
    ]


def broken(text: str) -> list[int]:
    """Lines that go on with the paragraph of the line before."""
    found, follows_prose = [], False
    for number, line in outside_code(text):
        is_prose = bool(line.strip()) and not line.startswith(("|", "#", "<!--"))
        if is_prose and follows_prose and not BLOCK.match(line):
            found.append(number)
        follows_prose = is_prose
    return found


def spaced(text: str) -> list[int]:
    return [number for number, line in outside_code(text) if SPACE_BESIDE_LATIN.search(line)]


@pytest.mark.parametrize("page", ENGLISH, ids=lambda page: page.name)
def test_no_english_line_is_too_long(page):
    assert too_long(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", JAPANESE, ids=lambda page: page.name)
class TestJapanese:
    def test_a_paragraph_is_one_line(self, page):
        assert broken(page.read_text(encoding="utf-8")) == []

    def test_no_space_stands_beside_latin_text(self, page):
        assert spaced(page.read_text(encoding="utf-8")) == []


def test_there_are_pages_of_both_languages():
    assert len(JAPANESE) > 5 and len(ENGLISH) > 10


# --- What finds mistakes, finds them ---


def test_a_long_line_is_found_where_it_is_prose():
    long = "word " * 30
    assert too_long(f"{long}\n\n- {long}\n\n| {long} |\n\n```\n{long}\n```\n") == [1, 3]
    assert too_long(f"See https://example.com/{'a' * 120}.") == []


def test_a_broken_paragraph_is_found():
    assert broken("一行目は\n二行目に続く。\n") == [2]
    assert broken("1. 項目は\n   次の行に続く。\n") == [2]
    assert broken("# 見出し\n本文。\n\n1. 項目\n2. 項目\n\n   ```sh\n   dig\n   ```\n\n   続き。\n| 表 |\n| --- |\n") == []


@pytest.mark.parametrize("text", ["SES の鍵", "鍵は `sesame` で", "鍵 (key)", "[規則](rules.md) を読む", "2 つ", "10 % です"])
def test_a_space_beside_latin_text_is_found(text):
    assert spaced(text) == [1]


@pytest.mark.parametrize("text", ["SESの鍵", "**障害です。** devでは", "10 GiB以上", "1. 鍵", "## 1. 検知", "| 鍵 | `a` |"])
def test_other_spaces_are_taken(text):
    assert spaced(text) == []
