"""After a launch: events through the deployed functions, then every deployed alarm rings once.

Emulated: time, the delivery by Firehose, and the evaluation of filters, rules and alarms (local_aws/semantics),
over what the services answer about filters, rules, functions and alarms. Not emulated here: the deployed code, S3,
the state of the alarms, the policy of the topic and the delivery by SNS, which local AWS has.
"""

import base64
import gzip
import json
import re
from collections.abc import Iterator

import pytest

from local_aws.semantics.alarm import ALARM, OK

from ..functions.ses_events import EVENTS, PERSONAL
from ..signals.cases import cases, ses_event
from ..signals.definitions import Definitions, from_aws
from ..signals.world import World
from .aws import TRAIL_LOG_GROUP, Aws, Environment, arn


def unmasked(text: str) -> list[str]:
    """Whatever has the form of an address and no mask in it."""
    return [found for found in re.findall(r"[^\s\"<>\\,;:]+(?:@|%40|＠)[\w.-]+", text) if not re.search(r"\*\*\*(?:@|%40|＠)", found)]


@pytest.fixture
def deployed(aws: Aws, environment: Environment) -> Definitions:
    code = {}
    for stack in environment.stacks:
        name = environment.named(stack)
        resources = aws.template(name)["Resources"]
        for made in aws.all("cloudformation", "list_stack_resources", "StackResourceSummaries", StackName=name):
            if made["ResourceType"] == "AWS::Lambda::Function":
                source = resources[made["LogicalResourceId"]]["Properties"]["Code"]["ZipFile"]
                code[made["PhysicalResourceId"]] = source
    return from_aws(aws, environment.name, environment.long_name, list(environment.mail_servers), TRAIL_LOG_GROUP, code)


def test_events_are_kept_masked_and_the_broken_ones_set_apart(
    aws: Aws, environment: Environment, deployed: Definitions
) -> None:
    world = World(deployed)
    events = [ses_event(world, kind) for kind in EVENTS]
    records = [json.dumps(event, ensure_ascii=False).encode() + b"\n" for event in events] + [b'{"broken": "taro']
    ((_, function, stream),) = deployed.stream_destinations
    answers = world.batch(function, stream, *records)["records"]

    # What Firehose does with the answers, and the masking function with S3.
    day = "events/2026/11/25/09/batch.gz"
    masked = b"".join(base64.b64decode(each["data"]) for each in answers if each["result"] == "Ok")
    objects = {
        (environment.bucket("raw"), day): gzip.compress(b"".join(records)),
        (environment.bucket("masked"), day): gzip.compress(masked),
        **world.objects,
    }
    try:
        for (bucket, key), body in objects.items():
            aws.s3.put_object(Bucket=bucket, Key=key, Body=body)
        raw = gzip.decompress(aws.s3.get_object(Bucket=environment.bucket("raw"), Key=day)["Body"].read())
        assert raw.splitlines() == [record.strip() for record in records]
        text = gzip.decompress(aws.s3.get_object(Bucket=environment.bucket("masked"), Key=day)["Body"].read()).decode()
        assert [json.loads(line)["eventType"] for line in text.splitlines()] == list(EVENTS)
        assert [each for each in PERSONAL if each.lower() in text.lower()] == []
        # A Message-ID looks like an address and is none.
        assert set(unmasked(text)) <= {"20251105.1234567890@mx.goo.ne.jp"}
        ((bucket, key),) = world.objects
        assert (bucket, key.startswith("errors/mask-events/")) == (environment.bucket("error"), True)
        (line,) = aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode().splitlines()
        assert base64.b64decode(json.loads(line)["data"]) == records[-1]
    finally:
        for bucket, key in objects:
            aws.s3.delete_object(Bucket=bucket, Key=key)
    assert world.state("unmaskable-events") == ALARM


@pytest.fixture
def inbox(aws: Aws, environment: Environment) -> Iterator[str]:
    """A queue beside the administrators' mailbox."""
    queue = aws.sqs.create_queue(QueueName=environment.named("inbox"))["QueueUrl"]
    made = aws.sns.subscribe(
        TopicArn=environment.topic,
        Protocol="sqs",
        Endpoint=arn("sqs", environment.named("inbox")),
        ReturnSubscriptionArn=True,
    )
    yield queue
    aws.sns.unsubscribe(SubscriptionArn=made["SubscriptionArn"])
    aws.sqs.delete_queue(QueueUrl=queue)


def test_every_alarm_rings_once(aws: Aws, environment: Environment, deployed: Definitions, inbox: str) -> None:
    names = sorted({**deployed.alarms, **deployed.composites})
    assert names == sorted(environment.named(name) for name in cases(deployed))
    for full in names:
        name, world = full.removeprefix(environment.named("")), World(deployed)
        cases(deployed)[name].ring(world)
        assert world.state(name) == ALARM
        if full in deployed.alarms:
            aws.cloudwatch.set_alarm_state(AlarmName=full, StateValue=ALARM, StateReason="rung by a test")
            aws.cloudwatch.set_alarm_state(AlarmName=full, StateValue=OK, StateReason="over")
    told = []
    while found := aws.sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10).get("Messages", []):
        for message in found:
            told.append(json.loads(json.loads(message["Body"])["Message"]))
            aws.sqs.delete_message(QueueUrl=inbox, ReceiptHandle=message["ReceiptHandle"])
    # The composite alarms follow the others; only level 3 mails.
    mailing = [name for name in names if not name.endswith(("incident-level-1", "incident-level-2"))]
    for state in (ALARM, OK):
        assert sorted({each["AlarmName"] for each in told if each["NewStateValue"] == state}) == mailing
    for each in told:
        assert each["AlarmDescription"].startswith("Level ")
