"""Values of stack files that Sceptre hands on as they stand: what botocore's own model of CloudFormation refuses, or Sceptre
itself stumbles over, the binary finds."""

import json
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ParamValidationError
from botocore.validate import ParamValidator
from sceptre.config.reader import ConfigReader
from sceptre.context import SceptreContext
from sceptre.plan.actions import StackActions

SESAME = Path(sys.executable).parent / "sesame"
MODEL = boto3.client("cloudformation", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x").meta.service_model


class Asked(Exception):
    """The call would go out."""


class Connections:
    """Looks at each call as boto3 would, and makes none."""

    def call(self, service, command, kwargs=None, **_):
        assert (service, command) == ("cloudformation", "create_stack")
        report = ParamValidator().validate(kwargs, MODEL.operation_model("CreateStack").input_shape)
        if report.has_errors():
            raise ParamValidationError(report=report.generate_report())
        raise Asked


@pytest.fixture
def project(tmp_path):
    for folder in ("config", "templates"):
        (tmp_path / folder).mkdir()
    (tmp_path / "config/config.yaml").write_text("project_code: pc\nregion: eu-west-1\n")
    (tmp_path / "templates/t.yaml").write_text("Resources: {T: {Type: 'AWS::SNS::Topic'}}\n")
    return tmp_path


def create(project, value):
    """What comes of a launch of a stack with this value, as far as it is decided before AWS is asked."""
    (project / "config/a.yaml").write_text(f"template: {{path: t.yaml, type: file}}\n{value}\n")
    [stack], _ = ConfigReader(SceptreContext(str(project), "a.yaml")).construct_stacks()
    actions = StackActions(stack)
    actions.connection_manager = Connections()
    actions.create()


def rules(project):
    run = subprocess.run([SESAME, "check", "--dir", project, "--format", "json"], capture_output=True, text=True, check=False)
    return {found["rule"] for found in json.loads(run.stdout)["findings"] if found["severity"] != "info"}


@pytest.mark.parametrize(
    "value",
    [
        "stack_timeout: ten",
        "stack_timeout: '10'",
        "stack_timeout: 1.5",
        "stack_timeout: -5",
        "stack_tags: [a]",
        "stack_tags: text",
        "notifications: arn:aws:sns:eu-west-1:111122223333:t",
        "notifications: [12]",
        "on_failure: 12",
        "cloudformation_service_role: 12",
        "cloudformation_service_role: [a]",
    ],
)
def test_what_is_refused_before_aws_is_asked_is_found(project, value):
    with pytest.raises(Exception) as stopped:  # noqa: PT011 - Sceptre stumbles with many exceptions
        create(project, value)
    assert stopped.type is not Asked
    assert rules(project) == {"stack-value"}


@pytest.mark.parametrize(
    "value",
    [
        "stack_timeout: 10",
        "stack_tags: {A: b, C: 1, D: yes}",
        "notifications: ['arn:aws:sns:eu-west-1:111122223333:t']",
        "on_failure: DELETE",
        "cloudformation_service_role: arn:aws:iam::111122223333:role/a",
        "profile: null",
    ],
)
def test_what_is_taken_is_left_alone(project, value):
    with pytest.raises(Asked):
        create(project, value)
    assert rules(project) <= {"yaml-1.1"}
