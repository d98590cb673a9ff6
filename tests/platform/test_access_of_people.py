"""What each group of people, the boundary of all people and the SMTP user may do, and what they are kept from.

The Allows are looked at without the Denies and the other way round: each holds alone, whatever becomes of the other.
"""

import pytest

from .access import Row, all_but, check, row
from .cloudformation import ACCOUNT, ENVIRONMENTS, REGION, SES_STACK, environment_values, stack

REGIONAL = f"{REGION}:{ACCOUNT}"
BUCKETS = {name: f"arn:aws:s3:::ses-{{env}}-{name}-logs-{ACCOUNT}" for name in ("access", "raw", "masked", "error", "trail")}
IDENTITY = f"arn:aws:ses:{REGIONAL}:identity/goo.ne.jp"
CONFIGURATION_SET = f"arn:aws:ses:{REGIONAL}:configuration-set/ses-{{env}}-config"
SMTP_USER = f"arn:aws:iam::{ACCOUNT}:user/smtp/{{env}}/ses-{{env}}-smtp"
SMTP_SECRET = f"arn:aws:secretsmanager:{REGIONAL}:secret:{{env}}-ses-smtp-credentials-??????"
DKIM_STATE = f"arn:aws:ssm:{REGIONAL}:parameter/ses/{{env}}/dkim/goo.ne.jp"
ALARMS = f"arn:aws:cloudwatch:{REGIONAL}:alarm:*"
DASHBOARDS = f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/ses-{{env}}-"
READABLE_LOGS = [
    f"arn:aws:logs:{REGIONAL}:log-group:{name}:*"
    for name in (
        "/aws/security/ses/{env}", "/aws/security/compliance/japanese/ses/{env}", "/aws/events/ses-{env}-*",
        "/aws/kinesisfirehose/ses-{env}-*", "/aws/lambda/ses-{env}-*",
    )
]  # fmt: skip
LONG_NAME = {environment: environment_values(environment)["long_name"] for environment in ENVIRONMENTS}


