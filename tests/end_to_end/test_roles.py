"""The roles of the services: who may take them, and what for."""

from typing import Any

import pytest

from .aws import ACCOUNT, DKIM_FUNCTIONS, Aws, Environment, arn, statements

POLICIES = {
    "mask-events": "write-log-and-failed-records",
    "raw-logs-stream": "deliver",
    "masked-logs-stream": "deliver",
    "event-publishing": "publish-events",
    "smtp-credentials-rotation": "rotate",
    "smtp-credentials-check": "call",
    "record-security-events": "write-logs",
    "maintenance": "look",
    "maintenance-schedule": "call",
}
# What knows no resource.
ON_EVERYTHING = {"cloudwatch:GetMetricData", "iam:ListUsers", "logs:DescribeLogGroups", "ses:GetAccount", "ses:GetSendStatistics"}


@pytest.fixture(params=POLICIES)
def role(request: pytest.FixtureRequest, aws: Aws, environment: Environment) -> dict[str, Any]:
    return aws.iam.get_role(RoleName=environment.named(request.param))["Role"]


def rights(aws: Aws, environment: Environment, name: str) -> dict[str, dict[str, Any]]:
    found = aws.iam.get_role_policy(RoleName=environment.named(name), PolicyName=POLICIES[name])
    return statements(found["PolicyDocument"])


def test_there_are_the_documented_roles_and_no_others(aws: Aws) -> None:
    found = {role["RoleName"] for role in aws.all("iam", "list_roles", "Roles")}
    of_dkim = {f"ses-prod-{name}" for name in (*DKIM_FUNCTIONS.values(), "dkim-schedule")}
    assert found == {f"ses-{name}-{role}" for name in ("prod", "dev") for role in POLICIES} | of_dkim | {"ses-prod-trail"}


def test_only_its_service_takes_a_role(role: dict[str, Any], environment: Environment) -> None:
    account = {"StringEquals": {"sts:ExternalId": ACCOUNT}}
    configuration_set = arn("ses", f"configuration-set/{environment.named('config')}")
    source = {"StringEquals": {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": configuration_set}}
    service, condition = {
        "mask-events": ("lambda", None),
        "raw-logs-stream": ("firehose", account),
        "masked-logs-stream": ("firehose", account),
        "event-publishing": ("ses", source),
        "smtp-credentials-rotation": ("lambda", None),
        "smtp-credentials-check": ("scheduler", {"StringEquals": {"aws:SourceAccount": ACCOUNT}}),
        "record-security-events": ("lambda", None),
        "maintenance": ("lambda", None),
        "maintenance-schedule": ("scheduler", {"StringEquals": {"aws:SourceAccount": ACCOUNT}}),
    }[role["RoleName"].removeprefix(environment.named(""))]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert (trust["Effect"], trust["Action"]) == ("Allow", "sts:AssumeRole")
    assert trust["Principal"] == {"Service": f"{service}.amazonaws.com"}
    assert trust.get("Condition") == condition


def test_cloudtrail_takes_its_role_without_a_condition(aws: Aws) -> None:
    """CloudTrail guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring"."""
    (trust,) = aws.iam.get_role(RoleName="ses-prod-trail")["Role"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust == {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }


def test_a_role_has_one_policy_of_its_own(aws: Aws, role: dict[str, Any], environment: Environment) -> None:
    name = role["RoleName"]
    assert aws.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == []
    wanted = POLICIES[name.removeprefix(environment.named(""))]
    assert aws.iam.list_role_policies(RoleName=name)["PolicyNames"] == [wanted]
    assert environment.has_its_tags(role["Tags"], "IAM"), role["Tags"]


def test_no_role_may_act_on_everything(aws: Aws, environment: Environment) -> None:
    for name in POLICIES:
        for sid, statement in rights(aws, environment, name).items():
            resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            assert statement["Effect"] == "Allow"
            # Metrics know no resource; they are held to a namespace.
            namespace = {
                "smtp-credentials-rotation": f"ses/{environment.name}/Smtp",
                "maintenance": f"ses/{environment.name}/Maintenance",
            }.get(name)
            held = {"StringEquals": {"cloudwatch:namespace": namespace}}
            if actions == ["cloudwatch:PutMetricData"] and statement.get("Condition") == held:
                continue
            if resources == ["*"] and set(actions) <= ON_EVERYTHING:
                continue
            assert "*" not in resources, (name, sid)
            assert not any("*" in action for action in actions), (name, sid)


@pytest.mark.parametrize("kind", ["raw", "masked"])
def test_a_stream_writes_to_its_own_bucket(aws: Aws, environment: Environment, kind: str) -> None:
    found = rights(aws, environment, f"{kind}-logs-stream")
    bucket = f"arn:aws:s3:::{environment.bucket(kind)}"
    assert found["WriteObjects"]["Resource"] == [f"{bucket}/events/*", f"{bucket}/errors/*"]
    assert found["WriteObjects"]["Condition"] == {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}
    assert ("CallMaskingFunction" in found) == (kind == "masked")


def test_the_masked_stream_calls_the_function(aws: Aws, environment: Environment) -> None:
    function = arn("lambda", f"function:{environment.named('mask-events')}")
    call = rights(aws, environment, "masked-logs-stream")["CallMaskingFunction"]
    assert call["Resource"] == [function, f"{function}:*"]
    assert "lambda:InvokeFunction" in call["Action"]


def test_ses_writes_to_both_streams(aws: Aws, environment: Environment) -> None:
    write = rights(aws, environment, "event-publishing")["WriteToStreams"]
    assert write["Action"] == "firehose:PutRecordBatch"
    assert write["Resource"] == [
        arn("firehose", f"deliverystream/{environment.named(f'{kind}-logs-stream')}") for kind in ("raw", "masked")
    ]


def test_the_function_keeps_what_it_could_not_mask(aws: Aws, environment: Environment) -> None:
    found = rights(aws, environment, "mask-events")
    assert found["KeepFailedRecords"]["Action"] == "s3:PutObject"
    assert found["KeepFailedRecords"]["Resource"] == (
        f"arn:aws:s3:::{environment.bucket('error')}/errors/mask-events/*"
    )
    group = arn("logs", f"log-group:/aws/lambda/{environment.named('mask-events')}:*")
    assert found["WriteLog"]["Resource"] == group
