"""Says what of a template local AWS could not make: the types and properties that nobody implements."""

from pathlib import Path

from . import resources  # noqa: F401  (makes the types known)
from .cloudformation import resource_type, template


def gaps(path: Path) -> list[str]:
    """One line for each resource that would fail, whatever the parameters are."""
    found = []
    for logical_id, resource in template.parse(path.read_text())["Resources"].items():
        if reason := resource_type.unsupported(resource["Type"], set(resource.get("Properties", {}))):
            found.append(f"{path.name}: {logical_id}: {reason}")
    return found
