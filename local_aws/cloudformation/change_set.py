"""Change sets: an operation that is looked at before it is run."""

import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from . import deployment, imports, parameters, preview
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
    imported: dict[str, str] = field(default_factory=dict)  # physical ids by logical ids
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


def stack_for(region: Region, name: str, change_set_name: str, kind: str) -> Stack:
    """The stack that exists, or, to create one or to import into it, a new or an empty one."""
    try:
        stack = region.find(name, "Stack [{}] does not exist")
    except ValidationError:
        if kind == "UPDATE":
            raise
        return Stack(name, region.name, region.account_id, None)
    if kind == "CREATE" and stack.status != "REVIEW_IN_PROGRESS":
        raise ValidationError(
            f"Stack [{name}] already exists and cannot be created again with the changeSet [{change_set_name}]."
        )
    if kind == "UPDATE" and stack.status == "REVIEW_IN_PROGRESS":
        raise ValidationError(f"Stack [{name}] does not exist")  # an empty one counts as none
    return stack


def create(
    region: Region, stack: Stack, target: Target, name: str, text: str | None, wanted: list[imports.Wanted] | None
) -> ChangeSet:
    """A change set; with `wanted` resources one of the type IMPORT."""
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
        name, text, stack, target, [],
    )  # fmt: skip
    if wanted is not None:
        _fill_import(region, change_set, wanted)
    elif stack.target and stack.target.same_as(target):
        _fail(change_set, NO_CHANGES)
    else:
        change_set.changes = preview.changes(region, stack, target)
    region.change_sets[change_set.id] = change_set
    return change_set


def _fill_import(region: Region, change_set: ChangeSet, wanted: list[imports.Wanted]) -> None:
    stack = change_set.stack
    imported = set(stack.imports)
    problem = imports.problem(region, stack, change_set.target, wanted)
    stack.imports = imported  # looking is not importing
    if problem:
        _fail(change_set, problem)
        return
    change_set.reason = imports.REVIEW
    change_set.changes = imports.changes(wanted)
    change_set.imported = {entry.logical_id: entry.physical_id for entry in wanted}


def _fail(change_set: ChangeSet, reason: str) -> None:
    change_set.status, change_set.execution, change_set.reason = "FAILED", "UNAVAILABLE", reason


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
        failed = change_set.status == "FAILED"
        which, state = ("status", change_set.status) if failed else ("execution status", change_set.execution)
        raise InvalidChangeSetStatus(
            f"ChangeSet [{change_set.id}] cannot be executed in its current {which} of [{state}]"
        )

    def finished() -> None:
        went_well = stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
        change_set.execution = "EXECUTE_COMPLETE" if went_well else "EXECUTE_FAILED"

    stack = change_set.stack
    change_set.execution = "EXECUTE_IN_PROGRESS"
    region.forget_change_sets(stack, change_set)  # the others were made for what was before
    if change_set.imported:
        deployment.import_existing(region, stack, change_set.target, change_set.imported, finished)
    elif stack.target is None:
        stack.target = change_set.target
        deployment.create(region, stack, finished)
    else:
        deployment.update(region, stack, change_set.target, finished)


def outdate(region: Region, stack: Stack) -> None:
    """An update that comes from no change set leaves all of them behind."""
    for change_set in region.change_sets.values():
        if change_set.stack is stack and change_set.execution == "AVAILABLE":
            change_set.execution = "OBSOLETE"
