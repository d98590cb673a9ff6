"""Who may do what: the IAM policies of the rendered templates, decided by a small evaluator."""

import pytest

from local_aws.semantics.iam import Request, allowed

from . import cloudformation
from .cloudformation import ACCOUNT, ENVIRONMENTS, OTHER, REGION, SES_STACK, environment_values, fill, stack
from .rights import ELSEWHERE, OFFICE, people_context, person_may, role_may

# Names of resources; fill() puts the environment, the other one, region and account.
RAW, MASKED, ERROR, ACCESS = (
    f"arn:aws:s3:::ses-{{env}}-{name}-logs-{{account}}" for name in ("raw", "masked", "error", "access")
)
SECURITY_LOG = "arn:aws:logs:{region}:{account}:log-group:/aws/security/ses/{env}:log-stream:SecurityLogStream"
FUNCTION_LOG = "arn:aws:logs:{region}:{account}:log-group:/aws/lambda/ses-{env}-mask-events:*"
IDENTITY = "arn:aws:ses:{region}:{account}:identity/goo.ne.jp"
CONFIGURATION_SET = "arn:aws:ses:{region}:{account}:configuration-set/ses-{env}-config"
FUNCTION = "arn:aws:lambda:{region}:{account}:function:ses-{env}-mask-events"
DASHBOARD = "arn:aws:cloudwatch::{account}:dashboard/ses-{env}-"
ALARMS = "arn:aws:cloudwatch:{region}:{account}:alarm:*"
ALARM = "arn:aws:cloudwatch:{region}:{account}:alarm:ses-{env}-security-events"
POLICY = "arn:aws:iam::{account}:policy/ses-{env}-"
GROUP = "arn:aws:iam::{account}:group/ses-{env}-"
BOUNDARY = POLICY + "people-boundary"
NEW_USER = "arn:aws:iam::{account}:user/ses/{env}/new-user"

# What each group is for: allowed from the office with MFA, and refused without either.
MAY = [
    ("admin", "ses:PutConfigurationSetSendingOptions", CONFIGURATION_SET),
    ("admin", "ses:UpdateConfigurationSetEventDestination", CONFIGURATION_SET),
    ("admin", "ses:GetAccount", "*"),
    ("admin", "ses:DeleteSuppressedDestination", "*"),
    ("admin", "logs:FilterLogEvents", SECURITY_LOG),
    ("admin", "logs:StartQuery", FUNCTION_LOG),
    ("admin", "logs:Unmask", FUNCTION_LOG),
    ("admin", "s3:ListBucket", RAW),
    ("admin", "s3:GetObject", RAW + "/events/2026/01/01/00/a.gz"),
    ("admin", "s3:GetObject", ERROR + "/errors/mask-events/a.jsonl"),
    ("admin", "s3:GetObject", MASKED + "/errors/processing-failed/a"),
    ("admin", "s3:RestoreObject", RAW + "/events/2026/01/01/00/a.gz"),
    ("admin", "cloudwatch:GetDashboard", DASHBOARD + "SecurityDashboard"),
    ("admin", "iam:CreateLoginProfile", NEW_USER),
    ("admin", "iam:DeactivateMFADevice", NEW_USER),
    ("admin", "iam:AddUserToGroup", GROUP + "readonly"),
    ("admin", "iam:GetPolicyVersion", POLICY + "ses-admin"),
    ("readonly", "ses:GetSendStatistics", "*"),
    ("readonly", "cloudwatch:GetMetricData", "*"),
    ("readonly", "cloudwatch:GetDashboard", DASHBOARD + "operations"),
    ("readonly", "s3:ListBucket", MASKED),
    ("readonly", "s3:GetObject", MASKED + "/events/2026/01/01/00/a.gz"),
    ("readonly", "logs:StartQuery", SECURITY_LOG),
    ("readonly", "logs:GetLogEvents", FUNCTION_LOG),
    ("readonly", "lambda:InvokeFunction", FUNCTION),
    ("monitoring", "cloudwatch:GetMetricData", "*"),
    ("monitoring", "cloudwatch:DescribeAlarms", ALARMS),
    ("monitoring", "cloudwatch:DescribeAlarmHistory", ALARMS),
    ("monitoring", "cloudwatch:GetDashboard", DASHBOARD + "SecurityDashboard"),
    ("monitoring", "cloudwatch:GetDashboard", DASHBOARD + "operations"),
    ("monitoring", "logs:StartQuery", SECURITY_LOG),
    ("monitoring", "lambda:InvokeFunction", FUNCTION),
]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize(("group", "action", "resource"), MAY)
class TestEachRight:
    def test_from_the_office_with_mfa(self, environment, group, action, resource):
        assert person_may(environment, group, action, resource)

    def test_not_from_another_network(self, environment, group, action, resource):
        assert not person_may(environment, group, action, resource, source_ip=ELSEWHERE)

    def test_not_from_an_internal_address(self, environment, group, action, resource):
        """Addresses of VPC rules never open the AWS interface."""
        assert not person_may(environment, group, action, resource, source_ip="10.1.2.3")

    def test_not_without_mfa(self, environment, group, action, resource):
        assert not person_may(environment, group, action, resource, mfa="false")

    def test_not_with_a_plain_access_key(self, environment, group, action, resource):
        """A long-term key has no MFA state at all."""
        assert not person_may(environment, group, action, resource, mfa=None)


