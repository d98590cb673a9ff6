"""One change of a resource, and the walk through it that finds where to change something."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

REMOVED: Any = object()
NO_VALUE = {"Ref": "AWS::NoValue"}
# A step of a path: into the JSON that a text holds, such as the policy of a log group.
JSON = "(json)"

Resource = dict[str, Any]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Change:
    """What stands at `path` becomes `value`."""

    path: Path
    value: Any


def changed(node: Any, path: Path, value: Any) -> Any:
    """A copy of `node` with the change; what is not on the path is shared."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if step == JSON:
        return json.dumps(changed(json.loads(node), rest, value), ensure_ascii=False)
    copy = dict(node) if isinstance(node, dict) else list(node)
    if rest:
        copy[step] = changed(node[step], rest, value)
    elif value is REMOVED:
        del copy[step]
    else:
        copy[step] = value
    return copy


def at(node: Any, path: Path) -> Any:
    """What stands at a path."""
    for step in path:
        node = json.loads(node) if step == JSON else node[step]
    return node


def removal(path: Path) -> Change:
    """An item goes; one that stands in a branch of Fn::If becomes nothing."""
    return Change(path, NO_VALUE if len(path) > 1 and path[-2] == "Fn::If" else REMOVED)


def walk(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every node below one, itself first. A text that holds an object in JSON is walked through too."""
    yield path, node
    if isinstance(node, dict):
        for key, item in node.items():
            yield from walk(item, (*path, key))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from walk(item, (*path, index))
    elif isinstance(node, str) and node.startswith("{"):
        try:
            inner = json.loads(node)
        except ValueError:
            return  # a filter pattern
        yield from walk(inner, (*path, JSON))


def items(node: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """The items of a list, or the one value that stands instead of a list."""
    if isinstance(node, list):
        yield from (((*path, index), item) for index, item in enumerate(node))
    else:
        yield path, node


def named(resource: Resource, *keys: str) -> Iterator[tuple[Path, Any]]:
    """What stands under one of these keys, anywhere in the properties."""
    for path, node in walk(resource.get("Properties", {}), ("Properties",)):
        if path[-1] in keys:
            yield path, node


def statements(resource: Resource) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The statements of all policies in a resource."""
    for path, node in walk(resource.get("Properties", {}), ("Properties",)):
        if isinstance(node, dict) and "Effect" in node:
            yield path, node
