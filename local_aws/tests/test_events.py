import json
from typing import Any

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
