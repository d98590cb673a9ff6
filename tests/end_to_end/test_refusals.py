"""What must not be launched: the hook stops it before CloudFormation is asked for anything."""

import re
from collections.abc import Iterator

import pytest

from .aws import Aws
from .project import Project, refusal

PROD_CONFIG = "sceptre/config/prod/config.yaml"

# What is written in place of what, how the key is called in the message, and what the message says of it.
BAD_VALUES = {
    "mail server with an impossible prefix": (
        "202.217.75.98/32",
        "202.217.75.98/33",
        "environment.networks.mail_servers[0]: got `202.217.75.98/33`",
        "prefix length 33 is greater than 32",
    ),
    "retention that CloudWatch Logs does not offer": (
        "log_days: 90",
        "log_days: 91",
        "environment.retention.log_days: got `91`",
        "did you mean 90?",
    ),
    "number in place of a switch": (
        "japanese_compliance: true",
        "japanese_compliance: 1",
        "environment.features.japanese_compliance: got `1`",
        "expected",
    ),
}


def made(aws: Aws) -> list[str]:
    """Everything that a launch could have left behind at once: stacks, also deleted ones, and buckets."""
    stacks = aws.all("cloudformation", "list_stacks", "StackSummaries")
    return [stack["StackName"] for stack in stacks] + [each["Name"] for each in aws.s3.list_buckets()["Buckets"]]


@pytest.fixture(autouse=True)
def nothing_is_made(empty_aws: Aws) -> Iterator[None]:
    assert made(empty_aws) == []
    yield
    assert made(empty_aws) == []


def assert_log_is_clean(stderr: str) -> None:
    """Sceptre's own log, as far as it got, and nothing else."""
    assert [line for line in stderr.splitlines() if not re.match(r"\[[^]]+\] - prod/base - ", line)] == []
    assert "Creating Stack" not in stderr


@pytest.mark.parametrize("bad", BAD_VALUES)
def test_a_bad_value_is_stopped_by_the_hook(project: Project, bad: str) -> None:
    old, new, where, why = BAD_VALUES[bad]
    line = project.replace(PROD_CONFIG, old, new)
    stopped = project.sceptre("launch", "prod", "-y")
    message = refusal(stopped)
    assert re.match(rf"prod/base: before_create: config/prod/config\.yaml:{line}:\d+: {re.escape(where)}", message)
    assert why in message
    assert_log_is_clean(stopped.stderr)


def test_of_several_problems_all_are_shown_and_the_last_line_names_one(project: Project) -> None:
    line = project.replace(PROD_CONFIG, "[202.217.75.98/32, 202.217.75.91/32]", "[10.0.0.5/32, 203.0.114.5/32]")
    stopped = project.sceptre("launch", "prod", "-y")
    message = refusal(stopped)
    assert message.startswith(f"prod/base: before_create: config/prod/config.yaml:{line}:")
    assert "got `10.0.0.5/32`" in message and message.endswith("(and 1 more problem above)")
    assert "203.0.114.5/32 is not inside 202.217.0.0/16" in stopped.stderr
    assert "10.0.0.5/32 is part of 10.0.0.0/8, which is private" in stopped.stderr
    assert stopped.stderr.count("error[environment]:") == 2


def test_a_stale_template_is_stopped_by_the_hook(project: Project) -> None:
    line = project.replace(
        "sceptre/templates/base.yaml", "Description: Log buckets, trail and recorder", "Description: by hand"
    )
    stopped = project.sceptre("launch", "prod", "-y")
    assert refusal(stopped) == (
        f"prod/base: before_create: templates/base.yaml:{line}: differs from what `base.yaml.j2` renders to; "
        "run `sesame render base.yaml`"
    )
    assert_log_is_clean(stopped.stderr)


def test_a_template_that_was_not_rendered_again_is_stopped_by_the_hook(project: Project) -> None:
    project.replace("templates/base.yaml.j2", "Description: Log buckets, trail", "Description: All log buckets of")
    assert "differs from what `base.yaml.j2` renders to" in refusal(project.sceptre("launch", "prod", "-y"))


def test_make_launch_stops_at_validation(project: Project) -> None:
    line = project.replace(PROD_CONFIG, "202.217.75.98/32", "202.217.75.98/33")
    stopped = project.launch("prod")
    output = stopped.stdout + stopped.stderr
    assert stopped.returncode == 1
    assert stopped.stderr.splitlines()[-1] == "launch stopped: prod is not valid, see above"
    assert f"sceptre/config/prod/config.yaml:{line}:" in output and "202.217.75.98/33" in output
    assert "Traceback" not in output and "sceptre launch" not in output
    assert not (project.folder / ".launch").exists()


def test_make_launch_stops_at_a_stale_template(project: Project) -> None:
    project.replace("sceptre/templates/ses.yaml", "Description: SES identity", "Description: Our identity")
    stopped = project.launch("prod")
    assert stopped.returncode == 1
    assert stopped.stderr.splitlines()[-1] == "launch stopped: the rendered templates are not current, see above"
    assert "sceptre/templates/ses.yaml" in stopped.stdout + stopped.stderr
    assert not (project.folder / ".launch").exists()


def test_make_launch_goes_to_this_machine_only(project: Project) -> None:
    project.endpoint = "http://192.0.2.1:5000"
    stopped = project.launch("prod")
    assert stopped.returncode == 1
    assert "http://192.0.2.1:5000 is not on this machine" in stopped.stderr


def test_verifying_a_stack_without_an_answer_says_where_it_asked(project: Project) -> None:
    project.endpoint = "http://127.0.0.1:1"
    asked = project.sesame("hook", "verify-stack", "prod/ses.yaml")
    assert asked.returncode == 1
    assert "Traceback" not in asked.stdout + asked.stderr
    assert len(asked.stderr.splitlines()) == 1 and "http://127.0.0.1:1" in asked.stderr


def test_an_environment_with_the_identity_of_another_one_rotates_no_dkim_key(project: Project) -> None:
    line = project.replace("sceptre/config/dev/config.yaml", "dkim_automation: false", "dkim_automation: true")
    refused = project.sesame("validate", "dev")
    assert refused.returncode == 2
    assert f"sceptre/config/dev/config.yaml:{line}:" in refused.stdout
    assert "the environment that owns the identity rotates its key" in refused.stdout
