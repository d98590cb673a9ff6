"""Users, groups and policies, as IAM has them."""

import pytest
from botocore.exceptions import ClientError

from .aws import ACCOUNT, Aws, Environment

GROUPS = {
    "admin": {"ip-restriction", "mfa-enforcement", "log-reading", "ses-admin", "user-management"},
    "readonly": {
        "ip-restriction",
        "mfa-enforcement",
        "log-reading",
        "ses-readonly",
        "personal-information-protection",
    },
    "monitoring": {
        "ip-restriction",
        "mfa-enforcement",
        "log-reading",
        "ses-monitoring",
        "personal-information-protection",
    },
}
PEOPLE_FROM = ["202.217.0.0/16"]


def user_name(environment: Environment, group: str) -> str:
    return f"{environment.long_name}-{group}"


def has_credentials(aws: Aws, user: str) -> bool:
    return has_password(aws, user) or bool(aws.iam.list_access_keys(UserName=user)["AccessKeyMetadata"])


def has_password(aws: Aws, user: str) -> bool:
    try:
        aws.iam.get_login_profile(UserName=user)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "NoSuchEntity"
        return False
    return True


def test_there_are_the_documented_users_and_no_others(aws: Aws) -> None:
    found = {user["Arn"] for user in aws.all("iam", "list_users", "Users")}
    assert found == {f"arn:aws:iam::{ACCOUNT}:user/smtp/{name}/ses-{name}-smtp" for name in ("prod", "dev")} | {
        f"arn:aws:iam::{ACCOUNT}:user/ses/{name}/{long}-{group}"
        for name, long in (("prod", "production"), ("dev", "development"))
        for group in GROUPS
    }


def test_there_are_the_documented_groups_and_no_others(aws: Aws) -> None:
    found = {group["GroupName"] for group in aws.all("iam", "list_groups", "Groups")}
    assert found == {f"ses-{name}-{group}" for name in ("prod", "dev") for group in GROUPS}


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_has_its_policies_and_its_user(aws: Aws, environment: Environment, group: str) -> None:
    name = environment.named(group)
    attached = aws.all("iam", "list_attached_group_policies", "AttachedPolicies", GroupName=name)
    assert {policy["PolicyName"] for policy in attached} == {environment.named(policy) for policy in GROUPS[group]}
    assert aws.iam.list_group_policies(GroupName=name)["PolicyNames"] == []
    members = [user["UserName"] for user in aws.iam.get_group(GroupName=name)["Users"]]
    assert members == [user_name(environment, group)]


