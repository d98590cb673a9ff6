"""For each alarm: the values on both sides of its limit, for how long, and what silence means. Written down from the
requirements and the pages of the metrics, not from the template; `tests/platform/test_limits.py` plays them.

A picture is what the metrics of an alarm publish in one period. Some hold values that a metric never has: they tell its
statistic apart from the others.
"""

from dataclasses import dataclass

from local_aws.semantics.metrics import Metric, metric

Picture = dict[str, tuple[float, ...]]

QUIET, STAYS, RINGS = "quiet", "stays", "rings"


@dataclass(frozen=True)
class Limit:
    metrics: dict[str, tuple[str, str, dict[str, str]]]  # by name: namespace, name, dimensions
    rings: tuple[Picture, ...]
    quiet: tuple[Picture, ...]
    periods: int = 1
    seconds: int = 300
    silence: str = QUIET

    def metric(self, name: str, named) -> Metric:
        """`named` puts the environment into a name that begins with a hyphen."""
        namespace, what, dimensions = self.metrics[name]
        filled = {key: named(value) for key, value in dimensions.items()}
        return metric(namespace.replace("{environment}", named("")), what, filled)


@dataclass(frozen=True)
class Band:
    """More than `width` standard deviations away from what is usual, above, or also below."""

    metrics: dict[str, tuple[str, str, dict[str, str]]]
    width: float
    below: bool
    periods: int = 3
    seconds: int = 300

    metric = Limit.metric


def one(
    namespace: str, name: str, rings: list[tuple[float, ...]], quiet: list[tuple[float, ...]], *,
    periods: int = 1, seconds: int = 300, silence: str = QUIET, **dimensions: str,
) -> Limit:  # fmt: skip
    def pictures(values: list[tuple[float, ...]]) -> tuple[Picture, ...]:
        return tuple({"value": each} for each in values)

    return Limit({"value": (namespace, name, dimensions)}, pictures(rings), pictures(quiet), periods, seconds, silence)


def any_of_a_count(namespace: str, name: str, **more) -> Limit:
    """The sum of a period is above nothing."""
    return one(namespace, name, [(1,), (0, 1)], [(0,), (0, 0), (-1, 1)], **more)


def count(least: int, namespace: str, name: str, **more) -> Limit:
    return one(namespace, name, [(least - 0.5, 0.5), (least, 0)], [(least - 1, 0.5)], **more)


def highest(above: float, namespace: str, name: str, **more) -> Limit:
    step = 0.1 if above else 1
    return one(namespace, name, [(-above - 1, above + step)], [(above, above), (above, above, above)], **more)


def lowest(below: float, namespace: str, name: str, **more) -> Limit:
    return one(namespace, name, [(below + 1, below - 0.1)], [(below, below), (below,)], **more)


def average(below: float, namespace: str, name: str, **more) -> Limit:
    return one(namespace, name, [(below - 0.001,), (below, below - 0.001)], [(below,), (below + 0.2, below - 0.2)], **more)


def rate(least: float, name: str) -> Limit:
    """SES publishes the reputation not in every period: a gap neither rings nor ends an alarm."""
    return one(
        "AWS/SES", f"Reputation.{name}", [(least,), (least * 0.5, least * 1.5)],
        [(least * 0.99, least * 0.99), (least * 0.2, least * 1.5)], periods=2, silence=STAYS,
    )  # fmt: skip


