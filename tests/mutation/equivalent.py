"""Mutants that are none: rules for changes that AWS, or this project, cannot tell from the original, each with its
reason. There is no list of single mutants."""

from collections.abc import Callable

from .change import Change, Resource

Rule = Callable[[str, Resource, str, Change], bool]

RULES: dict[str, Rule] = {}


def reason(id: str, resource: Resource, kind: str, change: Change) -> str | None:
    """Why a change of a resource is no mutant; None if it is one."""
    return next((text for text, rule in RULES.items() if rule(id, resource, kind, change)), None)
