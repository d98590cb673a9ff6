"""Buckets, trail, sending settings: switches that are on or off."""

from collections.abc import Iterator

from ..change import Change, Resource, named, removal

TYPES = (
    "AWS::S3::Bucket", "AWS::CloudTrail::Trail", "AWS::SES::ConfigurationSet", "AWS::SES::EmailIdentity",
    "AWS::SES::ConfigurationSetEventDestination", "AWS::KinesisFirehose::DeliveryStream", "AWS::KMS::Key",
    "AWS::SecretsManager::RotationSchedule",
)  # fmt: skip
OBJECTS = (
    "PublicAccessBlockConfiguration", "OwnershipControls", "VersioningConfiguration", "LoggingConfiguration",
    "ObjectLockConfiguration", "DeliveryOptions", "ReputationOptions", "SuppressionOptions", "MailFromAttributes",
    "ConfigurationSetAttributes", "CloudWatchLoggingOptions",
)  # fmt: skip


def flag_flipped(resource: Resource) -> Iterator[Change]:
    if resource["Type"] in TYPES:
        for path, value in _flags(resource):
            yield Change(path, not value)


def flag_removed(resource: Resource) -> Iterator[Change]:
    if resource["Type"] in TYPES:
        for path, _ in _flags(resource):
            yield removal(path)


def setting_removed(resource: Resource) -> Iterator[Change]:
    for path, _ in named(resource, *OBJECTS):
        if path[-2] in ("Properties", "ExtendedS3DestinationConfiguration"):
            yield removal(path)


def value_changed(resource: Resource) -> Iterator[Change]:
    for path, value in named(resource, *OTHER):
        if value != OTHER[str(path[-1])]:
            yield Change(path, OTHER[str(path[-1])])


OTHER = {
    "ObjectOwnership": "ObjectWriter",
    "DestinationBucketName": "other",
    "BehaviorOnMxFailure": "REJECT_MESSAGE",
    "MailFromDomain": "other.example",
    "S3BucketName": "other",
    "CloudWatchLogsLogGroupArn": "arn:aws:logs:ap-northeast-1:123456789012:log-group:other:*",
    "SuppressedReasons": [],
}


def _flags(resource: Resource) -> Iterator[tuple[tuple[str | int, ...], bool]]:
    from ..change import walk

    for path, value in walk(resource["Properties"], ("Properties",)):
        if isinstance(value, bool):
            yield path, value


KINDS = {
    "flag flipped": flag_flipped,
    "flag removed": flag_removed,
    "setting removed": setting_removed,
    "setting changed": value_changed,
}
