"""Statements of policies, and who has which policy."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from ..change import Change, Resource, items, named, removal, statements


def statement_removed(resource: Resource) -> Iterator[Change]:
    for path, _ in statements(resource):
        yield removal(path)


def effect_flipped(resource: Resource) -> Iterator[Change]:
    for path, statement in statements(resource):
        yield Change((*path, "Effect"), "Deny" if statement["Effect"] == "Allow" else "Allow")


def action_removed(resource: Resource) -> Iterator[Change]:
    for path, statement in statements(resource):
        yield from _each_removed(statement, path, "Action", "NotAction")


def action_widened(resource: Resource) -> Iterator[Change]:
    """One action becomes all of its service."""
    for path, statement in statements(resource):
        for place, action in items(statement.get("Action", []), (*path, "Action")):
            if isinstance(action, str) and not action.endswith("*"):
                yield Change(place, f"{action.partition(':')[0]}:*")


def action_added(resource: Resource) -> Iterator[Change]:
    """One more action of the service: a dangerous one, and one that no list has."""
    for path, statement in statements(resource):
        for key in {"Action", "NotAction"} & set(statement):
            now = statement[key] if isinstance(statement[key], list) else [statement[key]]
            services = {each.partition(":")[0] for each in now if isinstance(each, str) and ":" in each}
            for service in sorted(services):
                for action in (f"{service}:{name}" for name in ADDED.get(service, [])):
                    if not any(isinstance(each, str) and fnmatchcase(action, each) for each in now):
                        yield Change((*path, key), [*now, action])


ADDED = {
    "cloudwatch": ["DeleteAlarms", "GetMetricStream"],
    "firehose": ["DeleteDeliveryStream", "ListDeliveryStreams"],
    "iam": ["AttachUserPolicy", "GetRole"],
    "kms": ["CreateGrant", "Sign"],
    "lambda": ["UpdateFunctionCode", "GetAccountSettings"],
    "logs": ["DeleteLogGroup", "ListTagsForResource"],
    "s3": ["DeleteObject", "GetObjectTorrent"],
    "scheduler": ["DeleteSchedule", "ListSchedules"],
    "secretsmanager": ["PutResourcePolicy", "GetRandomPassword"],
    "ses": ["SendBulkEmail", "GetDedicatedIps"],
    "sns": ["SetTopicAttributes", "ListTopics"],
    "sqs": ["PurgeQueue", "ListQueues"],
    "ssm": ["DeleteParameter", "DescribeParameters"],
    "sts": ["AssumeRoleWithSAML", "TagSession"],
}


def resource_widened(resource: Resource) -> Iterator[Change]:
    for path, statement in statements(resource):
        for place, item in items(statement.get("Resource", "*"), (*path, "Resource")):
            if item != "*":
                yield Change(place, "*")


def resource_removed(resource: Resource) -> Iterator[Change]:
    for path, statement in statements(resource):
        yield from _each_removed(statement, path, "Resource")


def principal_widened(resource: Resource) -> Iterator[Change]:
    for path, statement in statements(resource):
        if statement.get("Principal", "*") not in ("*", {"AWS": "*"}):
            yield Change((*path, "Principal"), "*")
    if resource["Type"] == "AWS::Lambda::Permission":
        yield Change(("Properties", "Principal"), "*")


def principal_changed(resource: Resource) -> Iterator[Change]:
    for path, statement in statements(resource):
        for kind, wanted in _principals(statement):
            for place, item in items(wanted, (*path, "Principal", kind)):
                other = {"AWS": "arn:aws:iam::999999999999:root", "Service": "apigateway.amazonaws.com"}[kind]
                if item != "*":
                    yield Change(place, other)
    if resource["Type"] == "AWS::Lambda::Permission":
        yield Change(("Properties", "Principal"), "apigateway.amazonaws.com")


def source_removed(resource: Resource) -> Iterator[Change]:
    """For whom a service may call a function."""
    if resource["Type"] == "AWS::Lambda::Permission":
        for key in ("SourceAccount", "SourceArn"):
            if key in resource["Properties"]:
                yield removal(("Properties", key))


def attachment_removed(resource: Resource) -> Iterator[Change]:
    for path, node in named(resource, "ManagedPolicyArns", "Groups", "Users"):
        if path[0] == "Properties" and len(path) == 2:
            for place, _ in items(node, path):
                yield removal(place)


def boundary_removed(resource: Resource) -> Iterator[Change]:
    for path, _ in named(resource, "PermissionsBoundary"):
        yield removal(path)


def policy_of_another(resource: Resource) -> Iterator[Change]:
    """A policy of a resource protects nothing."""
    key = {"AWS::S3::BucketPolicy": "Bucket", "AWS::SNS::TopicPolicy": "Topics"}.get(resource["Type"])
    if key:
        other = "another"
        yield Change(("Properties", key), [other] if key == "Topics" else other)


def _each_removed(statement: dict[str, Any], path: Any, *keys: str) -> Iterator[Change]:
    for key in keys:
        if isinstance(statement.get(key), list) and len(statement[key]) > 1:
            for index in range(len(statement[key])):
                yield removal((*path, key, index))


def _principals(statement: dict[str, Any]) -> list[tuple[str, Any]]:
    principal = statement.get("Principal", {})
    return list(principal.items()) if isinstance(principal, dict) else []


KINDS = {
    "statement removed": statement_removed,
    "effect flipped": effect_flipped,
    "action removed": action_removed,
    "action widened": action_widened,
    "action added": action_added,
    "resource widened": resource_widened,
    "resource removed": resource_removed,
    "principal widened": principal_widened,
    "principal changed": principal_changed,
    "source removed": source_removed,
    "attachment removed": attachment_removed,
    "boundary removed": boundary_removed,
    "policy of another": policy_of_another,
}
