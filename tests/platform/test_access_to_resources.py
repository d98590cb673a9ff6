"""Who may use what: the policies of buckets, topic, keys, log groups and functions, for every principal."""

import json

import pytest

from .access import Row, check, expand, row
from .cloudformation import ACCOUNT, ENVIRONMENTS, REGION, SES_STACK, Stack, stack, stacks

POLICIES = {
    "AWS::S3::BucketPolicy": "PolicyDocument",
    "AWS::SNS::TopicPolicy": "PolicyDocument",
    "AWS::Logs::ResourcePolicy": "PolicyDocument",
    "AWS::KMS::Key": "KeyPolicy",
}
REGIONAL = f"{REGION}:{ACCOUNT}"


def bucket(name: str) -> str:
    return f"arn:aws:s3:::ses-{{env}}-{name}-logs-{{account}}"


def tls(actions: str, *resources: str) -> Row:
    """Nobody without TLS."""
    return row(
        actions,
        *resources,
        principal="*",
        when=[{"aws:SecureTransport": "false"}],
        outside=[{"aws:SecureTransport": "true"}, {"aws:SecureTransport": None}],
    )


def modern_tls(actions: str, *resources: str) -> Row:
    """Nobody with a version before 1.2, whoever it is."""
    return row(
        actions,
        *resources,
        principal="*",
        when=[{"s3:TlsVersion": version} for version in ("1.0", "1.1", "1.19")],
        outside=[{"s3:TlsVersion": version} for version in ("1.2", "1.3", None)],
    )


TRAIL = {"aws:SourceArn": f"arn:aws:cloudtrail:{REGIONAL}:trail/ses-{{env}}-trail"}
TRAIL_SERVICE, LOGGING_SERVICE = "cloudtrail.amazonaws.com", "logging.s3.amazonaws.com"


def bucket_allows(name: str) -> list[Row]:
    if name == "trail":
        # CloudTrail guide, "Amazon S3 bucket policy for CloudTrail".
        return [
            row("s3:GetBucketAcl", bucket("trail"), principal=TRAIL_SERVICE, only=TRAIL),
            row(
                "s3:PutObject", bucket("trail") + "/AWSLogs/{account}/*", principal=TRAIL_SERVICE,
                only=TRAIL | {"s3:x-amz-acl": "bucket-owner-full-control"},
            ),
        ]  # fmt: skip
    if name == "access":
        # S3 guide, "Enabling Amazon S3 server access logging": the bucket policy.
        logged = ("raw", "masked", "error", "trail")
        return [
            row(
                "s3:PutObject", *(f"{bucket('access')}/{each}-logs/*" for each in logged), principal=LOGGING_SERVICE,
                only={"aws:SourceArn": [bucket(each) for each in logged], "aws:SourceAccount": ACCOUNT},
            )
        ]  # fmt: skip
    return []


# KMS guide, "Default key policy": an Allow for the account hands the decision to IAM policies.
THROUGH = {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}
SMTP_SECRET = f"arn:aws:secretsmanager:{REGIONAL}:secret:{{env}}-ses-smtp-credentials-AbCdEf"
# What decrypts or makes what others encrypt, and what hands that out.
KEY_USE = "kms:Decrypt kms:Encrypt kms:GenerateDataKey* kms:ReEncrypt*"
ADMINISTRATION = (
    "kms:CancelKeyDeletion kms:Describe* kms:Disable* kms:Enable* kms:Get* kms:List* kms:PutKeyPolicy"
    " kms:ScheduleKeyDeletion kms:TagResource kms:UntagResource kms:Update*"
)
DKIM_ROLES = [f"arn:aws:iam::{ACCOUNT}:role/ses-{{env}}-{name}" for name in ("dkim-key-generator", "ses-config-updater")]
EVENTS = "events.amazonaws.com"
STACK_EVENTS = f"arn:aws:logs:{REGIONAL}:log-group:/aws/events/ses-{{env}}-stack-events:*"
TOPIC = f"arn:aws:sns:{REGIONAL}:ses-{{env}}-alerts"

ALLOWED = {
    **{f"{name.title()}LogsBucketPolicy": bucket_allows(name) for name in ("access", "raw", "masked", "error", "trail")},
    "SMTPCredentialsKey": [
        row(ADMINISTRATION, principal=ACCOUNT),
        # Secrets Manager guide, "Secret encryption and decryption": the secret's ARN is the context, and when it tries a
        # new secret's key, RequestToValidateKeyAccess.
        row(
            "kms:Decrypt kms:GenerateDataKey", principal=ACCOUNT,
            only=THROUGH | {"kms:EncryptionContext:SecretARN": [SMTP_SECRET, "RequestToValidateKeyAccess"]},
        ),
    ],
    "DkimKey": [row("kms:*", principal=ACCOUNT)],
    "AlertTopicPolicy": [
        row(
            "sns:Publish", TOPIC, principal="cloudwatch.amazonaws.com",
            only={"aws:SourceAccount": ACCOUNT, "aws:SourceArn": f"arn:aws:cloudwatch:{REGIONAL}:alarm:ses-{{env}}-x"},
        ),
        # EventBridge guide, "Amazon SNS permissions": no condition.
        row("sns:Publish", TOPIC, principal=EVENTS),
    ],
    # EventBridge guide, "CloudWatch Logs permissions".
    "StackEventLogPolicy": [
        right
        for principal in (EVENTS, "delivery.logs.amazonaws.com")
        for right in (
            row("logs:CreateLogStream", STACK_EVENTS, principal=principal),
            row(
                "logs:PutLogEvents", STACK_EVENTS, principal=principal,
                only={"aws:SourceArn": f"arn:aws:events:{REGIONAL}:rule/ses-{{env}}-stack-events"},
            ),
        )
    ],
}  # fmt: skip

