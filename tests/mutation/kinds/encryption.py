"""Encryption at rest and on the way."""

from collections.abc import Iterator

from ..change import Change, Resource, named, removal


def encryption_removed(resource: Resource) -> Iterator[Change]:
    for path, _ in named(
        resource, "BucketEncryption", "DeliveryStreamEncryptionConfigurationInput", "KmsKeyId", "KmsMasterKeyId",
        "SqsManagedSseEnabled",
    ):  # fmt: skip
        yield removal(path)


def encryption_weakened(resource: Resource) -> Iterator[Change]:
    for path, value in named(resource, *WEAKER):
        if WEAKER[str(path[-1])] != value:
            yield Change(path, WEAKER[str(path[-1])])


WEAKER = {
    "EnableKeyRotation": False,
    "SqsManagedSseEnabled": False,
    "TlsPolicy": "OPTIONAL",
    "KmsKeyId": "alias/aws/secretsmanager",
    "SSEAlgorithm": "none",
    "KeyType": "none",
    "PendingWindowInDays": 7,
}


def encryption_setting_removed(resource: Resource) -> Iterator[Change]:
    for path, _ in named(resource, "EnableKeyRotation", "TlsPolicy", "PendingWindowInDays"):
        yield removal(path)


def mask_removed(resource: Resource) -> Iterator[Change]:
    """What hides personal data in log groups: the policy, a statement of it, an identifier."""
    for path, policy in named(resource, "DataProtectionPolicy"):
        yield removal(path)
        for number, statement in enumerate(policy.get("Statement", [])):
            yield removal((*path, "Statement", number))
            for index in range(len(statement["DataIdentifier"])):
                yield removal((*path, "Statement", number, "DataIdentifier", index))


KINDS = {
    "encryption removed": encryption_removed,
    "encryption weakened": encryption_weakened,
    "encryption setting removed": encryption_setting_removed,
    "mask removed": mask_removed,
}
