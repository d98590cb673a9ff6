"""Updates: in place, by a new resource, back to what was, and none at all."""

from typing import Any

from .conftest import TOPIC, Stack, refused, topics


def test_the_same_again_is_no_update(stack: Stack) -> None:
    template = "Parameters: {Name: {Type: String, Default: a}}" + TOPIC % "!Ref Name"
    stack.create(template, Tags=[{"Key": "a", "Value": "b"}])
    nothing = "ValidationError: No updates are to be performed."
    assert refused(stack.update, template) == nothing
    assert refused(stack.update, "# comment\n" + template, {"Name": "a"}) == nothing
    assert refused(stack.update, template, Tags=[{"Key": "a", "Value": "b"}]) == nothing
    stack.update(template, {"Name": "b"})
    stack.update(template, {"Name": "b"}, Tags=[{"Key": "a", "Value": "c"}])
    assert stack.status == "UPDATE_COMPLETE"


def test_tags_of_the_stack_reach_the_resources(aws: Any, stack: Stack) -> None:
    template = """
    Resources:
      Topic: {Type: AWS::SNS::Topic, Properties: {Tags: [{Key: Own, Value: mine}, {Key: Both, Value: own}]}}
    """
    stack.create(template, Tags=[{"Key": "Both", "Value": "stack"}, {"Key": "Stack", "Value": "one"}])

    def tags() -> dict[str, str]:
        found = aws.sns.list_tags_for_resource(ResourceArn=stack.physical_id("Topic"))["Tags"]
        return {tag["Key"]: tag["Value"] for tag in found}

    assert tags() == {"Own": "mine", "Both": "own", "Stack": "one"}
    stack.update(template, Tags=[{"Key": "Other", "Value": "two"}])
    assert tags() == {"Own": "mine", "Both": "own", "Other": "two"}


def test_a_changed_name_makes_a_new_resource(aws: Any, stack: Stack) -> None:
    template = "Resources: {Topic: {Type: AWS::SNS::Topic, %s Properties: {TopicName: %s}}}"
    stack.create(template % ("", f"{stack.name}-old"))
    stack.update(template % ("", f"{stack.name}-new"))
    assert stack.physical_id("Topic").endswith("-new")
    assert f"{stack.name}-old" not in topics(aws)
    reasons = [event.get("ResourceStatusReason", "") for event in stack.events()]
    assert "Requested update requires the creation of a new physical resource; hence creating one." in reasons
    assert (stack.name, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS") in stack.happened()
    stack.update(template % ("UpdateReplacePolicy: Retain,", f"{stack.name}-newer"))
    stack.update(template % ("UpdateReplacePolicy: Retain,", f"{stack.name}-newest"))
    assert f"{stack.name}-newer" in topics(aws)


def test_what_refers_to_a_new_resource_follows_it(aws: Any, stack: Stack) -> None:
    template = """
    Resources:
      Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: %s}}
      Alarm:
        Type: AWS::CloudWatch::Alarm
        Properties:
          {Namespace: n, MetricName: m, Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: 1,
           ComparisonOperator: GreaterThanThreshold, AlarmActions: [!Ref Topic]}
    """
    stack.create(template % f"{stack.name}-old")
    stack.update(template % f"{stack.name}-new")
    alarm = aws.cloudwatch.describe_alarms(AlarmNames=[stack.physical_id("Alarm")])["MetricAlarms"][0]
    assert alarm["AlarmActions"] == [stack.physical_id("Topic")]


def test_a_named_resource_cannot_be_replaced_under_its_name(stack: Stack) -> None:
    template = """
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties: {RoleName: %s, Path: %s, AssumeRolePolicyDocument: {Statement: []}}
    """
    stack.create(template % (stack.name, "/a/"))
    stack.update(template % (stack.name, "/b/"))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "cannot update a stack when a custom-named resource requires replacing" in stack.reasons()


def test_a_failing_update_goes_back_to_what_was(aws: Any, stack: Stack) -> None:
    before = """
    Resources:
      Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: before}}
      Renamed: {Type: AWS::SNS::Topic, Properties: {TopicName: %s-before}}
      Removed: {Type: AWS::SNS::Topic, Properties: {TopicName: %s-removed}}
    """ % (stack.name, stack.name)
    after = """
    Resources:
      Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: after}}
      Renamed: {Type: AWS::SNS::Topic, Properties: {TopicName: %s-after}}
      Added: {Type: AWS::SNS::Topic, Properties: {TopicName: %s-added}}
      Broken:
        Type: AWS::Logs::LogStream
        DependsOn: [Topic, Renamed, Added]
        Properties: {LogGroupName: nowhere}
    """ % (stack.name, stack.name)
    stack.create(before)
    parts = {name: stack.physical_id(name) for name in ("Topic", "Renamed", "Removed")}
    stack.update(after)
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    reason = next(e for e in stack.events() if e["ResourceStatus"] == "UPDATE_ROLLBACK_IN_PROGRESS")
    assert reason["ResourceStatusReason"] == "The following resource(s) failed to update: [Broken]. "
    assert {name: stack.physical_id(name) for name in parts} == parts
    assert aws.sns.get_topic_attributes(TopicArn=parts["Topic"])["Attributes"]["DisplayName"] == "before"
    assert f"{stack.name}-after" not in topics(aws)
    assert f"{stack.name}-added" not in topics(aws)
    assert aws.cloudformation.get_template(StackName=stack.name)["TemplateBody"] == before
    stack.update(TOPIC % "again")
    assert stack.status == "UPDATE_COMPLETE"


def test_the_failing_resource_itself_goes_back_too(aws: Any, stack: Stack) -> None:
    template = "Resources: {Group: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: %s%s}}}"
    stack.create(template % (30, ""))
    broken = ", DataProtectionPolicy: {Name: n, Version: '2021-06-01', Statement: []}"
    stack.update(template % (60, broken))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    group = aws.logs.describe_log_groups(logGroupNamePrefix=stack.physical_id("Group"))["logGroups"][0]
    assert group["retentionInDays"] == 30


def test_a_changed_type_is_refused(stack: Stack) -> None:
    stack.create(TOPIC % "one")
    stack.update("Resources: {Topic: {Type: AWS::Logs::LogGroup}}")
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "Update of resource type is not permitted" in stack.reasons()


def test_a_condition_that_turns_takes_the_resource_away(aws: Any, stack: Stack) -> None:
    template = """
    Parameters: {On: {Type: String}}
    Conditions: {IsOn: !Equals [!Ref On, 'true']}
    Resources:
      Always: {Type: AWS::SNS::Topic}
      Sometimes: {Type: AWS::SNS::Topic, Condition: IsOn}
    """
    stack.create(template, {"On": "true"})
    arn = stack.physical_id("Sometimes")
    stack.update(template, {"On": "false"})
    assert arn not in topics(aws)
    stack.update(template, {"On": "true"})
    assert stack.physical_id("Sometimes") in topics(aws)
