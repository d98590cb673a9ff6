import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from .conftest import Stack, refused

RULE = """
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: %s}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: %s
      Description: %s
      EventPattern:
        source: [aws.cloudformation]
        detail: {stack-id: [{prefix: !Sub 'arn:aws:cloudformation:${AWS::Region}:'}]}
      Targets: %s
      Tags: [{Key: a, Value: b}]
Outputs: {Arn: {Value: !GetAtt Rule.Arn}}
"""
TOPIC = "{Id: topic, Arn: !Ref Topic, InputTransformer: {InputPathsMap: {s: $.source}, InputTemplate: '\"<s>\"'}}"
LOGS = "{Id: logs, Arn: !Sub 'arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Group}'}"


def test_a_rule(aws: Any, stack: Stack) -> None:
    group = f"/aws/events/{stack.name}"

    def targets() -> list[str]:
        return sorted(target["Id"] for target in aws.events.list_targets_by_rule(Rule=stack.name)["Targets"])

    stack.create(RULE % (group, stack.name, "one", f"[{TOPIC}, {LOGS}]"))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    assert stack.physical_id("Rule") == stack.name
    rule = aws.events.describe_rule(Name=stack.name)
    assert rule["Arn"] == stack.outputs["Arn"]
    prefix = json.loads(rule["EventPattern"])["detail"]["stack-id"][0]["prefix"]
    assert prefix == "arn:aws:cloudformation:ap-northeast-1:"
    assert targets() == ["logs", "topic"]
    assert aws.events.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"] == [{"Key": "a", "Value": "b"}]
    stack.update(RULE % (group, stack.name, "two", f"[{LOGS}]"))
    assert aws.events.describe_rule(Name=stack.name)["Description"] == "two"
    assert targets() == ["logs"]
    stack.delete()
    assert "ResourceNotFoundException" in refused(aws.events.describe_rule, Name=stack.name)


