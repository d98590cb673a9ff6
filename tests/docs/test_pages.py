"""The pages say what is so: names and tests exist, rows are complete, counts are right, links lead somewhere."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest

from ..platform.cloudformation import ROOT, TEMPLATES, template

TRACEABILITY = ROOT / "docs" / "traceability.md"
DEVIATIONS = ROOT / "docs" / "deviations.md"
PAGES = [ROOT / name for name in ("README.md", "README.ja.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES = [path for path in PAGES if path.exists()] + sorted((ROOT / "docs").glob("*.md"))

# How many requirements the brief (U) and each document state.
REQUIREMENTS = {"U": 24, "N": 50, "S": 124, "C": 102}
STATES = ("met", "partly", "not yet")
NOT_YET, PARTLY = "not built yet: ", "partly: "

STACKS = ("base", "ses", "ses-dev", "enhanced-kinesis", "monitoring", "security")
LOGICAL_ID = re.compile(rf"({'|'.join(STACKS)})\.(?:(Outputs|Parameters|Conditions)\.)?([A-Z]\w*)")
# Folders and files at the top of the repository: a word in backticks that begins with one is a path.
TOP = {path.name for path in ROOT.iterdir()} - {".git", ".venv", ".launch", ".local-aws", "target"}
# The headings of the network diagram that have content, and the numbers of the other two documents.
SECTIONS = {
    "N": {
        *("diagram", "Base Stack", "SES Stack", "Enhanced-Kinesis Stack", "Monitoring Stack", "Security Stack"),
        *("メール送信フロー", "ログ処理フロー", "監視・アラートフロー", "IP制限", "データ保護", "権限管理"),
        *("本番環境", "開発環境", "オンプレミス → AWS SES", "AWS内部通信", "footer"),
    },
    "S": {
        *("1.1", "1.2", "1.3", "2.1", "2.2", "3.1.1", "3.1.2", "3.1.3", "3.2.1", "3.2.2", "3.2.3"),
        *("3.3.1", "3.3.2", "3.3.3", "3.4.1", "3.4.2", "3.4.3", "4.1", "4.2", "5.1 (incident)", "4.2 (incident)"),
        *("5.1 (compliance)", "5.2 (compliance)", "6.1", "6.2", "7.1.1", "7.1.2", "7.1.3", "7.2.1", "7.2.2"),
        *("7.3.1", "8.1", "8.2", "footer"),
    },
    "C": {
        *("1.1", "1.2", "1.3", "2.1", "2.2", "3.1.1", "3.1.2", "3.1.3", "3.2.1", "3.3.1", "3.3.2", "3.4.1", "3.5.1"),
        *("3.6.1", "4.1", "4.2", "4.3", "4.4", "5.1", "5.2", "6.1", "6.2", "6.3", "7.1", "7.2", "8.1", "8.2"),
        *("9.1", "9.2", "10.1", "10.2", "footer"),
    },
}


class Row(NamedTuple):
    line: int
    id: str
    cells: tuple[str, ...]

    @property
    def state(self) -> str:
        where = self.cells[2]
        return "not yet" if where.startswith(NOT_YET) else "partly" if where.startswith(PARTLY) else "met"


class Table(NamedTuple):
    title: str
    heading: tuple[str, ...]
    rows: tuple[Row, ...]
    after: str  # the first line of text behind it


def tables_of(text: str) -> list[Table]:
    tables, title, lines = [], "", text.splitlines()
    index = 0
    while index < len(lines):
        if lines[index].startswith("#"):
            title = lines[index].lstrip("# ")
        if not lines[index].startswith("|"):
            index += 1
            continue
        start = index
        while index < len(lines) and lines[index].startswith("|"):
            index += 1
        cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[start:index]]
        assert all(set(cell) <= set(":- ") for cell in cells[1]), f"{title}: no rule below the heading"
        rows = [Row(start + number + 1, cell[0], cell) for number, cell in enumerate(cells) if number > 1]
        after = next((line for line in lines[index:] if line.strip()), "")
        tables.append(Table(title, cells[0], tuple(rows), after))
    return tables


def requirement_tables() -> list[Table]:
    return [table for table in tables_of(TRACEABILITY.read_text(encoding="utf-8")) if table.heading[0] == "id"]


def rows() -> list[Row]:
    return [row for table in requirement_tables() for row in table.rows]


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def section(id: str, kind: str | None) -> dict:
    return template(TEMPLATES / f"{id}.yaml").get(kind or "Resources", {})


@cache
def names_in(path: Path) -> set[str]:
    """The tests of a file: Python functions, classes and their methods; Rust functions."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".rs":
        return set(re.findall(r"#\[test\]\s*(?:#\[[^\]]*\]\s*)*fn (\w+)\(", text))
    names = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            names.add(node.name)
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            methods = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
            names |= {f"{node.name}::{name}" for name in methods if name.startswith("test")} | {node.name}
    return names


