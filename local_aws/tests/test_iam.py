import json
from typing import Any

import pytest

from .conftest import Stack, refused

ALLOW = "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: '%s', Resource: '*'}]}"


def test_a_role(aws: Any, stack: Stack) -> None:
    template = """
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          RoleName: %s
          Description: %s
          AssumeRolePolicyDocument:
            Version: 2012-10-17
            Statement: [{Effect: Allow, Principal: {Service: %s.amazonaws.com}, Action: sts:AssumeRole}]
          ManagedPolicyArns: [%s]
          Policies: [{PolicyName: %s, PolicyDocument: %s}]
          Tags: [{Key: Purpose, Value: %s}]
    Outputs: {Arn: {Value: !GetAtt Role.Arn}}
    """
    read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    view_only = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
    role = {"RoleName": stack.name}
    stack.create(template % (stack.name, "one", "lambda", read_only, "first", ALLOW % "s3:GetObject", "test"))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    found = aws.iam.get_role(**role)["Role"]
    assert stack.outputs["Arn"] == found["Arn"]
    assert found["AssumeRolePolicyDocument"]["Version"] == "2012-10-17"
    assert found["Tags"] == [{"Key": "Purpose", "Value": "test"}]
    policy = aws.iam.get_role_policy(**role, PolicyName="first")["PolicyDocument"]
    assert policy["Statement"][0]["Action"] == "s3:GetObject"

    stack.update(template % (stack.name, "two", "firehose", view_only, "second", ALLOW % "s3:PutObject", "new"))
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    found = aws.iam.get_role(**role)["Role"]
    assert "firehose" in json.dumps(found["AssumeRolePolicyDocument"])
    assert (found["Description"], found["Tags"]) == ("two", [{"Key": "Purpose", "Value": "new"}])
    assert aws.iam.list_role_policies(**role)["PolicyNames"] == ["second"]
    attached = aws.iam.list_attached_role_policies(**role)["AttachedPolicies"]
    assert [p["PolicyArn"] for p in attached] == [view_only]
    stack.delete()
    assert "NoSuchEntity" in refused(aws.iam.get_role, **role)


PEOPLE = """
Parameters: {Name: {Type: String}, Groups: {Type: CommaDelimitedList}}
Resources:
  Readers:
    Type: AWS::IAM::Group
    Properties: {GroupName: !Sub '${Name}-readers', Path: /ses/, ManagedPolicyArns: [!Ref Boundary]}
  Writers: {Type: AWS::IAM::Group, Properties: {GroupName: !Sub '${Name}-writers'}}
  Boundary: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: %s}}
  User:
    Type: AWS::IAM::User
    DependsOn: [Readers, Writers]
    Properties:
      UserName: !Ref Name
      Path: /ses/prod/
      Groups: !Ref Groups
      ManagedPolicyArns: [!Ref Boundary]
      PermissionsBoundary: !Ref Boundary
      Policies: [{PolicyName: own, PolicyDocument: %s}]
      Tags: [{Key: Project, Value: ses}]
Outputs:
  User: {Value: !GetAtt User.Arn}
  Group: {Value: !GetAtt Readers.Arn}
""" % (ALLOW % "ses:*", ALLOW % "ses:Get*")


def groups(aws: Any, user: str) -> list[str]:
    return sorted(group["GroupName"] for group in aws.iam.list_groups_for_user(UserName=user)["Groups"])