# A rule for what somebody's own application says, with a topic and a log group that may be written to.
DELIVERED = """
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Topic:
    Type: AWS::SNS::Topic
    Properties: {Subscription: [{Protocol: sqs, Endpoint: !GetAtt Queue.Arn}]}
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: events.amazonaws.com}
            Action: sns:Publish
            Resource: !Ref Topic
%(more)s
          - Effect: Deny
            Principal: '*'
            Action: sns:Publish
            Resource: !Ref Topic
            Condition: {Bool: {aws:SecureTransport: 'false'}}
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: '/aws/events/%(name)s'}}
  Rule:
    Type: AWS::Events::Rule
    Properties:
      Name: %(name)s
      EventPattern: {source: ['%(name)s'], detail: {state: [bad]}}
      Targets:
        - Id: topic
          Arn: !Ref Topic
          InputTransformer:
            InputPathsMap: {state: $.detail.state, who: $.detail.who.name}
            InputTemplate: '"<who> is <state>"'
%(role)s
        - {Id: logs, Arn: !Sub 'arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Group}'}
"""
LOG_POLICY = {
    "Effect": "Allow",
    "Principal": {"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]},
    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": "arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/events/*:*",
}


def tell(aws: Any, stack: Stack, **detail: Any) -> None:
    entry = {"Source": stack.name, "DetailType": "state", "Detail": json.dumps(detail)}
    assert aws.events.put_events(Entries=[entry])["FailedEntryCount"] == 0


def arrived(aws: Any, stack: Stack) -> list[str]:
    url = stack.physical_id("Queue")
    messages = aws.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"])["Message"] for message in messages]


def counted(aws: Any, rule: str, metric: str) -> float:
    now = datetime.now(timezone.utc)
    points = aws.cloudwatch.get_metric_statistics(
        Namespace="AWS/Events", MetricName=metric, Dimensions=[{"Name": "RuleName", "Value": rule}],
        StartTime=now - timedelta(hours=1), EndTime=now + timedelta(hours=1), Period=86400, Statistics=["Sum"],
    )["Datapoints"]  # fmt: skip
    return sum(point["Sum"] for point in points)


@pytest.fixture
def log_policy(aws: Any, stack: Stack) -> Any:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [LOG_POLICY]})
    aws.logs.put_resource_policy(policyName=stack.name, policyDocument=policy)
    yield
    aws.logs.delete_resource_policy(policyName=stack.name)


def test_an_event_reaches_its_targets(aws: Any, stack: Stack, log_policy: Any) -> None:
    stack.create(DELIVERED % {"name": stack.name, "more": "", "role": ""})
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    tell(aws, stack, state="bad", who={"name": 'the "one"'})
    tell(aws, stack, state="good", who={"name": "another"})
    assert arrived(aws, stack) == [json.dumps('the "one" is bad')]
    (stream,) = aws.logs.describe_log_streams(logGroupName=f"/aws/events/{stack.name}")["logStreams"]
    (line,) = aws.logs.get_log_events(
        logGroupName=f"/aws/events/{stack.name}", logStreamName=stream["logStreamName"]
    )["events"]
    assert json.loads(line["message"])["detail"] == {"state": "bad", "who": {"name": 'the "one"'}}
    assert (counted(aws, stack.name, "Invocations"), counted(aws, stack.name, "FailedInvocations")) == (2, 0)
    assert counted(aws, stack.name, "MatchedEvents") == 1
    aws.events.disable_rule(Name=stack.name)
    tell(aws, stack, state="bad")
    assert arrived(aws, stack) == []


@pytest.mark.parametrize(
    ("more", "role"),
    [
        ("            Condition: {ArnLike: {aws:SourceArn: '*'}}", ""),
        ("            Condition: {StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}}", ""),
        ("", "          RoleArn: !Sub 'arn:aws:iam::${AWS::AccountId}:role/r'"),
    ],
)
def test_a_topic_that_does_not_hear_of_it(aws: Any, stack: Stack, log_policy: Any, more: str, role: str) -> None:
    stack.create(DELIVERED % {"name": stack.name, "more": more, "role": role})
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    tell(aws, stack, state="bad")
    assert arrived(aws, stack) == []
    assert counted(aws, stack.name, "FailedInvocations") == 1


def test_a_log_group_needs_a_resource_policy(aws: Any, stack: Stack) -> None:
    stack.create(DELIVERED % {"name": stack.name, "more": "", "role": ""})
    tell(aws, stack, state="bad")
    assert aws.logs.describe_log_streams(logGroupName=f"/aws/events/{stack.name}")["logStreams"] == []
    assert counted(aws, stack.name, "FailedInvocations") == 1


def test_a_rule_has_five_targets(aws: Any, stack: Stack) -> None:
    aws.events.put_rule(Name=stack.name, EventPattern='{"source": ["a"]}')
    targets = [{"Id": str(index), "Arn": f"arn:aws:sqs:ap-northeast-1:123456789012:q{index}"} for index in range(6)]
    aws.events.put_targets(Rule=stack.name, Targets=targets[:5])
    aws.events.put_targets(Rule=stack.name, Targets=targets[:5])
    assert "LimitExceeded" in refused(aws.events.put_targets, Rule=stack.name, Targets=targets[5:])


def test_a_pattern_with_a_filter_that_does_not_exist(aws: Any, stack: Stack) -> None:
    message = refused(aws.events.put_rule, Name=stack.name, EventPattern='{"source": [{"prefx": "a"}]}')
    assert message.startswith("InvalidEventPatternException")


def test_nobody_but_aws_speaks_for_aws(aws: Any, stack: Stack) -> None:
    entry = {"DetailType": "state", "Detail": "{}"}
    answer = aws.events.put_events(Entries=[{"Source": "aws.cloudformation", **entry}, {"Source": stack.name, **entry}])
    assert answer["FailedEntryCount"] == 1
    assert [each.get("ErrorCode") for each in answer["Entries"]] == ["NotAuthorizedForSourceException", None]


STACK_EVENTS = DELIVERED.replace(
    "source: ['%(name)s'], detail: {state: [bad]}", "source: [aws.cloudformation], detail: {stack-id: [{prefix: %(watched)s}]}"
).replace("state: $.detail.state, who: $.detail.who.name", "state: $.detail.status-details.status, who: $.source")


def test_cloudformation_tells_what_a_stack_comes_to(aws: Any, stack: Stack, log_policy: Any) -> None:
    watched = f"{stack.name}-watched"
    prefix = f"'arn:aws:cloudformation:ap-northeast-1:123456789012:stack/{watched}/'"
    stack.create(STACK_EVENTS % {"name": stack.name, "more": "", "role": "", "watched": prefix})
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    aws.cloudformation.create_stack(StackName=watched, TemplateBody="Resources: {T: {Type: AWS::SNS::Topic}}")
    aws.cloudformation.delete_stack(StackName=watched)
    told = arrived(aws, stack) + arrived(aws, stack)
    statuses = ["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_COMPLETE"]
    assert sorted(told) == sorted(json.dumps(f"aws.cloudformation is {status}") for status in statuses)
