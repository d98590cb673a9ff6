"""All mutants of the rendered templates."""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..platform.cloudformation import template, template_paths
from .change import REMOVED, Change, Resource, changed
from .equivalent import reason
from .kinds import FAMILIES, Kind


@dataclass(frozen=True)
class Mutant:
    template: str  # security
    id: str
    family: str
    kind: str
    change: Change = field(repr=False)

    def __str__(self) -> str:
        place = ".".join(str(step) for step in self.change.path)
        value = "removed" if self.change.value is REMOVED else json.dumps(self.change.value, ensure_ascii=False)
        shown = value if len(value) <= 120 else f"{value[:119]}…"
        return f"{self.template} {self.id}: {self.kind}: {place} → {shown}"


def of_resource(resource: Resource, families: dict[str, dict[str, Kind]] = FAMILIES) -> Iterator[tuple[str, str, Change]]:
    """(family, kind, change): every change of one resource, each once, without those that change nothing."""
    seen: list[Any] = []
    for family, kinds in families.items():
        for kind, changes in kinds.items():
            for change in changes(resource):
                result = changed(resource, change.path, change.value)
                if result != resource and result not in seen:
                    seen.append(result)
                    yield family, kind, change


def mutants() -> Iterator[Mutant]:
    for path in template_paths():
        for id, resource in template(path)["Resources"].items():
            for family, kind, change in of_resource(resource):
                if not reason(id, resource, kind, change):
                    yield Mutant(path.stem, id, family, kind, change)


def sample(found: Iterable[Mutant], size: int, seed: int) -> list[Mutant]:
    """So many mutants, the same each time; every kind is among them, and each in proportion."""
    by_kind: dict[str, list[Mutant]] = {}
    for each in found:
        by_kind.setdefault(each.kind, []).append(each)
    total = sum(map(len, by_kind.values()))
    chosen = []
    for kind, members in sorted(by_kind.items()):
        share = max(1, round(size * len(members) / total))
        # A generator for each kind: a mutant more of another kind changes nothing here.
        chosen += random.Random(f"{seed} {kind}").sample(members, min(share, len(members)))
    return chosen
