"""The SMTP credentials: who may read and rotate them, and what the rotation itself may do."""

import json

import pytest

from local_aws.semantics.iam import Request, allowed

from .cloudformation import ACCOUNT, ENVIRONMENTS, OTHER, REGION, SES_STACK, Stack, fill, stack
from .rights import person_may, role_may

SECRET = "arn:aws:secretsmanager:{region}:{account}:secret:{env}-ses-smtp-credentials-AbCdEf"
KEY = "arn:aws:kms:{region}:{account}:key/SMTPCredentialsKey"
USER = "arn:aws:iam::{account}:user/smtp/{env}/ses-{env}-smtp"
FUNCTION = "arn:aws:lambda:{region}:{account}:function:ses-{env}-smtp-credentials-rotation"
STATE = "arn:aws:ssm:{region}:{account}:parameter/ses/{env}/smtp-credentials"
TOPIC = "arn:aws:sns:{region}:{account}:ses-{env}-alerts"
QUEUE = "arn:aws:sqs:{region}:{account}:ses-{env}-smtp-credentials-failed"
TRY = "RequestToValidateKeyAccess"
THROUGH = {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}


def ses(environment: str) -> Stack:
    return stack(environment, SES_STACK[environment])


ROTATION_MAY = [
    ("iam:CreateAccessKey", USER),
    ("iam:DeleteAccessKey", USER),
    ("iam:GetAccessKeyLastUsed", USER),
    ("iam:ListAccessKeys", USER),
    ("iam:UpdateAccessKey", USER),
    ("secretsmanager:DescribeSecret", SECRET),
    ("secretsmanager:GetSecretValue", SECRET),
    ("secretsmanager:PutSecretValue", SECRET),
    ("secretsmanager:UpdateSecretVersionStage", SECRET),
    ("sns:Publish", TOPIC),
    ("sqs:SendMessage", QUEUE),
    ("ssm:GetParameter", STATE),
    ("ssm:PutParameter", STATE),
]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestRotation:
    @pytest.mark.parametrize(("action", "resource"), ROTATION_MAY)
    def test_may_do_its_work_in_its_own_environment(self, environment, action, resource):
        assert role_may(environment, "SMTPRotationRole", action, resource)
        assert not role_may(environment, "SMTPRotationRole", action, fill(resource, OTHER[environment]))

    @pytest.mark.parametrize(
        ("action", "resource"),
        [
            ("iam:CreateAccessKey", "arn:aws:iam::{account}:user/ses/{env}/production-admin"),
            ("iam:PutUserPolicy", USER),
            ("iam:DeleteUser", USER),
            ("secretsmanager:DeleteSecret", SECRET),
            ("secretsmanager:RotateSecret", SECRET),
            ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:{region}:{account}:secret:other-AbCdEf"),
            ("ses:SendRawEmail", "arn:aws:ses:{region}:{account}:identity/goo.ne.jp"),
            ("ssm:GetParameter", "arn:aws:ssm:{region}:{account}:parameter/ses/{env}/dkim/goo.ne.jp"),
            ("kms:ScheduleKeyDeletion", KEY),
        ],
    )
    def test_may_do_nothing_else(self, environment, action, resource):
        assert not role_may(environment, "SMTPRotationRole", action, resource)

    def test_uses_the_key_through_secrets_manager_only(self, environment):
        for action in ("kms:Decrypt", "kms:GenerateDataKey"):
            assert role_may(environment, "SMTPRotationRole", action, KEY, **THROUGH)
            assert not role_may(environment, "SMTPRotationRole", action, KEY)

    def test_publishes_its_own_metrics_only(self, environment):
        for namespace, expected in [(f"ses/{environment}/Smtp", True), ("AWS/SES", False)]:
            context = {"cloudwatch:namespace": namespace}
            assert role_may(environment, "SMTPRotationRole", "cloudwatch:PutMetricData", "*", **context) is expected

    def test_is_called_by_secrets_manager_and_by_the_schedule(self, environment):
        permission = ses(environment).properties("SMTPRotationPermission")
        assert permission["Principal"] == "secretsmanager.amazonaws.com"
        assert permission["SourceAccount"] == ACCOUNT
        # Secrets Manager guide, "Permissions for rotation". The function refuses other secrets: tests/functions.
        assert "SourceArn" not in permission
        assert role_may(environment, "SMTPDailyCheckRole", "lambda:InvokeFunction", FUNCTION)
        assert not role_may(environment, "SMTPDailyCheckRole", "lambda:InvokeFunction", FUNCTION + "x")
        trust = ses(environment).properties("SMTPDailyCheckRole")["AssumeRolePolicyDocument"]["Statement"][0]
        assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
        assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}

    def test_has_a_place_for_checks_that_fail(self, environment):
        current = ses(environment)
        queue = fill(QUEUE, environment)
        assert current.properties("SMTPRotationLambda")["DeadLetterConfig"] == {"TargetArn": queue}
        assert current.properties("SMTPDailyCheck")["Target"]["DeadLetterConfig"] == {"Arn": queue}

    def test_checks_at_nine_in_tokyo(self, environment):
        schedule = ses(environment).properties("SMTPDailyCheck")
        assert schedule["ScheduleExpression"] == "cron(0 9 * * ? *)"
        assert schedule["ScheduleExpressionTimezone"] == "Asia/Tokyo"
        assert json.loads(schedule["Target"]["Input"]) == {"task": "daily"}

    def test_rotates_every_ninety_days_and_at_once(self, environment):
        rotation = ses(environment).properties("SMTPCredentialsRotation")
        assert rotation["RotationRules"] == {"AutomaticallyAfterDays": 90}
        assert rotation["RotateImmediatelyOnUpdate"] is True
        assert rotation["RotationLambdaARN"] == fill(FUNCTION, environment)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestSecret:
    def test_is_the_documented_one(self, environment):
        secret = ses(environment).properties("SMTPCredentialsSecret")
        assert secret["Name"] == f"{environment}-ses-smtp-credentials"
        assert secret["Description"] == "SMTP credentials for SES"
        assert secret["KmsKeyId"] == fill(KEY, environment)
        tags = {tag["Key"]: tag["Value"] for tag in secret["Tags"]}
        assert tags["Environment"] == environment and tags["Purpose"] == "SES SMTP authentication"

    def test_begins_without_anything_that_looks_like_a_password(self, environment):
        generated = ses(environment).properties("SMTPCredentialsSecret")["GenerateSecretString"]
        assert json.loads(generated["SecretStringTemplate"]) == {"username": "", "password": ""}
        assert generated["GenerateStringKey"] == "placeholder"

    def test_outlives_the_stack_with_its_key_and_its_user(self, environment):
        for id in ("SMTPCredentialsSecret", "SMTPCredentialsKey", "SMTPUser"):
            resource = ses(environment).body["Resources"][id]
            assert resource["DeletionPolicy"] == "RetainExceptOnCreate" and resource["UpdateReplacePolicy"] == "Retain"

    @pytest.mark.parametrize("action", ["kms:Decrypt", "kms:GenerateDataKey"])
    def test_key_opens_this_secret_only(self, environment, action):
        """Also while Secrets Manager makes it: it first tries the key (Secrets Manager guide, "Secret encryption and
        decryption"). The page has the value of that try beside the ARN, others have met it in its place."""
        key = ses(environment).properties("SMTPCredentialsKey")
        assert key["EnableKeyRotation"] is True

        def opens(arn: str, version: str = "a1b2", **context: str) -> bool:
            given = {"SecretARN": fill(arn, environment), "SecretVersionId": version}
            context |= {f"kms:EncryptionContext:{name}": value for name, value in given.items()}
            return allowed(Request(action, "*", context), [key["KeyPolicy"]])

        assert opens(SECRET, **THROUGH)
        assert opens(SECRET, TRY, **THROUGH)
        assert opens(TRY, TRY, **THROUGH)
        for arn in (SECRET, TRY):
            assert not opens(arn)
            assert not opens(arn, **{"kms:ViaService": f"s3.{REGION}.amazonaws.com"})
        for other in (SECRET.replace("smtp-credentials", "other"), SECRET.replace("{env}", "{other}"), TRY + "x"):
            assert not opens(other, **THROUGH)
            assert not opens(other, TRY, **THROUGH)


