"""Object Lock, switched on by an environment whose buckets hold objects already."""

import pytest
from botocore.exceptions import ClientError

from .aws import PROD, Aws
from .project import Project

VALUES = "sceptre/config/prod/config.yaml"
LOCKED = ["raw", "masked", "error", "trail"]


def put(aws: Aws, kind: str, key: str) -> str:
    return aws.s3.put_object(Bucket=PROD.bucket(kind), Key=key, Body=b"1", ChecksumAlgorithm="SHA256")["VersionId"]


def may_delete(aws: Aws, kind: str, key: str, version: str, **bypass: bool) -> bool:
    try:
        aws.s3.delete_object(Bucket=PROD.bucket(kind), Key=key, VersionId=version, **bypass)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDenied"
        return False
    return True


def test_new_objects_are_locked_and_older_ones_are_not(project: Project, empty_aws: Aws) -> None:
    assert project.sceptre("launch", "prod/base.yaml", "-y").returncode == 0
    before = {kind: put(empty_aws, kind, "before") for kind in (*LOCKED, "access")}

    project.replace(VALUES, "object_lock_days: 0", "object_lock_days: 30")
    launched = project.sceptre("launch", "prod/base.yaml", "-y")
    assert launched.returncode == 0, launched.stdout

    for kind in LOCKED:
        found = empty_aws.s3.get_object_lock_configuration(Bucket=PROD.bucket(kind))["ObjectLockConfiguration"]
        retention = found["Rule"]["DefaultRetention"]
        assert (found["ObjectLockEnabled"], retention["Mode"], retention["Days"]) == ("Enabled", "GOVERNANCE", 30)
        version = put(empty_aws, kind, "after")
        assert may_delete(empty_aws, kind, "before", before[kind])
        assert not may_delete(empty_aws, kind, "after", version)
        assert may_delete(empty_aws, kind, "after", version, BypassGovernanceRetention=True)
    # S3 delivers access logs to no bucket with Object Lock.
    with pytest.raises(ClientError, match="ObjectLockConfigurationNotFoundError"):
        empty_aws.s3.get_object_lock_configuration(Bucket=PROD.bucket("access"))
    assert may_delete(empty_aws, "access", "before", before["access"])


def test_a_lock_that_outlasts_the_objects_stops_the_launch(project: Project) -> None:
    project.replace(VALUES, "object_lock_days: 0", "object_lock_days: 3000")
    stopped = project.sceptre("launch", "prod/base.yaml", "-y")
    assert stopped.returncode == 1
    assert "object_lock_days" in stopped.stdout
