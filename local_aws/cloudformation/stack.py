"""A stack: what was asked for, what there is, and what happened."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from ..services import events
from . import template


@dataclass
class Event:
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None
    timestamp: datetime
    token: str | None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Resource:
    logical_id: str
    type: str
    physical_id: str = ""
    status: str = ""
    reason: str | None = None
    timestamp: datetime | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    declaration: dict[str, Any] = field(default_factory=dict)  # as the template has it
    handle: Any = None
    drift: dict[str, Any] | None = None

    @property
    def is_there(self) -> bool:
        """Deleted and released resources stay in the list of their stack."""
        return self.status not in ("DELETE_COMPLETE", "DELETE_SKIPPED")


@dataclass
class Output:
    key: str
    value: str
    description: str | None
    export: str | None


@dataclass
class Target:
    """What a stack is made from; an update brings a new one."""

    body: str
    parameters: dict[str, str]
    tags: dict[str, str]

    def __post_init__(self) -> None:
        self.template = template.parse(self.body)
        self.declared: dict[str, Any] = self.template.get("Parameters", {})

    def same_as(self, other: "Target") -> bool:
        """Comments and spaces are no change."""
        return (
            self.template == other.template
            and self.parameters == other.parameters
            and self.tags == other.tags
        )


class Stack:
    def __init__(self, name: str, region: str, account_id: str, target: Target | None):
        self.name = name
        self.stack_id = f"arn:aws:cloudformation:{region}:{account_id}:stack/{name}/{uuid.uuid4()}"
        self.region, self.account_id = region, account_id
        self.target = target  # None while a change set is reviewed
        self.status = ""
        self.reason: str | None = None
        self.created = datetime.now(timezone.utc)
        self.updated: datetime | None = None
        self.deleted: datetime | None = None
        self.resources: dict[str, Resource] = {}
        self.outputs: list[Output] = []
        self.events: list[Event] = []
        self.imports: set[str] = set()
        self.options: dict[str, Any] = {}  # RoleARN, NotificationARNs… as they were given
        self.policy: str | None = None
        self.protected = False
        self.cancelled = False  # the operation in progress goes no further
        self.token: str | None = None
        self.drift: dict[str, Any] = {"StackDriftStatus": "NOT_CHECKED"}
        self.detections: dict[str, datetime] = {}  # of drift, by id

    @property
    def tags(self) -> dict[str, str]:  # moto's tagging service reads it
        return self.target.tags if self.target else {}

    def record(self, status: str, reason: str | None = None) -> None:
        """The stack itself comes to a status, and EventBridge hears of it (CloudFormation User Guide, "Managing events with
        CloudFormation and Amazon EventBridge")."""
        self.status, self.reason = status, reason
        self._event(self.name, self.stack_id, "AWS::CloudFormation::Stack", status, reason)
        details = {"status": status, "status-reason": reason or ""}
        events.tell(
            self.account_id,
            self.region,
            "aws.cloudformation",
            "CloudFormation Stack Status Change",
            [self.stack_id],
            {"stack-id": self.stack_id, "status-details": details, "client-request-token": self.token or ""},
        )

    def record_resource(self, resource: Resource, status: str, reason: str | None = None) -> None:
        resource.status, resource.reason = status, reason
        resource.timestamp = self._event(
            resource.logical_id, resource.physical_id, resource.type, status, reason
        ).timestamp

    def _event(self, *what: Any) -> Event:
        now = datetime.now(timezone.utc)
        if self.events and now <= self.events[-1].timestamp + timedelta(milliseconds=1):
            # Readers sort by time, and the API has milliseconds: no two events share one.
            now = self.events[-1].timestamp + timedelta(milliseconds=1)
        event = Event(*what, timestamp=now, token=self.token)
        self.events.append(event)
        return event
