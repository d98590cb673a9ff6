"""The program's table of AWS's resource types against the packages that it is made of, and its forms of names against AWS's own
models of its APIs (botocore)."""

import re
from datetime import date
from importlib.metadata import version
from typing import Any

import pytest
from botocore.session import get_session
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from scripts.aws_data import resource_types

from .cloudformation import ROOT

TABLE = (ROOT / "src/aws/resource_types.txt").read_text(encoding="utf-8")
NAMES = (ROOT / "src/aws/name.rs").read_text(encoding="utf-8")
ROWS = {columns[0]: columns for columns in (line.split("\t") for line in TABLE.splitlines()[1:])}
# The request and the member of it that gives a name, by type.
REQUESTS = {
    "AWS::CloudWatch::Alarm": ("cloudwatch", "PutMetricAlarm", "AlarmName"),
    "AWS::Events::Rule": ("events", "PutRule", "Name"),
    "AWS::IAM::Group": ("iam", "CreateGroup", "GroupName"),
    "AWS::IAM::InstanceProfile": ("iam", "CreateInstanceProfile", "InstanceProfileName"),
    "AWS::IAM::ManagedPolicy": ("iam", "CreatePolicy", "PolicyName"),
    "AWS::IAM::Role": ("iam", "CreateRole", "RoleName"),
    "AWS::IAM::User": ("iam", "CreateUser", "UserName"),
    "AWS::KMS::Alias": ("kms", "CreateAlias", "AliasName"),
    "AWS::Kinesis::Stream": ("kinesis", "CreateStream", "StreamName"),
    "AWS::KinesisFirehose::DeliveryStream": ("firehose", "CreateDeliveryStream", "DeliveryStreamName"),
    "AWS::Logs::LogGroup": ("logs", "CreateLogGroup", "logGroupName"),
    "AWS::Scheduler::Schedule": ("scheduler", "CreateSchedule", "Name"),
    "AWS::SecretsManager::Secret": ("secretsmanager", "CreateSecret", "Name"),
}


def test_the_table_is_what_the_pinned_packages_make() -> None:
    assert resource_types.table() == TABLE, "run `make aws-data`"


def test_the_table_is_not_old() -> None:
    """Its age, against the day of the package's schemas: a table of another release is another table."""
    day, package = TABLE.splitlines()[0].split(" ", 1)
    assert package == f"cfn-lint {version('cfn-lint')}"
    assert date.fromisoformat(day) >= date(2026, 1, 1)


@pytest.mark.parametrize("kind", ["AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::RDS::DBInstance", "AWS::EC2::VPC", "AWS::Lambda::Function"])
def test_attributes_are_those_of_cfn_lint(kind: str) -> None:
    known = {name.replace("\\", "") for name in PROVIDER_SCHEMA_MANAGER.get_type_getatts(kind, "us-east-1")}
    read_only = {re.sub("[!=~-]+$", "", name) for name in ROWS[kind][3].split(",") if name.endswith("-")}
    assert known <= read_only | set(ROWS[kind][5].split(","))


def limits(kind: str) -> tuple[int, int]:
    """The shortest and the longest name that the program takes."""
    found = re.search(rf'"{kind}" (\d+) (\d+) ', NAMES)
    assert found, kind
    return int(found[1]), int(found[2])


def member(service: str, operation: str, name: str) -> Any:
    shape = get_session().get_service_model(service).operation_model(operation).input_shape
    return shape.members[name].metadata


@pytest.mark.parametrize("kind", REQUESTS)
def test_lengths_of_names_are_those_of_the_api(kind: str) -> None:
    shortest, longest = limits(kind)
    metadata = member(*REQUESTS[kind])
    assert metadata["max"] == longest
    assert metadata.get("min", 1) <= shortest
