import json
from typing import Any

import pytest

from .conftest import Stack, refused

ALARM = """
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: %s
      %s
      EvaluationPeriods: 1
      Threshold: %s
      ComparisonOperator: GreaterThanOrEqualToThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref Topic]
      Tags: [{Key: Purpose, Value: v%s}]
Outputs: {Arn: {Value: !GetAtt Alarm.Arn}}
"""
SIMPLE = """Namespace: AWS/SES
      MetricName: Bounce
      Dimensions: [{Name: a, Value: b}]
      Statistic: Sum
      Period: 300"""
STATISTIC = "MetricStat: {Metric: {Namespace: AWS/SES, MetricName: Send}, Period: 300, Stat: Sum}"


def described(aws: Any, name: str, kind: str = "MetricAlarms") -> dict[str, Any]:
    answer = aws.cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    (alarm,) = answer[kind]
    return dict(alarm)


def test_an_alarm(aws: Any, stack: Stack) -> None:
    stack.create(ALARM % (stack.name, SIMPLE, 5, 1))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    alarm = described(aws, stack.name)
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Statistic"]) == ("AWS/SES", "Bounce", "Sum")
    assert (alarm["Period"], alarm["Threshold"], alarm["StateValue"]) == (300, 5.0, "INSUFFICIENT_DATA")
    assert alarm["AlarmActions"] == [stack.physical_id("Topic")]
    assert alarm["AlarmArn"] == stack.outputs["Arn"]
    aws.cloudwatch.set_alarm_state(AlarmName=stack.name, StateValue="ALARM", StateReason="test")
    stack.update(ALARM % (stack.name, SIMPLE, 7, 2))
    alarm = described(aws, stack.name)
    assert (alarm["Threshold"], alarm["StateValue"]) == (7.0, "ALARM")
    tags = aws.cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    assert tags == [{"Key": "Purpose", "Value": "v2"}]
    stack.delete()
    assert aws.cloudwatch.describe_alarms(AlarmNames=[stack.name])["MetricAlarms"] == []


def test_an_alarm_over_an_expression(aws: Any, stack: Stack) -> None:
    metrics = f"Metrics: [{{Id: rate, Expression: 100*s, ReturnData: true}}, {{Id: s, ReturnData: false, {STATISTIC}}}]"
    stack.create(ALARM % (stack.name, metrics, 5, 1))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    found = {metric["Id"]: metric for metric in described(aws, stack.name)["Metrics"]}
    assert found["rate"]["Expression"] == "100*s"
    assert (found["rate"]["ReturnData"], found["s"]["ReturnData"]) == (True, False)
    assert found["s"]["MetricStat"]["Metric"]["MetricName"] == "Send"


@pytest.mark.parametrize(
    ("metrics", "problem"),
    [
        (f"Metrics: [{{Id: a, {STATISTIC}}}, {{Id: b, Expression: a*2}}]", "Exactly one element"),
        (f"Metrics: [{{Id: a, ReturnData: false, {STATISTIC}}}]", "Exactly one element"),
        ("Metrics: [{Id: a, ReturnData: true}]", "either an Expression or a MetricStat"),
        ("Statistic: Sum", "MetricName and Namespace"),
    ],
)
def test_alarms_that_cloudwatch_refuses(stack: Stack, metrics: str, problem: str) -> None:
    stack.create(ALARM % (stack.name, metrics, 5, 1))
    assert stack.status == "ROLLBACK_COMPLETE"
    assert problem in stack.reasons()


def test_an_alarm_is_never_taken_over(aws: Any, stack: Stack) -> None:
    aws.cloudwatch.put_metric_alarm(
        AlarmName=stack.name, Namespace="n", MetricName="m", Statistic="Sum", Period=60, EvaluationPeriods=1,
        Threshold=1, ComparisonOperator="LessThanThreshold",
    )  # fmt: skip
    stack.create(ALARM % (stack.name, SIMPLE, 5, 1))
    assert "HandlerErrorCode: AlreadyExists" in stack.reasons()
    assert described(aws, stack.name)["Namespace"] == "n"


def test_a_composite_alarm(aws: Any, stack: Stack) -> None:
    composite = """
  Both:
    Type: AWS::CloudWatch::CompositeAlarm
    Properties: {AlarmName: %s-both, AlarmRule: !Sub 'ALARM("${Alarm}")', AlarmDescription: %s}
Outputs:"""
    template = ALARM.replace("\nOutputs:", composite)
    values = (stack.name, SIMPLE, 5, 1, stack.name)
    stack.create(template % (*values, "one"))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    alarm = described(aws, f"{stack.name}-both", "CompositeAlarms")
    assert alarm["AlarmRule"] == f'ALARM("{stack.name}")'
    stack.update(template % (*values, "two"))
    assert described(aws, f"{stack.name}-both", "CompositeAlarms")["AlarmDescription"] == "two"
    stack.delete()
    left = aws.cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"], AlarmNames=[f"{stack.name}-both"])
    assert left["CompositeAlarms"] == []