@pytest.mark.parametrize("group", GROUPS)
def test_a_user_has_rights_through_the_group_only(aws: Aws, environment: Environment, group: str) -> None:
    name = user_name(environment, group)
    user = aws.iam.get_user(UserName=name)["User"]
    assert user["Path"] == f"/ses/{environment.name}/"
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/{environment.named('people-boundary')}"
    assert user["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    assert aws.iam.list_attached_user_policies(UserName=name)["AttachedPolicies"] == []
    assert aws.iam.list_user_policies(UserName=name)["PolicyNames"] == []
    assert environment.has_its_tags(user["Tags"], "IAM"), user["Tags"]


@pytest.mark.parametrize("group", GROUPS)
def test_no_person_has_a_password_or_a_key_yet(aws: Aws, environment: Environment, group: str) -> None:
    assert not has_credentials(aws, user_name(environment, group))


def test_people_come_from_the_allowed_networks_only(aws: Aws, environment: Environment) -> None:
    assert aws.policy(environment.named("ip-restriction")) == {
        "DenyOtherNetworks": {
            "Sid": "DenyOtherNetworks",
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {
                "NotIpAddress": {"aws:SourceIp": PEOPLE_FROM},
                "Bool": {"aws:ViaAWSService": "false"},
            },
        }
    }


def test_people_need_a_second_factor(aws: Aws, environment: Environment) -> None:
    policy = aws.policy(environment.named("mfa-enforcement"))
    deny = policy["DenyWithoutMFA"]
    assert (deny["Effect"], deny["Resource"]) == ("Deny", "*")
    assert deny["Condition"] == {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    assert {action.split(":")[0] for action in deny["NotAction"]} == {"iam", "sts"}
    # `${aws:username}` is IAM's: CloudFormation must not fill it in.
    assert policy["ManageOwnPasswordAndDevice"]["Resource"] == (
        f"arn:aws:iam::{ACCOUNT}:user/ses/{environment.name}/${{aws:username}}"
    )


def test_only_admin_sees_personal_data(aws: Aws, environment: Environment) -> None:
    assert aws.policy(environment.named("ses-admin"))["ReadLogsUnmasked"]["Action"] == "logs:Unmask"
    protection = aws.policy(environment.named("personal-information-protection"))
    assert protection["DenyUnmaskedLogs"]["Effect"] == protection["DenyUnmaskedEvents"]["Effect"] == "Deny"
    assert protection["DenyUnmaskedLogs"]["Action"] == "logs:Unmask"
    closed = protection["DenyUnmaskedEvents"]["Resource"]
    for kind in ("raw", "error", "access"):
        assert f"arn:aws:s3:::{environment.bucket(kind)}/*" in closed
    assert f"arn:aws:s3:::{environment.bucket('masked')}/*" not in closed
    call = protection["InvokeMaskingFunction"]
    assert call["Condition"] == {"IpAddress": {"aws:SourceIp": PEOPLE_FROM}}


def test_nobody_changes_the_limits(aws: Aws, environment: Environment) -> None:
    boundary = aws.policy(environment.named("people-boundary"))
    deny = boundary["DenyChangingTheLimits"]
    assert deny["Effect"] == "Deny"
    assert {"iam:Attach*", "iam:Put*", "iam:DeleteUserPermissionsBoundary"} <= set(deny["Action"])
    assert not any(action.startswith("ses:Send") for action in boundary["WorkOnThePlatform"]["Action"])


def test_only_prod_changes_the_identity(aws: Aws, environment: Environment) -> None:
    assert ("ChangeIdentity" in aws.policy(environment.named("ses-admin"))) == (environment.name == "prod")


def test_the_smtp_user_has_the_sending_policy_only(aws: Aws, environment: Environment) -> None:
    name = environment.named("smtp")
    attached = aws.iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]
    assert [policy["PolicyName"] for policy in attached] == [environment.named("ses-ip-restricted-policy")]
    assert aws.iam.list_user_policies(UserName=name)["PolicyNames"] == []
    assert aws.iam.list_groups_for_user(UserName=name)["Groups"] == []
    # Its access keys are the rotation's business.
    assert not has_password(aws, name)


def test_mail_comes_from_the_two_servers_of_the_environment(aws: Aws, environment: Environment) -> None:
    policy = aws.policy(environment.named("ses-ip-restricted-policy"))
    servers = list(environment.mail_servers)
    sending = policy["AllowSendingFromMailServers"]
    assert (sending["Effect"], sending["Action"]) == ("Allow", ["ses:SendEmail", "ses:SendRawEmail"])
    assert sending["Condition"]["IpAddress"] == {"aws:SourceIp": servers}
    assert sending["Condition"]["StringLike"] == {
        "ses:FromAddress": ["*@goo.ne.jp", "*@GOO.NE.JP", "*@Goo.ne.jp"]
    }
    assert sending["Resource"] == [
        f"arn:aws:ses:ap-northeast-1:{ACCOUNT}:identity/goo.ne.jp",
        f"arn:aws:ses:ap-northeast-1:{ACCOUNT}:configuration-set/{environment.named('config')}",
    ]
    assert policy["DenyFromElsewhere"]["Effect"] == "Deny"
    assert policy["DenyFromElsewhere"]["Condition"] == {"NotIpAddress": {"aws:SourceIp": servers}}
    region = {"StringNotEquals": {"aws:RequestedRegion": "ap-northeast-1"}}
    assert policy["DenyOtherRegions"]["Condition"] == region
