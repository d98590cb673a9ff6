"""Event destinations of configuration sets, refused where SES would refuse them."""

import re
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.firehose.models import firehose_backends
from moto.ses.utils import get_arn
from moto.sesv2.responses import SESV2Response
from moto.sns.models import sns_backends

from ..operation import error, operation, state
from ..roles import find, may, trusts
from .common import core
from .configuration_sets import configuration_set

DESTINATIONS = (
    "KinesisFirehoseDestination", "CloudWatchDestination", "SnsDestination",
    "EventBridgeDestination", "PinpointDestination",
)  # fmt: skip


def _destinations(self: SESV2Response) -> dict[str, dict[str, Any]]:
    name = configuration_set(self).configuration_set_name
    return state(core(self), "event_destinations").setdefault(name, {})  # type: ignore[no-any-return]


def _destination(self: SESV2Response, destinations: dict[str, Any]) -> str:
    name = self._get_param("EventDestinationName")
    if name not in destinations:
        raise error("NotFoundException", f"Event destination <{name}> does not exist.")
    return str(name)


def _checked(self: SESV2Response) -> dict[str, Any]:
    """The definition of the request, refused where SES would refuse it."""
    definition: dict[str, Any] = self._get_param("EventDestination") or {}
    given = [kind for kind in DESTINATIONS if kind in definition]
    if len(given) != 1:
        raise error("BadRequestException", "Exactly one destination must be specified in an event destination.")
    if not definition.get("MatchingEventTypes"):
        raise error("BadRequestException", "At least one event type must be specified.")
    if check := CHECKS.get(given[0]):
        check(self, definition[given[0]])
    return {"Enabled": False, **definition}


def _check_firehose(self: SESV2Response, destination: dict[str, str]) -> None:
    """SES takes the role at once, and the condition keys that it sends are of this account and configuration set.

    SES guide, "Set up an Amazon Data Firehose event destination", with the role's two policies.
    """
    stream, role = destination["DeliveryStreamArn"], destination["IamRoleArn"]
    streams = firehose_backends[self.current_account][self.region].delivery_streams.values()
    if stream not in [existing.delivery_stream_arn for existing in streams]:
        raise error("BadRequestException", f"Delivery stream <{stream}> does not exist.")
    taken = find(self.current_account, role)
    context = {
        "aws:SourceAccount": self.current_account,
        "aws:SourceArn": get_arn(self.sesv2_backend, "ses", f"configuration-set/{self._get_param('ConfigurationSetName')}"),
    }
    if taken is None or not trusts(taken, "ses", context):
        raise error("BadRequestException", f"Could not assume IAM role <{role}>.")
    if not may(taken, "firehose:PutRecordBatch", stream):
        raise error("BadRequestException", f"IAM role <{role}> may not put records into delivery stream <{stream}>.")


def _check_cloudwatch(self: SESV2Response, destination: dict[str, Any]) -> None:
    for dimension in destination["DimensionConfigurations"]:
        if not re.fullmatch(r"[a-zA-Z0-9_:-]{1,256}", dimension["DimensionName"]):
            raise error("BadRequestException", f"Invalid dimension name <{dimension['DimensionName']}>.")
        if not re.fullmatch(r"[a-zA-Z0-9_@.-]{1,256}", dimension["DefaultDimensionValue"]):
            raise error("BadRequestException", "Invalid default dimension value.")


def _check_sns(self: SESV2Response, destination: dict[str, str]) -> None:
    if destination["TopicArn"] not in sns_backends[self.current_account][self.region].topics:
        raise error("BadRequestException", f"SNS topic <{destination['TopicArn']}> not found.")


def _check_event_bridge(self: SESV2Response, destination: dict[str, str]) -> None:
    if not destination["EventBusArn"].endswith(":event-bus/default"):
        raise error("BadRequestException", "Only the default event bus is supported.")


CHECKS = {
    "KinesisFirehoseDestination": _check_firehose,
    "CloudWatchDestination": _check_cloudwatch,
    "SnsDestination": _check_sns,
    "EventBridgeDestination": _check_event_bridge,
}


@operation(SESV2Response)
def create_configuration_set_event_destination(self: SESV2Response) -> ActionResult:
    destinations, name = _destinations(self), self._get_param("EventDestinationName")
    if name in destinations:
        raise error("AlreadyExistsException", f"Event destination <{name}> already exists.")
    if len(destinations) == 10:
        raise error("LimitExceededException", "A configuration set has at most 10 event destinations.")
    destinations[name] = _checked(self)
    return EmptyResult()


@operation(SESV2Response)
def update_configuration_set_event_destination(self: SESV2Response) -> ActionResult:
    destinations = _destinations(self)
    destinations[_destination(self, destinations)] = _checked(self)
    return EmptyResult()


@operation(SESV2Response)
def delete_configuration_set_event_destination(self: SESV2Response) -> ActionResult:
    destinations = _destinations(self)
    del destinations[_destination(self, destinations)]
    return EmptyResult()


@operation(SESV2Response)
def get_configuration_set_event_destinations(self: SESV2Response) -> ActionResult:
    found = [{"Name": name, **definition} for name, definition in _destinations(self).items()]
    return ActionResult({"EventDestinations": found})
