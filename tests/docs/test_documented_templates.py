"""cfn-lint takes the templates of `tests/fixtures/documented/` as well: nothing in them is wrong, so sesame may say nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
DOCUMENTED = ROOT / "tests" / "fixtures" / "documented"

# What cfn-lint cannot judge: a macro of one's own and an included file may add anything, and it does not know the section
# `Hooks`.
NOT_JUDGED = {"macros", "include", "blue-green"}


def templates() -> list[str]:
    found = sorted(DOCUMENTED.glob("*/templates/*.yaml")) + sorted(DOCUMENTED.glob("*/templates/*.json"))
    return [str(path.relative_to(ROOT)) for path in found if path.parts[-3] not in NOT_JUDGED]


TEMPLATE = """
Parameters:
  Env: {Type: String, Default: dev}
Mappings:
  Sizes: {dev: {days: '7'}, prod: {days: '90'}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {DisplayName: %s}
"""


def refused(names: list[str], folder: Path) -> set[str]:
    """The templates in which cfn-lint finds an error."""
    command = [Path(sys.executable).with_name("cfn-lint"), "--regions", "eu-west-1", "--format", "json"]
    options = ["--ignore-checks", "W", "I", "--"]
    run = subprocess.run([*command, *options, *names], cwd=folder, capture_output=True, text=True, check=False)
    return {finding["Filename"] for finding in json.loads(run.stdout)}


def test_cfn_lint_finds_no_error() -> None:
    names = templates()
    assert len(names) > 30
    assert refused(names, ROOT) == set()


def test_cfn_lint_takes_the_same_calls(tmp_path: Path) -> None:
    calls = yaml.safe_load((ROOT / "tests" / "fixtures" / "calls.yaml").read_text())
    files = {f"{kind}-{index}.yaml": call for kind, of in calls.items() for index, call in enumerate(of)}
    for name, call in files.items():
        (tmp_path / name).write_text(TEMPLATE % call)
    wrong = {name for name in files if name.startswith("wrong")}
    found = refused(list(files), tmp_path)
    assert {files[name] for name in found ^ wrong} == set()
