"""How long things are kept."""

from collections.abc import Iterator

from ..change import Change, Resource, items, named, removal

DAYS = (
    "RetentionInDays", "ExpirationInDays", "TransitionInDays", "DaysAfterInitiation", "MessageRetentionPeriod",
    "NoncurrentDays", "AutomaticallyAfterDays", "Days", "Years",
)  # fmt: skip


def days_changed(resource: Resource) -> Iterator[Change]:
    for path, value in named(resource, *DAYS):
        yield Change(path, 1)
        if isinstance(value, int):
            yield Change(path, value + 1)


def days_removed(resource: Resource) -> Iterator[Change]:
    for path, _ in named(resource, *DAYS):
        yield removal(path)


def rule_removed(resource: Resource) -> Iterator[Change]:
    for path, rules in named(resource, "Rules", "Transitions"):
        if "LifecycleConfiguration" in path:
            for place, _ in items(rules, path):
                yield removal(place)


def status_disabled(resource: Resource) -> Iterator[Change]:
    for path, value in named(resource, "Status"):
        if value == "Enabled":
            yield Change(path, "Disabled" if "LifecycleConfiguration" in path else "Suspended")


def storage_class_changed(resource: Resource) -> Iterator[Change]:
    for path, _ in named(resource, "StorageClass"):
        yield Change(path, "DEEP_ARCHIVE")


KINDS = {
    "days changed": days_changed,
    "days removed": days_removed,
    "lifecycle rule removed": rule_removed,
    "status disabled": status_disabled,
    "storage class changed": storage_class_changed,
}