def problem_with(word: str) -> str | None:
    """What is wrong with a word in backticks, if it is a logical id, a path or a test."""
    if match := LOGICAL_ID.fullmatch(word):
        stack, kind, id = match.groups()
        return None if id in section(stack, kind) else f"{stack}.yaml has no {kind or 'resource'} {id}"
    path, _, name = word.partition("::")
    if path.split("/")[0] not in TOP:
        is_test = name and re.fullmatch(r"[\w./-]+\.\w+", path)
        return f"`{word}` names no file" if is_test else None
    if not (ROOT / path).is_file() if name else not (ROOT / path).exists():
        return f"no file {path}"
    return f"{path} has no test {name}" if name and name not in names_in(ROOT / path) else None


# --- What finds mistakes, finds them ---


@pytest.mark.parametrize(
    "word",
    [
        "base.NoSuchBucket",
        "ses-dev.SESEmailIdentity",
        "ses.Outputs.SESEmailIdentity",
        "tests/platform/test_nothing.py",
        "tests/docs/test_pages.py::test_nothing",
        "tests/platform/test_templates.py::TestBucket::test_nothing",
        "tests/cli/validate.rs::refused",
        "tests/cli::refused",
        "nowhere/test_pages.py::test_links_lead_to_files",
    ],
)
def test_a_wrong_name_is_found(word):
    assert problem_with(word)


@pytest.mark.parametrize(
    "word",
    [
        "base.RawLogsBucket",
        "ses.Outputs.SMTPEndpoint",
        "security.Conditions.EnableJapaneseSecurityCondition",
        "tests/platform/test_templates.py::TestBucket::test_is_encrypted",
        "tests/cli/validate.rs::config_files",
        "ses:configuration-set",
        "AWS::SES::EmailIdentity",
        "${AWS::Region}",
    ],
)
def test_a_right_name_is_taken(word):
    assert problem_with(word) is None


# --- traceability.md ---


def test_each_requirement_stands_exactly_once():
    expected = [f"{letter}-{number:02}" for letter, count in REQUIREMENTS.items() for number in range(1, count + 1)]
    counted = Counter(row.id for row in rows())
    assert [id for id in expected if counted[id] != 1] == []
    assert sorted(set(counted) - set(expected)) == []


@pytest.mark.parametrize("table", requirement_tables(), ids=lambda table: table.title)
class TestTable:
    def test_has_four_columns_and_one_document(self, table):
        assert table.heading == ("id", "requirement", "where", "test")
        for row in table.rows:
            assert len(row.cells) == 4, row
            assert all(row.cells), row
        assert len({row.id[0] for row in table.rows}) == 1

    def test_is_in_order(self, table):
        ids = [row.id for row in table.rows]
        assert ids == sorted(ids, key=lambda id: int(id[2:]))

    def test_count_is_right(self, table):
        counted = Counter(row.state for row in table.rows)
        assert table.after == f"Met {counted['met']}, partly {counted['partly']}, not yet {counted['not yet']}."


