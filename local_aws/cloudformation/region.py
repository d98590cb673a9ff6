"""All the stacks of one region, in moto's own store, so that its reset and its tag search see them."""

import re
from typing import Any

from moto.cloudformation.models import CloudFormationBackend

from ..aws import Aws
from . import capabilities, dependencies, parameters
from .errors import ValidationError
from .functions import Scope
from .stack import Resource, Stack, Target


class Region:
    def __init__(self, backend: CloudFormationBackend):
        self.name = backend.region_name
        self.account_id = backend.account_id
        self.aws = Aws(self.name)
        self.stacks: dict[str, Stack] = backend.stacks  # type: ignore[assignment]
        self.deleted: dict[str, Stack] = backend.deleted_stacks  # type: ignore[assignment]
        self.change_sets: dict[str, Any] = backend.change_sets

    def find(self, name_or_id: str, message: str = "Stack with id {} does not exist") -> Stack:
        """By name only those that exist; by id also those that were deleted."""
        for stack in list(self.stacks.values()):  # others may come while we look
            if name_or_id in (stack.name, stack.stack_id):
                return stack
        if name_or_id in self.deleted:
            return self.deleted[name_or_id]
        raise ValidationError(message.format(name_or_id))

    def forget_change_sets(self, stack: Stack, but: Any = None) -> None:
        for change_set in list(self.change_sets.values()):
            if change_set.stack is stack and change_set is not but:
                del self.change_sets[change_set.id]

    def exports(self) -> dict[str, tuple[Stack, str]]:
        return {
            output.export: (stack, output.value)
            for stack in self.stacks.values()
            for output in stack.outputs
            if output.export
        }

    def importers(self, export: str) -> list[Stack]:
        return [stack for stack in self.stacks.values() if export in stack.imports]

    def owner(self, physical_id: str, type_name: str | None = None) -> Stack | None:
        """The stack that a physical resource belongs to."""
        for stack in list(self.stacks.values()):
            for resource in list(stack.resources.values()):
                if resource.is_there and resource.physical_id == physical_id and type_name in (None, resource.type):
                    return stack
        return None

    def scope(self, stack: Stack, target: Target, resources: dict[str, Resource] | None = None) -> Scope:
        def imported(name: str) -> str:
            if name not in exports:
                raise ValidationError(f"No export named {name} found.")
            imports.add(name)
            return exports[name][1]

        exports = self.exports()
        imports = stack.imports
        return Scope(
            template=target.template,
            parameters={
                key: parameters.typed(target.declared[key], text, self.aws)
                for key, text in target.parameters.items()
            },
            pseudo={
                "AWS::AccountId": self.account_id,
                "AWS::NotificationARNs": stack.options.get("NotificationARNs", []),
                "AWS::Partition": "aws",
                "AWS::Region": self.name,
                "AWS::StackId": stack.stack_id,
                "AWS::StackName": stack.name,
                "AWS::URLSuffix": "amazonaws.com",
            },
            aws=self.aws,
            imported=imported,
            resources=stack.resources if resources is None else resources,
        )

    def check(self, stack: Stack, target: Target, acknowledged: list[str]) -> None:
        """What CreateStack and UpdateStack check before they answer."""
        if not re.fullmatch(r"[a-zA-Z][-a-zA-Z0-9]{0,127}", stack.name):
            raise ValidationError(
                f"1 validation error detected: Value '{stack.name}' at 'stackName' failed to satisfy "
                "constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
            )
        dependencies.check(self.scope(stack, target))
        capabilities.check(target.template, acknowledged)
