"""Conditions and intrinsic functions: what a template says, given parameters and resources."""

import base64
import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..aws import Aws
from . import dynamic_reference
from .errors import ValidationError

SUBSTITUTION = re.compile(r"\$\{(!?)([^}]*)\}")
NO_VALUE = object()  # what AWS::NoValue becomes; it takes the property away that it is given to


@dataclass
class Scope:
    """Everything that a function can look at."""

    template: dict[str, Any]
    parameters: dict[str, str | list[str]]
    pseudo: dict[str, Any]
    aws: Aws
    imported: Callable[[str], str]  # the value of an export
    resources: dict[str, Any] = field(default_factory=dict)  # logical id: stack.Resource
    _conditions: dict[str, bool] = field(default_factory=dict)

    def condition(self, name: str) -> bool:
        if name not in self._conditions:
            declared = self.template.get("Conditions", {})
            if name not in declared:
                raise ValidationError(
                    f"Template format error: Unresolved condition dependency {name} in the template"
                )
            self._conditions[name] = _holds(declared[name], self)
        return self._conditions[name]

    def is_active(self, resource_or_output: dict[str, Any]) -> bool:
        name = resource_or_output.get("Condition")
        return name is None or self.condition(name)


def evaluate(value: Any, scope: Scope) -> Any:
    if isinstance(value, dict):
        if len(value) == 1:
            (name, argument), = value.items()
            if name in FUNCTIONS:
                return FUNCTIONS[name](argument, scope)
            if name.startswith("Fn::"):
                raise ValidationError(f"Template format error: Unrecognized function {name}")
        evaluated = {key: evaluate(inner, scope) for key, inner in value.items()}
        return {key: inner for key, inner in evaluated.items() if inner is not NO_VALUE}
    if isinstance(value, list):
        items = [evaluate(item, scope) for item in value]
        return [item for item in items if item is not NO_VALUE]
    return value


def resolve(value: Any, scope: Scope) -> Any:
    """Evaluates the properties of a resource, dynamic references and all."""
    return dynamic_reference.resolve(evaluate(value, scope), scope.aws)


def references(value: Any, scope: Scope) -> Iterator[tuple[str, str | None]]:
    """The names (and attributes) that a value needs, through the branches that are taken."""
    if isinstance(value, list):
        for item in value:
            yield from references(item, scope)
    if not isinstance(value, dict):
        return
    if len(value) == 1:
        (name, argument), = value.items()
        if name == "Ref":
            yield argument, None
            return
        if name == "Fn::GetAtt":
            logical_id, attribute = _attribute_of(argument)
            yield from references(attribute, scope)
            yield logical_id, attribute if isinstance(attribute, str) else None
            return
        if name == "Fn::If":
            yield from references(_branch(argument, scope), scope)
            return
        if name == "Fn::Sub":
            text, variables = _substitution(argument)
            yield from references(variables, scope)
            for literal, inner in SUBSTITUTION.findall(text):
                if not literal and inner not in variables:
                    logical_id, _, attribute = inner.strip().partition(".")
                    yield logical_id, attribute or None
            return
    for inner in value.values():
        yield from references(inner, scope)


def _ref(name: Any, scope: Scope) -> Any:
    if name == "AWS::NoValue":
        return NO_VALUE
    if name in scope.pseudo:
        return scope.pseudo[name]
    if name in scope.parameters:
        return scope.parameters[name]
    if name in scope.resources:
        return scope.resources[name].physical_id
    raise ValidationError(
        f"Template format error: Unresolved resource dependencies [{name}] in the Resources block of the template"
    )


def _attribute_of(argument: Any) -> tuple[str, Any]:
    if isinstance(argument, str):
        argument = argument.split(".", 1)
    if not isinstance(argument, list) or len(argument) < 2 or not isinstance(argument[0], str):
        raise ValidationError(
            "Template error: every Fn::GetAtt object requires two non-empty parameters, "
            "the resource name and the resource attribute"
        )
    return argument[0], argument[1] if len(argument) == 2 else ".".join(argument[1:])


def _get_att(argument: Any, scope: Scope) -> Any:
    logical_id, attribute = _attribute_of(argument)
    attribute = evaluate(attribute, scope)
    if logical_id not in scope.resources:
        raise ValidationError(
            f"Template error: instance of Fn::GetAtt references undefined resource {logical_id}"
        )
    resource = scope.resources[logical_id]
    if attribute not in resource.attributes:
        raise ValidationError(
            f"Template error: resource {logical_id} does not support attribute type {attribute} in Fn::GetAtt"
        )
    return resource.attributes[attribute]


