"""What calls what, when, and where things go that fail."""

from collections.abc import Iterator

from ..change import JSON, Change, Resource, items, named, removal


def dead_letters_removed(resource: Resource) -> Iterator[Change]:
    for path, _ in named(resource, "DeadLetterConfig"):
        yield removal(path)


def schedule_changed(resource: Resource) -> Iterator[Change]:
    for path, _ in named(resource, "ScheduleExpression"):
        yield Change(path, "cron(0 10 * * ? *)")
    for path, _ in named(resource, "ScheduleExpressionTimezone"):
        yield removal(path)
        yield Change(path, "UTC")
    if resource["Type"] == "AWS::Scheduler::Schedule":
        yield Change(("Properties", "State"), "DISABLED")


def retries_removed(resource: Resource) -> Iterator[Change]:
    for path, _ in named(resource, "RetryPolicy"):
        yield removal(path)


def target_changed(resource: Resource) -> Iterator[Change]:
    """A rule or a schedule calls nothing, something else, or with other words."""
    for path, targets in named(resource, "Targets"):
        for place, _ in items(targets, path):
            yield removal(place)
            yield Change((*place, "Arn"), "arn:aws:sns:ap-northeast-1:123456789012:other")
    for path, target in named(resource, "Target"):
        yield Change((*path, "Arn"), "arn:aws:lambda:ap-northeast-1:123456789012:function:other")
        if "Input" in target:
            yield Change((*path, "Input", JSON), {"action": "other"})


def rule_disabled(resource: Resource) -> Iterator[Change]:
    if resource["Type"] == "AWS::Events::Rule":
        yield Change(("Properties", "State"), "DISABLED")


def subscription_changed(resource: Resource) -> Iterator[Change]:
    if resource["Type"] == "AWS::SNS::Subscription":
        yield Change(("Properties", "Endpoint"), "somebody@example.com")
        yield Change(("Properties", "TopicArn"), "arn:aws:sns:ap-northeast-1:123456789012:other")
        yield Change(("Properties", "Protocol"), "sms")
        if "FilterPolicy" in resource["Properties"]:
            yield removal(("Properties", "FilterPolicy"))


def stream_changed(resource: Resource) -> Iterator[Change]:
    for path, _ in named(resource, "ProcessingConfiguration"):
        yield removal(path)
    for key, value in {
        "Prefix": "other/", "ErrorOutputPrefix": "other/", "BucketARN": "arn:aws:s3:::other", "RoleARN": "arn:aws:iam::123456789012:role/other",
        "DeliveryStreamARN": "arn:aws:firehose:ap-northeast-1:123456789012:deliverystream/other", "CompressionFormat": "UNCOMPRESSED",
        "ParameterValue": "arn:aws:lambda:ap-northeast-1:123456789012:function:other",
    }.items():  # fmt: skip
        for path, _ in named(resource, key):
            if resource["Type"].startswith(("AWS::KinesisFirehose", "AWS::SES")):
                yield Change(path, value)


def role_changed(resource: Resource) -> Iterator[Change]:
    for path, _ in named(resource, "Role", "RoleArn", "IAMRoleARN", "CloudWatchLogsRoleArn", "RotationLambdaARN"):
        if len(path) <= 4:
            yield Change(path, "arn:aws:iam::123456789012:role/other")


KINDS = {
    "dead letters removed": dead_letters_removed,
    "schedule changed": schedule_changed,
    "retries removed": retries_removed,
    "target changed": target_changed,
    "rule disabled": rule_disabled,
    "subscription changed": subscription_changed,
    "stream changed": stream_changed,
    "role changed": role_changed,
}
