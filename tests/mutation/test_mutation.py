"""The mutants themselves: each kind makes some, a sample has every kind, and survivors are told."""

import subprocess
import sys
from pathlib import Path

import pytest

from .change import JSON, REMOVED, Change, changed, removal
from .equivalent import RULES, reason
from .kinds import FAMILIES
from .mutants import Mutant, mutants, of_resource, sample

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def found() -> list[Mutant]:
    return list(mutants())


def test_every_kind_makes_mutants(found):
    wanted = {(family, kind) for family, kinds in FAMILIES.items() for kind in kinds}
    assert {(each.family, each.kind) for each in found} == wanted


def test_no_two_families_have_a_kind_of_one_name():
    names = [kind for kinds in FAMILIES.values() for kind in kinds]
    assert len(set(names)) == len(names)


def test_every_mutant_has_a_line_of_its_own(found):
    by_place = [(each.template, each.id, each.change.path, repr(each.change.value)) for each in found]
    assert len(set(by_place)) == len(by_place)


def test_every_rule_for_equivalent_mutants_is_used():
    """And none leaves out a whole kind."""
    from ..platform.cloudformation import template, template_paths

    used, left = set(), set()
    for path in template_paths():
        for id, resource in template(path)["Resources"].items():
            for _, kind, change in of_resource(resource):
                text = reason(id, resource, kind, change)
                used.add(text)
                left |= set() if text else {kind}
    assert used - {None} == set(RULES)
    assert left == {kind for kinds in FAMILIES.values() for kind in kinds}


def test_a_sample_has_every_kind_and_is_the_same_each_time(found):
    chosen = sample(found, 200, seed=1)
    assert {each.kind for each in chosen} == {each.kind for each in found}
    assert 200 <= len(chosen) <= 300
    assert chosen == sample(found, 200, seed=1) != sample(found, 200, seed=2)


def test_a_mutant_more_of_one_kind_changes_no_other(found):
    fewer = [each for each in found if each.kind != "statistic changed"]
    chosen = [each for each in sample(found, 10, seed=1) if each.kind != "statistic changed"]
    assert [each.kind for each in sample(fewer, 10, seed=1)] == [each.kind for each in chosen]


def test_a_change_leaves_the_original_as_it_was():
    resource = {"Properties": {"List": [1, 2], "Policy": '{"Statement": [{"Effect": "Allow"}]}'}}
    assert changed(resource, ("Properties", "List", 0), REMOVED) == {
        "Properties": {"List": [2], "Policy": resource["Properties"]["Policy"]}
    }
    path = ("Properties", "Policy", JSON, "Statement", 0, "Effect")
    assert changed(resource, path, "Deny")["Properties"]["Policy"] == '{"Statement": [{"Effect": "Deny"}]}'
    assert resource["Properties"]["List"] == [1, 2]


def test_a_branch_of_a_condition_becomes_nothing():
    assert removal(("Properties", "Fn::If", 1)) == Change(("Properties", "Fn::If", 1), {"Ref": "AWS::NoValue"})


def run(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.mutation", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_survivors_are_listed_and_fail(tmp_path):
    """Tests that see nothing, and one that reads what it is about."""
    (tmp_path / "test_nothing.py").write_text("def test_nothing():\n    pass\n")
    result = run("--only", "TrailRole: effect flipped", "--tests", str(tmp_path))
    assert result.returncode == 1
    assert "survives: base TrailRole: effect flipped: Properties.AssumeRolePolicyDocument.Statement.0.Effect" in result.stdout
    assert "2 mutants, 2 survive" in result.stdout

    (tmp_path / "test_reads.py").write_text(
        "from tests.platform.cloudformation import stack\n"
        "def test_trust():\n"
        "    properties = stack('prod', 'base').properties('TrailRole')\n"
        "    assert properties['AssumeRolePolicyDocument']['Statement'][0]['Effect'] == 'Allow'\n"
    )
    result = run("--only", "TrailRole: effect flipped", "--tests", str(tmp_path), "--verbose")
    assert result.returncode == 1
    assert "by " in result.stdout and "test_reads.py::test_trust" in result.stdout
    assert "2 mutants, 1 survive" in result.stdout


def test_tests_that_fail_without_a_mutant_are_an_error(tmp_path):
    (tmp_path / "test_fails.py").write_text("def test_fails():\n    assert False\n")
    result = run("--only", "TrailRole: effect flipped", "--tests", str(tmp_path))
    assert result.returncode == 2
    assert "test_fails" in result.stdout + result.stderr
