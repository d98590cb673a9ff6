"""What IAM keeps from being deleted, and its quotas: IAM guide, "IAM and AWS STS quotas"."""

import json
import uuid
from typing import Any

import pytest

from ..services.iam_checks import size
from .conftest import refused

LAMBDA = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def document(*statements: dict[str, Any], **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more}, indent=4)


def of_size(wanted: int) -> str:
    """A policy of exactly so many characters that count, and more that do not."""
    statement = {"Sid": "", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    statement["Sid"] = "x" * (wanted - size(document(statement)))
    assert size(document(statement)) == wanted < len(document(statement))
    return document(statement)


@pytest.fixture
def name() -> str:
    return f"test-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def user(aws: Any, name: str) -> str:
    aws.iam.create_user(UserName=name)
    return name


def policy(aws: Any) -> str:
    name = f"test-{uuid.uuid4().hex[:12]}"
    return str(aws.iam.create_policy(PolicyName=name, PolicyDocument=of_size(200))["Policy"]["Arn"])


def test_a_group_with_members_stays(aws: Any, user: str) -> None:
    aws.iam.create_group(GroupName=user)
    aws.iam.add_user_to_group(GroupName=user, UserName=user)
    assert "DeleteConflict: Cannot delete entity, must remove users" in refused(aws.iam.delete_group, GroupName=user)
    aws.iam.remove_user_from_group(GroupName=user, UserName=user)
    aws.iam.put_group_policy(GroupName=user, PolicyName="p", PolicyDocument=of_size(200))
    assert "DeleteConflict" in refused(aws.iam.delete_group, GroupName=user)
    aws.iam.delete_group_policy(GroupName=user, PolicyName="p")
    aws.iam.delete_group(GroupName=user)


def test_a_person_with_a_password_a_key_or_a_device_stays(aws: Any, user: str) -> None:
    iam, who = aws.iam, {"UserName": user}
    iam.create_group(GroupName=user)
    iam.add_user_to_group(GroupName=user, **who)
    iam.create_login_profile(Password="Correct-Horse-1", **who)
    key = iam.create_access_key(**who)["AccessKey"]["AccessKeyId"]
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="234567", **who)
    for what, remove in {
        "remove users from group": lambda: iam.remove_user_from_group(GroupName=user, **who),
        "delete login profile": lambda: iam.delete_login_profile(**who),
        "delete access keys": lambda: iam.delete_access_key(AccessKeyId=key, **who),
        "delete MFA device": lambda: iam.deactivate_mfa_device(SerialNumber=device, **who),
    }.items():
        assert refused(iam.delete_user, **who) == f"DeleteConflict: Cannot delete entity, must {what} first."
        remove()
    iam.delete_user(**who)


def test_a_policy_in_use_or_with_versions_stays(aws: Any, user: str) -> None:
    iam, arn = aws.iam, policy(aws)
    iam.attach_user_policy(UserName=user, PolicyArn=arn)
    assert "attached to entities" in refused(iam.delete_policy, PolicyArn=arn)
    iam.detach_user_policy(UserName=user, PolicyArn=arn)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=of_size(300))
    assert "more than one version" in refused(iam.delete_policy, PolicyArn=arn)
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)


def test_ten_managed_policies_and_ten_groups(aws: Any, user: str) -> None:
    aws.iam.create_role(RoleName=user, AssumeRolePolicyDocument=document(LAMBDA))
    for index in range(10):
        aws.iam.attach_role_policy(RoleName=user, PolicyArn=policy(aws))
        aws.iam.create_group(GroupName=f"{user}-{index}")
        aws.iam.add_user_to_group(UserName=user, GroupName=f"{user}-{index}")
    aws.iam.create_group(GroupName=user)
    one_more = refused(aws.iam.attach_role_policy, RoleName=user, PolicyArn=policy(aws))
    assert one_more == "LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10"
    assert "GroupsPerUser: 10" in refused(aws.iam.add_user_to_group, UserName=user, GroupName=user)


def test_sizes_without_white_space(aws: Any, user: str) -> None:
    iam = aws.iam
    assert "PolicySize: 6144" in refused(iam.create_policy, PolicyName=user, PolicyDocument=of_size(6145))
    arn = iam.create_policy(PolicyName=user, PolicyDocument=of_size(6144))["Policy"]["Arn"]
    assert "6144" in refused(iam.create_policy_version, PolicyArn=arn, PolicyDocument=of_size(6145))
    # Those of one principal count together.
    iam.put_user_policy(UserName=user, PolicyName="one", PolicyDocument=of_size(1000))
    put = {"UserName": user, "PolicyName": "two"}
    assert "2048 bytes exceeded for user" in refused(iam.put_user_policy, PolicyDocument=of_size(1049), **put)
    iam.put_user_policy(PolicyDocument=of_size(1048), **put)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"Resource": "*"}, "Has prohibited field Resource"),
        ({"Principal": {}}, "Missing required field Principal"),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:role/none"}}, "Invalid principal in policy"),
        ({"Principal": {"Service": "lambda"}}, "Invalid principal in policy"),
        ({"Action": "s3:GetObject"}, "may only specify STS AssumeRole actions"),
        ({"Sid": "x" * 2048}, "ACLSizePerRole: 2048"),
    ],
)
def test_trust_policies(aws: Any, name: str, changed: dict[str, Any], problem: str) -> None:
    role = {"RoleName": name}
    assert problem in refused(aws.iam.create_role, AssumeRolePolicyDocument=document(LAMBDA | changed), **role)
    aws.iam.create_role(AssumeRolePolicyDocument=document(LAMBDA), **role)
    assert problem in refused(aws.iam.update_assume_role_policy, PolicyDocument=document(LAMBDA | changed), **role)
    assert "MalformedPolicyDocument" in refused(aws.iam.update_assume_role_policy, PolicyDocument="{", **role)
