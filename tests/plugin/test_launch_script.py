"""scripts/launch.py on a small project, with Sceptre, the plugin and a CloudFormation that is not AWS."""

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import TEMPLATE, script

SCRIPT = Path(__file__).parents[2] / "scripts" / "launch.py"
STACK = """\
template: {{path: ses.yaml, type: file}}
hooks:
  before_create: [!sesame {point}]
  after_create: [!sesame after_create]
  before_update: [!sesame before_update]
  after_update: [!sesame after_update]
"""
# In place of the `sesame` command: each subcommand ends with the code that the test asked for.
COMMAND = '#!/bin/sh\neval "exit \\${FAKE_$1:-0}"\n'


@pytest.fixture
def project(tmp_path):
    """A repository with a copy of the script, the stacks prod/ses and dev/ses, and an installation of its own."""
    shutil.copytree(SCRIPT.parent, tmp_path / "scripts")
    for name in ("prod", "dev"):
        (tmp_path / "sceptre" / "config" / name).mkdir(parents=True)
        (tmp_path / "sceptre" / "config" / name / "ses.yaml").write_text(STACK.format(point="before_create"))
    (tmp_path / "sceptre" / "config" / "config.yaml").write_text("project_code: ses\nregion: ap-northeast-1\n")
    (tmp_path / "sceptre" / "templates").mkdir()
    (tmp_path / "sceptre" / "templates" / "ses.yaml").write_text(TEMPLATE)
    scripts = tmp_path / "bin"
    scripts.mkdir()
    (scripts / "python").symlink_to(sys.executable)
    (scripts / "sesame").write_text(COMMAND)
    (scripts / "sceptre").write_text(script("from sceptre.cli import cli\ncli()\n"))
    for name in ("sesame", "sceptre"):
        (scripts / name).chmod(0o755)
    return tmp_path


@pytest.fixture
def launch(project, sceptre_environment, cloudformation):
    def run(*arguments, endpoint=True, **variables):
        where = ["--endpoint", cloudformation.url] if endpoint else []
        return subprocess.run(
            [project / "bin" / "python", project / "scripts" / "launch.py", *arguments, *where],
            env={**sceptre_environment, **variables},
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run


def asked(cloudformation, action):
    return [stack for name, stack in cloudformation.actions if name == action]


def test_dev_brings_prod_along_and_a_second_run_updates_nothing(launch, cloudformation, project):
    first = launch("dev")
    assert first.returncode == 0, first.stderr
    assert asked(cloudformation, "CreateStack") == ["ses-prod-ses", "ses-dev-ses"]
    assert "dev needs prod/ses, which is not there yet: launching prod first" in first.stdout
    lines = [line.split() for line in first.stdout.splitlines()]
    for stack in ("prod/ses", "dev/ses"):
        rows = [line for line in lines if line[:1] == [stack]]
        assert [row[1] for row in rows] == ["created", "CREATE_COMPLETE"]
        assert rows[1][3:] == ["before_create:", "0", "parameters", "checked"]
    assert lines.count(["after_create:", "0", "parameters", "checked"]) == 2
    assert "Creating Stack" in (project / ".launch" / "dev.log").read_text()
    assert first.stdout.endswith("next: make test\n")

    second = launch("prod")
    assert second.returncode == 0, second.stderr
    assert "nothing to update: all 1 stacks of prod are as their templates say" in second.stdout
    assert second.stdout.endswith("next: make launch ENV=dev\n")
    assert asked(cloudformation, "CreateStack") == ["ses-prod-ses", "ses-dev-ses"]


def test_a_refusal_is_shown_in_one_line_with_the_log(launch, cloudformation, project):
    (project / "sceptre" / "config" / "prod" / "ses.yaml").write_text(STACK.format(point="refuses"))
    stopped = launch("prod")
    assert stopped.returncode == 1
    assert stopped.stderr.splitlines()[1:] == [
        "launch stopped: prod/ses: refuses: config/prod/ses.yaml:12: `AllowedSourceIPs` "
        "got [31m202.217.75.98/33 [0m",
        "the full log is .launch/prod.log",
    ]
    assert asked(cloudformation, "CreateStack") == []


def test_every_hook_that_failed_is_shown_once(launch, project):
    config = project / "sceptre" / "config" / "prod"
    (config / "ses.yaml").write_text(STACK.format(point="refuses"))
    (config / "logs.yaml").write_text(STACK.format(point="ends-early"))
    stopped = launch("prod")
    assert stopped.returncode == 1
    *shown, log = stopped.stderr.splitlines()[-3:]
    shown[0] = shown[0].removeprefix("launch stopped: ")
    assert sorted(shown) == [
        "prod/logs: ends-early: the binary ended without a result (exit code 3)",
        "prod/ses: refuses: config/prod/ses.yaml:12: `AllowedSourceIPs` got [31m202.217.75.98/33 [0m",
    ]
    assert log == "the full log is .launch/prod.log"
    assert "created" not in stopped.stdout


@pytest.mark.parametrize(
    "variable, code, message",
    [
        ("FAKE_render", "2", "launch stopped: the rendered templates are not current, see above"),
        ("FAKE_validate", "2", "launch stopped: prod is not valid, see above"),
        ("FAKE_validate", "6", "launch stopped: prod is not valid, see above"),
        ("FAKE_validate", "1", "launch stopped: prod is not valid, see above"),
    ],
)
def test_nothing_is_made_before_the_checks(launch, cloudformation, variable, code, message):
    stopped = launch("prod", **{variable: code})
    assert stopped.returncode == 1
    assert stopped.stderr.strip() == message
    assert cloudformation.actions == []


def test_warnings_do_not_stop_a_launch(launch, cloudformation):
    cloudformation.stacks.add("ses-prod-ses")
    assert launch("prod", FAKE_validate="4").returncode == 0


def test_a_real_account_needs_to_be_asked_for(launch, cloudformation):
    stopped = launch("prod", "--endpoint", "https://cloudformation.ap-northeast-1.amazonaws.com", endpoint=False)
    assert stopped.returncode == 1
    assert "is not on this machine (a real account needs REAL_AWS=1)" in stopped.stderr
    assert launch("prod", endpoint=False).returncode == 2
    stopped = launch("prod", "--real-aws", endpoint=False, AWS_ENDPOINT_URL=cloudformation.url)
    assert stopped.returncode == 1
    assert f"AWS_ENDPOINT_URL is {cloudformation.url}: unset it" in stopped.stderr


def test_dev_on_a_real_account_wants_prod_first(launch, cloudformation):
    settings = {"AWS_ENDPOINT_URL_CLOUDFORMATION": cloudformation.url}
    stopped = launch("dev", "--real-aws", endpoint=False, **settings)
    assert stopped.returncode == 1
    assert stopped.stderr.strip() == "launch stopped: dev needs prod/ses, which is not there: launch prod first"
    assert asked(cloudformation, "CreateStack") == []


def test_a_local_launch_takes_nothing_from_the_persons_aws_settings(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.amazonaws.com")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    environment = runpy.run_path(str(SCRIPT))["local_environment"]("http://127.0.0.1:5000")
    assert {name: value for name, value in environment.items() if name.startswith("AWS_")} == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
