"""Change sets show what would happen, and make it happen."""

from pathlib import Path
from typing import Any

from ..clients import Clients
from .conftest import Stack, refused, served

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


def test_a_stack_in_review(aws: Any, stack: Stack) -> None:
    """It has no template and no resources (API reference, "CreateChangeSet"); clients meet an empty body there."""
    template = TEMPLATE % ("one", stack.name, "Third")
    propose(aws, stack, template, "CREATE")
    cloudformation = aws.cloudformation
    assert cloudformation.get_template(StackName=stack.name)["TemplateBody"] == ""
    proposed = cloudformation.get_template(StackName=stack.name, ChangeSetName="proposal")
    assert proposed["TemplateBody"] == template
    described = stack.describe()
    assert (described["Parameters"], described["Tags"]) == ([], [])
    assert cloudformation.list_stack_resources(StackName=stack.name)["StackResourceSummaries"] == []
    assert refused(cloudformation.get_template_summary, StackName=stack.name) == (
        "ValidationError: GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks."
    )
    assert "REVIEW_IN_PROGRESS state and can not be updated" in refused(stack.update, template)
    assert refused(stack.create, template) == f"AlreadyExistsException: Stack [{stack.name}] already exists"
    assert refused(propose, aws, stack, template) == f"ValidationError: Stack [{stack.name}] does not exist"


def test_a_stack_in_review_stays_when_its_last_change_set_goes(aws: Any, stack: Stack) -> None:
    propose(aws, stack, TEMPLATE % ("one", stack.name, "Third"), "CREATE")
    aws.cloudformation.delete_change_set(StackName=stack.name, ChangeSetName="proposal")
    assert stack.status == "REVIEW_IN_PROGRESS"


def test_a_stack_in_review_goes_with_its_change_sets(aws: Any, stack: Stack) -> None:
    proposal = propose(aws, stack, TEMPLATE % ("one", stack.name, "Third"), "CREATE")
    stack.delete()
    assert "does not exist" in refused(stack.describe)
    message = refused(aws.cloudformation.describe_change_set, ChangeSetName=proposal["ChangeSetId"])
    assert message.startswith("ChangeSetNotFound")


def test_the_template_of_a_stack_in_review_can_be_refused(tmp_path: Path) -> None:
    with served(tmp_path, "--review-template=refused") as endpoint:
        aws = Clients(endpoint)
        stack = Stack(aws, "in-review")
        propose(aws, stack, TEMPLATE % ("one", stack.name, "Third"), "CREATE")
        assert refused(aws.cloudformation.get_template, StackName=stack.name).startswith("ValidationError")


def test_a_stack_that_exists_is_not_created_again(aws: Any, stack: Stack) -> None:
    template = TEMPLATE % ("one", stack.name, "Third")
    stack.create(template)
    assert refused(propose, aws, stack, template, "CREATE") == (
        f"ValidationError: Stack [{stack.name}] already exists and cannot be created again with the changeSet "
        "[proposal]."
    )


def test_an_update_outdates_the_change_sets(aws: Any, stack: Stack) -> None:
    """API reference, "DescribeChangeSet", ExecutionStatus: OBSOLETE "because the stack was already updated"."""
    stack.create(TEMPLATE % ("one", stack.name, "Third"))
    propose(aws, stack, TEMPLATE % ("two", stack.name, "Third"))
    stack.update(TEMPLATE % ("three", stack.name, "Third"))
    assert "in its current execution status of [OBSOLETE]" in refused(
        aws.cloudformation.execute_change_set, StackName=stack.name, ChangeSetName="proposal"
    )


def test_a_change_set_whose_execution_fails(aws: Any, new_stack: Any) -> None:
    owner, stack = new_stack(), new_stack()
    owner.create(TEMPLATE % ("one", owner.name, "Third"))
    stack.create(TEMPLATE % ("one", stack.name, "Third"))
    propose(aws, stack, TEMPLATE % ("one", owner.name, "Third"))
    aws.cloudformation.execute_change_set(StackName=stack.name, ChangeSetName="proposal")
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    described = aws.cloudformation.describe_change_set(StackName=stack.name, ChangeSetName="proposal")
    assert described["ExecutionStatus"] == "EXECUTE_FAILED"


def test_lists_and_deletion(aws: Any, stack: Stack) -> None:
    stack.create(TEMPLATE % ("one", stack.name, "Third"))
    propose(aws, stack, TEMPLATE % ("two", stack.name, "Third"))
    listed = aws.cloudformation.list_change_sets(StackName=stack.name)["Summaries"]
    assert [summary["ChangeSetName"] for summary in listed] == ["proposal"]
    aws.cloudformation.delete_change_set(StackName=stack.name, ChangeSetName="proposal")
    message = refused(aws.cloudformation.describe_change_set, StackName=stack.name, ChangeSetName="proposal")
    assert message.startswith("ChangeSetNotFound")


def test_a_stack_that_a_change_set_makes_was_changed_when_that_was_executed(aws: Any, stack: Stack) -> None:
    """As `aws cloudformation deploy`, which works with change sets, leaves a new stack."""
    propose(aws, stack, TEMPLATE % ("one", stack.name, "Third"), "CREATE")
    (before,) = aws.cloudformation.describe_stacks(StackName=stack.name)["Stacks"]
    assert before["StackStatus"] == "REVIEW_IN_PROGRESS" and "LastUpdatedTime" not in before
    aws.cloudformation.execute_change_set(StackName=stack.name, ChangeSetName="proposal")
    (after,) = aws.cloudformation.describe_stacks(StackName=stack.name)["Stacks"]
    assert after["StackStatus"] == "CREATE_COMPLETE"
    assert after["LastUpdatedTime"] > after["CreationTime"] == before["CreationTime"]
