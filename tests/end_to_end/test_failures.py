"""A launch that CloudFormation cannot finish: the hook says which resource failed, and why."""

import re

import pytest

from .aws import ACCOUNT, REGION, TEMPLATE_BUCKET, Aws
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
    assert first.startswith(
        "launch stopped: prod/base: after_create: stack `ses-prod-base` is ROLLBACK_COMPLETE: "
        "RawLogsBucket (AWS::S3::Bucket): Resource handler returned message: "
    )
    assert re.search(r"already (own|exists)", first)
    assert log == "the full log is .launch/prod.log"
    assert "CREATE_FAILED" in (project.folder / ".launch" / "prod.log").read_text(encoding="utf-8")
    # The stacks after it were not begun.
    assert empty_aws.statuses() == {"ses-prod-base": "ROLLBACK_COMPLETE"}

    # What the failed launch made is gone again, so the same command works once the name is free.
    empty_aws.s3.delete_bucket(Bucket=taken_bucket)
    assert [bucket["Name"] for bucket in empty_aws.s3.list_buckets()["Buckets"]] == [TEMPLATE_BUCKET]
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
