"""What roles may do: those of functions what their code calls, those of services what AWS's pages ask for."""

import pytest

from .access import Row, check, expand, row
from .calls import calls
from .cloudformation import ACCOUNT, ENVIRONMENTS, REGION, Stack, fill, stacks

REGIONAL = "{region}:{account}"
IDENTITY = f"arn:aws:ses:{REGIONAL}:identity/goo.ne.jp"
TOPIC = f"arn:aws:sns:{REGIONAL}:ses-{{env}}-alerts"
USERS = "arn:aws:iam::{account}:user/ses/{env}/*"
SMTP_USER = "arn:aws:iam::{account}:user/smtp/{env}/ses-{env}-smtp"
SMTP_SECRET = f"arn:aws:secretsmanager:{REGIONAL}:secret:{{env}}-ses-smtp-credentials-AbCdEf"
DKIM_SECRETS = f"arn:aws:secretsmanager:{REGIONAL}:secret:/ses/{{env}}/dkim/goo.ne.jp/*"
DKIM_STATE = f"arn:aws:ssm:{REGIONAL}:parameter/ses/{{env}}/dkim/goo.ne.jp"
SECURITY_GROUPS = [
    f"arn:aws:logs:{REGIONAL}:log-group:/aws/security/{part}ses/{{env}}" for part in ("", "compliance/japanese/")
]
BUCKETS = {name: f"arn:aws:s3:::ses-{{env}}-{name}-logs-{{account}}" for name in ("raw", "masked", "error", "access", "trail")}
GROUPS = [f"arn:aws:iam::{{account}}:group/ses-{{env}}-{name}" for name in ("admin", "readonly", "monitoring")]
# Secrets Manager calls KMS with the rights of who calls it (its guide, "Secret encryption and decryption").
THROUGH = {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}
PAIR = {"kms:DataKeyPairSpec": "RSA_2048", "kms:EncryptionContext:purpose": "dkim"}


def function(name: str) -> str:
    return f"arn:aws:lambda:{REGIONAL}:function:ses-{{env}}-{name}"


def queue(name: str) -> str:
    return f"arn:aws:sqs:{REGIONAL}:ses-{{env}}-{name}"


def named(kind: str, *names: str) -> list[str]:
    return [f"arn:aws:iam::{{account}}:{kind}/{name}" for name in names]


def metrics(namespace: str) -> Row:
    return row("cloudwatch:PutMetricData", only={"cloudwatch:namespace": f"ses/{{env}}/{namespace}"})


# For each function: on what it works, by service or by action (the longest key that fits counts); the rights that need
# more said, or that a call brings with it; and operations in code that it shares with others but does not call.
FUNCTIONS: dict[str, dict] = {
    "record-security-events": {
        "on": {"logs": [f"{group}:log-stream:SecurityLogStream" for group in SECURITY_GROUPS]},
        "queue": "recorder-failed",
    },
    "mask-events": {
        "with": [row("s3:PutObject", BUCKETS["error"] + "/errors/mask-events/*", only={"aws:ResourceAccount": ACCOUNT})],
    },
    "maintenance": {
        "on": {
            "iam": [USERS, SMTP_USER],
            "iam:ListUsers": ["*"],
            "iam:GetPolicy*": named("policy", "ses-{env}-*"),
            "iam:GetGroup": GROUPS,
            "iam:List*GroupPolicies": GROUPS,
            "cloudwatch": ["*"],
            "logs": [f"{group}:*" for group in SECURITY_GROUPS],
            "logs:DescribeLogGroups": ["*"],
            "ses": ["*"],
            "s3": list(BUCKETS.values()),
            "scheduler": [f"arn:aws:scheduler:{REGIONAL}:schedule/default/ses-{{env}}-monthly-report"],
            "sns": [TOPIC],
        },
        "with": [metrics("Maintenance")],
        "queue": "maintenance-failed",
    },
    "smtp-credentials-rotation": {
        "on": {
            "iam": [SMTP_USER],
            "secretsmanager": [SMTP_SECRET],
            "ssm": [f"arn:aws:ssm:{REGIONAL}:parameter/ses/{{env}}/smtp-credentials"],
            "sns": [TOPIC],
        },
        "with": [
            metrics("Smtp"),
            row("kms:Decrypt kms:GenerateDataKey", f"arn:aws:kms:{REGIONAL}:key/SMTPCredentialsKey", only=THROUGH),
        ],
        "queue": "smtp-credentials-failed",
    },
    "dkim-rotation-orchestrator": {
        "on": {
            "ssm": [DKIM_STATE],
            "lambda": [
                function(each)
                for each in ("dkim-key-generator", "ses-config-updater", "notification-manager", "validation-monitor")
            ],
        },
        "queue": "dkim-dead-letters",
    },
    "dkim-key-generator": {
        "on": {"secretsmanager": [DKIM_SECRETS], "secretsmanager:ListSecrets": ["*"]},
        "with": [
            # CreateSecret with tags (its API reference, "Required permissions").
            row("secretsmanager:TagResource", DKIM_SECRETS),
            row("kms:GenerateDataKeyPair", f"arn:aws:kms:{REGIONAL}:key/DkimKey", only=PAIR),
            row("kms:Decrypt kms:GenerateDataKey", f"arn:aws:kms:{REGIONAL}:key/DkimKey", only=THROUGH),
        ],
        "queue": "dkim-dead-letters",
    },
    "ses-config-updater": {
        "on": {"secretsmanager": [DKIM_SECRETS], "ses": [IDENTITY]},
        "with": [row("kms:Decrypt", f"arn:aws:kms:{REGIONAL}:key/DkimKey", only=THROUGH)],
        "queue": "dkim-dead-letters",
    },
    "notification-manager": {"on": {"sns": [TOPIC]}, "queue": "dkim-dead-letters"},
    "validation-monitor": {
        "on": {"ssm": [DKIM_STATE], "ses": [IDENTITY]},
        "with": [metrics("Dkim")],
        "queue": "dkim-dead-letters",
        "not called": {"ssm:PutParameter"},  # the store of the state reads and writes
    },
}


