"""What AWS's own model of a request refuses, told by botocore, whose clients send it all the same."""

from typing import Any

import pytest

from .conftest import refused

QUEUE = "arn:aws:sqs:ap-northeast-1:123456789012:q"
ALARM = {
    "MetricName": "m", "Namespace": "n", "Period": 60, "Statistic": "Sum", "EvaluationPeriods": 1,
    "ComparisonOperator": "GreaterThanThreshold", "Threshold": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "problem"),
    [
        (
            "iam", "create_group", {"GroupName": "g" * 129},
            "ValidationError: 1 validation error detected: Value '" + "g" * 129 + "' at 'groupName' failed to satisfy "
            "constraint: Member must have length less than or equal to 128",
        ),
        ("iam", "create_user", {"UserName": "名前"}, r"Member must satisfy regular expression pattern: [\w+=,.@-]+"),
        ("iam", "create_group", {"GroupName": "a/b"}, "'groupName' failed"),
        ("cloudwatch", "put_metric_alarm", {"AlarmName": "a" * 256, **ALARM}, "ValidationError: "),
        ("cloudwatch", "put_metric_alarm", {"AlarmName": "a", **ALARM, "Statistic": "Total"}, "satisfy enum value set"),
        ("events", "put_rule", {"Name": "a b", "EventPattern": '{"source": ["a"]}'}, "ValidationException: "),
        ("events", "put_rule", {"Name": "a", "EventPattern": f'{{"source": ["{"a" * 4096}"]}}'}, "'eventPattern'"),
        ("events", "put_targets", {"Rule": "a", "Targets": [{"Id": "a b", "Arn": QUEUE}]}, "'targets.1.member.id'"),
        ("kms", "create_alias", {"AliasName": "alias/a b", "TargetKeyId": "k"}, "ValidationException: "),
        ("logs", "create_log_group", {"logGroupName": "a b"}, "InvalidParameterException: "),
        ("logs", "create_log_group", {"logGroupName": "a" * 513}, "less than or equal to 512"),
        ("scheduler", "get_schedule", {"Name": "a b"}, "ValidationException: "),
        ("secretsmanager", "describe_secret", {"SecretId": "a" * 2049}, "InvalidParameterException: "),
        ("firehose", "describe_delivery_stream", {"DeliveryStreamName": "a b"}, "InvalidArgumentException: "),
        (
            "sesv2", "put_email_identity_dkim_signing_attributes",
            {
                "EmailIdentity": "a.example",
                "SigningAttributesOrigin": "EXTERNAL",
                "SigningAttributes": {"DomainSigningSelector": "a.b", "DomainSigningPrivateKey": "secret!"},
            },
            "BadRequestException: 2 validation errors detected: Value 'a.b' at "
            "'signingAttributes.domainSigningSelector'",
        ),
        ("ssm", "put_parameter", {"Name": "/a", "Value": "v", "Type": "Text"}, "satisfy enum value set"),
    ],
)  # fmt: skip
def test_a_request_that_does_not_fit(
    aws: Any, service: str, operation: str, parameters: dict[str, Any], problem: str
) -> None:
    message = refused(getattr(getattr(aws, service), operation), **parameters)
    assert problem in message
    assert "secret!" not in message  # a value that the model calls sensitive is not said


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("iam", "create_group", {"GroupName": "g" * 128}),
        ("iam", "create_user", {"UserName": "a+b=c,d.e@f-g_h", "Tags": [{"Key": "Abteilung", "Value": "メール"}]}),
        ("cloudwatch", "put_metric_alarm", {"AlarmName": "名" * 255, **ALARM}),
        ("events", "put_rule", {"Name": "A.b-c_1", "EventPattern": '{"source": ["a"]}'}),
        ("logs", "create_log_group", {"logGroupName": "/a/b_c-d.e#f" + "x" * 500}),
        ("ssm", "put_parameter", {"Name": "/a/b.c", "Value": "v" * 4096, "Type": "String"}),
    ],
)
def test_a_request_that_fits(aws: Any, service: str, operation: str, parameters: dict[str, Any]) -> None:
    getattr(getattr(aws, service), operation)(**parameters)


def test_longer_parameters_need_another_tier(aws: Any) -> None:
    longer = {"Name": "/longer", "Type": "String"}
    assert "maximum parameter value of 4096" in refused(aws.ssm.put_parameter, Value="v" * 4097, **longer)
    aws.ssm.put_parameter(Value="v" * 8192, Tier="Advanced", **longer)
    assert "of 8192" in refused(aws.ssm.put_parameter, Value="v" * 8193, Tier="Advanced", Overwrite=True, **longer)


def test_names_that_only_a_page_knows(aws: Any) -> None:
    create = aws.secretsmanager.create_secret
    assert "Invalid name" in refused(create, Name="a b", SecretString="v")
    create(Name="a/_+=.@-1", SecretString="v")
