"""The daily and the monthly report: when they come, what their function may look at, and that it looks for what the other
stacks make."""

import json

import pytest

from .cloudformation import ACCOUNT, ENVIRONMENTS, OTHER, SES_STACK, environment_values, fill, names, stack, stacks
from .metrics import assert_published
from .rights import person_may, role_may

FUNCTION = "arn:aws:lambda:{region}:{account}:function:ses-{env}-maintenance"
QUEUE = "arn:aws:sqs:{region}:{account}:ses-{env}-maintenance-failed"
TOPIC = "arn:aws:sns:{region}:{account}:ses-{env}-alerts"
USER = "arn:aws:iam::{account}:user/ses/{env}/somebody"
SMTP_USER = "arn:aws:iam::{account}:user/smtp/{env}/ses-{env}-smtp"
GROUP = "arn:aws:iam::{account}:group/ses-{env}-admin"
POLICY = "arn:aws:iam::{account}:policy/ses-{env}-ip-restriction"
SECURITY_LOG = "arn:aws:logs:{region}:{account}:log-group:/aws/security/ses/{env}:log-stream:"
COMPLIANCE_LOG = "arn:aws:logs:{region}:{account}:log-group:/aws/security/compliance/japanese/ses/{env}:log-stream:"
BUCKET = "arn:aws:s3:::ses-{env}-raw-logs-{account}"
SCHEDULE = "arn:aws:scheduler:{region}:{account}:schedule/default/ses-{env}-monthly-report"


