"""Which resource comes before which."""

from typing import Any

from . import functions, schema, template
from .errors import ValidationError
from .functions import Scope


def check(scope: Scope) -> None:
    """What CloudFormation refuses before it starts: unknown types, references to nothing, circles."""
    resources = scope.template["Resources"]
    types = {resource["Type"] for resource in resources.values()}
    if unknown := sorted(t for t in types if not t.startswith("Custom::") and not schema.find(t)):
        raise ValidationError(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")
    for resource in resources.values():
        scope.is_active(resource)  # a condition that is not declared is an error, used or not
    for logical_id in active(scope):
        _check_references(resources[logical_id], scope, "Resources")
        for name in template.depends_on(resources[logical_id]):
            if name not in resources:
                _unresolved(name, "Resources")
    for output in scope.template.get("Outputs", {}).values():
        if scope.is_active(output):
            _check_references(output, scope, "Outputs")
    order(scope)


def active(scope: Scope) -> list[str]:
    """The resources whose condition holds, as the template lists them."""
    return [
        logical_id
        for logical_id, resource in scope.template["Resources"].items()
        if scope.is_active(resource)
    ]


def order(scope: Scope) -> list[str]:
    """Every active resource after all that it needs; otherwise as the template lists them."""
    needs = {logical_id: needed_by(logical_id, scope) for logical_id in active(scope)}
    ordered: list[str] = []
    open_: list[str] = []

    def visit(logical_id: str) -> None:
        if logical_id in ordered:
            return
        if logical_id in open_:
            circle = sorted(open_[open_.index(logical_id) :])
            raise ValidationError(f"Circular dependency between resources: [{', '.join(circle)}]")
        open_.append(logical_id)
        for name in needs[logical_id]:
            visit(name)
        open_.pop()
        ordered.append(logical_id)

    for logical_id in needs:
        visit(logical_id)
    return ordered


def needed_by(logical_id: str, scope: Scope) -> list[str]:
    resources = scope.template["Resources"]
    names = template.depends_on(resources[logical_id])
    names += [name for name, _ in functions.references(_body(resources[logical_id]), scope)]
    return [name for name in dict.fromkeys(names) if name in resources and scope.is_active(resources[name])]


def _body(resource_or_output: dict[str, Any]) -> dict[str, Any]:
    """What is evaluated; in the other members, such as Metadata, nothing is."""
    return {key: resource_or_output[key] for key in ("Properties", "Value", "Export") if key in resource_or_output}


def _check_references(resource_or_output: dict[str, Any], scope: Scope, section: str) -> None:
    resources = scope.template["Resources"]
    for name, attribute in functions.references(_body(resource_or_output), scope):
        if attribute is None and (name in scope.pseudo or name in scope.parameters or name == "AWS::NoValue"):
            continue
        if name not in resources or not scope.is_active(resources[name]):
            _unresolved(name, section)
        type_name = resources[name]["Type"]
        found = schema.find(type_name)
        if attribute is not None and found and attribute not in found.attributes:
            raise ValidationError(
                f"Template error: resource {name} does not support attribute type {attribute} in Fn::GetAtt"
            )


def _unresolved(name: str, section: str) -> None:
    raise ValidationError(
        f"Template format error: Unresolved resource dependencies [{name}] in the {section} block of the template"
    )
