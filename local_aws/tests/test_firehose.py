from typing import Any

import pytest

from .conftest import Stack, refused

STREAM = """
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: firehose.amazonaws.com}, Action: sts:AssumeRole}]
  Stream:
    Type: AWS::KinesisFirehose::DeliveryStream
    Properties:
      DeliveryStreamName: %s
      DeliveryStreamType: DirectPut
      DeliveryStreamEncryptionConfigurationInput: {KeyType: AWS_OWNED_CMK}
      ExtendedS3DestinationConfiguration:
        BucketARN: !GetAtt Bucket.Arn
        RoleARN: !GetAtt Role.Arn
        Prefix: 'events/!{timestamp:yyyy}/'
        ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/'
        CustomTimeZone: Asia/Tokyo
        BufferingHints: {IntervalInSeconds: 300, SizeInMBs: 128}
        CompressionFormat: GZIP
        CloudWatchLoggingOptions:
          {Enabled: true, LogGroupName: /aws/kinesisfirehose/a, LogStreamName: DestinationDelivery}
        ProcessingConfiguration:
          Enabled: true
          Processors:
            - Type: Lambda
              Parameters:
                - ParameterName: LambdaArn
                  ParameterValue: arn:aws:lambda:ap-northeast-1:123456789012:function:f
      Tags: [{Key: Project, Value: ses}]
Outputs: {Arn: {Value: !GetAtt Stream.Arn}}
"""


def described(aws: Any, name: str) -> dict[str, Any]:
    return dict(aws.firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"])


def test_a_delivery_stream(aws: Any, stack: Stack) -> None:
    stack.create(STREAM % stack.name)
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    assert stack.physical_id("Stream") == stack.name
    found = described(aws, stack.name)
    assert (found["DeliveryStreamStatus"], found["DeliveryStreamType"]) == ("ACTIVE", "DirectPut")
    assert found["DeliveryStreamARN"] == stack.outputs["Arn"]
    assert found["DeliveryStreamEncryptionConfiguration"] == {"KeyType": "AWS_OWNED_CMK", "Status": "ENABLED"}
    to_s3 = found["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert to_s3["BufferingHints"] == {"IntervalInSeconds": 300, "SizeInMBs": 128}
    assert (to_s3["CompressionFormat"], to_s3["CustomTimeZone"]) == ("GZIP", "Asia/Tokyo")
    assert to_s3["ProcessingConfiguration"]["Processors"][0]["Type"] == "Lambda"
    assert to_s3["CloudWatchLoggingOptions"]["LogStreamName"] == "DestinationDelivery"
    tags = aws.firehose.list_tags_for_delivery_stream(DeliveryStreamName=stack.name)["Tags"]
    assert tags == [{"Key": "Project", "Value": "ses"}]

    template = STREAM[: STREAM.index("        ProcessingConfiguration:")] + STREAM[STREAM.index("      Tags:") :]
    template = template.replace("IntervalInSeconds: 300", "IntervalInSeconds: 60").replace("Value: ses", "Value: other")
    template = template.replace("      DeliveryStreamEncryptionConfigurationInput: {KeyType: AWS_OWNED_CMK}\n", "")
    stack.update(template % stack.name)
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    found = described(aws, stack.name)
    to_s3 = found["Destinations"][0]["ExtendedS3DestinationDescription"]
    assert to_s3["BufferingHints"]["IntervalInSeconds"] == 60
    assert to_s3["ProcessingConfiguration"]["Enabled"] is False
    assert found["DeliveryStreamEncryptionConfiguration"]["Status"] == "DISABLED"
    tags = aws.firehose.list_tags_for_delivery_stream(DeliveryStreamName=stack.name)["Tags"]
    assert tags == [{"Key": "Project", "Value": "other"}]
    stack.delete()
    assert "ResourceNotFoundException" in refused(described, aws, stack.name)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("BucketARN: !GetAtt Bucket.Arn", "BucketARN: arn:aws:s3:::no-such-bucket", "Verify that the bucket exists"),
        ("RoleARN: !GetAtt Role.Arn", "RoleARN: arn:aws:iam::123456789012:role/nobody", "unable to assume role"),
        ("Service: firehose", "Service: ses", "unable to assume role"),
        ("errors/!{firehose:error-output-type}/", "errors/", "ErrorOutputPrefix"),
        ("SizeInMBs: 128", "SizeInMBs: 129", "SizeInMBs"),
        ("ExtendedS3DestinationConfiguration", "HttpEndpointDestinationConfiguration", "does not implement"),
    ],
)
def test_streams_that_firehose_refuses(stack: Stack, old: str, new: str, problem: str) -> None:
    stack.create((STREAM % stack.name).replace(old, new))
    assert stack.status == "ROLLBACK_COMPLETE"
    assert problem in stack.reasons()
