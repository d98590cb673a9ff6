"""The life of a stack: statuses, events, lists, names, exports."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

from .conftest import TOPIC, Stack, refused, topics


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
