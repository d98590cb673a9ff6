"""Change sets: an operation that is looked at before it is run."""

import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from . import deployment, parameters, preview
from .errors import AlreadyExists, ChangeSetNotFound, InvalidChangeSetStatus, ValidationError
from .region import Region
from .stack import Stack, Target

NO_CHANGES = (
    "The submitted information didn't contain changes. "
    "Submit different information to create a change set."
)


@dataclass
class ChangeSet:
    id: str
    name: str
    text: str | None
    stack: Stack
    target: Target
    changes: list[dict[str, Any]]
    status: str = "CREATE_COMPLETE"
    execution: str = "AVAILABLE"
    reason: str | None = None
    created: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    def summary(self) -> dict[str, Any]:
        return {
            "ChangeSetId": self.id,
            "ChangeSetName": self.name,
            "StackId": self.stack.stack_id,
            "StackName": self.stack.name,
            "Description": self.text,
            "CreationTime": self.created,
            "Status": self.status,
            "StatusReason": self.reason,
            "ExecutionStatus": self.execution,
        }

    def description(self) -> dict[str, Any]:
        return self.summary() | {
            "Parameters": parameters.shown(self.target.declared, self.target.parameters),
            "Tags": [{"Key": key, "Value": value} for key, value in self.target.tags.items()],
            "Changes": [{"Type": "Resource", "ResourceChange": change} for change in self.changes],
            "Capabilities": self.stack.options.get("Capabilities", []),
        }


def stack_for(region: Region, name: str, creating: bool) -> Stack:
    """The stack that exists, or, to create one, a new or an empty one."""
    try:
        stack = region.find(name)
    except ValidationError:
        if not creating:
            raise
        return Stack(name, region.name, region.account_id, None)
    if creating and stack.status != "REVIEW_IN_PROGRESS":
        raise ValidationError(f"Stack [{name}] already exists and cannot be created again with the changeSet [CREATE].")
    return stack


def create(region: Region, stack: Stack, target: Target, name: str, text: str | None) -> ChangeSet:
    if not re.fullmatch(r"[a-zA-Z][-a-zA-Z0-9]{0,127}", name):
        raise ValidationError(
            f"1 validation error detected: Value '{name}' at 'changeSetName' failed to satisfy constraint: "
            "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        )
    if any(other.name == name and other.stack is stack for other in region.change_sets.values()):
        raise AlreadyExists(f"ChangeSet {name} already exists")
    if stack.target is None and not stack.status:
        region.stacks[stack.stack_id] = stack
        stack.record("REVIEW_IN_PROGRESS", "User Initiated")
    change_set = ChangeSet(
        f"arn:aws:cloudformation:{region.name}:{region.account_id}:changeSet/{name}/{uuid.uuid4()}",
        name, text, stack, target, preview.changes(region, stack, target),
    )  # fmt: skip
    if stack.target and stack.target.same_as(target):
        change_set.status, change_set.execution = "FAILED", "UNAVAILABLE"
        change_set.reason = NO_CHANGES
    region.change_sets[change_set.id] = change_set
    return change_set


def find(region: Region, name_or_id: str, stack_name: str | None) -> ChangeSet:
    for change_set in region.change_sets.values():
        stack = change_set.stack
        if change_set.id == name_or_id:
            return change_set
        if change_set.name == name_or_id and stack_name in (stack.name, stack.stack_id):
            return change_set
    raise ChangeSetNotFound(f"ChangeSet [{name_or_id}] does not exist")


def execute(region: Region, change_set: ChangeSet) -> None:
    if change_set.execution != "AVAILABLE":
        raise InvalidChangeSetStatus(
            f"ChangeSet [{change_set.id}] cannot be executed in its current status of [{change_set.status}]"
        )
    stack = change_set.stack
    if stack.target is None:
        stack.target = change_set.target
        deployment.create(region, stack)
    else:
        deployment.update(region, stack, change_set.target)
    change_set.execution = "EXECUTE_COMPLETE"
    for other in list(region.change_sets.values()):  # the others were made for what was before
        if other.stack is stack and other is not change_set:
            del region.change_sets[other.id]
