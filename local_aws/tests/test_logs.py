import json
from typing import Any

from .conftest import Stack, refused

DATA_PROTECTION = """
          DataProtectionPolicy:
            Name: personal-data
            Version: 2021-06-01
            Statement:
              - {Sid: Audit, DataIdentifier: ['a'], Operation: {Audit: {FindingsDestination: {}}}}
              - {Sid: Mask, DataIdentifier: ['a'], Operation: {Deidentify: {MaskConfig: {}}}}
"""
GROUP = """
    Resources:
      Group:
        Type: AWS::Logs::LogGroup
        Properties:
          LogGroupName: %s
          RetentionInDays: %s
          Tags: [{Key: Purpose, Value: %s}]
%s
      Stream: {Type: AWS::Logs::LogStream, Properties: {LogGroupName: !Ref Group, LogStreamName: one}}
    Outputs: {Arn: {Value: !GetAtt Group.Arn}}
"""


def test_a_log_group(aws: Any, stack: Stack) -> None:
    name = f"/test/{stack.name}"
    stack.create(GROUP % (name, 90, "old", DATA_PROTECTION))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    (group,) = aws.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert (group["retentionInDays"], group["dataProtectionStatus"]) == (90, "ACTIVATED")
    assert stack.outputs["Arn"] == group["arn"] == f"arn:aws:logs:ap-northeast-1:123456789012:log-group:{name}:*"
    policy = aws.logs.get_data_protection_policy(logGroupIdentifier=name)["policyDocument"]
    assert json.loads(policy)["Version"] == "2021-06-01"
    (stream,) = aws.logs.describe_log_streams(logGroupName=name)["logStreams"]
    assert stream["logStreamName"] == stack.physical_id("Stream") == "one"

    stack.update(GROUP % (name, 30, "new", ""))
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    (group,) = aws.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert (group["retentionInDays"], group["dataProtectionStatus"]) == (30, "DELETED")
    assert "policyDocument" not in aws.logs.get_data_protection_policy(logGroupIdentifier=name)
    assert aws.logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"] == {"Purpose": "new"}
    stack.delete()
    assert aws.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"] == []


def test_a_log_group_that_never_had_a_data_protection_policy(aws: Any, stack: Stack) -> None:
    name = f"/test/{stack.name}"
    stack.create(GROUP % (name, 90, "old", ""))
    (group,) = aws.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert "dataProtectionStatus" not in group


def test_a_log_group_that_exists_already(aws: Any, stack: Stack) -> None:
    aws.logs.create_log_group(logGroupName=f"/test/{stack.name}")
    stack.create(GROUP % (f"/test/{stack.name}", 90, "x", ""))
    assert "HandlerErrorCode: AlreadyExists" in stack.reasons()


def test_retention_is_one_of_a_list(aws: Any) -> None:
    aws.logs.create_log_group(logGroupName="/test/retention")
    message = refused(aws.logs.put_retention_policy, logGroupName="/test/retention", retentionInDays=91)
    assert message.startswith("InvalidParameterException")


FILTER = """
Resources:
  Group: {Type: AWS::Logs::LogGroup}
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      FilterName: %s
      LogGroupName: !Ref Group
      FilterPattern: '%s'
      MetricTransformations: [{MetricName: Errors, MetricNamespace: a/b, MetricValue: '1', Unit: Count, %s}]
"""


def test_a_metric_filter(aws: Any, stack: Stack) -> None:
    def found() -> list[dict[str, Any]]:
        return list(aws.logs.describe_metric_filters(logGroupName=stack.physical_id("Group"))["metricFilters"])

    stack.create(FILTER % ("errors", "?ERROR ?WARN", "DefaultValue: 0"))
    assert stack.physical_id("Filter") == "errors"
    (metric_filter,) = found()
    assert metric_filter["filterPattern"] == "?ERROR ?WARN"
    assert metric_filter["metricTransformations"] == [
        {"metricName": "Errors", "metricNamespace": "a/b", "metricValue": "1", "unit": "Count", "defaultValue": 0.0}
    ]
    stack.update(FILTER % ("errors", '?"エラー"', "Dimensions: [{Key: level, Value: $.level}]"))
    (metric_filter,) = found()
    assert metric_filter["filterPattern"] == '?"エラー"'
    assert metric_filter["metricTransformations"][0]["dimensions"] == {"level": "$.level"}
    stack.update(FILTER % ("renamed", "x", "DefaultValue: 0"))
    assert [f["filterName"] for f in found()] == ["renamed"]
    group = stack.physical_id("Group")
    stack.delete()
    assert aws.logs.describe_metric_filters(logGroupName=group)["metricFilters"] == []


def test_a_default_value_and_dimensions_exclude_each_other(stack: Stack) -> None:
    stack.create(FILTER % ("errors", "x", "DefaultValue: 0, Dimensions: [{Key: level, Value: $.level}]"))
    assert "mutually exclusive" in stack.reasons()


def test_a_saved_query(aws: Any, stack: Stack) -> None:
    template = """
    Resources:
      Group: {Type: AWS::Logs::LogGroup}
      Query:
        Type: AWS::Logs::QueryDefinition
        Properties: {Name: %s/Errors, LogGroupNames: [!Ref Group], QueryString: %s}
    """

    def found() -> list[dict[str, Any]]:
        return list(aws.logs.describe_query_definitions(queryDefinitionNamePrefix=stack.name)["queryDefinitions"])

    stack.create(template % (stack.name, "fields @message"))
    (query,) = found()
    assert query["queryDefinitionId"] == stack.physical_id("Query")
    assert query["logGroupNames"] == [stack.physical_id("Group")]
    stack.update(template % (stack.name, "stats count()"))
    assert [q["queryString"] for q in found()] == ["stats count()"]
    stack.delete()
    assert found() == []


def test_a_resource_policy(aws: Any, stack: Stack) -> None:
    template = "Resources: {P: {Type: AWS::Logs::ResourcePolicy, Properties: {PolicyName: %s, PolicyDocument: %s}}}"

    def found() -> list[str]:
        policies = aws.logs.describe_resource_policies()["resourcePolicies"]
        return [p["policyDocument"] for p in policies if p["policyName"] == stack.name]

    stack.create(template % (stack.name, '\'{"Version": "2012-10-17", "Statement": []}\''))
    assert json.loads(found()[0])["Statement"] == []
    stack.update(template % (stack.name, '\'{"Version": "2012-10-17", "Statement": [{}]}\''))
    assert json.loads(found()[0])["Statement"] == [{}]
    stack.delete()
    assert found() == []


def test_a_subscription_filter(aws: Any, stack: Stack) -> None:
    group = "  Group: {Type: AWS::Logs::LogGroup}\n"
    stack.create("Resources:\n" + group)
    name = stack.physical_id("Group")
    stack.update(
        "Resources:\n" + group + "  Filter: {Type: AWS::Logs::SubscriptionFilter, Properties: "
        "{LogGroupName: !Ref Group, FilterPattern: '', "
        "DestinationArn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:nowhere'}}"
    )
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert aws.logs.describe_subscription_filters(logGroupName=name)["subscriptionFilters"] == []
