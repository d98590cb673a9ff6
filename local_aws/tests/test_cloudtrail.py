import json
from typing import Any

import pytest

from .conftest import Stack, refused

TRAIL = """
    Resources:
      Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: %(bucket)s}}
      Policy:
        Type: AWS::S3::BucketPolicy
        Properties:
          Bucket: !Ref Bucket
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Principal: {Service: cloudtrail.amazonaws.com}
                Action: s3:GetBucketAcl
                Resource: !GetAtt Bucket.Arn
              - Effect: Allow
                Principal: {Service: cloudtrail.amazonaws.com}
                Action: s3:PutObject
                Resource: !Sub '${Bucket.Arn}/AWSLogs/%(account)s/*'
                Condition:
                  StringEquals:
                    aws:SourceArn: !Sub 'arn:aws:cloudtrail:${AWS::Region}:${AWS::AccountId}:trail/%(source)s'
      Trail:
        Type: AWS::CloudTrail::Trail
        DependsOn: Policy
        Properties:
          TrailName: %(name)s
          S3BucketName: !Ref Bucket
          IsLogging: %(logging)s
          IsMultiRegionTrail: true
          IncludeGlobalServiceEvents: true
          AdvancedEventSelectors:
            - Name: all
              FieldSelectors: [{Field: eventCategory, Equals: [Management]}]
          Tags: [{Key: Purpose, Value: test}]
    Outputs: {Arn: {Value: !GetAtt Trail.Arn}}
"""
ACCOUNT = "123456789012"


def trail(stack: Stack, **changed: str) -> str:
    values = {"bucket": stack.name, "name": stack.name, "source": stack.name, "account": ACCOUNT, "logging": "true"}
    return TRAIL % {**values, **changed}


def test_a_trail(aws: Any, stack: Stack) -> None:
    stack.create(trail(stack))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    found = aws.cloudtrail.get_trail(Name=stack.name)["Trail"]
    assert found["TrailARN"] == stack.outputs["Arn"]
    assert found["IsMultiRegionTrail"] and found["IncludeGlobalServiceEvents"]
    assert aws.cloudtrail.get_trail_status(Name=stack.name)["IsLogging"] is True
    (selector,) = aws.cloudtrail.get_event_selectors(TrailName=stack.name)["AdvancedEventSelectors"]
    assert selector["FieldSelectors"] == [{"Field": "eventCategory", "Equals": ["Management"]}]

    stack.update(trail(stack, logging="false"))
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    assert aws.cloudtrail.get_trail_status(Name=stack.name)["IsLogging"] is False
    stack.delete()
    assert stack.name not in {each["Name"] for each in aws.cloudtrail.list_trails()["Trails"]}


def test_a_bucket_that_does_not_let_cloudtrail_write(aws: Any, new_stack: Any) -> None:
    for wrong in ({"source": "another"}, {"account": "999999999999"}):
        stack = new_stack()
        stack.create(trail(stack, **wrong))
        assert stack.status == "ROLLBACK_COMPLETE"
        assert "Incorrect S3 bucket policy is detected" in stack.reasons()
        assert stack.name not in {each["Name"] for each in aws.cloudtrail.list_trails()["Trails"]}


# What the guide's role policy allows, for the log stream that CloudTrail names by account and region.
TO_A_LOG_GROUP = """
      Group: {Type: AWS::Logs::LogGroup}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Principal: {Service: cloudtrail.amazonaws.com}
                Action: sts:AssumeRole
                Condition: %(condition)s
          Policies:
            - PolicyName: write
              PolicyDocument:
                Version: '2012-10-17'
                Statement:
                  - Effect: Allow
                    Action: %(actions)s
                    Resource: !Sub 'arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Group}:log-stream:%(account)s_CloudTrail_*'
"""


def trail_to_a_log_group(
    stack: Stack, condition: str = "{}", actions: str = "['logs:CreateLogStream', 'logs:PutLogEvents']"
) -> str:
    values = {"condition": condition, "actions": actions, "account": ACCOUNT}
    with_log = "CloudWatchLogsLogGroupArn: !GetAtt Group.Arn\n          CloudWatchLogsRoleArn: !GetAtt Role.Arn\n"
    body = trail(stack).replace("          IsLogging:", f"          {with_log}          IsLogging:")
    return body.replace("    Outputs:", TO_A_LOG_GROUP % values + "    Outputs:")


