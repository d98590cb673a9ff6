"""IMPORT change sets: what exists already becomes part of a stack.

The rules are those of the CloudFormation guide, "Import AWS resources into a CloudFormation stack manually". A request
against them is refused; one for a resource that cannot be had makes a change set that has failed.
"""

from dataclasses import dataclass
from typing import Any

from . import dependencies, functions, preview, schema
from .errors import ValidationError
from .provider import NOT_FOUND, Provider
from .region import Region
from .stack import Resource, Stack, Target

REVIEW = (
    "Verify that resources and their properties defined in the template match the intended configuration of the "
    "resource import to avoid unexpected changes."
)


@dataclass
class Wanted:
    """One entry of ResourcesToImport."""

    type: str
    logical_id: str
    identifier: dict[str, str]

    @property
    def physical_id(self) -> str:
        """Of several identifiers the last one names the resource, the others name what holds it."""
        return self.identifier[identifiers(self.type)[-1]]


def wanted(entries: list[dict[str, Any]]) -> list[Wanted]:
    if not entries:
        raise ValidationError("Must Provide at least one resource to import")
    return [Wanted(e["ResourceType"], e["LogicalResourceId"], e["ResourceIdentifier"]) for e in entries]


def identifiers(type_name: str) -> list[str]:
    """The properties that identify a resource of a type to an import."""
    found = schema.find(type_name)
    return found.identifiers if found else []


def summaries(template: dict[str, Any]) -> list[dict[str, Any]]:
    """How the resources of a template can be identified, by type."""
    by_type: dict[str, list[str]] = {}
    for logical_id, resource in template["Resources"].items():
        by_type.setdefault(resource["Type"], []).append(logical_id)
    return [
        {"ResourceType": name, "LogicalResourceIds": logical_ids, "ResourceIdentifiers": identifiers(name)}
        for name, logical_ids in by_type.items()
    ]


def check(region: Region, stack: Stack, target: Target, entries: list[Wanted], role: str | None) -> None:
    """Refuses what no import may do."""
    _check_what_stays(stack, target, role)
    _check_entries(target, entries)
    _check_changes(region, stack, target, [entry.logical_id for entry in entries])
    resources = target.template["Resources"]
    if bare := [entry.logical_id for entry in entries if "DeletionPolicy" not in resources[entry.logical_id]]:
        raise ValidationError(
            f"The following resources to import {_listed(bare)} must have DeletionPolicy attribute specified in the "
            "template."
        )
    if unable := sorted({entry.type for entry in entries if not _supports_import(entry.type)}):
        raise ValidationError(f"ResourceTypes {_listed(unable)} are not supported for Import")
    _check_identifiers(region, stack, target, entries)


def problem(region: Region, stack: Stack, target: Target, entries: list[Wanted]) -> str | None:
    """Why the resources cannot be had. The resource is looked for first, then its owner."""
    provider = Provider(region, stack)
    resources = dict(stack.resources)
    scope = region.scope(stack, target, resources)
    by_name = {entry.logical_id: entry for entry in entries}
    for entry in [by_name[name] for name in dependencies.order(scope) if name in by_name]:
        resource = resources[entry.logical_id] = Resource(entry.logical_id, entry.type, entry.physical_id)
        resource.properties = provider.properties(entry.logical_id, scope, {})
        try:
            there = provider.exists(resource)
        except NotImplementedError:
            return f"Local AWS cannot import {entry.type}"
        if not there:
            return NOT_FOUND.format(entry.type, entry.physical_id)
        if owner := region.owner(entry.physical_id, entry.type):
            return f"{entry.physical_id} already exists in stack {owner.stack_id}"
        provider.read_attributes(resource)  # the next ones may refer to them
    return None


def changes(entries: list[Wanted]) -> list[dict[str, Any]]:
    return [preview.resource_change("Import", entry.logical_id, entry.type, entry.physical_id) for entry in entries]


def _check_what_stays(stack: Stack, target: Target, role: str | None) -> None:
    old = stack.target.template.get("Outputs", {}) if stack.target else {}
    changed = {
        "Outputs": target.template.get("Outputs", {}) != old,
        "RoleArn": role not in (None, stack.options.get("RoleARN")),
        "Tags": target.tags != stack.tags,
    }
    if names := [name for name, differs in changed.items() if differs]:
        raise ValidationError(f"As part of the import operation, you cannot modify or add {_listed(names)}")


def _check_entries(target: Target, entries: list[Wanted]) -> None:
    resources = target.template["Resources"]
    logical_ids = [entry.logical_id for entry in entries]
    if len(set(logical_ids)) < len(logical_ids):
        raise ValidationError("Every resource to import must have unique LogicalResourceId")
    if unknown := [name for name in logical_ids if name not in resources]:
        raise ValidationError(
            f"The logical resource ids {_listed(unknown)} provided in ResourceToImport do not exist in the template."
        )
    for entry in entries:
        expected = identifiers(entry.type)
        if sorted(entry.identifier) != sorted(expected):
            raise ValidationError(
                f"Invalid resource identifier for resource type {entry.type}. Expected {_listed(expected)}"
            )
        declared = resources[entry.logical_id]["Type"]
        if entry.type != declared:
            raise ValidationError(
                f"Resource type of [{entry.logical_id}] passed in ResourceToImport does not match with resource type "
                f"defined in the template. Resource type in ResourceToImport: {entry.type}; Resource type in "
                f"Template: {declared}."
            )


def _check_changes(region: Region, stack: Stack, target: Target, logical_ids: list[str]) -> None:
    """Nothing but the imported resources may be new, and nothing may be different."""
    scope = region.scope(stack, target, dict(stack.resources))
    new = [name for name in dependencies.active(scope) if name not in stack.resources]
    if not new:
        raise ValidationError("The template should contain at least one new resource to import.")
    if owned := [name for name in logical_ids if name not in new]:
        raise ValidationError(
            f"Resources {_listed(owned)} passed in ResourceToImport are already in a stack and cannot be imported."
        )
    if unlisted := [name for name in new if name not in logical_ids]:
        raise ValidationError(f"Resources {_listed(unlisted)} is missing from ResourceToImport list")
    found = preview.changes(region, stack, target)
    if modified := sorted(change["LogicalResourceId"] for change in found if change["Action"] != "Add"):
        raise ValidationError(
            f"You have modified resources {_listed(modified)} in your template that are not being imported. Update, "
            "create or delete operations cannot be executed during import operations."
        )


def _check_identifiers(region: Region, stack: Stack, target: Target, entries: list[Wanted]) -> None:
    """Where the template names the resource too, it is the same name."""
    named = {entry.logical_id: Resource(entry.logical_id, entry.type, entry.physical_id) for entry in entries}
    scope = region.scope(stack, target, {**stack.resources, **named})
    for entry in entries:
        declared = target.template["Resources"][entry.logical_id].get("Properties", {})
        for key, value in entry.identifier.items():
            found = functions.evaluate(declared[key], scope) if key in declared else value
            if found != value:
                raise ValidationError(
                    f"The Identifier [{value}] for resource {entry.logical_id} does not match the identifier value "
                    f"defined in the template [{found}]."
                )


def _supports_import(type_name: str) -> bool:
    found = schema.find(type_name)
    return bool(found and "read" in found.document.get("handlers", {}))


def _listed(names: list[str]) -> str:
    return f"[{', '.join(names)}]"
