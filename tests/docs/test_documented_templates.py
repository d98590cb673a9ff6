"""cfn-lint takes the templates of `tests/fixtures/documented/` as well: nothing in them is wrong, so sesame may say nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTED = ROOT / "tests" / "fixtures" / "documented"

# What cfn-lint cannot judge: a macro of one's own and an included file may add anything, and it does not know the section
# `Hooks`.
NOT_JUDGED = {"macros", "include", "blue-green"}


def templates() -> list[str]:
    found = sorted(DOCUMENTED.glob("*/templates/*.yaml")) + sorted(DOCUMENTED.glob("*/templates/*.json"))
    return [str(path.relative_to(ROOT)) for path in found if path.parts[-3] not in NOT_JUDGED]


def test_cfn_lint_finds_no_error() -> None:
    names = templates()
    assert len(names) > 30
    command = [Path(sys.executable).with_name("cfn-lint"), "--regions", "eu-west-1", "--ignore-checks", "W", "I", "--"]
    run = subprocess.run([*command, *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