def test_a_dashboard(aws: Any, stack: Stack) -> None:
    template = """
    Resources:
      Board:
        Type: AWS::CloudWatch::Dashboard
        Properties:
          DashboardName: %s
          DashboardBody: !Sub '{"widgets": [{"type": "text", "properties": {"markdown": "${AWS::Region} %s"}}]}'
          Tags: [{Key: a, Value: %s}]
    """
    stack.create(template % (stack.name, "one", "b"))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    found = aws.cloudwatch.get_dashboard(DashboardName=stack.name)
    assert json.loads(found["DashboardBody"])["widgets"][0]["properties"]["markdown"] == "ap-northeast-1 one"
    stack.update(template % (stack.name, "two", "c"))
    assert "two" in aws.cloudwatch.get_dashboard(DashboardName=stack.name)["DashboardBody"]
    tags = aws.cloudwatch.list_tags_for_resource(ResourceARN=found["DashboardArn"])["Tags"]
    assert tags == [{"Key": "a", "Value": "c"}]
    stack.delete()
    assert "ResourceNotFound" in refused(aws.cloudwatch.get_dashboard, DashboardName=stack.name)


def test_a_dashboard_that_is_not_json(stack: Stack) -> None:
    stack.create("Resources: {B: {Type: AWS::CloudWatch::Dashboard, Properties: {DashboardBody: '{'}}}")
    assert "HandlerErrorCode: InvalidRequest" in stack.reasons()


def test_an_anomaly_detector(aws: Any, stack: Stack) -> None:
    template = """
    Resources:
      Detector:
        Type: AWS::CloudWatch::AnomalyDetector
        Properties:
          SingleMetricAnomalyDetector: {Namespace: %s, MetricName: Send, Stat: Sum}
          Configuration: {MetricTimeZone: %s}
    """

    def found() -> list[dict[str, Any]]:
        return list(aws.cloudwatch.describe_anomaly_detectors(Namespace=stack.name)["AnomalyDetectors"])

    stack.create(template % (stack.name, "Asia/Tokyo"))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    assert [d["Configuration"] for d in found()] == [{"MetricTimezone": "Asia/Tokyo"}]
    stack.update(template % (stack.name, "UTC"))
    assert [d["Configuration"] for d in found()] == [{"MetricTimezone": "UTC"}]
    stack.delete()
    assert found() == []


ACTIONS = """
    Resources:
      Topic: {Type: AWS::SNS::Topic}
      TopicPolicy:
        Type: AWS::SNS::TopicPolicy
        Properties:
          Topics: [!Ref Topic]
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Principal: {Service: cloudwatch.amazonaws.com}
                Action: sns:Publish
                Resource: !Ref Topic
                Condition: {ArnLike: {aws:SourceArn: !Sub 'arn:aws:cloudwatch:*:*:alarm:%(allowed)s*'}}
      Alarm:
        Type: AWS::CloudWatch::Alarm
        Properties:
          AlarmName: %(name)s-one
          Namespace: N
          MetricName: M
          Statistic: Sum
          Period: 60
          EvaluationPeriods: 1
          ComparisonOperator: GreaterThanThreshold
          Threshold: 1
          AlarmActions: [!Ref Topic]
      Both:
        Type: AWS::CloudWatch::CompositeAlarm
        Properties:
          AlarmName: %(name)s-both
          AlarmRule: !Sub 'ALARM("${Alarm}")'
          AlarmActions: [!Ref Topic]
          OKActions: [!Ref Topic]
    Outputs: {Topic: {Value: !Ref Topic}}
"""


def test_a_change_of_state_runs_the_actions_and_moves_composite_alarms(aws: Any, new_stack: Any) -> None:
    for allowed in (True, False):
        stack = new_stack()
        stack.create(ACTIONS % {"name": stack.name, "allowed": stack.name if allowed else "another"})
        assert stack.status == "CREATE_COMPLETE", stack.reasons()
        queue = aws.sqs.create_queue(QueueName=stack.name)["QueueUrl"]
        arn = f"arn:aws:sqs:ap-northeast-1:123456789012:{stack.name}"
        aws.sns.subscribe(TopicArn=stack.outputs["Topic"], Protocol="sqs", Endpoint=arn)
        for state in ("ALARM", "ALARM", "OK"):  # twice the same is no change
            aws.cloudwatch.set_alarm_state(AlarmName=f"{stack.name}-one", StateValue=state, StateReason="test")
        found = aws.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        told = [json.loads(json.loads(message["Body"])["Message"]) for message in found]
        changes = sorted((each["AlarmName"].rpartition("-")[2], each["NewStateValue"]) for each in told)
        assert changes == ([("both", "ALARM"), ("both", "OK"), ("one", "ALARM")] if allowed else [])
        aws.sqs.delete_queue(QueueUrl=queue)
