"""The table of docs/mistakes.md: which of the mistakes of mistakes.yaml an older sesame, this one and cfn-lint find.

    python -m tests.mistakes.table --before PATH [--write]

PATH is the binary of the older version. Without --write, the table is printed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import yaml

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PAGE = ROOT / "docs" / "mistakes.md"
START, END = "<!-- table -->\n", "<!-- /table -->\n"

# How often a rule says something of a file.
Found = Counter[tuple[str, str, str]]


def mistakes() -> list[tuple[str, dict[str, str]]]:
    """Each mistake, with its kind."""
    kinds = yaml.safe_load((HERE / "mistakes.yaml").read_text())
    return [(kind, mistake) for kind, list_ in kinds.items() for mistake in list_]


def under(project: Path, file: str) -> str:
    """A file of a project, as mistakes.yaml names it."""
    return str(Path(file).resolve().relative_to(project.resolve()))


def sesame(binary: Path) -> Callable[[Path], Found]:
    def run(project: Path) -> Found:
        done = subprocess.run(
            [binary, "--dir", project, "check", "--format", "json"], capture_output=True, text=True, check=False
        )
        if not done.stdout:
            return Counter()
        findings = json.loads(done.stdout)["findings"]
        return Counter((one["rule"], under(project, one["file"]), one["message"]) for one in findings)

    return run


def cfn_lint(project: Path) -> Found:
    """With the parameters' defaults, as it reads templates."""
    templates = sorted(str(path) for path in (project / "templates").iterdir())
    done = subprocess.run(
        [Path(sys.executable).parent / "cfn-lint", "--format", "json", "--", *templates],
        capture_output=True,
        text=True,
        check=False,
    )
    findings = json.loads(done.stdout or "[]")
    return Counter((one["Rule"]["Id"], under(project, one["Filename"]), one["Message"]) for one in findings)


def finds(checker: Callable[[Path], Found]) -> list[str]:
    """For each mistake the rule that a checker finds in its file and not in the right project, or nothing."""
    known = checker(HERE / "project")
    rules = []
    for _, mistake in mistakes():
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder) / "project"
            shutil.copytree(HERE / "project", project)
            file = project / mistake["file"]
            text = file.read_text()
            assert text.count(mistake["right"]), mistake
            file.write_text(text.replace(mistake["right"], mistake["wrong"], 1))
            new = checker(project) - known
        rules.append(next((rule for rule, name, _ in new if name == mistake.get("in", mistake["file"])), ""))
    return rules


def table(before: Path, now: Path) -> str:
    columns = [finds(sesame(before)), finds(sesame(now)), finds(cfn_lint)]
    shown = [[f"`{rule}`" if rule else "–" for rule in column] for column in columns]
    rows = ["| mistake | version 0.1 (c8200c0) | now | cfn-lint |", "| --- | --- | --- | --- |"]
    last = ""
    for (kind, mistake), *found in zip(mistakes(), *shown, strict=True):
        if kind != last:
            rows.append(f"| **{kind}** | | | |")
            last = kind
        rows.append(f"| {mistake['what']} | {' | '.join(found)} |")
    counts = " | ".join(f"**{sum(bool(rule) for rule in column)}**" for column in columns)
    rows.append(f"| **found, of {len(shown[0])}** | {counts} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--now", type=Path, default=ROOT / ".venv/sceptre/bin/sesame")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    made = table(options.before.resolve(), options.now.resolve())
    if options.write:
        head, _, rest = PAGE.read_text().partition(START)
        PAGE.write_text(head + START + made + END + rest.partition(END)[2])
    else:
        print(made, end="")


if __name__ == "__main__":
    main()
