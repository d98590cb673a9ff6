from typing import Any

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
