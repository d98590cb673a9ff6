"""The benchmark works: its projects are sound, and it measures and writes what it says. How fast anything is, is no test."""

import filecmp
import os
import subprocess
import sys
from pathlib import Path

import pytest

from . import page
from .measure import Command, Failed, measure
from .project import write_project

ROOT = Path(__file__).parents[2]
SESAME = ROOT / ".venv/sceptre/bin/sesame"


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_the_same_size_makes_the_same_project(tmp_path):
    write_project(tmp_path / "one", 23)
    write_project(tmp_path / "two", 23)
    names = files_of(tmp_path / "one")
    assert names == files_of(tmp_path / "two")
    assert filecmp.cmpfiles(tmp_path / "one", tmp_path / "two", names, shallow=False)[0] == names


def test_stacks_have_real_templates_and_refer_to_others(tmp_path):
    write_project(tmp_path, 23)
    stacks = [path for path in (tmp_path / "config").rglob("service-*.yaml")]
    templates = [path.read_text().splitlines() for path in (tmp_path / "templates").rglob("*.yaml")]
    assert len(stacks) == len(templates) == 23
    assert all(280 <= len(lines) <= 330 for lines in templates)
    assert all(20 <= sum(line.startswith("    Type: AWS::") for line in lines) <= 22 for lines in templates)
    assert sum("!stack_output" in path.read_text() for path in stacks) == 22
    assert sum("Fn::ImportValue" in line for lines in templates for line in lines) == 22


def test_templates_can_be_shared(tmp_path):
    write_project(tmp_path, 30, stacks_per_template=10)
    assert len(list((tmp_path / "templates").rglob("*.yaml"))) == 4


@pytest.mark.parametrize(("size", "shared"), [(1, 1), (2, 1), (50, 1), (50, 10)])
def test_projects_are_clean(tmp_path, size, shared):
    write_project(tmp_path, size, shared)
    checked = subprocess.run([SESAME, "check", "--dir", tmp_path], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, f"{size} stack{'s' * (size > 1)} checked: no problems\n")


def test_a_command_that_fails_is_not_measured(tmp_path):
    with pytest.raises(Failed, match="exit code 3"):
        measure(Command(("/bin/sh", "-c", "exit 3"), tmp_path), 1)


def test_a_page_without_markers_is_left_alone(tmp_path):
    path = tmp_path / "page.md"
    path.write_text("# Notes\n")
    with pytest.raises(ValueError, match="missing"):
        page.write(path, "numbers")
    assert path.read_text() == "# Notes\n"


def test_a_run_writes_the_tables_and_keeps_what_people_wrote(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(f"# Mine\n\n{page.BEGIN}\nold\n{page.END}\n\nKept.\n")
    subprocess.run(
        [sys.executable, "-m", "tests.bench", "--sizes", "5", "--runs", "1", "--output", "page.md"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=300,
    )
    text = path.read_text()
    assert text.startswith(f"# Mine\n\n{page.BEGIN}\n") and text.endswith(f"{page.END}\n\nKept.\n")
    assert "old" not in text
    for row in ("the mail tree", "5 stacks", "`sesame --version`", "resolver `!sesame", "hook `!sesame"):
        [line] = [line for line in text.splitlines() if line.startswith(f"| {row}")]
        assert line.count("|") >= 4
