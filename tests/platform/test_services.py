"""What a service of AWS may take or call: which condition keys it sends, and that it finds its role when it needs it.

A condition on a key that the service does not send never holds: the resource is not made, or nothing ever arrives. The
keys are those of AWS's pages, not of this platform.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from .cloudformation import template, template_paths

SOURCE_ACCOUNT, SOURCE_ARN = "aws:sourceaccount", "aws:sourcearn"
TRUST, BUCKET, TOPIC = "AWS::IAM::Role", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy"
LOGS, FUNCTION = "AWS::Logs::ResourcePolicy", "AWS::Lambda::Permission"

# (service, kind of policy): the condition keys that the page shows for it. For another service or another kind look the
# page up and add a line.
KEYS = {
    # CloudTrail guide, "Role policy document for CloudTrail to use CloudWatch Logs for monitoring": neither is supported.
    ("cloudtrail", TRUST): set(),
    # CloudTrail guide, "Amazon S3 bucket policy for CloudTrail".
    ("cloudtrail", BUCKET): {SOURCE_ARN, "s3:x-amz-acl"},
    # SNS guide, "Example cases for Amazon SNS access control".
    ("cloudwatch", TOPIC): {SOURCE_ACCOUNT, SOURCE_ARN},
    # EventBridge guide, "Using resource-based policies for Amazon EventBridge", CloudWatch Logs permissions.
    ("delivery.logs", LOGS): {SOURCE_ARN},
    ("events", LOGS): {SOURCE_ARN},
    # The same page, Amazon SNS permissions: no condition.
    ("events", TOPIC): set(),
    # CloudWatch Logs guide, "Step 1: Create a Firehose delivery stream"; Data Firehose guide, "Controlling access".
    ("firehose", TRUST): {"sts:externalid"},
    # Lambda guide, "Defining Lambda function permissions with an execution role": no condition.
    ("lambda", TRUST): set(),
    # S3 guide, "Enabling Amazon S3 server access logging".
    ("logging.s3", BUCKET): {SOURCE_ACCOUNT, SOURCE_ARN},
    # CloudWatch Logs guide, "Subscription filters with AWS Lambda".
    ("logs", FUNCTION): {SOURCE_ACCOUNT, SOURCE_ARN},
    # Scheduler guide, "Confused deputy prevention in EventBridge Scheduler". Its aws:SourceArn is that of a group.
    ("scheduler", TRUST): {SOURCE_ACCOUNT},
    # Secrets Manager guide, "Permissions for rotation": the account alone is advised.
    ("secretsmanager", FUNCTION): {SOURCE_ACCOUNT},
    # SES guide, "Set up a Data Firehose event destination for Amazon SES event publishing".
    ("ses", TRUST): {SOURCE_ACCOUNT, SOURCE_ARN},
}
# The page lets every log delivery make streams, and only a rule write to them.
OPEN = {("delivery.logs", "logs:CreateLogStream"), ("events", "logs:CreateLogStream")}


class Grant(NamedTuple):
    """A statement that lets a service in."""

    service: str
    kind: str
    actions: list[str]
    keys: set[str]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def grants_of(document: dict[str, Any], kind: str) -> Iterator[Grant]:
    for statement in document["Statement"]:
        principal = statement.get("Principal")
        services = listed(principal.get("Service", [])) if isinstance(principal, dict) else []
        keys = {key.lower() for condition in statement.get("Condition", {}).values() for key in condition}
        for service in services if statement["Effect"] == "Allow" else []:
            yield Grant(service.removesuffix(".amazonaws.com"), kind, listed(statement["Action"]), keys)


def grants(resource: dict[str, Any]) -> Iterator[Grant]:
    kind, properties = resource["Type"], resource.get("Properties", {})
    match kind:
        case "AWS::Lambda::Permission":
            keys = {f"aws:{name}".lower() for name in ("SourceAccount", "SourceArn") if name in properties}
            yield Grant(properties["Principal"].removesuffix(".amazonaws.com"), kind, [properties["Action"]], keys)
        case "AWS::Logs::ResourcePolicy":
            document = properties["PolicyDocument"]
            yield from grants_of(json.loads(document["Fn::Sub"] if isinstance(document, dict) else document), kind)
        case "AWS::IAM::Role":
            yield from grants_of(properties["AssumeRolePolicyDocument"], kind)
        case _ if not kind.startswith("AWS::IAM::"):
            for name in ("PolicyDocument", "KeyPolicy", "ResourcePolicy"):
                yield from grants_of(properties.get(name, {"Statement": []}), kind)


GRANTS = [
    pytest.param(grant, id=f"{path.stem}-{id}-{grant.service}-{number}")
    for path in template_paths()
    for id, resource in template(path)["Resources"].items()
    for number, grant in enumerate(grants(resource))
]


def test_there_are_services_to_look_at():
    assert {(grant.values[0].service, grant.values[0].kind) for grant in GRANTS} == set(KEYS)


@pytest.mark.parametrize("grant", GRANTS)
class TestGrant:
    def test_has_only_conditions_that_the_service_can_meet(self, grant):
        assert grant.keys <= KEYS[grant.service, grant.kind]

    def test_is_bound_to_this_account_where_the_service_allows_it(self, grant):
        """Otherwise another account could use the service to reach in."""
        if any((grant.service, action) in OPEN for action in grant.actions):
            return
        assert grant.keys or not KEYS[grant.service, grant.kind]


# --- Roles that a service takes while the stack is made ---


def references(value: Any) -> Iterator[str]:
    """Logical ids, and parameters, that a value refers to."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Ref":
                yield item
            elif key == "Fn::GetAtt":
                yield item[0] if isinstance(item, list) else item.split(".")[0]
            elif key == "Fn::Sub":
                yield from re.findall(r"\$\{([^!.}]+)", item[0] if isinstance(item, list) else item)
                yield from references(item[1:] if isinstance(item, list) else [])
            else:
                yield from references(item)


def needs(body: dict[str, Any], id: str) -> set[str]:
    resource = body["Resources"][id]
    found = {*references(resource.get("Properties", {})), *listed(resource.get("DependsOn", []))}
    return found & set(body["Resources"])


def needs_in_the_end(body: dict[str, Any], id: str) -> set[str]:
    found = needs(body, id)
    return found.union(*(needs_in_the_end(body, other) for other in found))


# Lambda's roles are left out: everybody makes role and function one after the other in one template, as AWS's own
# examples do.
ROLES = [
    pytest.param(template(path), id, id=f"{path.stem}-{id}")
    for path in template_paths()
    for id, resource in template(path)["Resources"].items()
    if resource["Type"] == TRUST and next(grants(resource)).service != "lambda"
]
# What takes longer than IAM needs to make a role known.
SLOW = {"AWS::KinesisFirehose::DeliveryStream", "AWS::Lambda::Function", "AWS::S3::Bucket"}


@pytest.mark.parametrize(("body", "role"), ROLES)
class TestRoleOfAService:
    """IAM tells the rest of AWS about a new role with some delay (IAM guide, "Changes that I make are not always
    immediately visible"). SES, Firehose and Scheduler try the role when a destination, a stream or a schedule is made."""

    def test_is_made_at_once(self, body, role):
        assert needs(body, role) == set()

    def test_is_known_before_it_is_taken(self, body, role):
        users = [id for id in body["Resources"] if role in needs(body, id)]
        assert users
        for user in users:
            slow = {body["Resources"][other]["Type"] for other in needs_in_the_end(body, user) - {role}}
            assert slow & SLOW, user