ADMIN_MAY = [
    ("secretsmanager:DescribeSecret", SECRET),
    ("secretsmanager:GetSecretValue", SECRET),
    ("secretsmanager:RotateSecret", SECRET),
    ("secretsmanager:UpdateSecretVersionStage", SECRET),
    ("lambda:InvokeFunction", FUNCTION),
    ("iam:ListAccessKeys", USER),
    ("iam:GetAccessKeyLastUsed", USER),
    ("iam:UpdateAccessKey", USER),
    ("iam:DeleteAccessKey", USER),
]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestPeople:
    @pytest.mark.parametrize(("action", "resource"), ADMIN_MAY)
    def test_admin_hands_the_credentials_over(self, environment, action, resource):
        assert person_may(environment, "admin", action, resource)
        assert not person_may(environment, "admin", action, resource, mfa="false")
        assert not person_may(environment, "admin", action, resource, source_ip="198.18.0.1")
        assert not person_may(environment, "admin", action, resource.replace("{env}", "{other}"))

    @pytest.mark.parametrize("group", ["readonly", "monitoring"])
    @pytest.mark.parametrize(("action", "resource"), ADMIN_MAY)
    def test_nobody_else_does(self, environment, group, action, resource):
        assert not person_may(environment, group, action, resource)

    def test_admin_makes_no_key_and_writes_no_value(self, environment):
        for action, resource in [
            ("iam:CreateAccessKey", USER),
            ("secretsmanager:PutSecretValue", SECRET),
            ("secretsmanager:DeleteSecret", SECRET),
            ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:{region}:{account}:secret:other-AbCdEf"),
        ]:
            assert not person_may(environment, "admin", action, resource), action

    def test_admin_decrypts_this_secret_only(self, environment):
        for secret, expected in [(SECRET, True), (SECRET.replace("smtp-credentials", "other"), False)]:
            context = {"kms:EncryptionContext:SecretARN": fill(secret, environment)}
            assert person_may(environment, "admin", "kms:Decrypt", KEY, **context) is expected
        assert not person_may(environment, "admin", "kms:Decrypt", KEY)
