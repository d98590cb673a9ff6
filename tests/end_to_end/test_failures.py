"""A launch that cannot be finished: the hook says what is in the way, before anything is made or after it failed."""

import re

import pytest

from .aws import ACCOUNT, REGION, Aws
from .project import Project, refusal

UNKNOWN_RESOURCE = """\
Resources:
  DedicatedAddresses:
    Type: AWS::SES::DedicatedIpPool
    Properties:
      PoolName: pool

"""


@pytest.fixture
def taken_bucket(empty_aws: Aws) -> str:
    """A bucket that was there before the platform, with a name that the platform needs."""
    name = f"ses-prod-raw-logs-{ACCOUNT}"
    empty_aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return name


def test_a_taken_name_stops_the_launch_until_it_is_free(project: Project, empty_aws: Aws, taken_bucket: str) -> None:
    stopped = project.launch("prod")
    assert stopped.returncode == 1
    first, log = stopped.stderr.strip().splitlines()
    assert first == (
        "launch stopped: prod/base: preflight: names: `prod/base.yaml`: in the account already, in no stack: bucket "
        f"`{taken_bucket}`; take over what exists: `sesame adopt prod/base.yaml`"
    )
    assert log == "the full log is .launch/prod.log"
    # Nothing was begun, so the same command works once the name is free.
    assert empty_aws.statuses() == {}
    empty_aws.s3.delete_bucket(Bucket=taken_bucket)
    assert empty_aws.s3.list_buckets()["Buckets"] == []
    again = project.sceptre("launch", "prod/base.yaml", "-y")
    assert again.returncode == 0, again.stdout
    assert empty_aws.statuses() == {"ses-prod-base": "CREATE_COMPLETE"}


def test_local_aws_says_what_it_cannot_make(project: Project, empty_aws: Aws) -> None:
    project.replace("templates/base.yaml.j2", "Resources:\n", UNKNOWN_RESOURCE)
    rendered = project.sesame("render", "base.yaml")
    assert rendered.returncode == 0, rendered.stderr
    stopped = refusal(project.sceptre("launch", "dev", "-y"))
    assert re.match(
        r"dev/base: after_create: stack `ses-dev-base` is ROLLBACK_COMPLETE: "
        r"DedicatedAddresses \(AWS::SES::DedicatedIpPool\): "
        r".*Local AWS does not implement the resource type AWS::SES::DedicatedIpPool",
        stopped,
    )
    found = empty_aws.statuses()
    assert found["ses-dev-base"] == "ROLLBACK_COMPLETE" and "ses-dev-ses-dev" not in found
