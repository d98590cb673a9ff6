"""EventBridge Scheduler: the checks of CreateSchedule and UpdateSchedule that moto does not make."""

import json
import re
from typing import Any
from zoneinfo import ZoneInfo

from moto.core.exceptions import JsonRESTError
from moto.scheduler.models import EventBridgeSchedulerBackend

from .roles import find, trusts

EXPRESSION = re.compile(r"(rate\([1-9]\d* (minute|hour|day)s?\)|cron\([^ ()]+( [^ ()]+){5}\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\))")

_create = EventBridgeSchedulerBackend.create_schedule
_update = EventBridgeSchedulerBackend.update_schedule


def _check(self: EventBridgeSchedulerBackend, schedule: dict[str, Any]) -> None:
    if not EXPRESSION.fullmatch(schedule["schedule_expression"]):
        raise _refused(f"Invalid Schedule Expression {schedule['schedule_expression']}.")
    if zone := schedule["schedule_expression_timezone"]:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError):
            raise _refused(f"Invalid Schedule Expression Timezone {zone}.") from None
    if text := schedule["target"].get("Input"):
        try:
            json.loads(text)
        except ValueError:
            if ":function:" in schedule["target"]["Arn"]:
                raise _refused("The Input of a Lambda target is not JSON.") from None
    _check_role(self, schedule)


def _check_role(self: EventBridgeSchedulerBackend, schedule: dict[str, Any]) -> None:
    """The source is the group of the schedule, never the schedule: Scheduler guide, "Confused deputy prevention"."""
    group = f"schedule-group/{schedule.get('group_name') or 'default'}"
    context = {
        "aws:SourceAccount": self.account_id,
        "aws:SourceArn": f"arn:aws:scheduler:{self.region_name}:{self.account_id}:{group}",
    }
    role = find(self.account_id, schedule["target"]["RoleArn"])
    if role is None or not trusts(role, "scheduler", context):
        raise _refused("The execution role you provide must allow AWS EventBridge Scheduler to assume the role.")


def _refused(message: str) -> JsonRESTError:
    return JsonRESTError("ValidationException", message)


def _checked_create(self: EventBridgeSchedulerBackend, *arguments: Any, **schedule: Any) -> Any:
    _check(self, schedule)
    return _create(self, *arguments, **schedule)


def _checked_update(self: EventBridgeSchedulerBackend, *arguments: Any, **schedule: Any) -> Any:
    _check(self, schedule)
    return _update(self, *arguments, **schedule)


EventBridgeSchedulerBackend.create_schedule = _checked_create  # type: ignore[method-assign]
EventBridgeSchedulerBackend.update_schedule = _checked_update  # type: ignore[method-assign]
