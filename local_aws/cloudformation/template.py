"""Reads a template as CloudFormation does, and refuses what is not one."""

import json
from typing import Any

import yaml

from . import short_forms
from .errors import ValidationError

MAX_BODY_BYTES = 51_200
SECTIONS = {
    "AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules",
    "Mappings", "Conditions", "Transform", "Resources", "Outputs",
}  # fmt: skip
MEMBERS = {
    "Type", "Properties", "DependsOn", "Condition", "DeletionPolicy",
    "UpdateReplacePolicy", "Metadata", "CreationPolicy", "UpdatePolicy",
}  # fmt: skip
# Read and then passed over they would be a silent difference from AWS.
NOT_IMPLEMENTED = {"Transform", "Rules", "CreationPolicy", "UpdatePolicy"}
POLICIES = {"Delete", "Retain", "RetainExceptOnCreate", "Snapshot"}


def parse(body: str) -> dict[str, Any]:
    try:
        template = json.loads(body) if body.lstrip().startswith("{") else short_forms.load(body)
    except (yaml.YAMLError, ValueError) as error:
        kind = "JSON" if isinstance(error, ValueError) else "YAML"
        detail = " ".join(str(error).split())
        raise ValidationError(f"Template format error: {kind} not well-formed. ({detail})") from None
    if short_forms.has_aliases(body):
        raise ValidationError("Template error: YAML aliases are not allowed in CloudFormation templates")
    if not isinstance(template, dict):
        raise ValidationError("Template format error: unsupported structure.")
    _check_structure(template)
    return template


def check_size(body: str) -> None:
    """Only a body sent inline has this limit; one in a bucket may have 1 MB."""
    if len(body.encode()) > MAX_BODY_BYTES:
        raise ValidationError(
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_BODY_BYTES}"
        )


def _check_structure(template: dict[str, Any]) -> None:
    if unknown := set(template) - SECTIONS:
        raise ValidationError(
            f"Invalid template property or properties [{', '.join(sorted(unknown))}]"
        )
    if not template.get("Resources"):
        raise ValidationError("Template format error: At least one Resources member must be defined.")
    _refuse_not_implemented(template)
    for section, values in template.items():
        if section in ("AWSTemplateFormatVersion", "Description"):
            continue
        if values is None:
            raise ValidationError(f"[/{section}] 'null' values are not allowed in templates")
        if not isinstance(values, dict):
            raise ValidationError(f"Template format error: {section} must be an object.")
    for logical_id, resource in template["Resources"].items():
        _check_resource(logical_id, resource)
    for name, output in template.get("Outputs", {}).items():
        if not isinstance(output, dict) or "Value" not in output:
            raise ValidationError(f"Template format error: Output {name} is malformed.")


def _refuse_not_implemented(template_or_resource: dict[str, Any]) -> None:
    if used := NOT_IMPLEMENTED & set(template_or_resource):
        raise ValidationError(f"Local AWS does not implement {sorted(used)[0]}")


def _check_resource(logical_id: str, resource: Any) -> None:
    where = f"/Resources/{logical_id}"
    if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
        raise ValidationError(f"Template format error: [{where}] Every resource must have a Type.")
    if not logical_id.isalnum() or not logical_id.isascii():
        raise ValidationError(
            f"Template format error: Resource name {logical_id} is non alphanumeric."
        )
    if unknown := set(resource) - MEMBERS:
        raise ValidationError(
            f"Invalid template resource property '{sorted(unknown)[0]}'"
        )
    _refuse_not_implemented(resource)
    if not isinstance(resource.get("Properties", {}), dict):
        raise ValidationError(f"Template format error: [{where}/Properties] must be an object.")
    for key in ("DeletionPolicy", "UpdateReplacePolicy"):
        if resource.get(key, "Delete") not in POLICIES:
            raise ValidationError(
                f"Template error: Unrecognized {key} {resource[key]} for resource {logical_id}"
            )
    if (null := _path_of_null(resource)) is not None:
        raise ValidationError(f"[{where}{null}] 'null' values are not allowed in templates")


def _path_of_null(value: Any) -> str | None:
    """Where a null stands; CloudFormation refuses one anywhere in a resource."""
    if value is None:
        return ""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        if (path := _path_of_null(inner)) is not None:
            return f"/{key}{path}"
    return None


def depends_on(resource: dict[str, Any]) -> list[str]:
    value = resource.get("DependsOn", [])
    return [value] if isinstance(value, str) else list(value)
