"""Templates as services have them: twenty resources, about 290 lines."""

import random
from collections.abc import Callable

HEAD = """\
AWSTemplateFormatVersion: '2010-09-09'
Description: Queues, functions and alarms of {name}

Parameters:
  Environment:
    Type: String
    AllowedValues: [dev, staging, prod]
    Description: Second part of every physical name
  Service:
    Type: String
    AllowedPattern: '^[a-z][a-z0-9-]{{1,39}}$'
    Description: First part of every physical name
  RetentionDays:
    Type: Number
    Default: {retention}
    AllowedValues: [7, 14, 30, 60, 90]
    Description: Days for which logs are kept
  AlarmThreshold:
    Type: Number
    Default: {threshold}
    MinValue: 1
    Description: Messages that may wait before somebody is told
{upstream_parameters}
Conditions:
  IsProd: !Equals [!Ref Environment, prod]

Resources:
  AlertTopic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !Sub '${{Service}}-${{Environment}}-alerts'
      Tags:
        - Key: Service
          Value: !Ref Service
        - Key: Environment
          Value: !Ref Environment
"""

QUEUE = """\

  {id}DeadLetters:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub '${{Service}}-${{Environment}}-{name}-dead-letters'
      MessageRetentionPeriod: 1209600
      SqsManagedSseEnabled: true

  {id}Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub '${{Service}}-${{Environment}}-{name}'
      VisibilityTimeout: {timeout}
      SqsManagedSseEnabled: true
      RedrivePolicy:
        deadLetterTargetArn: !GetAtt {id}DeadLetters.Arn
        maxReceiveCount: {count}

  {id}QueueAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: !Sub '${{Service}}-${{Environment}}-{name}-waiting'
      # Nobody is woken for dev.
      ActionsEnabled: !If [IsProd, true, false]
      Namespace: AWS/SQS
      MetricName: ApproximateNumberOfMessagesVisible
      Dimensions:
        - Name: QueueName
          Value: !GetAtt {id}Queue.QueueName
      Statistic: Maximum
      Period: 300
      EvaluationPeriods: {count}
      Threshold: !Ref AlarmThreshold
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
      AlarmActions:
        - !Ref AlertTopic
"""

ROLE = """\

  {id}Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Sub '${{Service}}-${{Environment}}-{name}'
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal:
              Service: lambda.amazonaws.com
            Action: sts:AssumeRole
      Policies:
        - PolicyName: work
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Effect: Allow
                Action:
                  - logs:CreateLogStream
                  - logs:PutLogEvents
                Resource: !Sub 'arn:aws:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:/services/${{Service}}/*'
              - Effect: Allow
                Action:
                  - sns:Publish
                Resource: !Ref AlertTopic

  {id}Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub '/services/${{Service}}/${{Environment}}/{name}'
      RetentionInDays: !Ref RetentionDays

  {id}Errors:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: !Ref {id}Logs
      FilterPattern: '{{ $.level = "ERROR" }}'
      MetricTransformations:
        - MetricNamespace: !Sub 'Services/${{Service}}'
          MetricName: {id}Errors
          MetricValue: '1'
          DefaultValue: {zero}
"""

BUCKET = """\

  {id}Bucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      BucketName: !Join ['-', [!Ref Service, !Ref Environment, {name}, !Ref 'AWS::AccountId']]
      PublicAccessBlockConfiguration:
        BlockPublicAcls: true
        BlockPublicPolicy: true
        IgnorePublicAcls: true
        RestrictPublicBuckets: true
      LifecycleConfiguration:
        Rules:
          - Id: expire
            Status: Enabled
            ExpirationInDays: {days}

  {id}Parameter:
    Type: AWS::SSM::Parameter
    Properties:
      Name: !Sub '/${{Service}}/${{Environment}}/{name}'
      Type: String
      Value: !Ref {id}Bucket
"""

UPSTREAM = """
  UpstreamRecord:
    Type: AWS::SSM::Parameter
    Properties:
      Name: !Sub '/${Service}/${Environment}/upstream'
      Type: String
      Value: !Join
        - ','
        - - !Ref UpstreamTopicArn
          - Fn::ImportValue: !Sub '${Upstream}-queue-arn'
"""

EXPORT = """\
    Export:
      Name: !Sub '${Service}-${Environment}-queue-arn'
"""

OUTPUTS = """\

Outputs:
  TopicArn:
    Description: The topic that alarms go to
    Value: !Ref AlertTopic
  QueueArn:
    Description: The first queue
    Value: !GetAtt {queue}Queue.Arn
{export}  BucketName:
    Condition: IsProd
    Description: Known in production only
    Value: !Ref {bucket}Bucket
"""

UPSTREAM_PARAMETERS = """\
  UpstreamTopicArn:
    Type: String
    Description: The alert topic of the stack before this one
  Upstream:
    Type: String
    Description: What the export names of the stack before this one begin with
"""

WORDS = ("orders", "invoices", "mails", "events", "reports", "users", "images", "payments", "searches", "exports")


def template(name: str, random: random.Random, has_upstream: bool, has_export: bool) -> str:
    """A service of its own: three queues, two workers and two buckets, with names and numbers that differ."""
    words = random.sample(WORDS, 7)
    blocks: list[Callable[[], str]] = [lambda word=word: _queue(word, random) for word in words[:3]]
    blocks += [lambda word=word: _filled(ROLE, word, zero=0) for word in words[3:5]]
    blocks += [lambda word=word: _filled(BUCKET, word, days=random.randint(30, 3650)) for word in words[5:]]
    random.shuffle(blocks)
    head = HEAD.format(
        name=name,
        retention=random.choice((7, 14, 30, 60, 90)),
        threshold=random.randint(1, 1000),
        upstream_parameters=UPSTREAM_PARAMETERS if has_upstream else "",
    )
    outputs = OUTPUTS.format(queue=words[0].capitalize(), bucket=words[5].capitalize(), export=EXPORT if has_export else "")
    return head + "".join(block() for block in blocks) + (UPSTREAM if has_upstream else "") + outputs


def _queue(word: str, random: random.Random) -> str:
    return _filled(QUEUE, word, timeout=random.randint(30, 900), count=random.randint(2, 9))


def _filled(block: str, word: str, **values: int) -> str:
    return block.format(id=word.capitalize(), name=word, **values)