def dead_letters(name: str) -> Limit:
    return highest(0, "AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName=f"-{name}")


def errors(name: str) -> Limit:
    return any_of_a_count("AWS/Lambda", "Errors", FunctionName=f"-{name}")


CONFIGURATION_SET = {"ses:configuration-set": "-config"}
SES = {name.lower(): ("AWS/SES", name, CONFIGURATION_SET) for name in ("Send", "Bounce", "Reject")}
SECURITY = "{environment}Security"
DKIM = {"seconds": 3600, "silence": STAYS, "Domain": "goo.ne.jp"}


MAINTENANCE = "{environment}Maintenance"
WATCH = {"seconds": 900, "silence": STAYS}


def silence(hours: float, signal: str) -> Limit:
    """So many hours of silence, as the watch counts them."""
    return one(
        MAINTENANCE, "HoursSilent", [(hours,), (0, hours)], [(hours - 0.1,), (hours - 0.1, hours - 0.1)], **WATCH, Signal=signal
    )


def paused(enabled: tuple[float, ...], status: tuple[float, ...]) -> Picture:
    return {"enabled": enabled, "status": status}


def of_stream(stream: str) -> dict[str, Limit]:
    dimension = {"DeliveryStreamName": f"-{stream}-logs-stream"}
    kinesis = {
        name: ("AWS/Firehose", what, dimension)
        for name, what in {
            "bytes": "IncomingBytes",
            "byte_limit": "BytesPerSecondLimit",
            "puts": "IncomingPutRequests",
            "put_limit": "PutRequestsPerSecondLimit",
        }.items()
    }

    def load(byte_share: float, put_share: float) -> Picture:
        """In five minutes, of 1000 bytes and 100 requests a second; the limits were higher before."""
        return {
            "bytes": (byte_share * 150_000, byte_share * 150_000), "byte_limit": (1000, 2000),
            "puts": (put_share * 15_000, put_share * 15_000), "put_limit": (100, 200),
        }  # fmt: skip

    def mail(send: tuple[float, ...], records: tuple[float, ...]) -> Picture:
        return {"send": send, "records": records}

    return {
        f"{stream}-delivery-failed": average(1, "AWS/Firehose", "DeliveryToS3.Success", **dimension),
        f"{stream}-delivery-late": highest(900, "AWS/Firehose", "DeliveryToS3.DataFreshness", **dimension),
        f"{stream}-throttled": any_of_a_count("AWS/Firehose", "ThrottledRecords", **dimension),
        f"{stream}-near-limit": Limit(
            kinesis,
            (load(0.801, 0.1), load(0.1, 0.801), load(0.801, 0.801)),
            (load(0.8, 0.1), load(0.1, 0.8), load(0.8, 0.8)),
            periods=3,
        ),
        f"{stream}-events-missing": Limit(
            {"send": SES["send"], "records": ("AWS/Firehose", "IncomingRecords", dimension)},
            (mail((1,), ()), mail((1,), (0,)), mail((1, 0), (-1, 1))),
            (mail((1,), (1,)), mail((5, 5), (0, 1)), mail((0, 0), ()), mail((1, -1), ()), mail((1,), (0.5,))),
            periods=3,
        ),
    }


def failures(send: float, bounce: tuple[float, ...], reject: tuple[float, ...]) -> Picture:
    return {"send": (send / 2, send / 2), "bounce": bounce, "reject": reject}


def mask_errors(errors: tuple[float, ...], invocations: tuple[float, ...]) -> Picture:
    return {"errors": errors, "invocations": invocations}


LIMITS: dict[str, Limit | Band] = {
    **of_stream("raw"),
    **of_stream("masked"),
    # AWS looks at an account with 5 % bounces or 0.1 % complaints (SES guide, "Reputation metrics"; N-32, D-38).
    "ses-high-bounce-rate": rate(0.05, "BounceRate"),
    "ses-high-complaint-rate": rate(0.001, "ComplaintRate"),
    # AWS may pause at 10 % or 0.5 % (same guide, "Sending review process FAQs").
    "ses-bounce-rate-at-pause": rate(0.1, "BounceRate"),
    "ses-complaint-rate-at-pause": rate(0.005, "ComplaintRate"),
    # HEALTHY, PROBATION and SHUTDOWN are 0, 1 and 2 (SES API v2, GetAccount).
    "sending-disabled": Limit(
        {name: (MAINTENANCE, what, {}) for name, what in (("enabled", "SendingEnabled"), ("status", "EnforcementStatus"))},
        (paused((0,), (0,)), paused((1, 0), (0,)), paused((1,), (2,)), paused((1,), (0, 2))),
        (paused((1,), (0,)), paused((1,), (1,)), paused((1, 1), (1, 0)), paused((1, 1), (1, 1))),
        seconds=900,
        silence=STAYS,
    ),
    "account-under-review": one(MAINTENANCE, "EnforcementStatus", [(1,), (0, 1)], [(0,), (0, 0)], **WATCH),
    # SNS guide, "Monitoring Amazon SNS topics using CloudWatch".
    "alerts-undelivered": any_of_a_count("AWS/SNS", "NumberOfNotificationsFailed", TopicName="-alerts"),
    "stack-events-undelivered": any_of_a_count("AWS/Events", "FailedInvocations", RuleName="-stack-events"),
    # D-38: (Bounce + Reject) / Send above 5 % in two periods of 300 s with at least 100 mails.
    "ses-failure-rate": Limit(
        SES,
        (failures(100, (3, 1), (1, 1)), failures(100, (6,), ()), failures(100, (), (6,)), failures(1000, (40, 11), ())),
        (failures(100, (2, 1), (1, 1)), failures(98, (50,), ()), failures(100, (5,), ()), failures(100, (), (5,)),
         failures(99.9, (50,), (50,)), failures(100, (), ())),
        periods=2,
    ),
    "ses-send-anomaly": Band({"value": SES["send"]}, 3, below=True),
    # S-114.
    "security-event-anomaly": Band({"value": (SECURITY, "SecurityEvents", {})}, 3, below=False),
    # D-38: errors of the masking function above 1 %, events later than 900 s, anything not delivered.
    "mask-events-errors": Limit(
        {name: ("AWS/Lambda", name.title(), {"FunctionName": "-mask-events"}) for name in ("errors", "invocations")},
        (mask_errors((1, 0.01), (50, 50)), mask_errors((1, 1), (100,))),
        (mask_errors((0.5, 0.5), (50, 50)), mask_errors((), (10,)), mask_errors((0.2, 0.8), (1, 99))),
    ),
    "mask-events-throttles": any_of_a_count("AWS/Lambda", "Throttles", FunctionName="-mask-events"),
    "masked-processing-failed": average(
        0.99, "AWS/Firehose", "ExecuteProcessing.Success", DeliveryStreamName="-masked-logs-stream"
    ),
    "unmaskable-events": any_of_a_count("{environment}Mail", "UnmaskableEvents"),
    # S-52, S-92: 5 in five minutes is level 1, more than 5 in one minute level 2.
    "security-events": count(5, SECURITY, "SecurityEvents"),
    "security-event-burst": one(SECURITY, "SecurityEvents", [(3, 2.1), (6,)], [(2, 3), (0, 5)], seconds=60),
    "ip-restriction-violation": count(1, SECURITY, "IPRestrictionViolations", seconds=60),
    "privilege-escalation": count(1, SECURITY, "PrivilegeEscalations"),
    "key-misuse": count(1, SECURITY, "KeyMisuse"),
    "protection-change": count(1, SECURITY, "ProtectionChanges"),
    "unlisted-sender": count(1, SECURITY, "SendsFromUnlistedAddress"),
    "recorder-errors": errors("record-security-events"),
    "recorder-failed": dead_letters("recorder-failed"),
    # What is never silent: an hour of the trail, a day of the recorder, of the daily report and of the SMTP check.
    "trail-silent": silence(1, "trail"),
    "recorder-silent": silence(24, "recorder"),
    "daily-report-missing": silence(26, "daily-report"),
    "smtp-checks-missing": silence(26, "smtp-check"),
    "mail-missing": highest(0, MAINTENANCE, "MailMissing", **WATCH),
    "watch-missing": one(MAINTENANCE, "SendingEnabled", [()], [(0,), (1,), (1, 1)], periods=4, seconds=900, silence=RINGS),
    "maintenance-errors": errors("maintenance"),
    "maintenance-failed": dead_letters("maintenance-failed"),
    "ip-restriction-not-applied": highest(
        0, "{environment}Maintenance", "IpRestrictionFindings", seconds=3600, silence=STAYS
    ),
    "smtp-credentials-unhealthy": lowest(1, "{environment}Smtp", "SmtpCredentialsHealthy", seconds=86400),
    "smtp-credentials-old": highest(100, "{environment}Smtp", "SmtpCredentialsAgeDays", seconds=86400),
    "smtp-hand-over-late": highest(7, "{environment}Smtp", "SmtpHandOverDays", seconds=86400),
    "smtp-credentials-rotation-errors": errors("smtp-credentials-rotation"),
    "smtp-credentials-failed": dead_letters("smtp-credentials-failed"),
}  # fmt: skip

# Only where the DKIM rotation is.
DKIM_LIMITS: dict[str, Limit | Band] = {
    "dkim-checks-missing": silence(3, "dkim-check"),
    # S-91 to S-93: more than 1 % for DKIM, more than 5 % for SPF.
    "dkim-failure-rate": highest(1, "{environment}Dkim", "DkimFailureRate", **DKIM),
    "spf-failure-rate": highest(5, "{environment}Dkim", "SpfFailureRate", **DKIM),
    "dmarc-record": lowest(1, "{environment}Dkim", "DmarcHealthy", **DKIM),
    "dkim-overdue": highest(0, "{environment}Dkim", "DaysOverdue", **DKIM),
    "dkim-stuck": highest(3, "{environment}Dkim", "DaysStuck", **DKIM),
    # More than an hour; and whatever waits for a person.
    "dkim-unsigned": highest(60, "{environment}Dkim", "DkimUnsignedMinutes", **DKIM),
    "dkim-waits-for-person": highest(0, "{environment}Dkim", "WaitsForPerson", **DKIM),
    "dkim-dead-letters": dead_letters("dkim-dead-letters"),
    **{
        f"{name}-errors": errors(name)
        for name in (
            "dkim-rotation-orchestrator", "dkim-key-generator", "ses-config-updater", "notification-manager",
            "validation-monitor",
        )
    },
}  # fmt: skip


def limits(rotates_dkim: bool) -> dict[str, Limit | Band]:
    return LIMITS | DKIM_LIMITS if rotates_dkim else LIMITS
