"""What becomes of a resource when its stack goes, or when CloudFormation replaces it."""

from collections.abc import Iterator

from ..change import Change, Resource, removal

POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")


def policy_removed(resource: Resource) -> Iterator[Change]:
    for key in POLICIES:
        if key in resource:
            yield removal((key,))


def policy_changed(resource: Resource) -> Iterator[Change]:
    for key in POLICIES:
        for value in ("Delete", "Retain", "RetainExceptOnCreate"):
            if key in resource and resource[key] != value:
                yield Change((key,), value)


KINDS = {"deletion policy removed": policy_removed, "deletion policy changed": policy_changed}
