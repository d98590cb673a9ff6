"""Stacks in progress: operations that go on after the call, and what is refused meanwhile.

The words are those that clients of AWS look for in its answers.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..clients import Clients
from .conftest import TOPIC, Stack, refused, served, topics, wait_for

TWO = """
Resources:
  First: {Type: AWS::SNS::Topic, Properties: {DisplayName: %s}}
  Second: {Type: AWS::SNS::Topic, DependsOn: First}
"""


@pytest.fixture(scope="module")
def hold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hold")


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory, hold: Path) -> Iterator[Clients]:
    with served(tmp_path_factory.mktemp("slow"), "--seconds-per-resource=0.3", f"--hold={hold}") as endpoint:
        yield Clients(endpoint)


def wait_until(stack: Stack, status: str) -> None:
    wait_for(lambda: stack.status == status, 20)


def change_set(slow: Any, stack: Stack, template: str) -> None:
    slow.cloudformation.create_change_set(StackName=stack.name, ChangeSetName="proposal", TemplateBody=template)


def test_a_creation_goes_on_after_the_call(slow: Any) -> None:
    stack = Stack(slow, "created").create(TWO % "one")
    assert stack.status == "CREATE_IN_PROGRESS"
    assert stack.happened()[-1] != ("Second", "CREATE_COMPLETE")
    assert refused(stack.create, TWO % "one") == "AlreadyExistsException: Stack [created] already exists"
    assert refused(stack.update, TWO % "two").endswith("is in CREATE_IN_PROGRESS state and can not be updated.")
    wait_until(stack, "CREATE_COMPLETE")
    assert ("Second", "CREATE_COMPLETE") in stack.happened()


def test_a_stack_is_held_as_long_as_somebody_wants(slow: Any, hold: Path) -> None:
    (hold / "held").touch()
    stack = Stack(slow, "held").create(TOPIC % "one")
    time.sleep(1)  # several times what its resource takes
    assert stack.status == "CREATE_IN_PROGRESS"
    (hold / "held").unlink()
    wait_until(stack, "CREATE_COMPLETE")


def test_other_stacks_have_their_turn(slow: Any) -> None:
    slower = Stack(slow, "slower").create(TWO % "one")
    quicker = Stack(slow, "quicker").create(TOPIC % "one")
    wait_until(quicker, "CREATE_COMPLETE")
    assert slower.status == "CREATE_IN_PROGRESS"
    wait_until(slower, "CREATE_COMPLETE")


def test_an_update_in_progress_is_left_alone(slow: Any) -> None:
    stack = Stack(slow, "updated").create(TOPIC % "one")
    wait_until(stack, "CREATE_COMPLETE")
    stack.update(TOPIC % "two")
    state = "is in UPDATE_IN_PROGRESS state and can not be updated."
    assert refused(stack.update, TOPIC % "three").endswith(state)
    assert refused(change_set, slow, stack, TOPIC % "three").endswith(state)
    stack_id = stack.describe()["StackId"]
    assert refused(stack.delete) == (
        f"ValidationError: Stack [{stack_id}] cannot be deleted while in status UPDATE_IN_PROGRESS"
    )
    wait_until(stack, "UPDATE_COMPLETE")


def test_an_update_can_be_cancelled(slow: Any) -> None:
    """API reference, "CancelUpdateStack": the stack rolls back to the previous configuration."""
    cancel = slow.cloudformation.cancel_update_stack
    stack = Stack(slow, "cancelled").create(TWO % "one")
    wait_until(stack, "CREATE_COMPLETE")
    assert "cannot be called from current stack status" in refused(cancel, StackName=stack.name)
    stack.update(TWO % "two")
    cancel(StackName=stack.name)
    wait_until(stack, "UPDATE_ROLLBACK_COMPLETE")
    arn = stack.physical_id("First")
    assert slow.sns.get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"] == "one"
    stack.update(TWO % "two")
    wait_until(stack, "UPDATE_COMPLETE")


def test_a_stack_that_is_being_created_can_be_deleted(slow: Any) -> None:
    stack = Stack(slow, "unwanted").create(TWO % "one")
    stack_id = stack.describe()["StackId"]
    stack.delete()
    assert stack.status == "DELETE_IN_PROGRESS"
    stack.delete()  # again: it is on its way
    wait_for(lambda: "unwanted" not in {s["StackName"] for s in slow.cloudformation.describe_stacks()["Stacks"]}, 20)
    described = slow.cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]
    assert described["StackStatus"] == "DELETE_COMPLETE"
    assert "unwanted" not in topics(slow)


def test_a_change_set_is_executed_once(slow: Any) -> None:
    execute = slow.cloudformation.execute_change_set
    stack = Stack(slow, "proposed").create(TOPIC % "one")
    wait_until(stack, "CREATE_COMPLETE")
    change_set(slow, stack, TOPIC % "two")
    execute(StackName=stack.name, ChangeSetName="proposal")
    assert "current execution status of [EXECUTE_IN_PROGRESS]" in refused(
        execute, StackName=stack.name, ChangeSetName="proposal"
    )
    wait_until(stack, "UPDATE_COMPLETE")
    described = slow.cloudformation.describe_change_set(StackName=stack.name, ChangeSetName="proposal")
    assert described["ExecutionStatus"] == "EXECUTE_COMPLETE"
