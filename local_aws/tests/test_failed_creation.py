"""A creation that fails: rollback, what is kept, and why."""

import re
from typing import Any

import pytest

from .conftest import TOPIC, Stack, refused, topics

FAILING = """
Resources:
  First: {Type: AWS::SNS::Topic, %s Properties: {TopicName: %s-first}}
  Second:
    Type: AWS::Logs::MetricFilter
    DependsOn: First
    Properties:
      LogGroupName: no-such-group
      FilterPattern: ''
      MetricTransformations: [{MetricName: a, MetricNamespace: b, MetricValue: '1'}]
  Third: {Type: AWS::SNS::Topic, DependsOn: Second}
"""


def test_a_failing_resource_rolls_the_creation_back(aws: Any, stack: Stack) -> None:
    stack.create(FAILING % ("", stack.name))
    assert stack.status == "ROLLBACK_COMPLETE"
    failed = next(event for event in stack.events() if event["ResourceStatus"] == "CREATE_FAILED")
    assert failed["LogicalResourceId"] == "Second"
    assert re.fullmatch(
        r'Resource handler returned message: "The specified log group does not exist. '
        r'\(Service: Logs, Status Code: 400\)" \(RequestToken: [-0-9a-f]{36}, HandlerErrorCode: NotFound\)',
        failed["ResourceStatusReason"],
    )
    back = next(event for event in stack.events() if event["ResourceStatus"] == "ROLLBACK_IN_PROGRESS")
    assert back["ResourceStatusReason"] == (
        "The following resource(s) failed to create: [Second]. Rollback requested by user."
    )
    assert ("First", "DELETE_COMPLETE") in stack.happened()
    assert "Third" not in dict(stack.happened())
    assert f"{stack.name}-first" not in topics(aws)
    message = refused(stack.update, TOPIC % "one")
    assert re.search(r"is in ROLLBACK_COMPLETE state and can not be updated\.$", message)


def test_retain_holds_in_a_rollback_and_retain_except_on_create_does_not(aws: Any, new_stack: Any) -> None:
    kept, gone = new_stack(), new_stack()
    kept.create(FAILING % ("DeletionPolicy: Retain,", kept.name))
    gone.create(FAILING % ("DeletionPolicy: RetainExceptOnCreate,", gone.name))
    assert ("First", "DELETE_SKIPPED") in kept.happened()
    assert f"{kept.name}-first" in topics(aws)
    assert f"{gone.name}-first" not in topics(aws)


@pytest.mark.parametrize(
    ("option", "status"),
    [
        ({"OnFailure": "DO_NOTHING"}, "CREATE_FAILED"),
        ({"DisableRollback": True}, "CREATE_FAILED"),
        ({"OnFailure": "ROLLBACK"}, "ROLLBACK_COMPLETE"),
    ],
)
def test_other_ways_to_fail(stack: Stack, option: dict[str, Any], status: str) -> None:
    stack.create(FAILING % ("", stack.name), **option)
    assert stack.status == status


def test_a_failed_resource_is_listed(aws: Any, stack: Stack) -> None:
    stack.create(FAILING % ("", stack.name), OnFailure="DO_NOTHING")
    listed = aws.cloudformation.describe_stack_resources(StackName=stack.name)["StackResources"]
    states = {resource["LogicalResourceId"]: resource["ResourceStatus"] for resource in listed}
    assert states == {"First": "CREATE_COMPLETE", "Second": "CREATE_FAILED"}
    stack.delete()
    assert "does not exist" in refused(stack.describe)


def test_a_half_made_resource_is_deleted(aws: Any, stack: Stack) -> None:
    """The group is made before the policy is attached that does not exist."""
    arn = "arn:aws:iam::123456789012:policy/nobody"
    properties = f"GroupName: {stack.name}, ManagedPolicyArns: ['{arn}']"
    stack.create(f"Resources: {{G: {{Type: AWS::IAM::Group, Properties: {{{properties}}}}}}}")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert stack.happened()[-2:] == [("G", "DELETE_COMPLETE"), (stack.name, "ROLLBACK_COMPLETE")]
    assert "NoSuchEntity" in refused(aws.iam.get_group, GroupName=stack.name)


def test_on_failure_delete(stack: Stack) -> None:
    stack.create(FAILING % ("", stack.name), OnFailure="DELETE")
    assert "does not exist" in refused(stack.describe)


def test_a_type_that_nobody_implements_fails_the_stack(stack: Stack) -> None:
    stack.create("Resources: {Key: {Type: AWS::IVS::PlaybackKeyPair}}")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "Local AWS does not implement the resource type AWS::IVS::PlaybackKeyPair" in stack.reasons()


def test_a_property_that_nobody_implements_fails_the_stack(stack: Stack) -> None:
    stack.create("Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {DataProtectionPolicy: {}}}}")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "Local AWS does not implement DataProtectionPolicy of AWS::SNS::Topic" in stack.reasons()


@pytest.mark.parametrize(
    ("properties", "problem"),
    [
        ("{RetentionInDays: 91}", "[#/RetentionInDays: 91 is not a valid enum value]"),
        ("{Retention: 90}", "Local AWS does not implement Retention of AWS::Logs::LogGroup"),
        ("{Tags: [{Key: a, Value: b, Colour: c}]}", "[#/Tags/0: extraneous key [Colour] is not permitted]"),
        ("{Tags: [{Value: b}]}", "[#/Tags/0: required key [Key] not found]"),
        ("{LogGroupName: [a]}", "[#/LogGroupName: expected type: string, found: list]"),
    ],
)
def test_properties_are_checked_against_the_schema_of_aws(stack: Stack, properties: str, problem: str) -> None:
    stack.create(f"Resources: {{Group: {{Type: AWS::Logs::LogGroup, Properties: {properties}}}}}")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert problem in stack.reasons()


def test_a_name_that_another_stack_owns(new_stack: Any) -> None:
    first, second = new_stack(), new_stack()
    template = f"Resources: {{G: {{Type: AWS::IAM::Group, Properties: {{GroupName: {first.name}}}}}}}"
    first.create(template)
    second.create(template)
    assert f"{first.name} already exists in stack {first.describe()['StackId']}" in second.reasons()


def test_a_stack_that_was_rolled_back_owns_nothing(new_stack: Any) -> None:
    first, second = new_stack(), new_stack()
    group = f"G: {{Type: AWS::IAM::Group, Properties: {{GroupName: {first.name}}}}}"
    failing = "S: {Type: AWS::Logs::LogStream, DependsOn: G, Properties: {LogGroupName: nowhere}}"
    first.create(f"Resources: {{{group}, {failing}}}")
    assert first.status == "ROLLBACK_COMPLETE"
    second.create(f"Resources: {{{group}}}")
    assert second.status == "CREATE_COMPLETE", second.reasons()
