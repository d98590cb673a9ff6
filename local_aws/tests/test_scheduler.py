from typing import Any

from .conftest import Stack, refused

SCHEDULE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: scheduler.amazonaws.com}
            Action: sts:AssumeRole
            Condition: {ArnLike: {aws:SourceArn: 'arn:aws:scheduler:*:123456789012:schedule-group/default'}}
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: %s, MessageRetentionPeriod: %s, SqsManagedSseEnabled: true, Tags: [{Key: a, Value: b}]}
  Schedule:
    Type: AWS::Scheduler::Schedule
    Properties:
      Name: %s
      ScheduleExpression: %s
      ScheduleExpressionTimezone: %s
      FlexibleTimeWindow: {Mode: 'OFF'}
      Target:
        Arn: !Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:f'
        RoleArn: !GetAtt Role.Arn
        Input: '{"action": "tick"}'
        RetryPolicy: {MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600}
        DeadLetterConfig: {Arn: !GetAtt Queue.Arn}
Outputs: {Queue: {Value: !GetAtt Queue.Arn}, Schedule: {Value: !GetAtt Schedule.Arn}}
"""


def test_a_schedule_with_a_dead_letter_queue(aws: Any, stack: Stack) -> None:
    name = stack.name
    stack.create(SCHEDULE % (name, 3600, name, "cron(0 9 * * ? *)", "Asia/Tokyo"))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    found = aws.scheduler.get_schedule(Name=name)
    assert found["Arn"] == stack.outputs["Schedule"]
    assert (found["ScheduleExpression"], found["ScheduleExpressionTimezone"]) == ("cron(0 9 * * ? *)", "Asia/Tokyo")
    assert (found["State"], found["FlexibleTimeWindow"]) == ("ENABLED", {"Mode": "OFF"})
    assert found["Target"]["Input"] == '{"action": "tick"}'
    assert found["Target"]["DeadLetterConfig"] == {"Arn": stack.outputs["Queue"]}

    url = aws.sqs.get_queue_url(QueueName=name)["QueueUrl"]
    assert url == stack.physical_id("Queue")
    settings = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (settings["QueueArn"], settings["MessageRetentionPeriod"]) == (stack.outputs["Queue"], "3600")
    assert aws.sqs.list_queue_tags(QueueUrl=url)["Tags"]["a"] == "b"

    stack.update(SCHEDULE % (name, 7200, name, "rate(1 hour)", "UTC"))
    assert aws.scheduler.get_schedule(Name=name)["ScheduleExpression"] == "rate(1 hour)"
    settings = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert settings["MessageRetentionPeriod"] == "7200"
    stack.delete()
    assert "ResourceNotFoundException" in refused(aws.scheduler.get_schedule, Name=name)
    assert "NonExistentQueue" in refused(aws.sqs.get_queue_url, QueueName=name)


def test_a_schedule_that_aws_would_not_take(stack: Stack) -> None:
    name = stack.name
    stack.create(SCHEDULE % (name, 3600, name, "rate(11 months)", "Asia/Tokyo"))
    assert "Invalid Schedule Expression rate(11 months)" in stack.reasons()


def test_a_time_zone_that_does_not_exist(stack: Stack) -> None:
    name = stack.name
    stack.create(SCHEDULE % (name, 3600, name, "rate(1 hour)", "Asia/Tokio"))
    assert "Timezone Asia/Tokio" in stack.reasons()


def test_a_queue_of_somebody_else_is_not_taken_over(aws: Any, stack: Stack) -> None:
    aws.sqs.create_queue(QueueName=stack.name)
    stack.create(SCHEDULE % (stack.name, 3600, stack.name, "rate(1 hour)", "UTC"))
    assert f"Queue {stack.name} already exists" in stack.reasons()


def test_a_role_that_names_a_schedule_instead_of_its_group(stack: Stack) -> None:
    name = stack.name
    template = SCHEDULE.replace("schedule-group/default", f"schedule/default/{name}")
    stack.create(template % (name, 3600, name, "rate(1 hour)", "UTC"))
    assert "must allow AWS EventBridge Scheduler to assume the role" in stack.reasons()
