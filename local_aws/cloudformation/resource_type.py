"""What a resource type has to do, and the list of those that exist."""

import random
import string
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ..aws import Aws
from . import schema


class Refused(Exception):
    """A resource type says no, with AWS's reason and its error code for handlers."""

    def __init__(self, message: str, code: str = "InvalidRequest"):
        super().__init__(message)
        self.code = code


@dataclass
class Request:
    """One call of a resource type: for which resource, and what it should look like."""

    aws: Aws
    stack_name: str
    stack_id: str
    logical_id: str
    properties: dict[str, Any]
    previous: dict[str, Any] = field(default_factory=dict)  # what was, when it is an update
    physical_id: str = ""
    handle: Any = None  # an object that a type keeps between calls
    # The type, physical id and properties of what it waited for until the end: a service may not see it yet.
    just_made: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def name(self, key: str, longest: int = 128) -> str:
        """The name that the template gives, or one made as CloudFormation makes them."""
        if given := self.properties.get(key):
            return str(given)
        return generated_name(self.stack_name, self.logical_id, longest)

    def some(self, *keys: str) -> dict[str, Any]:
        """Those of the properties that are given, under the same names: most APIs take them so."""
        return {key: self.properties[key] for key in keys if key in self.properties}

    def tags(self) -> dict[str, str]:
        return as_map(self.properties.get("Tags", []))

    def changed(self, *keys: str) -> bool:
        return any(self.properties.get(key) != self.previous.get(key) for key in keys)

    def tag_changes(self) -> tuple[dict[str, str], list[str]]:
        """The tags to set, and the keys to take away."""
        old, new = as_map(self.previous.get("Tags", [])), self.tags()
        return {k: v for k, v in new.items() if old.get(k) != v}, [k for k in old if k not in new]


class ResourceType:
    """One AWS resource type. A subclass with a name is found by that name."""

    name: ClassVar[str] = ""
    properties: ClassVar[set[str]] = set()  # those it acts on; any other fails the resource

    def create(self, r: Request) -> str:
        """Makes the resource and answers with its physical id, which is what Ref gives.

        Once it exists, and more has to be done, `r.physical_id` is set: if that fails, the rollback
        deletes the resource.
        """
        raise NotImplementedError

    def update(self, r: Request) -> str | None:
        """Changes the resource in place; a new physical id only if it got one."""
        raise NotImplementedError

    def delete(self, r: Request) -> None:
        """Removes the resource. It is no error if it has gone already."""
        raise NotImplementedError

    def attributes(self, r: Request) -> dict[str, Any]:
        """What Fn::GetAtt gives."""
        return {}

    def replaced_by(self, r: Request) -> list[str]:
        """The changes that need a new resource, besides those that the schema knows of."""
        return []

    def current(self, r: Request) -> dict[str, Any] | None:
        """What the service says of the resource, for drift; None if it is gone."""
        raise NotImplementedError

    def exists(self, r: Request) -> bool:
        """Whether an import finds the resource."""
        return self.current(r) is not None

    def __init_subclass__(cls) -> None:
        if cls.name:
            _types[cls.name] = cls()


_types: dict[str, ResourceType] = {}


def find(type_name: str) -> ResourceType | None:
    """Ours first; then what moto has a model for."""
    from . import moto_type

    return _types.get(type_name) or moto_type.find(type_name)


def unsupported(type_name: str, properties: set[str]) -> str | None:
    """Why local AWS cannot make a resource with these properties; None if it can."""
    resource_type = find(type_name)
    if resource_type is None:
        return f"Local AWS does not implement the resource type {type_name}"
    known = resource_type.properties
    if known and (missing := sorted(properties - known)):
        return f"Local AWS does not implement {', '.join(missing)} of {type_name}"
    return None


def generated_name(stack_name: str, logical_id: str, longest: int = 128) -> str:
    suffix = "".join(random.choices(string.ascii_letters + string.digits, k=12))
    tail = f"-{logical_id}-{suffix}"
    return stack_name[: longest - len(tail)] + tail if len(tail) < longest else suffix


def as_map(tags: Any) -> dict[str, str]:
    """Tags as a map; templates write most of them as a list of Key and Value."""
    return dict(tags) if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}


def as_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def with_stack_tags(type_name: str, properties: dict[str, Any], stack_tags: dict[str, str]) -> dict[str, Any]:
    """CloudFormation gives the tags of the stack to every resource that takes tags."""
    found = schema.find(type_name)
    key = found.tag_property if found else None
    resource_type = find(type_name)
    if not key or not stack_tags or resource_type is None:
        return properties
    if resource_type.properties and key not in resource_type.properties:
        return properties
    own = properties.get(key, [])
    own_keys = {tag.get("Key") for tag in own} if isinstance(own, list) else set(own)
    inherited = {k: v for k, v in stack_tags.items() if k not in own_keys}
    if found.tags_are_a_map():
        return {**properties, key: {**inherited, **(own or {})}}
    return {**properties, key: as_list(inherited) + own}
