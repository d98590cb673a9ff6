"""The life of a stack: statuses, events, rollbacks, what is kept and what is not."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

import pytest

from .conftest import Stack, refused

TOPIC = """
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: %s}}
"""
FAILING = """
Resources:
  First: {Type: AWS::SNS::Topic, %s Properties: {TopicName: %s-first}}
  Second:
    Type: AWS::Logs::MetricFilter
    DependsOn: First
    Properties:
      LogGroupName: no-such-group
      FilterPattern: ''
      MetricTransformations: [{MetricName: a, MetricNamespace: b, MetricValue: '1'}]
  Third: {Type: AWS::SNS::Topic, DependsOn: Second}
"""


def topics(aws: Any) -> str:
    return " ".join(topic["TopicArn"] for topic in aws.sns.list_topics()["Topics"])


def test_a_stack_from_birth_to_death(aws: Any, stack: Stack) -> None:
    stack.create(TOPIC % "one", Tags=[{"Key": "Project", "Value": "ses"}])
    described = stack.describe()
    assert described["StackStatus"] == "CREATE_COMPLETE"
    assert described["Tags"] == [{"Key": "Project", "Value": "ses"}]
    assert "LastUpdatedTime" not in described
    arn = stack.physical_id("Topic")
    stack.update(TOPIC % "two")
    described = stack.describe()
    assert described["StackStatus"] == "UPDATE_COMPLETE"
    assert described["LastUpdatedTime"] > described["CreationTime"]
    assert described["Tags"] == [{"Key": "Project", "Value": "ses"}]
    assert stack.physical_id("Topic") == arn
    stack.delete()
    assert refused(stack.describe) == f"ValidationError: Stack with id {stack.name} does not exist"
    by_id = aws.cloudformation.describe_stacks(StackName=described["StackId"])["Stacks"][0]
    assert by_id["StackStatus"] == "DELETE_COMPLETE"
    assert arn not in topics(aws)
    stack.delete()  # what is not there can be deleted


def test_events_tell_the_story(aws: Any, stack: Stack) -> None:
    stack.create(TOPIC % "one")
    assert stack.happened() == [
        (stack.name, "CREATE_IN_PROGRESS"),
        ("Topic", "CREATE_IN_PROGRESS"),
        ("Topic", "CREATE_IN_PROGRESS"),
        ("Topic", "CREATE_COMPLETE"),
        (stack.name, "CREATE_COMPLETE"),
    ]
    first, begun, initiated, made, _ = stack.events()
    assert first["ResourceStatusReason"] == "User Initiated"
    assert begun["PhysicalResourceId"] == ""
    assert initiated["ResourceStatusReason"] == "Resource creation Initiated"
    assert made["PhysicalResourceId"] == stack.physical_id("Topic")
    newest_first = aws.cloudformation.describe_stack_events(StackName=stack.name)["StackEvents"]
    times = [event["Timestamp"] for event in newest_first]
    assert times == sorted(set(times), reverse=True)


def test_the_answer_is_dated_before_the_events(aws: Any, stack: Stack) -> None:
    """Sceptre shows the events after the date of the answer."""
    answer = aws.cloudformation.create_stack(StackName=stack.name, TemplateBody=TOPIC % "one")
    date = answer["ResponseMetadata"]["HTTPHeaders"]["date"]
    answered = datetime.strptime(date, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=timezone.utc)
    assert all(event["Timestamp"] >= answered for event in stack.events())


def test_a_failing_resource_rolls_the_creation_back(aws: Any, stack: Stack) -> None:
    stack.create(FAILING % ("", stack.name))
    assert stack.status == "ROLLBACK_COMPLETE"
    failed = next(event for event in stack.events() if event["ResourceStatus"] == "CREATE_FAILED")
    assert failed["LogicalResourceId"] == "Second"
    assert re.fullmatch(
        r'Resource handler returned message: "The specified log group does not exist. '
        r'\(Service: Logs, Status Code: 400\)" \(RequestToken: [-0-9a-f]{36}, HandlerErrorCode: NotFound\)',
        failed["ResourceStatusReason"],
    )
    back = next(event for event in stack.events() if event["ResourceStatus"] == "ROLLBACK_IN_PROGRESS")
    assert back["ResourceStatusReason"] == (
        "The following resource(s) failed to create: [Second]. Rollback requested by user."
    )
    assert ("First", "DELETE_COMPLETE") in stack.happened()
    assert "Third" not in dict(stack.happened())
    assert f"{stack.name}-first" not in topics(aws)
    message = refused(stack.update, TOPIC % "one")
    assert re.search(r"is in ROLLBACK_COMPLETE state and can not be updated\.$", message)


def test_retain_holds_in_a_rollback_and_retain_except_on_create_does_not(aws: Any, new_stack: Any) -> None:
    kept, gone = new_stack(), new_stack()
    kept.create(FAILING % ("DeletionPolicy: Retain,", kept.name))
    gone.create(FAILING % ("DeletionPolicy: RetainExceptOnCreate,", gone.name))
    assert ("First", "DELETE_SKIPPED") in kept.happened()
    assert f"{kept.name}-first" in topics(aws)
    assert f"{gone.name}-first" not in topics(aws)


@pytest.mark.parametrize(
    ("option", "status"),
    [
        ({"OnFailure": "DO_NOTHING"}, "CREATE_FAILED"),
        ({"DisableRollback": True}, "CREATE_FAILED"),
        ({"OnFailure": "ROLLBACK"}, "ROLLBACK_COMPLETE"),
    ],
)
def test_other_ways_to_fail(stack: Stack, option: dict[str, Any], status: str) -> None:
    stack.create(FAILING % ("", stack.name), **option)
    assert stack.status == status


def test_a_failed_resource_is_listed(aws: Any, stack: Stack) -> None:
    stack.create(FAILING % ("", stack.name), OnFailure="DO_NOTHING")
    listed = aws.cloudformation.describe_stack_resources(StackName=stack.name)["StackResources"]
    states = {resource["LogicalResourceId"]: resource["ResourceStatus"] for resource in listed}
    assert states == {"First": "CREATE_COMPLETE", "Second": "CREATE_FAILED"}
    stack.delete()
    assert "does not exist" in refused(stack.describe)


def test_a_half_made_resource_is_deleted(aws: Any, stack: Stack) -> None:
    """The group is made before the policy is attached that does not exist."""
    arn = "arn:aws:iam::123456789012:policy/nobody"
    properties = f"GroupName: {stack.name}, ManagedPolicyArns: ['{arn}']"
    stack.create(f"Resources: {{G: {{Type: AWS::IAM::Group, Properties: {{{properties}}}}}}}")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert stack.happened()[-2:] == [("G", "DELETE_COMPLETE"), (stack.name, "ROLLBACK_COMPLETE")]
    assert "NoSuchEntity" in refused(aws.iam.get_group, GroupName=stack.name)


def test_on_failure_delete(stack: Stack) -> None:
    stack.create(FAILING % ("", stack.name), OnFailure="DELETE")
    assert "does not exist" in refused(stack.describe)


def test_a_type_that_nobody_implements_fails_the_stack(stack: Stack) -> None:
    stack.create("Resources: {Key: {Type: AWS::IVS::PlaybackKeyPair}}")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "Local AWS does not implement the resource type AWS::IVS::PlaybackKeyPair" in stack.reasons()


def test_a_property_that_nobody_implements_fails_the_stack(stack: Stack) -> None:
    stack.create("Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {DataProtectionPolicy: {}}}}")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "Local AWS does not implement DataProtectionPolicy of AWS::SNS::Topic" in stack.reasons()


@pytest.mark.parametrize(
    ("properties", "problem"),
    [
        ("{RetentionInDays: 91}", "[#/RetentionInDays: 91 is not a valid enum value]"),
        ("{Retention: 90}", "Local AWS does not implement Retention of AWS::Logs::LogGroup"),
        ("{Tags: [{Key: a, Value: b, Colour: c}]}", "[#/Tags/0: extraneous key [Colour] is not permitted]"),
        ("{Tags: [{Value: b}]}", "[#/Tags/0: required key [Key] not found]"),
        ("{LogGroupName: [a]}", "[#/LogGroupName: expected type: string, found: list]"),
    ],
)
def test_properties_are_checked_against_the_schema_of_aws(stack: Stack, properties: str, problem: str) -> None:
    stack.create(f"Resources: {{Group: {{Type: AWS::Logs::LogGroup, Properties: {properties}}}}}")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert problem in stack.reasons()


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


def test_retained_resources_outlive_their_stack(aws: Any, stack: Stack) -> None:
    topic = f"Type: AWS::SNS::Topic, Properties: {{TopicName: {stack.name}}}"
    stack.create(f"Resources: {{T: {{DeletionPolicy: Retain, {topic}}}}}")
    stack.delete()
    assert f":{stack.name}" in topics(aws)
    stack.create(f"Resources: {{T: {{{topic}}}}}")
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "already exists" in stack.reasons()


def test_a_name_that_another_stack_owns(new_stack: Any) -> None:
    first, second = new_stack(), new_stack()
    template = f"Resources: {{G: {{Type: AWS::IAM::Group, Properties: {{GroupName: {first.name}}}}}}}"
    first.create(template)
    second.create(template)
    assert f"{first.name} already exists in stack {first.describe()['StackId']}" in second.reasons()


def test_a_stack_that_was_rolled_back_owns_nothing(new_stack: Any) -> None:
    first, second = new_stack(), new_stack()
    group = f"G: {{Type: AWS::IAM::Group, Properties: {{GroupName: {first.name}}}}}"
    failing = "S: {Type: AWS::Logs::LogStream, DependsOn: G, Properties: {LogGroupName: nowhere}}"
    first.create(f"Resources: {{{group}, {failing}}}")
    assert first.status == "ROLLBACK_COMPLETE"
    second.create(f"Resources: {{{group}}}")
    assert second.status == "CREATE_COMPLETE", second.reasons()


def test_what_a_resource_needs_stays_when_it_cannot_be_deleted(aws: Any, stack: Stack) -> None:
    stack.create("""
    Resources:
      Needed: {Type: AWS::SNS::Topic}
      Bucket: {Type: AWS::S3::Bucket, DependsOn: Needed}
      Other: {Type: AWS::SNS::Topic}
    """)
    aws.s3.put_object(Bucket=stack.physical_id("Bucket"), Key="k", Body=b"")
    needed, other = stack.physical_id("Needed"), stack.physical_id("Other")
    stack.delete()
    assert needed in topics(aws)
    assert other not in topics(aws)
    aws.s3.delete_object(Bucket=stack.physical_id("Bucket"), Key="k")
    stack.delete()
    assert needed not in topics(aws)


def test_a_resource_that_cannot_be_deleted(aws: Any, stack: Stack) -> None:
    stack.create("Resources: {B: {Type: AWS::S3::Bucket}, T: {Type: AWS::SNS::Topic}}")
    bucket = stack.physical_id("B")
    aws.s3.put_object(Bucket=bucket, Key="k", Body=b"")
    stack.delete()
    assert stack.status == "DELETE_FAILED"
    assert stack.describe()["StackStatusReason"] == "The following resource(s) failed to delete: [B]. "
    assert "not empty" in stack.reasons()
    aws.s3.delete_object(Bucket=bucket, Key="k")
    stack.delete()
    assert "does not exist" in refused(stack.describe)


def test_a_resource_that_went_by_itself_is_no_trouble(aws: Any, stack: Stack) -> None:
    stack.create("Resources: {G: {Type: AWS::Logs::LogGroup}}")
    aws.logs.delete_log_group(logGroupName=stack.physical_id("G"))
    stack.delete()
    assert "does not exist" in refused(stack.describe)


def test_protected_stacks_stay(aws: Any, stack: Stack) -> None:
    stack.create(TOPIC % "one", EnableTerminationProtection=True)
    assert "TerminationProtection is enabled" in refused(stack.delete)
    aws.cloudformation.update_termination_protection(StackName=stack.name, EnableTerminationProtection=False)
    stack.delete()


def test_exports_and_imports(aws: Any, new_stack: Any) -> None:
    producer, other, consumer = new_stack(), new_stack(), new_stack()
    export = f"{producer.name}-topic"
    producing = TOPIC % "one" + "Outputs: {Arn: {Value: !Ref Topic, Export: {Name: %s}}}" % export
    consuming = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !ImportValue %s}}}" % export
    consumer.create(consuming)
    assert f"No export named {export} found." in consumer.reasons()
    consumer.delete()
    producer.create(producing)
    exports = {e["Name"]: e for e in aws.cloudformation.list_exports()["Exports"]}
    assert exports[export]["Value"] == producer.physical_id("Topic")
    assert exports[export]["ExportingStackId"] == producer.describe()["StackId"]
    other.create(producing)
    assert f"Export with name {export} is already exported by stack {producer.name}" in " ".join(
        event.get("ResourceStatusReason", "") for event in other.events()
    )
    consumer.create(consuming)
    assert consumer.status == "CREATE_COMPLETE"
    assert aws.cloudformation.list_imports(ExportName=export)["Imports"] == [consumer.name]
    assert f"Export {export} cannot be deleted as it is in use by {consumer.name}" in refused(producer.delete)
    producer.update(TOPIC % "one")
    assert producer.status == "UPDATE_ROLLBACK_COMPLETE"
    consumer.delete()
    producer.delete()
    assert "does not exist" in refused(producer.describe)


def test_a_second_stack_of_the_same_name(stack: Stack) -> None:
    stack.create(TOPIC % "one")
    assert refused(stack.create, TOPIC % "two") == f"AlreadyExistsException: Stack [{stack.name}] already exists"


def test_stacks_that_do_not_exist(aws: Any, stack: Stack) -> None:
    assert refused(stack.update, TOPIC % "one") == f"ValidationError: Stack [{stack.name}] does not exist"
    assert refused(stack.events) == f"ValidationError: Stack [{stack.name}] does not exist"
    for operation in ("describe_stack_resources", "get_template", "describe_stacks"):
        message = refused(getattr(aws.cloudformation, operation), StackName=stack.name)
        assert message == f"ValidationError: Stack with id {stack.name} does not exist"


def test_lists(aws: Any, stack: Stack) -> None:
    stack.create(TOPIC % "one")
    arn = stack.physical_id("Topic")
    found = aws.cloudformation.describe_stack_resources(StackName=stack.name)["StackResources"]
    assert [(r["LogicalResourceId"], r["PhysicalResourceId"], r["ResourceStatus"]) for r in found] == [
        ("Topic", arn, "CREATE_COMPLETE")
    ]
    by_physical_id = aws.cloudformation.describe_stack_resources(PhysicalResourceId=arn)["StackResources"]
    assert by_physical_id[0]["StackName"] == stack.name
    listed = aws.cloudformation.list_stack_resources(StackName=stack.name)["StackResourceSummaries"]
    assert listed[0]["ResourceType"] == "AWS::SNS::Topic"
    complete = aws.cloudformation.list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
    assert stack.name in [summary["StackName"] for summary in complete]


def test_stack_policies(aws: Any, stack: Stack) -> None:
    stack.create(TOPIC % "one")
    aws.cloudformation.set_stack_policy(StackName=stack.name, StackPolicyBody='{"Statement": []}')
    assert aws.cloudformation.get_stack_policy(StackName=stack.name)["StackPolicyBody"] == '{"Statement": []}'


def test_stacks_at_the_same_time(new_stack: Any) -> None:
    """Sceptre launches the stacks of a group in threads, and asks for their states meanwhile."""
    stacks = [new_stack() for _ in range(6)]
    template = "Resources: {" + ", ".join(f"T{n}: {{Type: AWS::SNS::Topic}}" for n in range(5)) + "}"

    def launch(one: Stack) -> str:
        one.create(template)
        one.cloudformation.list_stacks()
        return one.status

    with ThreadPoolExecutor(len(stacks)) as pool:
        assert list(pool.map(launch, stacks)) == ["CREATE_COMPLETE"] * len(stacks)


def test_types_of_moto_work_as_well(aws: Any, stack: Stack) -> None:
    template = """
    Resources:
      Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: %s}}
    Outputs: {Arn: {Value: !GetAtt Queue.Arn}}
    """
    stack.create(template % 30)
    assert stack.outputs["Arn"].startswith("arn:aws:sqs:ap-northeast-1:")
    stack.update(template % 60)
    url = stack.physical_id("Queue")
    attributes = aws.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    assert attributes == {"VisibilityTimeout": "60"}
    stack.delete()
    assert url not in aws.sqs.list_queues().get("QueueUrls", [])
