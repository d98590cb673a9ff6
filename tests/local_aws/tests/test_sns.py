import json
from typing import Any

from .conftest import Stack, refused

TEMPLATE = """
Parameters: {Name: {Type: String}}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref Name, DisplayName: %s, Tags: [{Key: a, Value: %s}]}}
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: email, Endpoint: postmaster@example.com}
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {Service: %s.amazonaws.com}, Action: sns:Publish, Resource: !Ref Topic}
Outputs: {Name: {Value: !GetAtt Topic.TopicName}, Arn: {Value: !GetAtt Topic.TopicArn}}
"""


def test_a_topic_with_its_subscription_and_policy(aws: Any, stack: Stack) -> None:
    name = {"Name": stack.name}
    stack.create(TEMPLATE % ("one", "b", "cloudwatch"), name)
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    arn = stack.physical_id("Topic")
    assert stack.outputs == {"Name": stack.name, "Arn": arn}

    def attributes() -> dict[str, Any]:
        return dict(aws.sns.get_topic_attributes(TopicArn=arn)["Attributes"])

    def services() -> list[str]:
        statements = json.loads(attributes()["Policy"])["Statement"]
        return [statement["Principal"].get("Service") for statement in statements]

    assert attributes()["DisplayName"] == "one"
    assert services() == ["cloudwatch.amazonaws.com"]
    (subscription,) = aws.sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert subscription["Endpoint"] == "postmaster@example.com"
    assert stack.physical_id("Subscription").startswith(f"{arn}:")

    stack.update(TEMPLATE % ("two", "c", "events"), name)
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    assert attributes()["DisplayName"] == "two"
    assert services() == ["events.amazonaws.com"]
    assert aws.sns.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "c"}]

    template = TEMPLATE % ("two", "c", "events")
    stack.update(template[: template.index("  Policy:")] + template[template.index("Outputs:") :], name)
    assert services() == [None]  # the default policy is back
    stack.delete()
    assert "NotFound" in refused(attributes)


def test_a_changed_endpoint_makes_a_new_subscription(aws: Any, stack: Stack) -> None:
    stack.create(TEMPLATE % ("one", "b", "events"), {"Name": stack.name})
    stack.update((TEMPLATE % ("one", "b", "events")).replace("postmaster@", "admin@"), {"Name": stack.name})
    found = aws.sns.list_subscriptions_by_topic(TopicArn=stack.physical_id("Topic"))["Subscriptions"]
    assert [subscription["Endpoint"] for subscription in found] == ["admin@example.com"]


def test_a_topic_is_never_taken_over(aws: Any, stack: Stack) -> None:
    aws.sns.create_topic(Name=stack.name)
    stack.create(TEMPLATE % ("one", "b", "events"), {"Name": stack.name})
    assert "HandlerErrorCode: AlreadyExists" in stack.reasons()


def test_subscriptions_within_the_topic(aws: Any, stack: Stack) -> None:
    template = """
    Resources:
      T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: email, Endpoint: %s@example.com}]}}
    """
    stack.create(template % "one")
    stack.update(template % "two")
    found = aws.sns.list_subscriptions_by_topic(TopicArn=stack.physical_id("T"))["Subscriptions"]
    assert [subscription["Endpoint"] for subscription in found] == ["two@example.com"]
