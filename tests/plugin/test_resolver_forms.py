"""Resolvers and hooks that Sceptre stops at, or passes over: the binary says so before."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sceptre.config.reader import ConfigReader
from sceptre.context import SceptreContext
from sceptre.exceptions import InvalidAWSCredentialsError
from sceptre.hooks import execute_hooks

SESAME = Path(sys.executable).parent / "sesame"
TEMPLATE = "Parameters: {A: {Type: String, Default: x}}\nResources: {T: {Type: 'AWS::SNS::Topic'}}\nOutputs: {O: {Value: x}}\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for folder in ("config", "templates"):
        (tmp_path / folder).mkdir()
    (tmp_path / "config/config.yaml").write_text("project_code: pc\nregion: eu-west-1\n")
    (tmp_path / "templates/t.yaml").write_text(TEMPLATE)
    (tmp_path / "config/b.yaml").write_text("template: {path: t.yaml, type: file}\n")
    return tmp_path


def write(project, more):
    (project / "config/a.yaml").write_text(f"template: {{path: t.yaml, type: file}}\n{more}\n")


def stack(project):
    """The stack as Sceptre makes it, its parameters resolved; nothing here reaches AWS."""
    stacks, _ = ConfigReader(SceptreContext(str(project), "a.yaml")).construct_stacks()
    [one] = [one for one in stacks if one.name == "a"]
    return one


def rules(project):
    run = subprocess.run([SESAME, "check", "--dir", project, "--format", "json"], capture_output=True, text=True, check=False)
    return {found["rule"] for found in json.loads(run.stdout)["findings"] if found["severity"] != "info"}


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("!stack_output b.yaml:O", "resolver-form"),
        ("!stack_output b.yaml", "resolver-form"),
        ("!stack_output b.yaml::O::P", "resolver-form"),
        ("!stack_output_external other", "resolver-form"),
        ("!stack_output_external other:O", "resolver-form"),
        ("!stack_outptu b.yaml::O", "resolver-form"),
        ("!Join ['', [a]]", "resolver-form"),
        ("!stack_attr project_cod", "resolver"),
    ],
)
def test_what_sceptre_stops_at_is_found(project, value, rule):
    write(project, f"parameters: {{A: {value}}}")
    with pytest.raises(Exception) as stopped:  # noqa: PT011 - each of them has an exception of its own
        assert stack(project).parameters["A"] is not None
    assert stopped.type is not InvalidAWSCredentialsError, "it was about to ask AWS"
    assert rules(project) == {rule}


@pytest.mark.parametrize("value", ["!stack_attr project_code", "!join ['', [a]]", "x"])
def test_what_sceptre_takes_is_left_alone(project, value):
    write(project, f"parameters: {{A: {value}}}")
    assert stack(project).parameters["A"]
    assert rules(project) == set()


@pytest.mark.parametrize("hooks", ["!cmd 'touch ran'", "[touch ran]", "{a: !cmd 'touch ran'}"])
def test_hooks_that_never_run_are_found(project, hooks, monkeypatch):
    monkeypatch.chdir(project)
    write(project, f"hooks: {{before_create: {hooks}}}")
    execute_hooks(stack(project).hooks.get("before_create"))
    assert not (project / "ran").exists()
    assert "hook" in rules(project)


def test_hooks_in_a_list_run(project, monkeypatch):
    monkeypatch.chdir(project)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")  # which `!cmd` hands on to the command
    write(project, "hooks: {before_create: [!cmd 'touch ran']}")
    execute_hooks(stack(project).hooks.get("before_create"))
    assert (project / "ran").exists()
    assert "hook" not in rules(project)
