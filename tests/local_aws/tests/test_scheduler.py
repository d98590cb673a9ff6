from typing import Any

from .conftest import Stack, refused

SCHEDULE = """
Resources:
  Schedule:
    Type: AWS::Scheduler::Schedule
    Properties:
      Name: %s
      ScheduleExpression: cron(0 9 * * ? *)
      ScheduleExpressionTimezone: Asia/Tokyo
      FlexibleTimeWindow: {Mode: 'OFF'}
      Target:
        Arn: arn:aws:lambda:ap-northeast-1:123456789012:function:f
        RoleArn: arn:aws:iam::123456789012:role/r
        Input: '{"task": "daily"}'
Outputs: {Arn: {Value: !GetAtt Schedule.Arn}}
"""


def test_a_schedule(aws: Any, stack: Stack) -> None:
    stack.create(SCHEDULE % stack.name)
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    found = aws.scheduler.get_schedule(Name=stack.name)
    assert found["Arn"] == stack.outputs["Arn"]
    assert (found["ScheduleExpression"], found["ScheduleExpressionTimezone"]) == ("cron(0 9 * * ? *)", "Asia/Tokyo")
    assert found["Target"]["Input"] == '{"task": "daily"}'
    stack.update((SCHEDULE % stack.name).replace("0 9", "0 10"))
    assert aws.scheduler.get_schedule(Name=stack.name)["ScheduleExpression"] == "cron(0 10 * * ? *)"
    stack.delete()
    assert "ResourceNotFoundException" in refused(aws.scheduler.get_schedule, Name=stack.name)
