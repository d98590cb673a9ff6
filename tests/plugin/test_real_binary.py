"""Sceptre, the plugin and the binary together, as they are installed: what reaches CloudFormation, and what does not."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SMALL = Path(__file__).parents[1] / "fixtures" / "small"
STACK = "demo-prod-mail"


@pytest.fixture
def project(tmp_path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "small"))


@pytest.fixture
def sceptre(project, cloudformation):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SESAME_", "PYTHON"))}
    environment = {
        **kept,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_ENDPOINT_URL": cloudformation.url,
    }

    def run(*arguments):
        return subprocess.run(
            [Path(sys.executable).parent / "sceptre", "--no-colour", *arguments],
            cwd=project / "sceptre",
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def asked(cloudformation) -> list[str]:
    return [action for action, _ in cloudformation.actions if not action.startswith("Describe")]


def spoil(project: Path) -> None:
    file = project / "sceptre" / "config" / "prod" / "config.yaml"
    text = file.read_text(encoding="utf-8")
    assert "202.217.75.98/32" in text
    file.write_text(text.replace("202.217.75.98/32", "10.9.8.7/32"), encoding="utf-8")


CHANGES = [
    ("update", "--change-set", "--yes", "prod/mail.yaml"),
    ("create", "--yes", "prod/mail.yaml", "mine"),
    ("launch", "--yes", "prod/mail.yaml"),
    ("create", "--yes", "prod/mail.yaml"),
    ("update", "--yes", "prod/mail.yaml"),
]


@pytest.mark.parametrize("command", CHANGES, ids=" ".join)
@pytest.mark.parametrize("exists", [True, False], ids=["there", "new"])
def test_no_way_to_change_a_stack_gets_past_the_hooks(project, sceptre, cloudformation, command, exists):
    if exists:
        cloudformation.stacks.add(STACK)
    spoil(project)
    refused = sceptre(*command)
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "environment.networks.mail_servers[0]: got `10.9.8.7/32`" in refused.stdout + refused.stderr
    assert asked(cloudformation) == []


@pytest.mark.parametrize("exists", [True, False], ids=["there", "new"])
def test_a_change_set_is_checked_before_it_is_made_and_verified_after_it_ran(sceptre, cloudformation, exists):
    if exists:
        cloudformation.stacks.add(STACK)
    made = sceptre("create", "--yes", "prod/mail.yaml", "mine")
    assert made.returncode == 0, made.stdout + made.stderr
    assert "prod/mail - sesame before_create_change_set: 5 parameters valid, template is current" in made.stderr
    executed = sceptre("execute", "--yes", "prod/mail.yaml", "mine")
    assert executed.returncode == 0, executed.stdout + executed.stderr
    assert "prod/mail - sesame after_execute_change_set: CREATE_COMPLETE" in executed.stderr
    assert asked(cloudformation) == ["CreateChangeSet", "ExecuteChangeSet"]


def test_a_change_set_that_was_not_executed_is_said(sceptre, cloudformation):
    """Sceptre itself writes a line and goes on, as if nothing had happened."""
    cloudformation.in_review.add(STACK)
    cloudformation.refused.add("ExecuteChangeSet")
    executed = sceptre("execute", "--yes", "prod/mail.yaml", "mine")
    assert executed.returncode == 1, executed.stdout + executed.stderr
    assert f"stack `{STACK}` has only a change set, which was not executed" in executed.stdout + executed.stderr


def with_template_bucket(project: Path) -> None:
    file = project / "sceptre" / "config" / "config.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "template_bucket_name: templates\n", encoding="utf-8")


@pytest.mark.parametrize("command", CHANGES, ids=" ".join)
def test_no_template_goes_to_a_bucket_of_somebody_else(project, sceptre, cloudformation, command):
    with_template_bucket(project)
    cloudformation.stacks.add(STACK)
    cloudformation.buckets["templates"] = "999988887777"
    refused = sceptre(*command)
    assert refused.returncode == 1, refused.stdout + refused.stderr
    assert "the template bucket `templates` is not of account 111122223333" in refused.stdout
    assert asked(cloudformation) == []


def test_sceptre_makes_a_template_bucket_that_is_not_there(project, sceptre, cloudformation):
    with_template_bucket(project)
    for made in (["CreateBucket", "PutObject", "CreateStack"], ["PutObject", "UpdateStack"]):
        cloudformation.actions.clear()
        launched = sceptre("launch", "--yes", "prod/mail.yaml")
        assert launched.returncode == 0, launched.stdout + launched.stderr
        assert asked(cloudformation) == made


@pytest.mark.parametrize("kind", ["s3", "http"])
def test_a_template_from_elsewhere_is_not_called_checked(project, sceptre, cloudformation, kind):
    cloudformation.template = (project / "sceptre" / "templates" / "mail.yaml").read_text(encoding="utf-8")
    where = {"s3": "path: bucket/mail.yaml", "http": f"url: {cloudformation.url}/mail.yaml"}[kind]
    file = project / "sceptre" / "config" / "prod" / "mail.yaml"
    text = file.read_text(encoding="utf-8").replace("  path: mail.yaml\n  type: file\n", f"  type: {kind}\n  {where}\n")
    file.write_text(text, encoding="utf-8")
    launched = sceptre("launch", "--yes", "prod/mail.yaml")
    assert launched.returncode == 0, launched.stdout + launched.stderr
    (line,) = [line for line in launched.stderr.splitlines() if "sesame before_create" in line]
    assert line.endswith(
        f"5 parameters fit the template of type `{kind}` (no schema looked at), "
        f"template of type `{kind}` not compared with a source"
    )