def test_users_and_groups(aws: Any, stack: Stack) -> None:
    name = stack.name
    stack.create(PEOPLE, {"Name": name, "Groups": f"{name}-readers"})
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    assert stack.outputs == {
        "User": f"arn:aws:iam::123456789012:user/ses/prod/{name}",
        "Group": f"arn:aws:iam::123456789012:group/ses/{name}-readers",
    }
    boundary = stack.physical_id("Boundary")
    assert boundary.startswith(f"arn:aws:iam::123456789012:policy/{name}-Boundary-")
    user = aws.iam.get_user(UserName=name)["User"]
    assert user["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    assert user["Tags"] == [{"Key": "Project", "Value": "ses"}]
    assert groups(aws, name) == [f"{name}-readers"]
    attached = aws.iam.list_attached_group_policies(GroupName=f"{name}-readers")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [boundary]

    changed = PEOPLE.replace("      PermissionsBoundary: !Ref Boundary\n", "").replace("/ses/prod/", "/ses/dev/")
    stack.update(changed, {"Name": name, "Groups": f"{name}-writers"})
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    user = aws.iam.get_user(UserName=name)["User"]
    assert (user["Path"], "PermissionsBoundary" in user) == ("/ses/dev/", False)
    assert groups(aws, name) == [f"{name}-writers"]
    stack.delete()
    assert "does not exist" in refused(stack.describe)
    assert "NoSuchEntity" in refused(aws.iam.get_group, GroupName=f"{name}-readers")


def test_a_managed_policy_and_those_it_attaches_to(aws: Any, stack: Stack) -> None:
    template = """
    Resources:
      Group: {Type: AWS::IAM::Group}
      User: {Type: AWS::IAM::User}
      Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Statement: []}}}
      Policy:
        Type: AWS::IAM::ManagedPolicy
        Properties: {ManagedPolicyName: %s, PolicyDocument: %s, %s}
    """
    everybody = "Groups: [!Ref Group], Users: [!Ref User], Roles: [!Ref Role]"
    stack.create(template % (stack.name, ALLOW % "ses:a", everybody))
    arn = stack.physical_id("Policy")
    assert arn == f"arn:aws:iam::123456789012:policy/{stack.name}"
    entities = aws.iam.list_entities_for_policy(PolicyArn=arn)
    assert [len(entities[key]) for key in ("PolicyGroups", "PolicyUsers", "PolicyRoles")] == [1, 1, 1]
    for number in range(6):  # one more than IAM keeps
        stack.update(template % (stack.name, ALLOW % f"ses:{number}", "Users: [!Ref User]"))
        assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    entities = aws.iam.list_entities_for_policy(PolicyArn=arn)
    assert [len(entities[key]) for key in ("PolicyGroups", "PolicyUsers", "PolicyRoles")] == [0, 1, 0]
    version = aws.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = aws.iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
    assert document["Statement"][0]["Action"] == "ses:5"
    stack.delete()
    assert "NoSuchEntity" in refused(aws.iam.get_policy, PolicyArn=arn)


def test_additions_to_a_group(aws: Any, stack: Stack) -> None:
    template = """
    Resources:
      Group: {Type: AWS::IAM::Group}
      One: {Type: AWS::IAM::User}
      Two: {Type: AWS::IAM::User}
      Addition: {Type: AWS::IAM::UserToGroupAddition, Properties: {GroupName: !Ref Group, Users: [!Ref %s]}}
    """
    stack.create(template % "One")
    assert groups(aws, stack.physical_id("One")) == [stack.physical_id("Group")]
    stack.update(template % "Two")
    assert groups(aws, stack.physical_id("One")) == []
    assert groups(aws, stack.physical_id("Two")) == [stack.physical_id("Group")]
    stack.delete()
    assert "does not exist" in refused(stack.describe)


def test_a_user_of_a_group_that_does_not_exist(stack: Stack) -> None:
    stack.create("Resources: {User: {Type: AWS::IAM::User, Properties: {Groups: [nobody]}}}")
    assert "HandlerErrorCode: NotFound" in stack.reasons()


def test_a_credential_for_one_service_is_listed_until_it_is_deleted(aws: Any) -> None:
    iam = aws.iam
    iam.create_user(UserName="with-git")
    made = iam.create_service_specific_credential(UserName="with-git", ServiceName="codecommit.amazonaws.com")
    key = made["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
    (listed,) = iam.list_service_specific_credentials(UserName="with-git")["ServiceSpecificCredentials"]
    assert (listed["ServiceSpecificCredentialId"], listed["Status"]) == (key, "Active")
    assert "ServicePassword" not in listed
    named = {"UserName": "with-git", "ServiceSpecificCredentialId": key}
    iam.delete_service_specific_credential(**named)
    assert iam.list_service_specific_credentials(UserName="with-git")["ServiceSpecificCredentials"] == []
    assert "NoSuchEntity" in refused(iam.delete_service_specific_credential, **named)


POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ses:a", "Resource": "*"}]})
# What the IAM API reference, "DeleteUser", lists, and the call that adds it.
CREDENTIALS: dict[str, Any] = {
    "login profile": lambda iam, user: iam.create_login_profile(UserName=user, Password="Not-A-Secret-1"),
    "access keys": lambda iam, user: iam.create_access_key(UserName=user),
    "MFA device": lambda iam, user: iam.enable_mfa_device(
        UserName=user,
        SerialNumber=iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]["SerialNumber"],
        AuthenticationCode1="123456",
        AuthenticationCode2="654321",
    ),
    "policies": lambda iam, user: iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=POLICY),
    "service specific credentials": lambda iam, user: iam.create_service_specific_credential(
        UserName=user, ServiceName="codecommit.amazonaws.com"
    ),
}


@pytest.mark.parametrize("what", CREDENTIALS)
def test_a_user_with_something_by_hand_is_not_deleted(aws: Any, stack: Stack, what: str) -> None:
    stack.create("Resources: {User: {Type: AWS::IAM::User}}")
    CREDENTIALS[what](aws.iam, stack.physical_id("User"))
    stack.delete()
    assert stack.status == "DELETE_FAILED"
    assert f"Cannot delete entity, must delete {what} first." in stack.reasons()


def test_a_group_with_a_member_by_hand_is_not_deleted(aws: Any, stack: Stack) -> None:
    stack.create("Resources: {Group: {Type: AWS::IAM::Group}, User: {Type: AWS::IAM::User}}")
    names = {"GroupName": stack.physical_id("Group"), "UserName": stack.physical_id("User")}
    aws.iam.add_user_to_group(**names)
    stack.delete()
    assert stack.status == "DELETE_FAILED"
    assert "Cannot delete entity, must remove users from group first." in stack.reasons()
    aws.iam.remove_user_from_group(**names)
    stack.delete()
    assert "does not exist" in refused(stack.describe)


def test_a_stack_deletes_what_it_gave_to_a_user(stack: Stack) -> None:
    stack.create("""
    Resources:
      Group: {Type: AWS::IAM::Group}
      User:
        Type: AWS::IAM::User
        Properties:
          Groups: [!Ref Group]
          LoginProfile: {Password: Not-A-Secret-1}
          ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess']
          Policies: [{PolicyName: p, PolicyDocument: %s}]
    """ % (ALLOW % "ses:a"))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    stack.delete()
    assert "does not exist" in refused(stack.describe)


def test_a_policy_with_a_name_cannot_get_another_description(aws: Any, stack: Stack) -> None:
    """The description is create-only in AWS's schema of the type: CloudFormation would make a second policy of that name."""
    template = """
    Resources:
      Policy:
        Type: AWS::IAM::ManagedPolicy
        Properties: {ManagedPolicyName: %s, Description: %s, PolicyDocument: %s}
    """
    stack.create(template % (stack.name, "one", ALLOW % "ses:Get*"))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    stack.update(template % (stack.name, "two", ALLOW % "ses:Get*"))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "already exists" in stack.reasons(), stack.reasons()
    assert aws.iam.get_policy(PolicyArn=stack.physical_id("Policy"))["Policy"]["Description"] == "one"
