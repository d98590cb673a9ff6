"""EventBridge: targets get an event only if their policy lets EventBridge in, and the rule's metrics count it.

moto asks nobody, has no topics as targets, and publishes no metrics.
"""

import copy
import json
import re
import uuid
from datetime import datetime, timezone
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.core.utils import unix_time
from moto.events.models import EventsBackend, Rule, events_backends
from moto.logs.models import logs_backends
from moto.sns.models import sns_backends
from moto.utilities.arns import parse_arn

from ..semantics import event_pattern
from ..semantics.event_pattern import InvalidPattern
from ..semantics.iam import Request, lets_in, service
from .operation import error
from .roles import document

EVENTS = service("events")
OVER_TLS = {"aws:SecureTransport": "true"}
_send_to_targets = Rule.send_to_targets


def tell(account: str, region: str, source: str, kind: str, resources: list[str], detail: dict[str, Any]) -> None:
    """An event of a service, on the default bus. PutEvents takes none from sources that begin with "aws."."""
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": source,
        "account": account,
        "time": unix_time(),
        "region": region,
        "resources": resources,
        "detail": detail,
        "ingestion-time": unix_time(),
    }
    for rule in list(events_backends[account][region].event_buses["default"].rules.values()):
        rule.send_to_targets(copy.deepcopy(event))  # type: ignore[arg-type]


def _send(self: Rule, original_event: Any, transform_input: bool = True) -> None:
    pattern = self.event_pattern.get_pattern()
    if self.state != "ENABLED" or not (pattern and event_pattern.matches(pattern, original_event)):
        return
    _count(self, "MatchedEvents")
    for target in self.targets:
        _count(self, "Invocations")
        if not _may_reach(self, target):
            _count(self, "FailedInvocations")
        elif ":sns:" in target["Arn"]:
            topics = sns_backends[self.account_id][self.region_name]
            topics.publish(_input(target, original_event), arn=target["Arn"])
        else:
            one = copy.copy(self)
            one.targets = [target]
            _send_to_targets(one, original_event, transform_input)


def _count(rule: Rule, metric: str) -> None:
    """EventBridge guide, "Monitoring Amazon EventBridge": AWS/Events, by the dimension RuleName."""
    datum = {
        "MetricName": metric,
        "Dimensions": [{"Name": "RuleName", "Value": rule.name}],
        "Value": 1.0,
        "Unit": "Count",
        "Timestamp": datetime.now(timezone.utc).replace(tzinfo=None),
    }
    cloudwatch_backends[rule.account_id][rule.region_name].put_metric_data("AWS/Events", [datum])


def _may_reach(rule: Rule, target: dict[str, Any]) -> bool:
    """EventBridge guide, "Using resource-based policies for Amazon EventBridge".

    "You can't use Condition blocks in Amazon SNS topic policies for EventBridge": it sends no keys that could hold.
    With a RoleArn the delivery to a topic or log group may fail, so here it does.
    """
    arn = parse_arn(target["Arn"])
    if arn.service == "sns":
        topic = sns_backends[rule.account_id][rule.region_name].topics.get(target["Arn"])
        request = Request("sns:Publish", target["Arn"], OVER_TLS)
        return topic is not None and "RoleArn" not in target and lets_in(document(topic.policy), EVENTS, request)
    if arn.service == "logs":
        return "RoleArn" not in target and _may_write(rule, f"{target['Arn'].removesuffix(':*')}:log-stream:one")
    return True


def _may_write(rule: Rule, stream: str) -> bool:
    """The page's example has a condition on the rule for PutLogEvents, and none for CreateLogStream."""
    policies = logs_backends[rule.account_id][rule.region_name].resource_policies.values()
    statements = [each for policy in policies for each in document(policy.policy_document)["Statement"]]
    asked = (
        Request("logs:CreateLogStream", stream),
        Request("logs:PutLogEvents", stream, {"aws:SourceArn": rule.arn, "aws:SourceAccount": rule.account_id}),
    )
    return all(lets_in({"Statement": statements}, EVENTS, request) for request in asked)


def _input(target: dict[str, Any], event: dict[str, Any]) -> str:
    """What the target gets: the event, or the text of its InputTransformer; a variable without a value is empty."""
    transformer = target.get("InputTransformer")
    if not transformer:
        at = datetime.fromtimestamp(event["time"], timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        return json.dumps({key: value for key, value in {**event, "time": at}.items() if key != "ingestion-time"})
    paths = transformer.get("InputPathsMap", {})

    def value(variable: re.Match[str]) -> str:
        found: Any = event
        for name in paths[variable[1]].split(".")[1:]:
            found = found.get(name, "") if isinstance(found, dict) else ""
        return json.dumps(found)[1:-1] if isinstance(found, str) else json.dumps(found)

    template = transformer["InputTemplate"]
    return re.sub(r"<([^<>]+)>", lambda match: value(match) if match[1] in paths else match[0], template)


Rule.send_to_targets = _send  # type: ignore[method-assign]


# What EventBridge refuses: EventBridge guide, "Amazon EventBridge quotas", and its API reference.
TARGETS = 5
_put_rule, _put_targets, _put_events = EventsBackend.put_rule, EventsBackend.put_targets, EventsBackend.put_events


def _checked_rule(self: EventsBackend, name: str, *arguments: Any, **named: Any) -> Rule:
    if pattern := named.get("event_pattern"):
        try:
            event_pattern.matches(json.loads(pattern), {})
        except (ValueError, InvalidPattern) as problem:
            raise error("InvalidEventPatternException", f"Event pattern is not valid. Reason: {problem}") from None
    return _put_rule(self, name, *arguments, **named)


def _few_targets(self: EventsBackend, name: str, event_bus_arn: str | None, targets: list[dict[str, Any]]) -> None:
    rule = self.describe_rule(name, event_bus_arn)
    if len({target["Id"] for target in [*rule.targets, *targets]}) > TARGETS:
        raise error("LimitExceededException", f"The requested resource exceeds the maximum number allowed: {TARGETS}.")
    _put_targets(self, name, event_bus_arn, targets)


def _put_own_events(self: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A source that begins with "aws." is a service's: nobody else may say so."""
    refused = {
        "ErrorCode": "NotAuthorizedForSourceException",
        "ErrorMessage": "Not authorized for the source.",
    }
    theirs = [str(event.get("Source", "")).startswith("aws.") for event in events]
    sent = iter(_put_events(self, [event for event, of_aws in zip(events, theirs, strict=True) if not of_aws]))
    return [refused if of_aws else next(sent) for of_aws in theirs]


EventsBackend.put_rule = _checked_rule  # type: ignore[method-assign]
EventsBackend.put_targets = _few_targets  # type: ignore[method-assign]
EventsBackend.put_events = _put_own_events  # type: ignore[method-assign]