MAY_NOT = [
    # Nobody sends mail but the SMTP user.
    *[
        (group, action, IDENTITY)
        for group in ("admin", "readonly", "monitoring")
        for action in ("ses:SendEmail", "ses:SendRawEmail")
    ],
    # Admin stays inside the limits.
    ("admin", "iam:CreatePolicyVersion", BOUNDARY),
    ("admin", "iam:SetDefaultPolicyVersion", POLICY + "ip-restriction"),
    ("admin", "iam:DeletePolicyVersion", POLICY + "mfa-enforcement"),
    ("admin", "iam:DeletePolicy", BOUNDARY),
    ("admin", "iam:CreatePolicy", POLICY + "other"),
    ("admin", "iam:DetachGroupPolicy", GROUP + "admin"),
    ("admin", "iam:AttachGroupPolicy", GROUP + "admin"),
    ("admin", "iam:PutGroupPolicy", GROUP + "admin"),
    ("admin", "iam:DeleteGroup", GROUP + "admin"),
    *[
        ("admin", action, NEW_USER)
        for action in (
            "iam:AttachUserPolicy",
            "iam:DeleteUserPermissionsBoundary",
            "iam:PutUserPermissionsBoundary",
            "iam:PutUserPolicy",
            "iam:UpdateUser",
        )
    ],
    ("admin", "iam:DeleteUser", "arn:aws:iam::{account}:user/break-glass"),
    ("admin", "iam:CreateLoginProfile", "arn:aws:iam::{account}:user/ses/{other}/new-user"),
    ("admin", "iam:CreateAccessKey", "arn:aws:iam::{account}:user/smtp/{env}/ses-{env}-smtp"),
    ("admin", "iam:AddUserToGroup", "arn:aws:iam::{account}:group/administrators"),
    ("admin", "iam:AddUserToGroup", "arn:aws:iam::{account}:group/ses-{other}-admin"),
    ("admin", "iam:CreateRole", "arn:aws:iam::{account}:role/ses-{env}-role"),
    ("admin", "iam:PassRole", "arn:aws:iam::{account}:role/ses-{env}-mask-events"),
    ("admin", "iam:UpdateAssumeRolePolicy", "arn:aws:iam::{account}:role/ses-{env}-mask-events"),
    ("admin", "sts:AssumeRole", "arn:aws:iam::{account}:role/administrator"),
    ("admin", "cloudformation:UpdateStack", "arn:aws:cloudformation:{region}:{account}:stack/ses-{env}-security/1"),
    ("admin", "lambda:UpdateFunctionCode", FUNCTION),
    # The stacks own these.
    ("admin", "ses:DeleteEmailIdentity", IDENTITY),
    ("admin", "ses:DeleteConfigurationSet", CONFIGURATION_SET),
    ("admin", "logs:DeleteLogGroup", SECURITY_LOG),
    ("admin", "s3:DeleteObject", RAW + "/events/a.gz"),
    ("admin", "s3:PutObject", RAW + "/events/a.gz"),
    # Another environment.
    ("admin", "ses:PutConfigurationSetSendingOptions", CONFIGURATION_SET.replace("{env}", "{other}")),
    ("admin", "s3:GetObject", "arn:aws:s3:::ses-{other}-raw-logs-{account}/events/a.gz"),
    ("admin", "logs:Unmask", FUNCTION_LOG.replace("{env}", "{other}")),
    ("readonly", "s3:GetObject", "arn:aws:s3:::ses-{other}-masked-logs-{account}/events/a.gz"),
    # Personal data.
    *[
        (group, action, resource)
        for group in ("readonly", "monitoring")
        for action, resource in (
            ("s3:GetObject", RAW + "/events/2026/01/01/00/a.gz"),
            ("s3:GetObjectVersion", RAW + "/events/2026/01/01/00/a.gz"),
            ("s3:ListBucket", RAW),
            ("s3:GetObject", ERROR + "/errors/mask-events/a.jsonl"),
            ("s3:ListBucket", ERROR),
            ("s3:GetObject", MASKED + "/errors/processing-failed/a"),
            ("s3:GetObject", ACCESS + "/raw-logs/a"),
            ("logs:Unmask", FUNCTION_LOG),
            ("logs:Unmask", SECURITY_LOG),
            ("logs:DescribeQueries", "*"),
            ("ses:ListSuppressedDestinations", "*"),
        )
    ],
    ("readonly", "s3:GetObject", "arn:aws:s3:::ses-{env}-backup-{account}/events/a"),
    ("monitoring", "s3:GetObject", MASKED + "/events/2026/01/01/00/a.gz"),
    # Reading only.
    ("readonly", "ses:PutConfigurationSetSendingOptions", CONFIGURATION_SET),
    ("readonly", "cloudwatch:GetDashboard", DASHBOARD + "SecurityDashboard"),
    ("readonly", "iam:CreateUser", NEW_USER),
    ("monitoring", "cloudwatch:DisableAlarmActions", ALARM),
    ("monitoring", "cloudwatch:DeleteAlarms", ALARM),
    ("monitoring", "lambda:InvokeFunction", "arn:aws:lambda:{region}:{account}:function:other"),
    ("monitoring", "lambda:InvokeFunction", FUNCTION.replace("{env}", "{other}")),
]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize(("group", "action", "resource"), MAY_NOT)
def test_what_nobody_should(environment, group, action, resource):
    assert not person_may(environment, group, action, resource)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_no_unmasked_data_whatever_else_is_attached(environment):
    """The Deny of the protection policy, not the lack of an Allow."""
    security = stack(environment, "security")
    protection = security.properties("PersonalInformationProtectionPolicy")["PolicyDocument"]
    everything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    context = people_context(environment, "readonly")
    for resource, expected in [
        (RAW + "/events/a.gz", False),
        (ERROR + "/errors/mask-events/a.jsonl", False),
        (ACCESS + "/raw-logs/a", False),
        (MASKED + "/errors/processing-failed/a", False),
        (MASKED + "/events/a.gz", True),
    ]:
        request = Request("s3:GetObject", fill(resource, environment), context)
        assert allowed(request, [everything, protection]) is expected, resource
    assert not allowed(Request("logs:Unmask", fill(FUNCTION_LOG, environment), context), [everything, protection])


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_boundary_holds_whatever_else_is_attached(environment):
    security = stack(environment, "security")
    boundary = security.properties("PeopleBoundary")["PolicyDocument"]
    everything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    context = people_context(environment, "admin")
    services = ("iam:", "ses:Send", "sts:", "lambda:")
    limits = [case for case in MAY_NOT if case[0] == "admin" and case[1].startswith(services)]
    assert len(limits) > 20
    for _, action, resource in limits:
        if action in ("iam:AddUserToGroup", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:DeleteUser"):
            continue  # Limited to the users and groups of the environment, which the next test shows.
        request = Request(action, fill(resource, environment), context)
        assert not allowed(request, [everything], boundary), (action, resource)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_boundary_keeps_user_management_in_the_environment(environment):
    boundary = stack(environment, "security").properties("PeopleBoundary")["PolicyDocument"]
    everything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    for resource, expected in [
        (NEW_USER, True),
        ("arn:aws:iam::{account}:user/ses/{other}/new-user", False),
        ("arn:aws:iam::{account}:user/smtp/{env}/ses-{env}-smtp", False),
        ("arn:aws:iam::{account}:user/break-glass", False),
    ]:
        request = Request("iam:CreateAccessKey", fill(resource, environment), people_context(environment, "admin"))
        assert allowed(request, [everything], boundary) is expected, resource


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_admin_creates_users_only_with_the_boundary(environment):
    long_name = environment_values(environment)["long_name"]
    user = f"arn:aws:iam::{{account}}:user/ses/{{env}}/{long_name}-second-admin"
    boundary = fill(BOUNDARY, environment)

    def may(user: str, **context: str) -> bool:
        return person_may(environment, "admin", "iam:CreateUser", user, **context)

    assert may(user, **{"iam:PermissionsBoundary": boundary})
    assert not may(user)
    assert not may(user, **{"iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"})
    assert not may(user.replace("/ses/{env}/", "/"), **{"iam:PermissionsBoundary": boundary})


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_only_the_owner_of_the_identity_changes_it(environment):
    """Development sends with the identity of production and must not change its DKIM key."""
    for action in ("ses:PutEmailIdentityDkimSigningAttributes", "ses:PutEmailIdentityMailFromAttributes"):
        assert person_may(environment, "admin", action, IDENTITY) is (environment == "prod")
    assert person_may(environment, "admin", "ses:GetEmailIdentity", IDENTITY)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("group", ["admin", "readonly", "monitoring"])
class TestFirstSignIn:
    OWN = [
        ("iam:ChangePassword", "user"),
        ("iam:GetUser", "user"),
        ("iam:CreateVirtualMFADevice", "mfa"),
        ("iam:EnableMFADevice", "user"),
        ("iam:ListMFADevices", "user"),
        ("iam:ResyncMFADevice", "user"),
    ]

    def own(self, environment, group, kind):
        name = f"{environment_values(environment)['long_name']}-{group}"
        path = f"user/ses/{environment}/" if kind == "user" else "mfa/"
        return f"arn:aws:iam::{ACCOUNT}:{path}{name}"

    def test_a_new_user_sets_a_password_and_registers_a_device(self, environment, group):
        for action, kind in self.OWN:
            assert person_may(environment, group, action, self.own(environment, group, kind), mfa="false"), action
        assert person_may(environment, group, "iam:GetAccountPasswordPolicy", mfa="false")
        assert person_may(environment, group, "sts:GetSessionToken", mfa="false")

    def test_only_from_the_office(self, environment, group):
        for action, kind in self.OWN:
            resource = self.own(environment, group, kind)
            assert not person_may(environment, group, action, resource, mfa="false", source_ip=ELSEWHERE), action

    def test_only_for_oneself(self, environment, group):
        # Admin looks after the users, and looking is allowed before MFA.
        of_others = {"iam:GetUser", "iam:ListMFADevices"} if group == "admin" else set()
        for action, kind in self.OWN:
            may = person_may(environment, group, action, self.own(environment, "somebody-else", kind), mfa="false")
            assert may is (action in of_others), action

    def test_a_stolen_access_key_registers_no_device(self, environment, group):
        for action in ("iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ChangePassword"):
            kind = "mfa" if "Virtual" in action else "user"
            assert not person_may(environment, group, action, self.own(environment, group, kind), mfa=None), action


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_calls_that_a_service_makes_for_a_person_are_not_stopped_by_the_address(environment):
    assert person_may(environment, "admin", "logs:StartQuery", FUNCTION_LOG, source_ip="13.112.0.1", via_service="true")


# The SMTP user


def smtp_may(environment: str, action: str, resources: list[str], **changes: str) -> bool:
    ses = stack(environment, SES_STACK[environment])
    [user] = ses.all("AWS::IAM::User").values()
    documents = [
        properties["PolicyDocument"]
        for properties in ses.all("AWS::IAM::ManagedPolicy").values()
        if user["UserName"] in properties["Users"]
    ]
    context = {
        "aws:SourceIp": MAIL_SERVERS[environment][0],
        "aws:RequestedRegion": REGION,
        "ses:FromAddress": "info@goo.ne.jp",
    }
    names = {"source_ip": "aws:SourceIp", "region": "aws:RequestedRegion", "sender": "ses:FromAddress"}
    context |= {names[key]: value for key, value in changes.items()}
    # SES asks for every resource that a mail touches.
    return all(allowed(Request(action, fill(resource, environment), context), documents) for resource in resources)


MAIL_SERVERS = {"prod": ["202.217.75.98", "202.217.75.91"], "dev": ["202.217.75.88", "202.217.75.81"]}
MAIL = [IDENTITY, CONFIGURATION_SET]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestSMTPUser:
    def test_sends_from_each_of_its_mail_servers(self, environment):
        for address in MAIL_SERVERS[environment]:
            for action in ("ses:SendRawEmail", "ses:SendEmail"):
                assert smtp_may(environment, action, MAIL, source_ip=address)
            assert smtp_may(environment, "ses:GetSendQuota", ["*"], source_ip=address)

    @pytest.mark.parametrize("address", ["202.217.75.90", OFFICE, ELSEWHERE, "10.0.0.1", "2001:db8::1"])
    def test_not_from_elsewhere(self, environment, address):
        assert not smtp_may(environment, "ses:SendRawEmail", MAIL, source_ip=address)

    def test_not_from_the_mail_servers_of_the_other_environment(self, environment):
        for address in MAIL_SERVERS[OTHER[environment]]:
            assert not smtp_may(environment, "ses:SendRawEmail", MAIL, source_ip=address)

    @pytest.mark.parametrize("sender", ["info@example.com", "info@goo.ne.jp.example.com", "info@sub.goo.ne.jp"])
    def test_only_as_its_domain(self, environment, sender):
        assert not smtp_may(environment, "ses:SendRawEmail", MAIL, sender=sender)

    @pytest.mark.parametrize(
        ("sender", "expected"),
        [
            ("Info.Desk@goo.ne.jp", True),
            ("info@GOO.NE.JP", True),
            ("info@Goo.ne.jp", True),
            ("info@gOO.ne.jp", False),  # a spelling that is not listed
            ("info@GOO.NE.JP.example.com", False),
            ("info@sub.GOO.NE.JP", False),
        ],
    )
    def test_in_the_spellings_that_are_listed(self, environment, sender, expected):
        """StringLike is case-sensitive (IAM guide, "IAM JSON policy elements: Condition operators")."""
        assert smtp_may(environment, "ses:SendRawEmail", MAIL, sender=sender) is expected

    def test_in_spellings_of_its_domain_only(self, environment):
        values = environment_values(environment)
        assert {each.partition("@")[2].lower() for each in values["sending"]["from_addresses"]} == {values["domain"]}

    def test_only_in_tokyo(self, environment):
        identity = IDENTITY.replace("{region}", "us-east-1")
        for resources in (MAIL, [identity]):
            assert not smtp_may(environment, "ses:SendRawEmail", resources, region="us-east-1")

    def test_only_with_its_own_configuration_set(self, environment):
        foreign = "arn:aws:ses:{region}:{account}:configuration-set/ses-{other}-config"
        assert not smtp_may(environment, "ses:SendRawEmail", [IDENTITY, foreign])

    def test_nothing_else(self, environment):
        for action, resource in [
            ("ses:PutConfigurationSetSendingOptions", CONFIGURATION_SET),
            ("ses:DeleteEmailIdentity", IDENTITY),
            ("s3:GetObject", MASKED + "/events/a.gz"),
            ("iam:CreateAccessKey", "arn:aws:iam::{account}:user/smtp/{env}/ses-{env}-smtp"),
        ]:
            assert not smtp_may(environment, action, [resource]), action


def test_smtp_user_loses_everything_when_the_switch_is_off():
    ses = stack("prod", "ses")
    off = cloudformation.Stack(ses.body, ses.parameters | {"EnableSESIPFiltering": "false"})
    assert ses.all("AWS::IAM::ManagedPolicy")
    assert not off.all("AWS::IAM::ManagedPolicy")


# --- The DKIM rotation ---

STATE = "arn:aws:ssm:{region}:{account}:parameter/ses/{env}/dkim/goo.ne.jp"
SECRET = "arn:aws:secretsmanager:{region}:{account}:secret:/ses/{env}/dkim/goo.ne.jp/ses-20261125-1-AbCdEf"
OTHER_SECRET = "arn:aws:secretsmanager:{region}:{account}:secret:ses/{env}/smtp-AbCdEf"
TOPIC = "arn:aws:sns:{region}:{account}:ses-{env}-alerts"
KEY = "arn:aws:kms:{region}:{account}:key/DkimKey"
OTHER_KEY = "arn:aws:kms:{region}:{account}:key/other"
QUEUE = "arn:aws:sqs:{region}:{account}:ses-{env}-dkim-dead-letters"
ORCHESTRATOR, GENERATOR, UPDATER, NOTIFIER, MONITOR = (
    f"arn:aws:lambda:{{region}}:{{account}}:function:ses-{{env}}-{name}"
    for name in (
        "dkim-rotation-orchestrator",
        "dkim-key-generator",
        "ses-config-updater",
        "notification-manager",
        "validation-monitor",
    )
)
THROUGH_SECRETS_MANAGER = {"kms:ViaService": "secretsmanager.ap-northeast-1.amazonaws.com"}
PAIR = {"kms:DataKeyPairSpec": "RSA_2048", "kms:EncryptionContext:purpose": "dkim"}
ROLES = {
    "DKIMRotationOrchestrator": [
        ("ssm:GetParameter", STATE, {}),
        ("ssm:PutParameter", STATE, {}),
        ("lambda:InvokeFunction", GENERATOR, {}),
        ("lambda:InvokeFunction", UPDATER, {}),
        ("lambda:InvokeFunction", NOTIFIER, {}),
        ("lambda:InvokeFunction", MONITOR, {}),
    ],
    "DKIMKeyGenerator": [
        ("kms:GenerateDataKeyPair", KEY, PAIR),
        ("kms:GenerateDataKey", KEY, THROUGH_SECRETS_MANAGER),
        ("secretsmanager:CreateSecret", SECRET, {}),
        ("secretsmanager:DeleteSecret", SECRET, {}),
        ("secretsmanager:GetSecretValue", SECRET, {}),
        ("secretsmanager:ListSecrets", "*", {}),
    ],
    "SESConfigUpdater": [
        ("secretsmanager:GetSecretValue", SECRET, {}),
        ("kms:Decrypt", KEY, THROUGH_SECRETS_MANAGER),
        ("ses:GetEmailIdentity", IDENTITY, {}),
        ("ses:PutEmailIdentityDkimSigningAttributes", IDENTITY, {}),
    ],
    "NotificationManager": [("sns:Publish", TOPIC, {})],
    "ValidationMonitor": [
        ("ssm:GetParameter", STATE, {}),
        ("ses:GetEmailIdentity", IDENTITY, {}),
        ("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "ses/prod/Dkim"}),
    ],
}
# What one of them may, and what none of them should.
EVERYTHING = [right for rights in ROLES.values() for right in rights] + [
    ("kms:Decrypt", KEY, {}),
    ("kms:GenerateDataKeyPair", KEY, PAIR | {"kms:DataKeyPairSpec": "RSA_4096"}),
    ("kms:GenerateDataKeyPair", OTHER_KEY, PAIR),
    ("kms:ScheduleKeyDeletion", KEY, {}),
    ("secretsmanager:GetSecretValue", OTHER_SECRET, {}),
    ("secretsmanager:PutSecretValue", SECRET, {}),
    ("ses:DeleteEmailIdentity", IDENTITY, {}),
    ("ses:SendRawEmail", IDENTITY, {}),
    ("ses:PutEmailIdentityDkimSigningAttributes", IDENTITY.replace("goo.ne.jp", "example.com"), {}),
    ("ssm:DeleteParameter", STATE, {}),
    ("ssm:PutParameter", STATE.replace("dkim", "other"), {}),
    ("lambda:InvokeFunction", ORCHESTRATOR, {}),
    ("lambda:UpdateFunctionCode", UPDATER, {}),
    ("cloudwatch:PutMetricData", "*", {"cloudwatch:namespace": "ses/prod/Security"}),
    ("sns:Publish", TOPIC.replace("alerts", "other"), {}),
]


@pytest.mark.parametrize("function", ROLES)
def test_each_function_of_the_rotation_has_its_rights_and_no_others(function):
    for action, resource, context in EVERYTHING:
        expected = (action, resource, context) in ROLES[function]
        if (action, resource) == ("kms:Decrypt", KEY) and function == "DKIMKeyGenerator":
            expected = bool(context)  # it reads its own secrets too
        assert role_may("prod", f"{function}Role", action, resource, **context) is expected, (action, resource)
    assert role_may("prod", f"{function}Role", "sqs:SendMessage", QUEUE)


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:GenerateDataKey"])
def test_the_generator_passes_the_try_of_secrets_manager(action):
    """CreateSecret tries the key first, with this value (Secrets Manager guide, "Secret encryption and decryption")."""
    for name in ("SecretARN", "SecretVersionId"):
        context = {f"kms:EncryptionContext:{name}": "RequestToValidateKeyAccess"} | THROUGH_SECRETS_MANAGER
        assert role_may("prod", "DKIMKeyGeneratorRole", action, KEY, **context)


def test_the_schedules_call_the_orchestrator_only():
    assert role_may("prod", "DkimScheduleRole", "lambda:InvokeFunction", ORCHESTRATOR)
    assert role_may("prod", "DkimScheduleRole", "sqs:SendMessage", QUEUE)
    for function in (GENERATOR, UPDATER, NOTIFIER, MONITOR):
        assert not role_may("prod", "DkimScheduleRole", "lambda:InvokeFunction", function)


def test_the_dkim_key_can_be_had_in_another_region_later():
    """It cannot be changed into one (KMS guide, "Multi-Region keys in AWS KMS")."""
    assert stack("prod", "security").properties("DkimKey")["MultiRegion"] is True


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("role/ses-prod-dkim-key-generator", True),
        ("role/ses-prod-ses-config-updater", True),
        ("role/ses-prod-validation-monitor", False),
        ("user/ses/prod/production-admin", False),
        ("role/administrator", False),
    ],
)
def test_only_the_rotation_uses_the_dkim_key(role, expected):
    """Whatever rights somebody has."""
    policy = stack("prod", "security").properties("DkimKey")["KeyPolicy"]
    everything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    context = {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:{role}"}
    for action in ("kms:Decrypt", "kms:GenerateDataKeyPair", "kms:Encrypt"):
        assert allowed(Request(action, "*", context), [policy, everything]) is expected, action
    assert allowed(Request("kms:DescribeKey", "*", context), [policy, everything])


@pytest.mark.parametrize(
    ("group", "action", "resource", "expected"),
    [
        ("admin", "lambda:InvokeFunction", ORCHESTRATOR, True),
        ("admin", "ssm:GetParameter", STATE, True),
        ("admin", "ssm:PutParameter", STATE, True),
        ("admin", "lambda:InvokeFunction", UPDATER, False),
        ("admin", "lambda:InvokeFunction", GENERATOR, False),
        ("admin", "secretsmanager:GetSecretValue", SECRET, False),
        ("admin", "kms:Decrypt", KEY, False),
        ("monitoring", "lambda:InvokeFunction", MONITOR, True),
        ("monitoring", "lambda:InvokeFunction", ORCHESTRATOR, False),
        ("monitoring", "ssm:PutParameter", STATE, False),
        ("readonly", "lambda:InvokeFunction", ORCHESTRATOR, False),
        ("readonly", "lambda:InvokeFunction", MONITOR, False),
    ],
)
def test_who_operates_the_dkim_rotation(group, action, resource, expected):
    assert person_may("prod", group, action, resource) is expected
    assert not person_may("prod", group, action, resource, source_ip=ELSEWHERE)
    assert not person_may("prod", group, action, resource, mfa="false")
    assert not person_may("dev", group, action, resource)  # dev has no rotation of its own


TRAIL_OBJECT = "arn:aws:s3:::ses-{env}-trail-logs-{account}/AWSLogs/{account}/x.json.gz"
TRAIL_LOG = "arn:aws:logs:{region}:{account}:log-group:/aws/cloudtrail/ses-prod:*"


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("group", ["admin", "readonly", "monitoring"])
class TestTrail:
    """It names addresses: Admin alone sees it, and nobody writes to it or stops it."""

    def test_admin_looks_events_up(self, environment, group):
        assert person_may(environment, group, "cloudtrail:LookupEvents") is (group == "admin")
        assert person_may(environment, group, "s3:GetObject", fill(TRAIL_OBJECT, environment)) is (group == "admin")

    def test_no_group_reads_its_log_group(self, environment, group):
        for action in ("logs:FilterLogEvents", "logs:StartQuery", "logs:GetLogEvents"):
            assert not person_may(environment, group, action, fill(TRAIL_LOG, environment))

    def test_no_group_changes_or_stops_it(self, environment, group):
        assert not person_may(environment, group, "s3:DeleteObject", fill(TRAIL_OBJECT, environment))
        for action in ("cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "cloudtrail:PutEventSelectors"):
            assert not person_may(environment, group, action)
