"""For each alarm: what rings it, and what is just not enough. Both go in at the source."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from functions.ses_events import EVENTS

from .world import ACCOUNT, REGION, World

Feed = Callable[[World], None]
PERIOD = 300


@dataclass(frozen=True)
class Case:
    ring: Feed
    quiet: Feed


# CloudTrail


def record(world: World, service: str, name: str, **changed: Any) -> dict[str, Any]:
    """A call that a person of the environment makes from the office, as CloudTrail records it."""
    env, user = world.definitions.environment, f"{world.definitions.long_name}-readonly"
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "IAMUser",
            "arn": f"arn:aws:iam::{ACCOUNT}:user/ses/{env}/{user}",
            "accountId": ACCOUNT,
            "userName": user,
        },
        "eventTime": "2026-11-25T01:02:03Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": REGION,
        "sourceIPAddress": "202.217.10.10",
        "requestParameters": None,
        "responseElements": None,
        "eventID": "6f0b5d4e-0000-4000-8000-000000000001",
        "readOnly": name.startswith(("Get", "List", "Describe")),
        "managementEvent": True,
        "eventType": "AwsApiCall",
        **changed,
    }


def denied(world: World, service: str, name: str, **changed: Any) -> None:
    world.call(**record(world, service, name, errorCode="AccessDenied", errorMessage="not authorized", **changed))


def calls(count: int) -> Feed:
    def feed(world: World) -> None:
        for _ in range(count):
            denied(world, "s3", "GetObject", managementEvent=False)

    return feed


def done(service: str, name: str) -> Feed:
    return lambda world: world.call(**record(world, service, name))


def deployed(service: str, name: str) -> Feed:
    """CloudFormation does the same for somebody who launches the stacks."""

    def feed(world: World) -> None:
        made = record(world, service, name, sourceIPAddress="cloudformation.amazonaws.com")
        made["userIdentity"]["invokedBy"] = "cloudformation.amazonaws.com"
        world.call(**made)

    return feed


def recorder_without_logs(world: World) -> None:
    world.broken.add("logs")
    calls(1)(world)


def hours(world: World, *lines: int) -> None:
    """Records of harmless calls, so many an hour. As long as older hours have some, CloudWatch takes those."""
    for number, count in enumerate(lines):
        if number:
            world.wait(3600)
        for _ in range(count):
            world.call(**record(world, "sts", "GetCallerIdentity"))


# SES


def ses_event(world: World, kind: str, address: str = "") -> dict[str, Any]:
    event = EVENTS[kind]
    tags = {
        **event["mail"].get("tags", {}),
        "ses:configuration-set": [world.definitions.named("config")],
        "ses:source-ip": [address or world.definitions.mail_servers[0]],
    }
    return {**event, "mail": {**event["mail"], "tags": tags}}


def sends(world: World, send: int, *others: str) -> None:
    """One period of mail: so many sendings, and what became of some of them."""
    name = world.definitions.named("config")
    for kind in ["Send"] * send + list(others):
        # Thousands of events go the short way: SES counts them under the dimension of its destination.
        assert any(kind.upper() in types for types, names in world.definitions.metric_destinations)
        world.aws("AWS/SES", kind, 1, **{"ses:configuration-set": name})


def twice(feed: Feed) -> Feed:
    def both(world: World) -> None:
        feed(world)
        world.wait(PERIOD)
        feed(world)

    return both


def from_address(address: str) -> Feed:
    return lambda world: world.send(ses_event(world, "Send", address))


def broken_record(world: World) -> None:
    [(_, function, stream)] = world.definitions.stream_destinations
    world.batch(function, stream, b'{"eventType": "Send", "mail": {')


def foreign_batch(world: World) -> None:
    [(_, function, stream)] = world.definitions.stream_destinations
    world.batch(function, f"{stream}-of-somebody-else", b"{}")


def unusual(usual: Feed, then: Feed) -> Feed:
    """Two hours as always, then a quarter of an hour of something else."""

    def feed(world: World) -> None:
        for _ in range(14):
            usual(world)
            world.wait(PERIOD)
        for _ in range(2):
            then(world)
            world.wait(PERIOD)
        then(world)

    return feed


# AWS's own metrics


def value(namespace: str, name: str, number: float, **dimensions: str) -> Feed:
    """A metric of AWS. The values of the dimensions are names without their beginning."""

    def feed(world: World) -> None:
        names = {key: world.definitions.named(thing) for key, thing in dimensions.items()}
        world.aws(namespace, name, number, **names)

    return feed


def sending_status(status: str) -> Feed:
    return lambda world: world.event(
        {
            "source": "aws.ses",
            "detail-type": f"Sending Status {status}",
            "account": ACCOUNT,
            "region": REGION,
            "detail": {},
        }
    )


def both(*feeds: Feed) -> Feed:
    def feed(world: World) -> None:
        for each in feeds:
            each(world)

    return feed


def reputation(name: str, number: float) -> Feed:
    return twice(value("AWS/SES", f"Reputation.{name}", number))


def delivery(stream: str, name: str, number: float) -> Feed:
    return value("AWS/Firehose", f"DeliveryToS3.{name}", number, DeliveryStreamName=f"{stream}-logs-stream")


STREAMS = {
    name: case
    for stream in ("raw", "masked")
    for name, case in {
        f"{stream}-delivery-failed": Case(delivery(stream, "Success", 0.5), delivery(stream, "Success", 1)),
        f"{stream}-delivery-late": Case(delivery(stream, "DataFreshness", 901), delivery(stream, "DataFreshness", 900)),
    }.items()
}
UNLISTED = "198.51.100.20"
throttles = partial(value, "AWS/Lambda", "Throttles", FunctionName="mask-events")
stop_logging = done("cloudtrail", "StopLogging")

# By the part of the name that all environments have in common.
CASES: dict[str, Case] = {
    **STREAMS,
    "ses-high-bounce-rate": Case(reputation("BounceRate", 0.05), reputation("BounceRate", 0.049)),
    "ses-high-complaint-rate": Case(reputation("ComplaintRate", 0.001), reputation("ComplaintRate", 0.0009)),
    "sending-disabled": Case(sending_status("Disabled"), sending_status("Enabled")),
    "mask-events-throttles": Case(throttles(1), throttles(0)),
    "mask-events-errors": Case(foreign_batch, broken_record),
    "unmaskable-events": Case(broken_record, lambda world: world.send(ses_event(world, "Bounce"))),
    "ses-failure-rate": Case(
        twice(lambda world: sends(world, 100, *["Bounce"] * 4, *["Reject"] * 2)),
        twice(lambda world: sends(world, 100, *["Bounce"] * 4, "Reject")),
    ),
    "ses-send-anomaly": Case(
        unusual(lambda world: sends(world, 100), lambda world: sends(world, 10)),
        unusual(lambda world: sends(world, 100), lambda world: sends(world, 100)),
    ),
    "unlisted-sender": Case(
        from_address(UNLISTED), lambda world: [from_address(each)(world) for each in world.definitions.mail_servers]
    ),
    "recorder-errors": Case(recorder_without_logs, calls(1)),
    "trail-silent": Case(lambda world: hours(world, 3, 0, 0, 0), lambda world: hours(world, 0, 1)),
    "security-events": Case(calls(5), calls(4)),
    "security-event-burst": Case(calls(6), calls(5)),
    # Too few for the other two, but many more than usual.
    "security-event-anomaly": Case(unusual(calls(1), calls(4)), unusual(calls(1), calls(1))),
    "ip-restriction-violation": Case(
        lambda world: denied(world, "ses", "GetSendQuota", sourceIPAddress=UNLISTED),
        lambda world: denied(world, "ses", "GetSendQuota"),
    ),
    "privilege-escalation": Case(
        lambda world: denied(world, "iam", "AttachUserPolicy"), lambda world: denied(world, "iam", "ListUsers")
    ),
    "key-misuse": Case(done("kms", "ScheduleKeyDeletion"), deployed("kms", "ScheduleKeyDeletion")),
    "protection-change": Case(stop_logging, deployed("cloudtrail", "StopLogging")),
    "incident-level-1": Case(throttles(1), throttles(0)),
    "incident-level-2": Case(from_address(UNLISTED), calls(5)),
    "incident-level-3": Case(both(calls(6), stop_logging), both(calls(4), stop_logging)),
}
