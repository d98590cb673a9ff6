"""What an operation would change, as a change set shows it."""

from typing import Any

from . import dependencies
from .errors import ValidationError
from .functions import Scope
from .provider import Provider
from .region import Region
from .stack import Resource, Stack, Target


def changes(region: Region, stack: Stack, target: Target) -> list[dict[str, Any]]:
    provider = Provider(region, stack)
    imports = set(stack.imports)
    scope = region.scope(stack, target, dict(stack.resources))
    wanted = dependencies.order(scope)
    found = []
    for logical_id in wanted:
        resource = stack.resources.get(logical_id)
        if resource is None:
            found.append(resource_change("Add", logical_id, scope.template["Resources"][logical_id]["Type"]))
        elif change := _modification(provider, resource, scope, target):
            found.append(change)
    stack.imports = imports  # looking is not importing
    return found + [
        resource_change("Remove", name, resource.type, resource.physical_id)
        for name, resource in stack.resources.items()
        if name not in wanted
    ]


def _modification(
    provider: Provider, resource: Resource, scope: Scope, target: Target
) -> dict[str, Any] | None:
    change = resource_change("Modify", resource.logical_id, resource.type, resource.physical_id)
    try:
        properties = provider.properties(resource.logical_id, scope, target.tags)
    except ValidationError:
        # It takes a value from a resource that only the update itself would make.
        change.update(Replacement="Conditional", Scope=["Properties"])
        return change
    old = resource.properties
    changed = sorted(key for key in {*properties, *old} if properties.get(key) != old.get(key))
    if not changed:
        return None
    forcing = {path.split(".")[0] for path in provider.replacement(resource, properties)}
    change["Replacement"] = "True" if forcing else "False"
    change["Scope"] = sorted({_attribute(key) for key in changed})
    change["Details"] = [
        {
            "Target": {
                "Attribute": _attribute(key),
                "Name": key,
                "RequiresRecreation": "Always" if key in forcing else "Never",
            },
            "Evaluation": "Static",
            "ChangeSource": "DirectModification",
        }
        for key in changed
    ]
    return change


def _attribute(key: str) -> str:
    return "Tags" if key == "Tags" else "Properties"


def resource_change(action: str, logical_id: str, type_name: str, physical_id: str | None = None) -> dict[str, Any]:
    return {
        "Action": action,
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": physical_id,
        "ResourceType": type_name,
        "Scope": [],
        "Details": [],
    }