def iam(kind: str, name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:{kind}/{name}"


def function(name: str) -> str:
    return f"arn:aws:lambda:{REGIONAL}:function:ses-{{env}}-{name}"


def prod_only(environment: str, *rows: Row) -> list[Row]:
    return list(rows) if environment == "prod" else []


# What the documents give to each group (S §3.3.2), as calls of the API.


def everybody() -> list[Row]:
    """Reads the logs of the platform, masked, and registers an MFA device on the first day."""
    me = {"aws:username": "me"}
    own_device = (
        "iam:ChangePassword iam:EnableMFADevice iam:GetMFADevice iam:GetUser iam:ListMFADevices iam:ResyncMFADevice"
    )
    return [
        row("logs:DescribeLogGroups logs:DescribeQueryDefinitions logs:GetQueryResults logs:StopQuery"),
        row(
            "logs:DescribeLogStreams logs:FilterLogEvents logs:GetLogEvents logs:GetLogGroupFields logs:StartQuery",
            *READABLE_LOGS,
        ),
        row("iam:GetAccountPasswordPolicy iam:ListVirtualMFADevices sts:GetSessionToken"),
        row(own_device, iam("user", "ses/{env}/me"), only=me),
        row("iam:CreateVirtualMFADevice", iam("mfa", "me"), only=me),
    ]


def admin(environment: str) -> list[Row]:
    return [*everybody(), *settings(environment), *data(), *credentials(), *watching(), *user_management(environment)]


def settings(environment: str) -> list[Row]:
    """SES: the account's lists, the configuration set of the environment, and the identity where it belongs to it."""
    identity = [f"ses:PutEmailIdentity{part}Attributes" for part in ("ConfigurationSet", "Dkim", "DkimSigning", "Feedback", "MailFrom")]
    return [
        row(
            "ses:DeleteSuppressedDestination ses:GetAccount ses:GetSendQuota ses:GetSendStatistics"
            " ses:GetSuppressedDestination ses:ListConfigurationSets ses:ListEmailIdentities"
            " ses:ListSuppressedDestinations ses:PutSuppressedDestination"
        ),
        row("ses:GetEmailIdentity", IDENTITY),
        row(
            "ses:CreateConfigurationSetEventDestination ses:DeleteConfigurationSetEventDestination"
            " ses:GetConfigurationSet ses:GetConfigurationSetEventDestinations ses:PutConfigurationSetDeliveryOptions"
            " ses:PutConfigurationSetReputationOptions ses:PutConfigurationSetSendingOptions"
            " ses:PutConfigurationSetSuppressionOptions ses:UpdateConfigurationSetEventDestination",
            CONFIGURATION_SET,
        ),
        *prod_only(
            environment,
            row(" ".join(identity), IDENTITY, CONFIGURATION_SET),
            row("lambda:InvokeFunction", function("dkim-rotation-orchestrator")),
            row("ssm:GetParameter ssm:GetParameterHistory ssm:PutParameter", DKIM_STATE),
        ),
    ]


def data() -> list[Row]:
    """The originals of logs and events."""
    return [
        row("logs:Unmask", *READABLE_LOGS),
        row("s3:GetBucketLocation s3:ListBucket", *BUCKETS.values()),
        row("s3:GetObject s3:RestoreObject", *(f"{each}/*" for each in BUCKETS.values())),
    ]


def credentials() -> list[Row]:
    """Hands the SMTP credentials over, and asks for a report."""
    secret = "secretsmanager:DescribeSecret secretsmanager:GetSecretValue secretsmanager:RotateSecret"
    return [
        row(f"{secret} secretsmanager:UpdateSecretVersionStage", SMTP_SECRET),
        row(
            "kms:Decrypt", f"arn:aws:kms:{REGIONAL}:key/*",
            only={"kms:EncryptionContext:SecretARN": SMTP_SECRET.replace("?", "A")},
        ),
        row("lambda:InvokeFunction", function("smtp-credentials-rotation"), function("maintenance")),
        row("iam:DeleteAccessKey iam:GetAccessKeyLastUsed iam:ListAccessKeys iam:UpdateAccessKey", SMTP_USER),
    ]  # fmt: skip


def watching() -> list[Row]:
    statistics = "cloudwatch:GetMetricData cloudwatch:GetMetricStatistics cloudwatch:ListDashboards cloudwatch:ListMetrics"
    return [
        row(f"cloudtrail:LookupEvents {statistics}"),
        row("cloudwatch:DescribeAlarmHistory cloudwatch:DescribeAlarms cloudwatch:GetDashboard", ALARMS, DASHBOARDS + "*"),
    ]


def user_management(environment: str) -> list[Row]:
    users, devices = iam("user", "ses/{env}/*"), iam("mfa", f"{LONG_NAME[environment]}-*")
    return [
        row("iam:ListGroups iam:ListUsers"),
        row(
            "iam:CreateUser", iam("user", f"ses/{{env}}/{LONG_NAME[environment]}-*"),
            only={"iam:PermissionsBoundary": iam("policy", "ses-{env}-people-boundary")},
        ),
        row(
            "iam:CreateAccessKey iam:CreateLoginProfile iam:DeactivateMFADevice iam:DeleteAccessKey"
            " iam:DeleteLoginProfile iam:DeleteUser iam:GetAccessKeyLastUsed iam:GetLoginProfile iam:GetUser"
            " iam:ListAccessKeys iam:ListAttachedUserPolicies iam:ListGroupsForUser iam:ListMFADevices"
            " iam:ListUserPolicies iam:TagUser iam:UntagUser iam:UpdateAccessKey iam:UpdateLoginProfile",
            users,
        ),
        row("iam:DeleteVirtualMFADevice", devices),
        row(
            "iam:AddUserToGroup iam:GetGroup iam:ListAttachedGroupPolicies iam:ListGroupPolicies iam:RemoveUserFromGroup",
            *(iam("group", f"ses-{{env}}-{name}") for name in ("admin", "readonly", "monitoring")),
        ),
        row("iam:GetPolicy iam:GetPolicyVersion iam:ListPolicyVersions", iam("policy", "ses-{env}-*")),
    ]  # fmt: skip


def masked_only() -> list[Row]:
    """Runs the masking function, from the office."""
    return [row("lambda:InvokeFunction", function("mask-events"), only={"aws:SourceIp": "202.217.10.20"})]


def readonly(environment: str) -> list[Row]:
    return [
        *everybody(),
        *masked_only(),
        row(
            "cloudwatch:GetMetricData cloudwatch:GetMetricStatistics cloudwatch:ListDashboards cloudwatch:ListMetrics"
            " ses:GetAccount ses:GetSendQuota ses:GetSendStatistics"
        ),
        row("cloudwatch:GetDashboard", DASHBOARDS + "operations"),
        row("s3:GetBucketLocation s3:ListBucket", BUCKETS["masked"]),
        row("s3:GetObject", BUCKETS["masked"] + "/events/*"),
    ]


def monitoring(environment: str) -> list[Row]:
    return [
        *everybody(),
        *masked_only(),
        row(
            "cloudwatch:DescribeAlarmsForMetric cloudwatch:DescribeAnomalyDetectors cloudwatch:GetMetricData"
            " cloudwatch:GetMetricStatistics cloudwatch:GetMetricWidgetImage cloudwatch:ListDashboards"
            " cloudwatch:ListMetrics"
        ),
        row("cloudwatch:DescribeAlarmHistory cloudwatch:DescribeAlarms cloudwatch:GetDashboard", ALARMS, DASHBOARDS + "*"),
        row(
            "firehose:DescribeDeliveryStream",
            *(f"arn:aws:firehose:{REGIONAL}:deliverystream/ses-{{env}}-{name}-logs-stream" for name in ("raw", "masked")),
        ),
        row("lambda:GetFunctionConfiguration", function("mask-events")),
        *prod_only(environment, row("lambda:InvokeFunction", function("validation-monitor"))),
    ]


GROUPS = {"admin": admin, "readonly": readonly, "monitoring": monitoring}


def policies(environment: str) -> dict[str, dict]:
    """The documents of managed policies by their ARN."""
    security = stack(environment, "security")
    return {
        security.ref(id): properties["PolicyDocument"]
        for id, properties in security.all("AWS::IAM::ManagedPolicy").items()
    }


def of_group(environment: str, group: str) -> list[dict]:
    """The documents of a group; its users have no others."""
    security = stack(environment, "security")
    [(id, found)] = [
        (id, properties)
        for id, properties in security.all("AWS::IAM::Group").items()
        if properties["GroupName"] == f"ses-{environment}-{group}"
    ]
    [user] = [each for each in security.all("AWS::IAM::User").values() if each["Groups"] == [security.ref(id)]]
    assert not {"Policies", "ManagedPolicyArns"} & set(user)
    return [policies(environment)[arn] for arn in found["ManagedPolicyArns"]]


def together(documents: list[dict]) -> dict:
    return {"Statement": [statement for document in documents for statement in document["Statement"]]}


def named(environment: str, name: str) -> dict:
    return policies(environment)[iam("policy", f"ses-{environment}-{name}")]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("group", GROUPS)
def test_a_group_may_do_what_the_documents_give_it_and_nothing_else(environment, group):
    check(together(of_group(environment, group)), GROUPS[group](environment), environment)


# Denies

OFFICE, ELSEWHERE = "202.217.10.20", "198.51.100.1"
FIRST_SIGN_IN = (
    "iam:ChangePassword iam:CreateVirtualMFADevice iam:EnableMFADevice iam:GetAccountPasswordPolicy iam:GetMFADevice"
    " iam:GetUser iam:ListMFADevices iam:ListVirtualMFADevices iam:ResyncMFADevice sts:GetSessionToken"
)


def elsewhere() -> list[Row]:
    """Not from another network, unless a service calls for the person."""
    return [
        row(
            "*",
            when=[{"aws:SourceIp": address, "aws:ViaAWSService": "false"} for address in (ELSEWHERE, "10.1.2.3", "202.218.0.1")],
            outside=[{"aws:SourceIp": OFFICE, "aws:ViaAWSService": "false"}, {"aws:SourceIp": ELSEWHERE, "aws:ViaAWSService": "true"}],
        )
    ]  # fmt: skip


def without_mfa() -> list[Row]:
    """Nothing but the first sign-in; and what registers a device not with an access key, which knows no MFA."""
    signed_in = {"aws:MultiFactorAuthPresent": "true"}
    without, with_key = {"aws:MultiFactorAuthPresent": "false"}, {"aws:MultiFactorAuthPresent": None}
    registering = "iam:ChangePassword iam:CreateVirtualMFADevice iam:EnableMFADevice iam:ResyncMFADevice"
    return [
        row(all_but(FIRST_SIGN_IN), when=[without, with_key], outside=[signed_in]),
        row(registering, when=[with_key], outside=[signed_in, without]),
    ]


def unmasked() -> list[Row]:
    closed = [BUCKETS[name] for name in ("access", "raw", "error", "trail")]
    return [
        row("logs:Unmask"),
        row("s3:*", *closed, *(f"{each}/*" for each in closed), BUCKETS["masked"] + "/errors/*"),
    ]


def limits() -> list[Row]:
    boundary = iam("policy", "ses-{env}-people-boundary")
    return [
        row(
            "iam:CreateUser", when=[{"iam:PermissionsBoundary": iam("policy", "other")}, {"iam:PermissionsBoundary": None}],
            outside=[{"iam:PermissionsBoundary": boundary}],
        ),
        row(
            "iam:Attach* iam:CreateGroup iam:CreatePolicy* iam:DeleteGroup* iam:DeletePolicy*"
            " iam:DeleteUserPermissionsBoundary iam:DeleteUserPolicy iam:Detach* iam:Put* iam:SetDefaultPolicyVersion"
            " iam:UpdateGroup iam:UpdateUser"
        ),
    ]  # fmt: skip


DENIES = {
    "ip-restriction": elsewhere,
    "mfa-enforcement": without_mfa,
    "personal-information-protection": unmasked,
    "people-boundary": limits,
}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("name", DENIES)
def test_a_deny_holds_whatever_else_is_attached(environment, name):
    check(named(environment, name), DENIES[name](), environment, "Deny")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_no_other_policy_denies(environment):
    for arn, document in policies(environment).items():
        denies = any(statement["Effect"] == "Deny" for statement in document["Statement"])
        assert denies == (arn.rpartition(f"ses-{environment}-")[2] in DENIES), arn


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("group", GROUPS)
def test_each_group_is_kept_to_network_and_mfa_and_all_but_admin_from_originals(environment, group):
    documents = of_group(environment, group)
    for name in ("ip-restriction", "mfa-enforcement"):
        assert named(environment, name) in documents
    assert (named(environment, "personal-information-protection") in documents) is (group != "admin")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_user_has_the_boundary(environment):
    for user in stack(environment, "security").all("AWS::IAM::User").values():
        assert user["PermissionsBoundary"] == iam("policy", f"ses-{environment}-people-boundary")


# The boundary


def most(environment: str) -> list[Row]:
    """What people may have at most, whatever is attached to them later."""
    ours = [
        iam("group", "ses-{env}-*"), iam("mfa", f"{LONG_NAME[environment]}-*"), iam("policy", "ses-{env}-*"),
        iam("user", "ses/{env}/*"),
    ]  # fmt: skip
    return [
        row(
            "cloudtrail:LookupEvents cloudwatch:Describe* cloudwatch:Get* cloudwatch:List*"
            " firehose:DescribeDeliveryStream iam:GetAccountPasswordPolicy iam:ListGroups iam:ListUsers"
            " iam:ListVirtualMFADevices kms:Decrypt lambda:GetFunctionConfiguration lambda:InvokeFunction logs:Describe*"
            " logs:FilterLogEvents logs:Get* logs:StartQuery logs:StopQuery logs:Unmask s3:GetBucketLocation s3:GetObject"
            " s3:ListBucket s3:RestoreObject secretsmanager:DescribeSecret secretsmanager:GetSecretValue"
            " secretsmanager:RotateSecret secretsmanager:UpdateSecretVersionStage"
            " ses:CreateConfigurationSetEventDestination ses:DeleteConfigurationSetEventDestination"
            " ses:DeleteSuppressedDestination ses:Get* ses:List* ses:PutConfigurationSet* ses:PutEmailIdentity*"
            " ses:PutSuppressedDestination ses:UpdateConfigurationSetEventDestination ssm:GetParameter"
            " ssm:GetParameterHistory ssm:PutParameter sts:GetSessionToken"
        ),
        row("iam:*", *ours),
        row("iam:DeleteAccessKey iam:GetAccessKeyLastUsed iam:ListAccessKeys iam:UpdateAccessKey", SMTP_USER),
    ]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_boundary_lets_through_what_it_should(environment):
    check(named(environment, "people-boundary"), most(environment), environment)


# The SMTP user

MAIL_SERVERS = {"prod": ["202.217.75.98", "202.217.75.91"], "dev": ["202.217.75.88", "202.217.75.81"]}


def sending_policy(environment: str) -> dict:
    ses = stack(environment, SES_STACK[environment])
    [user] = ses.all("AWS::IAM::User").values()
    assert not {"Policies", "ManagedPolicyArns", "Groups", "LoginProfile"} & set(user)
    [policy] = ses.all("AWS::IAM::ManagedPolicy").values()
    assert policy["Users"] == [user["UserName"]]
    return policy["PolicyDocument"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_smtp_user_sends_its_mail_and_nothing_else(environment):
    here = {"aws:SourceIp": MAIL_SERVERS[environment], "aws:RequestedRegion": REGION}
    rows = [
        row(
            "ses:SendEmail ses:SendRawEmail", IDENTITY, CONFIGURATION_SET,
            only={**here, "ses:FromAddress": ["info@goo.ne.jp"]},
        ),
        row("ses:GetSendQuota ses:GetSendStatistics", only=here),
    ]  # fmt: skip
    check(sending_policy(environment), rows, environment)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_smtp_user_is_kept_to_its_servers_and_to_tokyo(environment):
    tokyo = {"aws:RequestedRegion": REGION}
    other = MAIL_SERVERS["dev" if environment == "prod" else "prod"]
    neighbours = [f"202.217.75.{number}" for number in (80, 82, 87, 89, 90, 92, 97, 99)]
    rows = [
        row(
            "*", when=[{"aws:SourceIp": each, **tokyo} for each in [*other, *neighbours, OFFICE, "2001:db8::1"]],
            outside=[{"aws:SourceIp": each, **tokyo} for each in MAIL_SERVERS[environment]],
        ),
        row(
            "ses:*", when=[{"aws:SourceIp": each, "aws:RequestedRegion": "us-east-1"} for each in MAIL_SERVERS[environment]]
        ),
    ]  # fmt: skip
    check(sending_policy(environment), rows, environment, "Deny")
