"""Creates, updates and deletes stacks, with the statuses, reasons and rollbacks of AWS.

Each operation records its first status and then goes on, which may take longer than the call (see `progress`).
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from . import dependencies, functions, parameters, progress
from .errors import ValidationError
from .functions import Scope
from .provider import Failed, Provider, explain
from .region import Region
from .stack import Output, Resource, Stack, Target

REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."


def nothing() -> None:
    """What follows an operation that nobody waits for."""


def create(region: Region, stack: Stack, finished: Callable[[], None] = nothing) -> None:
    if stack.status == "REVIEW_IN_PROGRESS":
        # CloudFormation counts from the change set on: executing it is a change.
        stack.updated = datetime.now(timezone.utc)
    stack.record("CREATE_IN_PROGRESS", "User Initiated")
    progress.go_on(stack.name, _create, region, stack, finished)


def update(region: Region, stack: Stack, target: Target, finished: Callable[[], None] = nothing) -> None:
    stack.updated = datetime.now(timezone.utc)
    stack.cancelled = False
    stack.record("UPDATE_IN_PROGRESS", "User Initiated")
    progress.go_on(stack.name, _update, region, stack, target, finished)


def import_existing(
    region: Region, stack: Stack, target: Target, physical_ids: dict[str, str], finished: Callable[[], None] = nothing
) -> None:
    """Takes resources that exist, by their logical ids, into the stack."""
    stack.updated = datetime.now(timezone.utc)
    stack.record("IMPORT_IN_PROGRESS", "User Initiated")
    progress.go_on(stack.name, _import_existing, region, stack, target, physical_ids, finished)


def delete(region: Region, stack: Stack, retained: list[str]) -> None:
    if stack.protected:
        raise ValidationError(
            f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
        )
    for output in stack.outputs:
        users = [user.name for user in region.importers(output.export or "") if user is not stack]
        if users:
            raise ValidationError(
                f"Export {output.export} cannot be deleted as it is in use by {', '.join(users)}"
            )
    creating = stack.status == "CREATE_IN_PROGRESS"
    stack.record("DELETE_IN_PROGRESS", "User Initiated")
    if creating:
        stack.cancelled = True  # the creation, which is still going on, deletes what there is
    else:
        progress.go_on(stack.name, _delete, region, stack, retained)


def _create(region: Region, stack: Stack, finished: Callable[[], None]) -> None:
    assert stack.target
    provider = Provider(region, stack)
    scope = region.scope(stack, stack.target)
    try:
        for logical_id in dependencies.order(scope):
            stack.resources[logical_id] = provider.create(logical_id, scope, stack.tags)
        stack.outputs = _outputs(region, stack, scope)
    except Failed as failed:
        _creation_failed(region, stack, f"The following resource(s) failed to create: [{failed}].")
    except ValidationError as error:
        _creation_failed(region, stack, error.message)
    else:
        stack.record("CREATE_COMPLETE")
    finished()


def _update(region: Region, stack: Stack, target: Target, finished: Callable[[], None]) -> None:
    _Update(region, stack, target).run()
    finished()


def _import_existing(
    region: Region, stack: Stack, target: Target, physical_ids: dict[str, str], finished: Callable[[], None]
) -> None:
    before = stack.target, dict(stack.resources), set(stack.imports)
    stack.target = target
    provider = Provider(region, stack)
    scope = region.scope(stack, target)
    try:
        for logical_id in dependencies.order(scope):
            if physical_id := physical_ids.get(logical_id):
                stack.resources[logical_id] = provider.adopt(logical_id, physical_id, scope, stack.tags)
    except Failed as failed:
        stack.record("IMPORT_ROLLBACK_IN_PROGRESS", f"The following resource(s) failed to import: [{failed}]. ")
        stack.target, stack.resources, stack.imports = before
        stack.record("IMPORT_ROLLBACK_COMPLETE")
    else:
        stack.record("IMPORT_COMPLETE")
    finished()


def _delete(region: Region, stack: Stack, retained: list[str]) -> None:
    for logical_id in retained:
        stack.record_resource(stack.resources[logical_id], "DELETE_SKIPPED")
    _remove(region, stack, "DELETE")


def _creation_failed(region: Region, stack: Stack, reason: str) -> None:
    if stack.cancelled:  # somebody deletes the stack
        _remove(region, stack, "DELETE")
        return
    on_failure = stack.options.get("OnFailure", "ROLLBACK")
    if stack.options.get("DisableRollback") or on_failure == "DO_NOTHING":
        stack.record("CREATE_FAILED", reason)
        return
    stack.record(f"{on_failure}_IN_PROGRESS", f"{reason} {on_failure.title()} requested by user.")
    _remove(region, stack, on_failure)


def _remove(region: Region, stack: Stack, operation: str) -> None:
    """DELETE takes everything away; ROLLBACK leaves an empty stack, to be looked at and deleted."""
    if failed := _delete_resources(region, stack):
        stack.record(f"{operation}_FAILED", f"The following resource(s) failed to delete: [{', '.join(failed)}]. ")
        return
    stack.outputs, stack.imports = [], set()
    if operation == "DELETE":
        stack.deleted = datetime.now(timezone.utc)
        region.deleted[stack.stack_id] = region.stacks.pop(stack.stack_id)
        region.forget_change_sets(stack)
    stack.record(f"{operation}_COMPLETE")


def _delete_resources(region: Region, stack: Stack) -> list[str]:
    """In the reverse order of creation; what a failing one needs stays. Answers with the failing ones."""
    if stack.target is None:  # only a change set that was never executed
        return []
    provider = Provider(region, stack)
    scope = region.scope(stack, stack.target)
    failed: list[str] = []
    blocked: set[str] = set()
    for logical_id in reversed(dependencies.order(scope)):
        resource = stack.resources.get(logical_id)
        if resource is None or not resource.is_there:
            continue
        try:
            if logical_id not in blocked:
                provider.delete(resource)
                continue
        except Failed:
            failed.append(logical_id)
        blocked.update(dependencies.needed_by(logical_id, scope))
    return failed


def _outputs(region: Region, stack: Stack, scope: Scope) -> list[Output]:
    outputs = []
    taken = {name for name, (owner, _) in region.exports().items() if owner is not stack}
    for key, declared in scope.template.get("Outputs", {}).items():
        if not scope.is_active(declared):
            continue
        value = functions.evaluate(declared["Value"], scope)
        if not isinstance(value, (str, int, float)):
            raise ValidationError(
                f"Template format error: Output {key} is malformed. The Value field of every Outputs "
                "member must evaluate to a String."
            )
        export = functions.evaluate(declared["Export"]["Name"], scope) if "Export" in declared else None
        if export in taken:
            owner = region.exports()[export][0]
            raise ValidationError(
                f"Export with name {export} is already exported by stack {owner.name}."
            )
        outputs.append(Output(key, parameters.as_text(value), declared.get("Description"), export))
    return outputs


class _Update:
    """One update: what it did so far, and how to go back."""

    def __init__(self, region: Region, stack: Stack, target: Target):
        assert stack.target
        self.region = region
        self.stack = stack
        self.old = stack.target
        self.new = target
        self.provider = Provider(region, stack)
        self.before = dict(stack.resources)
        self.imports_before = set(stack.imports)
        self.attempted: dict[str, dict[str, Any]] = {}  # properties of those changed in place
        self.unneeded: list[tuple[Resource, str]] = []  # with the policy that may keep it

    def run(self) -> None:
        stack = self.stack
        stack.target, stack.imports = self.new, set()
        scope = self.region.scope(stack, self.new)
        try:
            for logical_id in dependencies.order(scope):
                self._apply(logical_id, scope)
            outputs = _outputs(self.region, stack, scope)
            self._refuse_lost_exports(outputs)
        except Failed as failed:
            self._roll_back(f"The following resource(s) failed to update: [{failed}]. ")
        except ValidationError as error:
            self._roll_back(error.message)
        else:
            stack.outputs = outputs
            self._clean_up(scope)

    def _apply(self, logical_id: str, scope: Scope) -> None:
        stack, provider = self.stack, self.provider
        declaration = scope.template["Resources"][logical_id]
        resource = stack.resources.get(logical_id)
        if resource is None:
            stack.resources[logical_id] = provider.create(logical_id, scope, stack.tags)
            return
        try:
            if resource.type != declaration["Type"]:
                raise ValidationError(
                    f"Update of resource type is not permitted. The new template modifies resource type of "
                    f"the following resources: [{logical_id}]"
                )
            properties = provider.properties(logical_id, scope, stack.tags)
            if properties == resource.properties:
                resource.declaration = declaration  # a policy may have changed; that is no update
                return
            replacing = provider.replacement(resource, properties)
            if replacing:
                provider.refuse_second_name(resource, properties)
        except Exception as error:
            stack.record_resource(resource, "UPDATE_FAILED", explain(error, resource.type))
            raise Failed(logical_id) from error
        if replacing:
            stack.resources[logical_id] = provider.create(logical_id, scope, stack.tags, REPLACING)
            self.unneeded.append((resource, "UpdateReplacePolicy"))
        else:
            self.attempted[logical_id] = properties
            needs = dependencies.needed_by(logical_id, scope)
            stack.resources[logical_id] = provider.update(resource, properties, declaration, needs=needs)

    def _refuse_lost_exports(self, outputs: list[Output]) -> None:
        kept = {(output.export, output.value) for output in outputs}
        for output in self.stack.outputs:
            users = [u.name for u in self.region.importers(output.export or "") if u is not self.stack]
            if users and (output.export, output.value) not in kept:
                raise ValidationError(
                    f"Export {output.export} cannot be updated as it is in use by {', '.join(users)}"
                )

    def _clean_up(self, scope: Scope) -> None:
        stack = self.stack
        old_scope = self.region.scope(stack, self.old, self.before)
        wanted = set(dependencies.active(scope))
        gone = [name for name in reversed(dependencies.order(old_scope)) if name not in wanted]
        self.unneeded += [(stack.resources.pop(n), "DeletionPolicy") for n in gone if n in stack.resources]
        if self.unneeded:
            stack.record("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            self._delete_unneeded()
        stack.record("UPDATE_COMPLETE")

    def _roll_back(self, reason: str) -> None:
        stack = self.stack
        stack.cancelled = False  # a rollback is not
        if stack.options.get("DisableRollback"):
            stack.record("UPDATE_FAILED", reason)
            return
        stack.record("UPDATE_ROLLBACK_IN_PROGRESS", reason)
        stack.target, stack.imports = self.old, self.imports_before
        now, stack.resources = stack.resources, dict(self.before)
        failed = []
        for logical_id in reversed(self.attempted):
            try:
                stack.resources[logical_id] = self._restore(logical_id)
            except Failed:
                failed.append(logical_id)
        if failed:
            stack.record(
                "UPDATE_ROLLBACK_FAILED", f"The following resource(s) failed to update: [{', '.join(failed)}]. "
            )
            return
        stack.record("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        self.unneeded = [
            (resource, "" if logical_id in self.before else "DeletionPolicy")
            for logical_id, resource in reversed(now.items())
            if logical_id not in self.before or resource.physical_id != self.before[logical_id].physical_id
        ]
        self._delete_unneeded()
        stack.record("UPDATE_ROLLBACK_COMPLETE")

    def _restore(self, logical_id: str) -> Resource:
        """Back to what it was, also where the change itself failed half way."""
        old = self.before[logical_id]
        as_changed = replace(old, properties=self.attempted[logical_id])
        return self.provider.update(as_changed, old.properties, old.declaration)

    def _delete_unneeded(self) -> None:
        for resource, policy in self.unneeded:
            try:
                self.provider.delete(resource, policy)
            except Failed:
                continue  # AWS leaves what it cannot delete behind, and the update is complete
