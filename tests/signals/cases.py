"""For each alarm: what rings it, and what is just not enough. Both go in at the source."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

from ..functions.ses_events import EVENTS
from .definitions import Definitions
from .world import ACCOUNT, BEGIN, REGION, World

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


def times(number: int, feed: Feed) -> Feed:
    """In so many periods, one after the other."""

    def several(world: World) -> None:
        feed(world)
        for _ in range(number - 1):
            world.wait(PERIOD)
            feed(world)

    return several


def twice(feed: Feed) -> Feed:
    return times(2, feed)


def from_address(address: str) -> Feed:
    return lambda world: world.send(ses_event(world, "Send", address))


def broken_record(world: World) -> None:
    [(_, function, stream)] = world.definitions.stream_destinations
    world.batch(function, stream, b'{"eventType": "Send", "mail": {')


def batch_without_records(world: World) -> None:
    [(_, function, stream)] = world.definitions.stream_destinations
    world.invoke(function, {"deliveryStreamArn": stream})
    assert world.raised


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


def account(enabled: bool, status: str) -> Feed:
    """What the watch finds the SES account to be."""

    def feed(world: World) -> None:
        world.account = {"SendingEnabled": enabled, "EnforcementStatus": status}
        world.watch()

    return feed


def silent(hours: int, feed: Feed) -> Feed:
    """The watch, so many hours after something was heard."""

    def late(world: World) -> None:
        feed(world)
        world.wait(hours * 3600)
        world.watch()

    return late


def mail_at_nine(world: World) -> None:
    """On a Friday, a quarter of an hour after opening."""
    world.now = NINE_ON_FRIDAY + 900
    sends(world, 1)


def both(*feeds: Feed) -> Feed:
    def feed(world: World) -> None:
        for each in feeds:
            each(world)

    return feed


def reputation(name: str, number: float) -> Feed:
    return twice(value("AWS/SES", f"Reputation.{name}", number))


def delivery(stream: str, name: str, number: float) -> Feed:
    return value("AWS/Firehose", f"DeliveryToS3.{name}", number, DeliveryStreamName=f"{stream}-logs-stream")


def firehose(stream: str, name: str, number: float) -> Feed:
    return value("AWS/Firehose", name, number, DeliveryStreamName=f"{stream}-logs-stream")


def load(stream: str, *, byte_share: float = 0.1, put_share: float = 0.1) -> Feed:
    """A quarter of an hour in which a stream takes in so much of what it may."""
    mebibyte, puts = 2**20, 1000
    return times(
        3,
        both(
            firehose(stream, "BytesPerSecondLimit", mebibyte),
            firehose(stream, "IncomingBytes", byte_share * mebibyte * PERIOD),
            firehose(stream, "PutRequestsPerSecondLimit", puts),
            firehose(stream, "IncomingPutRequests", put_share * puts * PERIOD),
        ),
    )


def unseen(stream: str, periods: int) -> Feed:
    """A quarter of an hour of mail; in so many of its three periods no event of it reaches the stream."""

    def feed(world: World) -> None:
        for number in range(3):
            sends(world, 20)
            if number >= periods:
                firehose(stream, "IncomingRecords", 40)(world)
            if number < 2:
                world.wait(PERIOD)

    return feed


# The rotations and the reports: the deployed code makes metrics of what it found


def refused_call(thing: str, **event: Any) -> Feed:
    """A call that the function cannot do."""

    def feed(world: World) -> None:
        world.invoke(world.definitions.named(thing), event)
        # Not something that only the test lacks.
        assert isinstance(world.raised[-1], ValueError | KeyError)

    return feed


def called(thing: str) -> Feed:
    return value("AWS/Lambda", "Errors", 0, FunctionName=thing)


def queued(thing: str, messages: int) -> Feed:
    return value("AWS/SQS", "ApproximateNumberOfMessagesVisible", messages, QueueName=thing)


def smtp_day(age: float = 0, problems: int = 0, waiting: int = 0) -> Feed:
    """The daily check of the SMTP credentials."""

    def feed(world: World) -> None:
        def measure(module: Any) -> None:
            secret = {"CreatedDate": module.now() - timedelta(days=age)}
            module.put_metrics(secret, {}, None, [("a problem", "問題")] * problems, waiting)

        # It imports boto3 only when it needs a client.
        world.run(world.definitions.named("smtp-credentials-rotation"), measure)
        assert not world.raised

    return feed


def reported(restriction: int = 0) -> Feed:
    """The daily report, with so many findings about the IP restriction."""

    def feed(world: World) -> None:
        def measure(module: Any) -> None:
            checks = [module.Check(title) for title, _ in module.REPORTS["daily"]]
            for check, (_, look) in zip(checks, module.REPORTS["daily"], strict=True):
                if look is module.look_at_ip_restriction:
                    check.findings = [("a finding", "指摘")] * restriction
            module.put_metrics("daily", checks, {"findings": restriction, "failures": 0})

        world.run(world.definitions.named("maintenance"), measure)
        assert not world.raised

    return feed


def dkim_hour(
    *, servers: int = 4, wrong: int = 0, mail_from: float = 0, dmarc: bool = True, due: float = 30, stuck: float = 0,
    unsigned: float = 0, held: bool = False,
) -> Feed:  # fmt: skip
    """The hourly check of DKIM. `wrong` of the servers do not have the record, `mail_from` is the failure rate of the
    MAIL FROM domain, `due` says in how many days the next key is, `stuck` for how many an effect has not ended,
    `unsigned` for how many minutes SES has not verified the key, `held` whether the rotation holds for a person."""

    def feed(world: World) -> None:
        def look(module: Any) -> None:
            now = datetime.now(timezone.utc)
            at = lambda days: (now + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: E731
            state = module.new_state(module.os.environ["DOMAIN_NAME"], now) | {
                "phase": "notice",
                "active": {"selector": "ses-20260101-1", "activated": at(-300)},
                "next": {"selector": "ses-20270101-2", "public_key": "x", "announced": at(-1), "seen": None, "due": at(due), "trigger": "yearly"},
                "unsigned": at(-unsigned / 1440) if unsigned else None,
                "hold": {"why": "restored", "at": at(-1)} if held else None,
                "effect": {"started": at(-stuck)} if stuck else None,
            }
            findings = {
                "ses": {
                    "exists": True, "verified_for_sending": True, "status": "PENDING" if unsigned else "SUCCESS",
                    "signing_enabled": True, "origin": "EXTERNAL", "selector": "ses-20260101-1",
                },
                "next": None,
                "previous": [],
                "active": {
                    "selector": "ses-20260101-1",
                    "state": "different" if wrong else "published",
                    "servers_answered": servers,
                    "servers_with_value": servers - wrong,
                },
                "mail_from": {"healthy": mail_from == 0, "failure_rate": mail_from},
                "dmarc": "reject" if dmarc else None,
            }
            findings["dkim"] = module.dkim_checks(state, findings)
            module.publish(module.os.environ["DOMAIN_NAME"], state, findings)

        world.run(world.definitions.named("validation-monitor"), look)
        assert not world.raised

    return feed


def after(hours: int, feed: Feed) -> Feed:
    def late(world: World) -> None:
        feed(world)
        world.wait(hours * 3600)

    return late


def as_always(world: World) -> None:
    """What an environment does every hour or every day, whose absence rings."""
    hours(world, 1)
    done("logs", "CreateLogStream")(world)
    reported()(world)
    world.watch()
    if world.definitions.rotates_dkim:
        dkim_hour()(world)


STREAMS = {
    name: case
    for stream in ("raw", "masked")
    for name, case in {
        f"{stream}-delivery-failed": Case(delivery(stream, "Success", 0.5), delivery(stream, "Success", 1)),
        f"{stream}-delivery-late": Case(delivery(stream, "DataFreshness", 901), delivery(stream, "DataFreshness", 900)),
        f"{stream}-throttled": Case(firehose(stream, "ThrottledRecords", 1), firehose(stream, "ThrottledRecords", 0)),
        f"{stream}-near-limit": Case(load(stream, byte_share=0.81), load(stream, byte_share=0.79, put_share=0.79)),
        f"{stream}-events-missing": Case(unseen(stream, 3), unseen(stream, 2)),
    }.items()
}
NINE_ON_FRIDAY = BEGIN + 15 * 3600  # in Tokyo
UNLISTED = "198.51.100.20"
throttles = partial(value, "AWS/Lambda", "Throttles", FunctionName="mask-events")
refused_mail = partial(value, "AWS/SNS", "NumberOfNotificationsFailed", TopicName="alerts")
undelivered = partial(value, "AWS/Events", "FailedInvocations", RuleName="stack-events")
stop_logging = done("cloudtrail", "StopLogging")

# By the part of the name that all environments have in common.
CASES: dict[str, Case] = {
    **STREAMS,
    "ses-high-bounce-rate": Case(reputation("BounceRate", 0.05), reputation("BounceRate", 0.049)),
    "ses-high-complaint-rate": Case(reputation("ComplaintRate", 0.001), reputation("ComplaintRate", 0.0009)),
    "ses-bounce-rate-at-pause": Case(reputation("BounceRate", 0.1), reputation("BounceRate", 0.099)),
    "ses-complaint-rate-at-pause": Case(reputation("ComplaintRate", 0.005), reputation("ComplaintRate", 0.0049)),
    "sending-disabled": Case(account(False, "HEALTHY"), account(True, "PROBATION")),
    "account-under-review": Case(account(True, "PROBATION"), account(True, "HEALTHY")),
    "mail-missing": Case(silent(8, mail_at_nine), silent(1, mail_at_nine)),
    "smtp-checks-missing": Case(silent(27, smtp_day()), silent(26, smtp_day())),
    "watch-missing": Case(after(2, World.watch), after(1, World.watch)),
    "alerts-undelivered": Case(refused_mail(1), refused_mail(0)),
    "stack-events-undelivered": Case(undelivered(1), undelivered(0)),
    "mask-events-throttles": Case(throttles(1), throttles(0)),
    # People may call the function: what is not from its stream is no error.
    "mask-events-errors": Case(batch_without_records, both(broken_record, foreign_batch)),
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
    "recorder-failed": Case(queued("recorder-failed", 1), queued("recorder-failed", 0)),
    "recorder-silent": Case(silent(25, done("logs", "CreateLogStream")), silent(24, done("logs", "CreateLogStream"))),
    "trail-silent": Case(silent(2, lambda world: hours(world, 3)), silent(1, lambda world: hours(world, 3))),
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
    "incident-level-1": Case(throttles(1), both(as_always, throttles(0))),
    "incident-level-2": Case(from_address(UNLISTED), both(as_always, calls(5))),
    "incident-level-3": Case(both(calls(6), stop_logging), both(calls(4), stop_logging)),
    "smtp-credentials-unhealthy": Case(smtp_day(problems=1), smtp_day()),
    "smtp-credentials-old": Case(smtp_day(age=100.5), smtp_day(age=99.5)),
    "smtp-hand-over-late": Case(smtp_day(waiting=8), smtp_day(waiting=7)),
    "smtp-credentials-rotation-errors": Case(
        refused_call("smtp-credentials-rotation", Step="somethingElse"), called("smtp-credentials-rotation")
    ),
    "smtp-credentials-failed": Case(queued("smtp-credentials-failed", 1), queued("smtp-credentials-failed", 0)),
    "masked-processing-failed": Case(
        firehose("masked", "ExecuteProcessing.Success", 0.98), firehose("masked", "ExecuteProcessing.Success", 0.99)
    ),
    "daily-report-missing": Case(silent(27, reported()), silent(26, reported())),
    "maintenance-errors": Case(refused_call("maintenance", mode="weekly"), called("maintenance")),
    "maintenance-failed": Case(queued("maintenance-failed", 1), queued("maintenance-failed", 0)),
    "ip-restriction-not-applied": Case(reported(restriction=1), reported()),
}

# Only where the DKIM rotation is.
DKIM_CASES: dict[str, Case] = {
    "dkim-checks-missing": Case(silent(4, dkim_hour()), silent(3, dkim_hour())),
    "dkim-failure-rate": Case(dkim_hour(servers=97, wrong=1), dkim_hour(servers=98, wrong=1)),
    "spf-failure-rate": Case(dkim_hour(mail_from=5.1), dkim_hour(mail_from=5)),
    "dmarc-record": Case(dkim_hour(dmarc=False), dkim_hour()),
    "dkim-overdue": Case(dkim_hour(due=-1), dkim_hour(due=0.5)),
    "dkim-stuck": Case(dkim_hour(stuck=3.1), dkim_hour(stuck=2.9)),
    "dkim-unsigned": Case(dkim_hour(unsigned=62), dkim_hour(unsigned=58)),
    "dkim-waits-for-person": Case(dkim_hour(held=True), dkim_hour()),
    "dkim-dead-letters": Case(queued("dkim-dead-letters", 1), queued("dkim-dead-letters", 0)),
    **{
        f"{name}-errors": Case(refused_call(name, domain="example.org"), called(name))
        for name in (
            "dkim-rotation-orchestrator",
            "dkim-key-generator",
            "ses-config-updater",
            "notification-manager",
            "validation-monitor",
        )
    },
}


def cases(definitions: Definitions) -> dict[str, Case]:
    """A case for each alarm of an environment."""
    return CASES | DKIM_CASES if definitions.rotates_dkim else CASES