DENIED = {
    **{
        f"{name.title()}LogsBucketPolicy": [
            test("s3:*", bucket(name), bucket(name) + "/*") for test in (tls, modern_tls)
        ]
        for name in ("access", "raw", "masked", "error", "trail")
    },
    "SMTPCredentialsKey": [],
    "DkimKey": [
        row(
            KEY_USE, principal="*",
            when=[{"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/{name}"} for name in ("administrator", "ses-{env}-x")]
            + [{"aws:PrincipalArn": None}],
            outside=[{"aws:PrincipalArn": each} for each in DKIM_ROLES],
        )
    ],
    "AlertTopicPolicy": [tls("sns:Publish", TOPIC)],
    "StackEventLogPolicy": [],
}  # fmt: skip


def policies() -> list[tuple[str, str, str]]:
    """(environment, stack, id) of every policy of a resource."""
    return [
        (environment, name, id)
        for environment in ENVIRONMENTS
        for name in ("base", SES_STACK[environment], "enhanced-kinesis", "monitoring", "security")
        for id in stack(environment, name).ids(*POLICIES)
    ]


def document(current: Stack, id: str) -> dict:
    found = current.properties(id)[POLICIES[current.body["Resources"][id]["Type"]]]
    return json.loads(found) if isinstance(found, str) else found


def test_every_policy_of_a_resource_is_in_the_table():
    assert {id for _, _, id in policies()} == set(ALLOWED) == set(DENIED)


@pytest.mark.parametrize(("environment", "name", "id"), policies())
class TestPolicy:
    def test_lets_in_what_it_should(self, environment, name, id):
        check(document(stack(environment, name), id), ALLOWED[id], environment)

    def test_keeps_out_what_it_should(self, environment, name, id):
        check(document(stack(environment, name), id), DENIED[id], environment, "Deny")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_bucket_and_the_topic_have_their_policy(environment):
    for current in stacks(environment):
        covered = [
            item
            for type, key in (("AWS::S3::BucketPolicy", "Bucket"), ("AWS::SNS::TopicPolicy", "Topics"))
            for properties in current.all(type).values()
            for item in (properties[key] if key == "Topics" else [properties[key]])
        ]
        owned = [current.ref(id) for id in current.ids("AWS::S3::Bucket", "AWS::SNS::Topic")]
        assert sorted(covered) == sorted(owned)


# Who calls functions


def permissions() -> list[tuple[str, Stack, str]]:
    return [
        (environment, current, id)
        for environment in ENVIRONMENTS
        for current in stacks(environment)
        for id in current.ids("AWS::Lambda::Permission")
    ]


def function(name: str) -> str:
    return f"arn:aws:lambda:{REGIONAL}:function:ses-{{env}}-{name}"


CALLERS = {
    # CloudWatch Logs guide, "Log group-level subscription filters": the log group of the trail, which is prod's.
    "RecorderPermission": row(
        "lambda:InvokeFunction", function("record-security-events"), principal="logs.amazonaws.com",
        only={"aws:SourceAccount": ACCOUNT, "aws:SourceArn": f"arn:aws:logs:{REGIONAL}:log-group:/aws/cloudtrail/ses-prod:x"},
    ),
    # Secrets Manager guide, "Lambda rotation function execution role permissions": the account.
    "SMTPRotationPermission": row(
        "lambda:InvokeFunction", function("smtp-credentials-rotation"), principal="secretsmanager.amazonaws.com",
        only={"aws:SourceAccount": ACCOUNT},
    ),
}  # fmt: skip


def test_every_permission_is_in_the_table():
    assert {id for _, _, id in permissions()} == set(CALLERS)


@pytest.mark.parametrize(("environment", "current", "id"), permissions())
def test_only_its_service_calls_a_function(environment, current, id):
    """The statement that Lambda makes of a permission (its guide, "Granting permissions to AWS services")."""
    properties = current.properties(id)
    called = properties["FunctionName"]
    sources = {"aws:SourceAccount": ("StringEquals", "SourceAccount"), "aws:SourceArn": ("ArnLike", "SourceArn")}
    statement = {
        "Effect": "Allow",
        "Principal": "*" if properties["Principal"] == "*" else {"Service": properties["Principal"]},
        "Action": properties["Action"],
        "Resource": called if called.startswith("arn:") else f"arn:aws:lambda:{REGIONAL}:function:{called}",
        "Condition": {how: {key: properties[name]} for key, (how, name) in sources.items() if name in properties},
    }
    check({"Statement": [statement]}, [CALLERS[id]], environment)


def test_the_parts_of_a_key_policy_do_not_overlap():
    """Who administers the key of the SMTP credentials may not use it."""
    assert not expand(ADMINISTRATION) & expand(KEY_USE)