def functions() -> list[tuple[str, str]]:
    return [
        (environment, properties["FunctionName"].removeprefix(f"ses-{environment}-"))
        for environment in ENVIRONMENTS
        for current in stacks(environment)
        for properties in current.all("AWS::Lambda::Function").values()
    ]


def owner(environment: str, type: str, key: str, name: str) -> tuple[Stack, str, dict]:
    """The stack, the id and the properties of what has this name."""
    [found] = [
        (current, id, properties)
        for current in stacks(environment)
        for id, properties in current.all(type).items()
        if properties[key] == f"ses-{environment}-{name}"
    ]
    return found


def role(environment: str, arn: str) -> dict:
    _, _, properties = owner(environment, "AWS::IAM::Role", "RoleName", arn.rpartition(f"role/ses-{environment}-")[2])
    return properties


def document(properties: dict) -> dict:
    """All policies of a role as one."""
    assert not properties.get("ManagedPolicyArns")
    return {"Statement": [each for policy in properties["Policies"] for each in policy["PolicyDocument"]["Statement"]]}


def trust(properties: dict) -> dict:
    statements = properties["AssumeRolePolicyDocument"]["Statement"]
    return {"Statement": [{"Resource": "*", **each} for each in statements]}


def rows_of_function(name: str, code: str) -> list[Row]:
    facts = FUNCTIONS[name]
    places, given = facts.get("on", {}), list(facts.get("with", []))
    log = f"arn:aws:logs:{REGIONAL}:log-group:/aws/lambda/ses-{{env}}-{name}:*"
    # Lambda writes the log with the rights of the function (its guide, "Execution role").
    given.append(row("logs:CreateLogStream logs:PutLogEvents", log))
    if "queue" in facts:
        given.append(row("sqs:SendMessage", queue(facts["queue"])))
    told = frozenset().union(*(each.actions for each in facts.get("with", [])))
    for action in sorted(calls(code) - facts.get("not called", set())):
        if action.lower() in told:
            continue
        [best, *_] = sorted((key for key in places if fits(key, action)), key=len, reverse=True)
        given.append(row(action, *places[best]))
    return given


def fits(key: str, action: str) -> bool:
    return action.lower() in expand(key if ":" in key else f"{key}:*")


def test_every_function_is_in_the_table():
    assert {name for _, name in functions()} == set(FUNCTIONS)


@pytest.mark.parametrize(("environment", "name"), functions())
class TestFunction:
    def test_its_role_may_do_what_its_code_calls_and_nothing_else(self, environment, name):
        _, _, properties = owner(environment, "AWS::Lambda::Function", "FunctionName", name)
        rows = rows_of_function(name, properties["Code"]["ZipFile"])
        check(document(role(environment, properties["Role"])), rows, environment)

    def test_only_lambda_takes_its_role(self, environment, name):
        _, _, properties = owner(environment, "AWS::Lambda::Function", "FunctionName", name)
        check(
            trust(role(environment, properties["Role"])),
            [row("sts:AssumeRole", principal="lambda.amazonaws.com")],
            environment,
        )

    def test_keeps_what_fails(self, environment, name):
        """Where its role may put it (Lambda guide, "Capturing records of asynchronous invocations")."""
        _, _, properties = owner(environment, "AWS::Lambda::Function", "FunctionName", name)
        wanted = queue(FUNCTIONS[name]["queue"]) if "queue" in FUNCTIONS[name] else None
        found = properties.get("DeadLetterConfig", {}).get("TargetArn")
        assert found == (wanted and fill(wanted, environment))


