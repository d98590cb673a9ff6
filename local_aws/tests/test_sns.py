import json
from typing import Any

import pytest

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


def confirm(aws: Any, subscription: str) -> None:
    """Only the mail has the token on AWS; here it is the end of the ARN."""
    topic, _, token = subscription.rpartition(":")
    assert aws.sns.confirm_subscription(TopicArn=topic, Token=token)["SubscriptionArn"] == subscription


def endpoints(aws: Any, topic: str) -> list[str]:
    return [found["Endpoint"] for found in aws.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]]


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
    confirm(aws, stack.physical_id("Subscription"))
    stack.update((TEMPLATE % ("one", "b", "events")).replace("postmaster@", "admin@"), {"Name": stack.name})
    assert endpoints(aws, stack.physical_id("Topic")) == ["admin@example.com"]


def test_a_topic_is_never_taken_over(aws: Any, stack: Stack) -> None:
    aws.sns.create_topic(Name=stack.name)
    stack.create(TEMPLATE % ("one", "b", "events"), {"Name": stack.name})
    assert "HandlerErrorCode: AlreadyExists" in stack.reasons()


def test_subscriptions_within_the_topic(aws: Any, stack: Stack) -> None:
    template = """
    Resources:
      T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: sms, Endpoint: '+8190%s'}]}}
    """
    stack.create(template % "11111111")
    stack.update(template % "22222222")
    assert endpoints(aws, stack.physical_id("T")) == ["+819022222222"]


def test_a_subscription_by_mail_waits_until_it_is_confirmed(aws: Any, stack: Stack) -> None:
    stack.create(TEMPLATE % ("one", "b", "events"), {"Name": stack.name})
    topic, arn = stack.physical_id("Topic"), stack.physical_id("Subscription")
    mail = {"TopicArn": topic, "Protocol": "email", "Endpoint": "postmaster@example.com"}

    def seen() -> tuple[Any, ...]:
        (listed,) = aws.sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        assert listed in aws.sns.list_subscriptions()["Subscriptions"]
        counted = aws.sns.get_topic_attributes(TopicArn=topic)["Attributes"]
        return (
            listed["SubscriptionArn"],
            aws.sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]["PendingConfirmation"],
            (counted["SubscriptionsPending"], counted["SubscriptionsConfirmed"]),
            aws.sns.subscribe(**mail)["SubscriptionArn"],  # the same one again
        )

    assert seen() == ("PendingConfirmation", "true", ("1", "0"), "pending confirmation")
    assert "pending confirmation" in refused(aws.sns.unsubscribe, SubscriptionArn=arn)
    assert "Token" in refused(aws.sns.confirm_subscription, TopicArn=topic, Token="other")
    confirm(aws, arn)
    assert seen() == (arn, "false", ("0", "1"), arn)


def test_an_unconfirmed_subscription_stays_as_long_as_its_topic(aws: Any, stack: Stack) -> None:
    stack.create(TEMPLATE % ("one", "b", "events"), {"Name": stack.name})
    topic = stack.physical_id("Topic")
    stack.update((TEMPLATE % ("one", "b", "events")).replace("postmaster@", "admin@"), {"Name": stack.name})
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    assert endpoints(aws, topic) == ["postmaster@example.com", "admin@example.com"]
    stack.delete()
    assert topic not in [each["TopicArn"] for each in aws.sns.list_subscriptions()["Subscriptions"]]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({}, ""),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:role/none"}}, "PrincipalNotFound"),
        ({"Action": "sqs:SendMessage"}, "out of service scope"),
        ({"Resource": "arn:aws:sns:ap-northeast-1:123456789012:another"}, "Policy Error"),
    ],
)
def test_topic_policies(aws: Any, stack: Stack, changed: dict[str, Any], problem: str) -> None:
    topic = aws.sns.create_topic(Name=stack.name)["TopicArn"]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": topic}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement | changed]})
    put = {"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": policy}
    if problem:
        assert problem in refused(aws.sns.set_topic_attributes, **put)
    else:
        aws.sns.set_topic_attributes(**put)


def test_a_subscription_by_mail_needs_an_address(aws: Any, stack: Stack) -> None:
    topic = aws.sns.create_topic(Name=stack.name)["TopicArn"]
    message = refused(aws.sns.subscribe, TopicArn=topic, Protocol="email", Endpoint="postmaster")
    assert message == "InvalidParameter: Invalid parameter: Email address"