def test_a_trail_that_writes_to_a_log_group(aws: Any, stack: Stack) -> None:
    stack.create(trail_to_a_log_group(stack))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    role = aws.cloudtrail.get_trail(Name=stack.name)["Trail"]["CloudWatchLogsRoleArn"]
    assert role.endswith(stack.physical_id("Role"))


@pytest.mark.parametrize("key", ["aws:SourceArn", "aws:SourceAccount"])
def test_a_role_with_a_condition_is_nothing_for_cloudtrail(aws: Any, stack: Stack, key: str) -> None:
    stack.create(trail_to_a_log_group(stack, condition=f"{{StringLike: {{'{key}': '*'}}}}"))
    assert "Check the trust relationships for your role" in stack.reasons()
    assert stack.name not in {each["Name"] for each in aws.cloudtrail.list_trails()["Trails"]}


def test_a_role_that_may_not_write(stack: Stack) -> None:
    stack.create(trail_to_a_log_group(stack, actions="['logs:CreateLogStream']"))
    assert "Verify in IAM that the role has adequate permissions" in stack.reasons()


def test_a_role_that_gets_a_condition_later(aws: Any, stack: Stack) -> None:
    stack.create(trail_to_a_log_group(stack))
    role = stack.physical_id("Role")
    trust = aws.iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    trust["Statement"][0]["Condition"] = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    aws.iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(trust))
    message = refused(aws.cloudtrail.update_trail, Name=stack.name, IsMultiRegionTrail=False)
    assert message.startswith("InvalidCloudWatchLogsRoleArnException")
    assert aws.cloudtrail.get_trail(Name=stack.name)["Trail"]["IsMultiRegionTrail"] is True



SUBSCRIPTION = """
    Resources:
      Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: %(name)s}}
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: '2012-10-17'
            Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
      Function:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.13
          Handler: index.handler
          Role: !GetAtt Role.Arn
          Code: {ZipFile: 'def handler(event, context): pass'}
%(permission)s
      Subscription:
        Type: AWS::Logs::SubscriptionFilter
%(after)s
        Properties:
          FilterName: one
          LogGroupName: !Ref Group
          DestinationArn: !GetAtt Function.Arn
          FilterPattern: '%(pattern)s'
"""
PERMISSION = """
      Permission:
        Type: AWS::Lambda::Permission
        Properties:
          FunctionName: !Ref Function
          Action: lambda:InvokeFunction
          Principal: logs.amazonaws.com
          SourceArn: !GetAtt Group.Arn
"""


def test_a_subscription(aws: Any, stack: Stack) -> None:
    values = {"name": stack.name, "permission": PERMISSION, "after": "        DependsOn: Permission"}
    stack.create(SUBSCRIPTION % {**values, "pattern": "ERROR"})
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    stack.update(SUBSCRIPTION % {**values, "pattern": "WARNING"})
    (found,) = aws.logs.describe_subscription_filters(logGroupName=stack.name)["subscriptionFilters"]
    assert (found["filterName"], found["filterPattern"]) == ("one", "WARNING")
    body = SUBSCRIPTION % {**values, "pattern": "WARNING"}
    stack.update(body + body[body.index("      Subscription:") :].replace("Subscription:", "Second:"))
    assert "Subscription filter one already exists" in stack.reasons()


def test_a_function_that_may_not_be_called(stack: Stack) -> None:
    stack.create(SUBSCRIPTION % {"name": stack.name, "permission": "", "after": "", "pattern": ""})
    assert "permission to execute your function" in stack.reasons()


def test_a_log_group_takes_two_subscriptions(aws: Any, stack: Stack) -> None:
    values = {"name": stack.name, "permission": PERMISSION, "after": "        DependsOn: Permission", "pattern": "A"}
    stack.create(SUBSCRIPTION % values)
    arn = aws.awslambda.get_function(FunctionName=stack.physical_id("Function"))["Configuration"]["FunctionArn"]
    more = {"logGroupName": stack.name, "filterPattern": "", "destinationArn": arn}
    aws.logs.put_subscription_filter(filterName="two", **more)
    assert "LimitExceeded" in refused(aws.logs.put_subscription_filter, filterName="three", **more)