# Roles of services


def logs(name: str, stream: str) -> str:
    return f"arn:aws:logs:{REGIONAL}:log-group:{name}:log-stream:{stream}"


def firehose(name: str, *more: Row) -> list[Row]:
    """Firehose guide, "Grant Firehose access to an Amazon S3 destination": its policy, for one bucket and one stream."""
    bucket, here = BUCKETS[name], {"aws:ResourceAccount": ACCOUNT}
    return [
        row("s3:GetBucketLocation s3:ListBucket s3:ListBucketMultipartUploads", bucket, only=here),
        row(
            "s3:AbortMultipartUpload s3:GetObject s3:PutObject", f"{bucket}/events/*", f"{bucket}/errors/*", only=here
        ),
        row("logs:PutLogEvents", logs(f"/aws/kinesisfirehose/ses-{{env}}-{name}-logs-stream", "DestinationDelivery")),
        *more,
    ]


def scheduler(called: str, dead_letters: str) -> list[Row]:
    """EventBridge Scheduler guide, "Setting up the execution role" and "Configuring a dead-letter queue"."""
    return [row("lambda:InvokeFunction", function(called)), row("sqs:SendMessage", queue(dead_letters))]


def trusted(service: str, **only: str) -> list[Row]:
    return [row("sts:AssumeRole", principal=f"{service}.amazonaws.com", only=only)]


OURS = {"aws:SourceAccount": ACCOUNT}
CONFIGURATION_SET = f"arn:aws:ses:{REGIONAL}:configuration-set/ses-{{env}}-config"
# Who takes the role, and what for. CloudTrail's takes no condition: CloudTrail guide, "Role policy document for
# CloudTrail to use CloudWatch Logs for monitoring". Firehose hands over the account as external id: its guide, "Allow
# Firehose to assume an IAM role".
SERVICE_ROLES: dict[str, tuple[list[Row], list[Row]]] = {
    "trail": (
        trusted("cloudtrail"),
        [row("logs:CreateLogStream logs:PutLogEvents", logs("/aws/cloudtrail/ses-{env}", "{account}_CloudTrail_*"))],
    ),
    "raw-logs-stream": (trusted("firehose", **{"sts:ExternalId": ACCOUNT}), firehose("raw")),
    "masked-logs-stream": (
        trusted("firehose", **{"sts:ExternalId": ACCOUNT}),
        firehose(
            "masked",
            row(
                "lambda:GetFunctionConfiguration lambda:InvokeFunction",
                function("mask-events"),
                function("mask-events:*"),
            ),
        ),
    ),
    # SES guide, "Set up a Firehose event destination": the role, and PutRecordBatch.
    "event-publishing": (
        trusted("ses", **OURS, **{"aws:SourceArn": CONFIGURATION_SET}),
        [
            row(
                "firehose:PutRecordBatch",
                *(f"arn:aws:firehose:{REGIONAL}:deliverystream/ses-{{env}}-{name}-logs-stream" for name in ("raw", "masked")),
            )
        ],
    ),
    "smtp-credentials-check": (
        trusted("scheduler", **OURS),
        scheduler("smtp-credentials-rotation", "smtp-credentials-failed"),
    ),
    "maintenance-schedule": (trusted("scheduler", **OURS), scheduler("maintenance", "maintenance-failed")),
    "dkim-schedule": (trusted("scheduler", **OURS), scheduler("dkim-rotation-orchestrator", "dkim-dead-letters")),
}


def service_roles() -> list[tuple[str, str]]:
    """Roles that no function has."""
    return [
        (environment, name)
        for environment in ENVIRONMENTS
        for current in stacks(environment)
        for properties in current.all("AWS::IAM::Role").values()
        if (environment, name := properties["RoleName"].removeprefix(f"ses-{environment}-")) not in functions()
    ]


def test_every_role_of_a_service_is_in_the_table():
    assert {name for _, name in service_roles()} == set(SERVICE_ROLES)


@pytest.mark.parametrize(("environment", "name"), service_roles())
class TestServiceRole:
    def test_may_do_what_its_service_asks_for_and_nothing_else(self, environment, name):
        _, _, properties = owner(environment, "AWS::IAM::Role", "RoleName", name)
        check(document(properties), SERVICE_ROLES[name][1], environment)

    def test_only_its_service_takes_it(self, environment, name):
        _, _, properties = owner(environment, "AWS::IAM::Role", "RoleName", name)
        check(trust(properties), SERVICE_ROLES[name][0], environment)
