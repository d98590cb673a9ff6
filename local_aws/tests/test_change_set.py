"""Change sets show what would happen, and make it happen."""

from typing import Any

from .conftest import Stack, refused

TEMPLATE = """
Resources:
  Changed: {Type: AWS::SNS::Topic, Properties: {DisplayName: %s}}
  Renamed: {Type: AWS::SNS::Topic, Properties: {TopicName: %s}}
  %s: {Type: AWS::SNS::Topic}
"""


def propose(aws: Any, stack: Stack, template: str, kind: str = "UPDATE") -> dict[str, Any]:
    aws.cloudformation.create_change_set(
        StackName=stack.name, ChangeSetName="proposal", ChangeSetType=kind, TemplateBody=template
    )
    return dict(aws.cloudformation.describe_change_set(StackName=stack.name, ChangeSetName="proposal"))


def test_an_update(aws: Any, stack: Stack) -> None:
    stack.create(TEMPLATE % ("one", f"{stack.name}-one", "Removed"))
    proposal = propose(aws, stack, TEMPLATE % ("two", f"{stack.name}-two", "Added"))
    assert (proposal["Status"], proposal["ExecutionStatus"]) == ("CREATE_COMPLETE", "AVAILABLE")
    changes = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"] for c in proposal["Changes"]}
    assert {name: (c["Action"], c.get("Replacement")) for name, c in changes.items()} == {
        "Changed": ("Modify", "False"),
        "Renamed": ("Modify", "True"),
        "Added": ("Add", None),
        "Removed": ("Remove", None),
    }
    assert changes["Renamed"]["Details"][0]["Target"] == {
        "Attribute": "Properties", "Name": "TopicName", "RequiresRecreation": "Always"
    }  # fmt: skip
    assert stack.status == "CREATE_COMPLETE"
    aws.cloudformation.execute_change_set(StackName=stack.name, ChangeSetName="proposal")
    assert stack.status == "UPDATE_COMPLETE"
    assert stack.physical_id("Renamed").endswith("-two")
    assert "InvalidChangeSetStatus" in refused(
        aws.cloudformation.execute_change_set, StackName=stack.name, ChangeSetName="proposal"
    )


def test_no_changes(aws: Any, stack: Stack) -> None:
    template = TEMPLATE % ("one", stack.name, "Third")
    stack.create(template)
    proposal = propose(aws, stack, template)
    assert (proposal["Status"], proposal["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert proposal["StatusReason"].startswith("The submitted information didn't contain changes.")


def test_a_new_stack(aws: Any, stack: Stack) -> None:
    proposal = propose(aws, stack, TEMPLATE % ("one", stack.name, "Third"), "CREATE")
    assert {c["ResourceChange"]["Action"] for c in proposal["Changes"]} == {"Add"}
    assert stack.status == "REVIEW_IN_PROGRESS"
    aws.cloudformation.execute_change_set(StackName=stack.name, ChangeSetName="proposal")
    assert stack.status == "CREATE_COMPLETE"


def test_a_new_stack_that_never_came_to_be(aws: Any, stack: Stack) -> None:
    propose(aws, stack, TEMPLATE % ("one", stack.name, "Third"), "CREATE")
    assert "REVIEW_IN_PROGRESS state and can not be updated" in refused(stack.update, TEMPLATE % ("a", "b", "C"))
    stack.delete()
    assert "does not exist" in refused(stack.describe)


def test_lists_and_deletion(aws: Any, stack: Stack) -> None:
    stack.create(TEMPLATE % ("one", stack.name, "Third"))
    propose(aws, stack, TEMPLATE % ("two", stack.name, "Third"))
    listed = aws.cloudformation.list_change_sets(StackName=stack.name)["Summaries"]
    assert [summary["ChangeSetName"] for summary in listed] == ["proposal"]
    aws.cloudformation.delete_change_set(StackName=stack.name, ChangeSetName="proposal")
    message = refused(aws.cloudformation.describe_change_set, StackName=stack.name, ChangeSetName="proposal")
    assert message.startswith("ChangeSetNotFound")
