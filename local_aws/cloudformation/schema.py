"""AWS's own schemas of the resource types, as cfn-lint ships them.

They say which properties a type has, which of them force a new resource, which attributes
Fn::GetAtt may ask for, and whether the type takes tags. Nothing of that is written down twice.
"""

from functools import lru_cache
from typing import Any

import regex
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from cfnlint.schema._exceptions import ResourceNotFoundError
from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError as SchemaError
from jsonschema.validators import extend

from ..aws import REGION
from .parameters import as_text


class Schema:
    def __init__(self, document: dict[str, Any], attributes: set[str]):
        self.document = document
        self.attributes = attributes
        self._create_only = [_path(p) for p in document.get("createOnlyProperties", [])]
        self.read_only = _top_level(document.get("readOnlyProperties", []))
        self.identifiers = [path[-1] for path in map(_path, document.get("primaryIdentifier", []))]
        # The properties that name a resource, if the template and not AWS does so.
        self.names = set() if self.read_only & set(self.identifiers) else set(self.identifiers)
        tagging = document.get("tagging", {})
        taggable = tagging.get("taggable", document.get("taggable", "Tags" in document["properties"]))
        self.tag_property = (
            tagging.get("tagProperty", "/properties/Tags").rpartition("/")[2] if taggable else None
        )
        self._validator = _Validator(document)

    def forces_replacement(self, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
        """The changed properties that a resource cannot change during its life."""
        return [
            ".".join(path)
            for path in self._create_only
            if _value_at(path, old) != _value_at(path, new)
        ]

    def tags_are_a_map(self) -> bool:
        return self._dereference(self.document["properties"][self.tag_property]).get("type") == "object"

    def coerce(self, properties: dict[str, Any]) -> dict[str, Any]:
        """Text to numbers and booleans and back: parameters are text, services want types."""
        return self._coerce(properties, self.document)

    def problems(self, properties: dict[str, Any]) -> list[str]:
        errors = sorted(self._validator.iter_errors(properties), key=lambda e: list(map(str, e.path)))
        return [_message(error) for error in errors]

    def _coerce(self, value: Any, schema: dict[str, Any]) -> Any:
        schema = self._dereference(schema)
        if isinstance(value, dict):
            properties = schema.get("properties", {})
            rest = next(iter(schema.get("patternProperties", {}).values()), {})
            return {key: self._coerce(inner, properties.get(key, rest)) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._coerce(inner, schema.get("items", {})) for inner in value]
        return _scalar(value, self._types(schema))

    def _types(self, schema: dict[str, Any]) -> list[str]:
        kind = schema.get("type", [])
        kinds = [kind] if isinstance(kind, str) else list(kind)
        for branch in schema.get("anyOf", []) + schema.get("oneOf", []):
            kinds += self._types(self._dereference(branch))
        return kinds

    def _dereference(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            target: Any = self.document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            schema = target
        return schema


@lru_cache(maxsize=None)
def find(type_name: str) -> Schema | None:
    """None for a type that AWS does not have."""
    try:
        found = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, type_name)
    except ResourceNotFoundError:
        return None
    return Schema(found.schema, set(found.get_atts))


def _path(pointer: str) -> tuple[str, ...]:
    return tuple(pointer.removeprefix("/properties/").split("/"))


def _value_at(path: tuple[str, ...], properties: Any) -> Any:
    for step in path:
        properties = properties.get(step) if isinstance(properties, dict) else None
    return properties


def _top_level(pointers: list[str]) -> set[str]:
    """The properties whose whole value a list of JSON pointers names."""
    return {path[0] for path in map(_path, pointers) if len(path) == 1}


def _pattern(validator: Any, pattern: str, instance: Any, _schema: Any) -> Any:
    """AWS's patterns use \\p{L}, which Python's own regular expressions lack."""
    if isinstance(instance, str) and not regex.search(pattern, instance):
        yield SchemaError(f"{instance!r} does not match {pattern!r}")


_Validator = extend(Draft7Validator, {"pattern": _pattern})


def _scalar(value: Any, kinds: list[str]) -> Any:
    if isinstance(value, str) and "string" not in kinds:
        if "boolean" in kinds and value in ("true", "false"):
            return value == "true"
        for kind, convert in (("integer", int), ("number", float)):
            if kind in kinds:
                try:
                    return convert(value)
                except ValueError:
                    pass
    if isinstance(value, (bool, int, float)) and kinds == ["string"]:
        return as_text(value)
    return value


def _message(error: SchemaError) -> str:
    path = "#" + "".join(f"/{step}" for step in error.absolute_path)
    keyword = error.validator
    if keyword == "additionalProperties":
        extra = sorted(set(error.instance) - set(error.schema.get("properties", {})))
        return f"{path}: extraneous key [{', '.join(extra)}] is not permitted"
    if keyword == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        return f"{path}: required key [{missing[0]}] not found"
    if keyword == "enum":
        return f"{path}: {error.instance} is not a valid enum value"
    if keyword == "type":
        return f"{path}: expected type: {error.validator_value}, found: {type(error.instance).__name__}"
    return f"{path}: failed validation constraint for keyword [{keyword}]"