def test_sum_of_the_counts_is_right():
    [table] = [table for table in tables_of(TRACEABILITY.read_text(encoding="utf-8")) if table.heading[1:] == STATES]
    expected = []
    for letter in REQUIREMENTS:
        counted = Counter(row.state for row in rows() if row.id[0] == letter)
        expected.append((letter, *(str(counted[state]) for state in STATES)))
    counted = Counter(row.state for row in rows())
    expected.append(("all", *(str(counted[state]) for state in STATES)))
    assert [row.cells for row in table.rows] == expected


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.id)
class TestRow:
    def test_what_it_names_exists(self, row):
        assert [problem for problem in map(problem_with, quoted(" ".join(row.cells))) if problem] == []

    def test_tests_prove_what_is_built_and_nothing_else(self, row):
        where, proof = row.cells[2:]
        if row.state == "not yet":
            assert proof == "–"
            assert len(where) > len(NOT_YET)
            return
        tests = [word for word in quoted(proof) if word.startswith(("tests/", "src/"))]
        assert tests and tests == quoted(proof)
        # The place says where, not only in words.
        assert quoted(where)


def test_the_three_documents_are_named_with_their_dates():
    [table] = [t for t in tables_of(TRACEABILITY.read_text(encoding="utf-8")) if t.heading[0] == "letter"]
    named = {row.id: " ".join(row.cells) for row in table.rows}
    assert set(named) == set(REQUIREMENTS)
    for letter, words in {
        "N": ("network diagram", "2.0", "December 2024", "none"),
        "S": ("security design", "2.0", "3 September 2025"),
        "C": ("CloudFormation template design", "1.0", "December 2024", "January 2025"),
    }.items():
        for word in words:
            assert word in named[letter], (letter, word)


# --- deviations.md ---


def deviation_tables() -> list[Table]:
    return tables_of(DEVIATIONS.read_text(encoding="utf-8"))


def names_a_section(text: str) -> bool:
    """Every part of "N データ保護, S 3.3.1" is a document and a section of it."""
    parts = [part.partition(" ") for part in text.split(", ")]
    return all(name in SECTIONS.get(letter, ()) for letter, _, name in parts)


def test_deviations_are_tables_of_four_columns_and_decisions_of_two():
    headings = {table.heading for table in deviation_tables()}
    assert headings == {("section", "the document says", "the product does", "why"), ("section", "decided")}


@pytest.mark.parametrize("table", deviation_tables(), ids=lambda table: table.title)
def test_deviations_name_sections_of_the_three_documents(table):
    for row in table.rows:
        assert len(row.cells) == len(table.heading) and all(row.cells), row
        assert names_a_section(row.id), row


@pytest.mark.parametrize("text", ["X 1", "S", "U", "S three", "S 3.1.3, 4", "N nowhere", "S 5.1", "C 11.1"])
def test_what_is_no_section_is_found(text):
    assert not names_a_section(text)


def test_deviations_name_only_what_exists():
    text = DEVIATIONS.read_text(encoding="utf-8")
    assert [problem for problem in map(problem_with, quoted(text)) if problem] == []
    assert len([word for word in quoted(text) if LOGICAL_ID.fullmatch(word)]) > 30


# --- Every page ---


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:|#", target):
            continue
        path = unquote(target.partition("#")[0])
        assert (page.parent / path).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("page", [TRACEABILITY, DEVIATIONS], ids=lambda page: page.name)
def test_another_page_leads_here(page):
    targets = {
        (other.parent / target.partition("#")[0]).resolve()
        for other in PAGES
        if other != page
        for target in re.findall(r"\]\(([^):\s]+)\)", other.read_text(encoding="utf-8"))
    }
    assert page in targets


def test_network_diagram_shows_five_stacks_in_seven_colours():
    text = (ROOT / "docs" / "platform.md").read_text(encoding="utf-8")
    [diagram] = re.findall(r"(?ms)^```mermaid\ngraph TB\n(.*?)^```", text)
    stacks = re.findall(r'subgraph \w+\["(.+?) stack"\]', diagram)
    assert [name.lower() for name in stacks] == ["base", "ses", "enhanced-kinesis", "monitoring", "security"]
    classes = re.findall(r"classDef (\w+) ", diagram)
    assert len(classes) == 7
    assert sorted(re.findall(r"(?m)^ *class \S+ (\w+)$", diagram)) == sorted(classes)
    for word in ("People", "Internet", "202.217.0.0/16", "Alert topic", "Administrators"):
        assert word in diagram


def test_contributors_learn_which_template_is_for_what():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    [sentence] = re.findall(r"(?s)Which template to touch for which purpose:.*?\.\n", text)
    for name in ("security", "ses", "monitoring", "enhanced-kinesis", "base"):
        assert f"`{name}`" in sentence
