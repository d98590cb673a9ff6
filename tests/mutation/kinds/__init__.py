"""The kinds of mistakes, by family. A kind is a function that gives the changes it can make to a resource; a new one is
a function in the file of its family and a line in the KINDS below it."""

from collections.abc import Callable, Iterator

from ..change import Change, Resource
from . import access, alarms, conditions, deletion, delivery, encryption, patterns, policies, retention

Kind = Callable[[Resource], Iterator[Change]]

FAMILIES: dict[str, dict[str, Kind]] = {
    "policies": policies.KINDS,
    "conditions": conditions.KINDS,
    "encryption": encryption.KINDS,
    "deletion": deletion.KINDS,
    "retention": retention.KINDS,
    "alarms": alarms.KINDS,
    "patterns": patterns.KINDS,
    "access": access.KINDS,
    "delivery": delivery.KINDS,
}