def variables(environment: str) -> dict[str, str]:
    return stack(environment, "monitoring").properties("MaintenanceLambda")["Environment"]["Variables"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestSchedule:
    @pytest.mark.parametrize(
        ("id", "mode", "expression"),
        [
            ("DailyReportSchedule", "daily", "cron(0 9 * * ? *)"),
            ("MaintenanceSchedule", "monthly", "cron(0 2 1 * ? *)"),
            ("WatchSchedule", "watch", "rate(15 minutes)"),
        ],
    )
    def test_comes_in_tokyo_time_and_keeps_what_fails(self, environment, id, mode, expression):
        found = stack(environment, "monitoring").properties(id)
        assert found["ScheduleExpression"] == expression
        assert found["ScheduleExpressionTimezone"] == "Asia/Tokyo"
        target = found["Target"]
        assert target["Arn"] == fill(FUNCTION, environment)
        assert json.loads(target["Input"]) == {"mode": mode}
        assert target["DeadLetterConfig"] == {"Arn": fill(QUEUE, environment)}
        function = stack(environment, "monitoring").properties("MaintenanceLambda")
        assert function["DeadLetterConfig"] == {"TargetArn": fill(QUEUE, environment)}

    def test_may_call_this_function_only(self, environment):
        assert role_may(environment, "MaintenanceScheduleRole", "lambda:InvokeFunction", FUNCTION)
        assert not role_may(environment, "MaintenanceScheduleRole", "lambda:InvokeFunction", FUNCTION + "x")
        assert role_may(environment, "MaintenanceScheduleRole", "sqs:SendMessage", QUEUE)
        [trust] = stack(environment, "monitoring").properties("MaintenanceScheduleRole")["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestRole:
    @pytest.mark.parametrize(
        ("action", "resource"),
        [
            ("iam:GetLoginProfile", USER),
            ("iam:GetAccessKeyLastUsed", USER),
            ("iam:GetUser", USER),
            ("iam:ListAccessKeys", USER),
            ("iam:ListGroupsForUser", USER),
            ("iam:ListMFADevices", USER),
            ("iam:ListUserPolicies", USER),
            ("iam:ListAttachedUserPolicies", SMTP_USER),
            ("iam:GetGroup", GROUP),
            ("iam:ListAttachedGroupPolicies", GROUP),
            ("iam:ListGroupPolicies", GROUP),
            ("iam:GetPolicy", POLICY),
            ("iam:GetPolicyVersion", POLICY),
            ("logs:FilterLogEvents", SECURITY_LOG),
            ("logs:FilterLogEvents", COMPLIANCE_LOG),
            ("s3:GetLifecycleConfiguration", BUCKET),
            ("scheduler:GetSchedule", SCHEDULE),
            ("sns:Publish", TOPIC),
            ("sqs:SendMessage", QUEUE),
        ],
    )
    def test_looks_at_its_own_environment(self, environment, action, resource):
        assert role_may(environment, "MaintenanceRole", action, resource)
        assert not role_may(environment, "MaintenanceRole", action, fill(resource, OTHER[environment]))

    @pytest.mark.parametrize(
        "action",
        ["cloudwatch:GetMetricData", "iam:ListUsers", "logs:DescribeLogGroups", "ses:GetAccount", "ses:GetSendStatistics"],
    )
    def test_and_at_what_knows_no_resource(self, environment, action):
        assert role_may(environment, "MaintenanceRole", action, "*")

    @pytest.mark.parametrize(
        ("action", "resource"),
        [
            ("iam:AttachGroupPolicy", GROUP),
            ("iam:DeleteLoginProfile", USER),
            ("iam:UpdateAccessKey", USER),
            ("iam:CreatePolicyVersion", POLICY),
            ("iam:GenerateCredentialReport", "*"),
            ("iam:GetAccountAuthorizationDetails", "*"),
            ("logs:Unmask", SECURITY_LOG),
            ("logs:FilterLogEvents", "arn:aws:logs:{region}:{account}:log-group:/aws/lambda/ses-{env}-mask-events:x"),
            ("logs:PutRetentionPolicy", SECURITY_LOG),
            ("s3:GetObject", BUCKET + "/events/a.gz"),
            ("s3:PutLifecycleConfiguration", BUCKET),
            ("ses:SendEmail", "arn:aws:ses:{region}:{account}:identity/goo.ne.jp"),
            ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:{region}:{account}:secret:{env}-ses-smtp-credentials-AbCdEf"),
        ],
    )
    def test_changes_nothing_and_reads_no_personal_data(self, environment, action, resource):
        assert not role_may(environment, "MaintenanceRole", action, resource)

    def test_publishes_its_own_metrics_only(self, environment):
        for namespace, expected in [(f"ses/{environment}/Maintenance", True), (f"ses/{environment}/Security", False)]:
            context = {"cloudwatch:namespace": namespace}
            assert role_may(environment, "MaintenanceRole", "cloudwatch:PutMetricData", "*", **context) is expected


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestWhatItLooksFor:
    """The function gets names; the resources stand in other stacks."""

    def test_fits_into_the_variables_of_lambda(self, environment):
        found = variables(environment)
        assert sum(len(key.encode()) + len(str(value).encode()) for key, value in found.items()) <= 4096

    def test_groups_and_their_policies(self, environment):
        security = stack(environment, "security")
        wanted = {
            group["GroupName"]: sorted(group["ManagedPolicyArns"]) for group in security.all("AWS::IAM::Group").values()
        }
        found = {name: sorted(arns) for name, arns in json.loads(variables(environment)["GROUPS"]).items()}
        assert found == wanted

    @pytest.mark.parametrize(
        ("variable", "id"),
        [
            ("BOUNDARY_ARN", "PeopleBoundary"),
            ("IP_RESTRICTION_ARN", "IPRestrictionPolicy"),
            ("MFA_POLICY_ARN", "MFAEnforcementPolicy"),
        ],
    )
    def test_policies_of_people(self, environment, variable, id):
        assert variables(environment)[variable] == stack(environment, "security").ref(id)

    def test_users(self, environment):
        found, ses = variables(environment), stack(environment, SES_STACK[environment])
        paths = {user["Path"] for user in stack(environment, "security").all("AWS::IAM::User").values()}
        assert paths == {found["USER_PATH"]}
        assert found["SMTP_USER"] == ses.ref("SMTPUser")
        assert found["SENDING_POLICY_ARN"] == ses.ref("SESIPRestrictedPolicy")

    def test_networks_and_limits_come_from_the_configuration(self, environment):
        found, values = variables(environment), environment_values(environment)
        assert found["PEOPLE_NETWORKS"].split(",") == values["networks"]["people"]
        assert found["MAIL_SERVERS"].split(",") == values["networks"]["mail_servers"]
        assert found["LOG_RETENTION_DAYS"] == str(values["retention"]["log_days"])
        assert found["EXPIRATION_DAYS"] == str(values["retention"]["expiration_days"])
        for name in ("unused_days", "bounce_percent", "complaint_percent", "volume_factor", "log_gibibytes"):
            assert found[name.upper()] == str(values["reports"][name])

    def test_security_log_groups(self, environment):
        groups = stack(environment, "security").all("AWS::Logs::LogGroup")
        wanted = {group["LogGroupName"] for id, group in groups.items() if "Security" in id}
        assert set(variables(environment)["SECURITY_LOG_GROUPS"].split(",")) == wanted

    def test_log_groups_of_all_stacks_and_no_others(self, environment):
        prefixes = tuple(variables(environment)["LOG_GROUP_PREFIXES"].split(","))
        ours = names(environment, "AWS::Logs::LogGroup")
        assert ours and all(name.startswith(prefixes) for name in ours)
        assert not any(name.startswith(prefixes) for name in names(OTHER[environment], "AWS::Logs::LogGroup"))

    def test_which_log_groups_need_no_mask(self, environment):
        unmasked = set(variables(environment)["UNMASKED_LOG_GROUPS"].split(","))
        for current in stacks(environment):
            for group in current.all("AWS::Logs::LogGroup").values():
                assert (group["LogGroupName"] in unmasked) == ("DataProtectionPolicy" not in group), group["LogGroupName"]

    def test_buckets(self, environment):
        assert set(variables(environment)["LOG_BUCKETS"].split(",")) == names(environment, "AWS::S3::Bucket")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_admin_may_ask_for_a_report(environment):
    assert person_may(environment, "admin", "lambda:InvokeFunction", FUNCTION)
    assert not person_may(environment, "admin", "lambda:InvokeFunction", FUNCTION, mfa="false")
    for group in ("readonly", "monitoring"):
        assert not person_may(environment, group, "lambda:InvokeFunction", FUNCTION)


def test_without_the_compliance_log_group_it_is_not_looked_for():
    monitoring = stack("prod", "monitoring")
    off = type(monitoring)(monitoring.body, monitoring.parameters | {"EnableJapaneseCompliance": "false"})
    assert off.properties("MaintenanceLambda")["Environment"]["Variables"]["SECURITY_LOG_GROUPS"] == "/aws/security/ses/prod"


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_watch_listens_to_what_is_published_and_knows_when_it_began(environment):
    signals = json.loads(variables(environment)["SIGNALS"])
    assert {signal["name"] for signal in signals} == {"trail", "recorder", "daily-report", "smtp-check", "dkim-check", "mail"}
    for signal in signals:
        if signal["name"] == "dkim-check" and environment == "dev":
            continue  # dev rotates no key: the log group is not there, and nothing is counted
        assert_published(environment, (signal["namespace"], signal["metric"], tuple(signal["dimensions"].items())))
        if signal["name"] != "mail":
            assert any(signal["log_group"] in names(each, "AWS::Logs::LogGroup") for each in ENVIRONMENTS)