def _substitution(argument: Any) -> tuple[str, dict[str, Any]]:
    text, variables = argument if isinstance(argument, list) else (argument, {})
    if not isinstance(text, str) or not isinstance(variables, dict):
        raise ValidationError(
            "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments."
        )
    return text, variables


def _sub(argument: Any, scope: Scope) -> str:
    text, variables = _substitution(argument)

    def replace(match: re.Match[str]) -> str:
        literal, inner = match.groups()
        if literal:
            return "${" + inner + "}"
        name = inner.strip()
        if name in variables:
            return _text(evaluate(variables[name], scope), "Fn::Sub")
        if "." in name:
            return _text(_get_att(name, scope), "Fn::Sub")
        return _text(_ref(name, scope), "Fn::Sub")

    return SUBSTITUTION.sub(replace, text)


def _join(argument: Any, scope: Scope) -> str:
    delimiter, values = argument
    items = evaluate(values, scope)
    if not isinstance(items, list):
        raise ValidationError("Template error: every Fn::Join object requires a list to join")
    return delimiter.join(_text(item, "Fn::Join") for item in items)


def _text(value: Any, function: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise ValidationError(f"Template error: {function} needs text where a list or an object stands")


def _split(argument: Any, scope: Scope) -> list[str]:
    delimiter, value = argument
    return _text(evaluate(value, scope), "Fn::Split").split(delimiter)


def _select(argument: Any, scope: Scope) -> Any:
    index, values = evaluate(argument, scope)
    try:
        return values[int(index)]
    except (IndexError, ValueError):
        raise ValidationError(
            f"Template error: Fn::Select cannot select nonexistent value at index {index}"
        ) from None


def _branch(argument: Any, scope: Scope) -> Any:
    if not isinstance(argument, list) or len(argument) != 3:
        raise ValidationError("Template error: Fn::If requires a list argument with three members")
    name, if_true, if_false = argument
    return if_true if scope.condition(name) else if_false


def _if(argument: Any, scope: Scope) -> Any:
    return evaluate(_branch(argument, scope), scope)


def _find_in_map(argument: Any, scope: Scope) -> Any:
    name, first, second = evaluate(argument[:3], scope)
    try:
        return scope.template.get("Mappings", {})[name][_text(first, "Fn::FindInMap")][second]
    except KeyError:
        raise ValidationError(
            f"Template error: Unable to get mapping for {name}::{first}::{second}"
        ) from None


def _import(argument: Any, scope: Scope) -> str:
    return scope.imported(evaluate(argument, scope))


def _base64(argument: Any, scope: Scope) -> str:
    return base64.b64encode(_text(evaluate(argument, scope), "Fn::Base64").encode()).decode()


def _zones(argument: Any, scope: Scope) -> list[str]:
    region = evaluate(argument, scope) or scope.aws.region
    zones = scope.aws.client("ec2").describe_availability_zones()["AvailabilityZones"]
    return [zone["ZoneName"] for zone in zones if zone["RegionName"] == region]


def _cidr(argument: Any, scope: Scope) -> list[str]:
    block, count, bits = evaluate(argument, scope)
    network = ipaddress.ip_network(block)
    subnets = network.subnets(new_prefix=network.max_prefixlen - int(bits))
    return [str(subnet) for subnet, _ in zip(subnets, range(int(count)), strict=False)]


def _holds(condition: Any, scope: Scope) -> bool:
    if not isinstance(condition, dict) or len(condition) != 1:
        raise ValidationError("Template format error: Conditions can only be boolean operations")
    (name, argument), = condition.items()
    if name == "Condition":
        return scope.condition(argument)
    if name == "Fn::Equals":
        left, right = evaluate(argument, scope)
        if isinstance(left, (list, dict)) or isinstance(right, (list, dict)):
            return bool(left == right)
        return _text(left, name) == _text(right, name)
    if name == "Fn::Not":
        return not _holds(argument[0], scope)
    if name == "Fn::And":
        return all([_holds(item, scope) for item in argument])
    if name == "Fn::Or":
        return any([_holds(item, scope) for item in argument])
    raise ValidationError(f"Template format error: {name} is not a condition function")


FUNCTIONS: dict[str, Callable[[Any, Scope], Any]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::ImportValue": _import,
    "Fn::Base64": _base64,
    "Fn::GetAZs": _zones,
    "Fn::Cidr": _cidr,
}
