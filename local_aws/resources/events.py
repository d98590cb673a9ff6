"""AWS::Events"""

import json
from typing import Any

from ..cloudformation.resource_type import Refused, Request, ResourceType, as_list


class Rule(ResourceType):
    name = "AWS::Events::Rule"
    properties = {
        "Description", "EventBusName", "EventPattern", "Name", "RoleArn", "ScheduleExpression", "State",
        "Tags", "Targets",
    }  # fmt: skip

    def create(self, r: Request) -> str:
        events, name = r.aws.client("events"), r.name("Name", 64)
        existing = events.list_rules(NamePrefix=name, **r.some("EventBusName"))["Rules"]
        if any(rule["Name"] == name for rule in existing):
            raise Refused(f"Rule {name} already exists", "AlreadyExists")
        r.physical_id = name  # from here on it is ours
        self._put(r, Tags=as_list(r.tags()))
        return r.physical_id

    def update(self, r: Request) -> None:
        events = r.aws.client("events")
        self._put(r)
        changed, gone = r.tag_changes()
        if gone:
            events.untag_resource(ResourceARN=self._arn(r), TagKeys=gone)
        if changed:
            events.tag_resource(ResourceARN=self._arn(r), Tags=as_list(changed))

    def delete(self, r: Request) -> None:
        self._remove_targets(r, [target["Id"] for target in r.properties.get("Targets", [])])
        r.aws.client("events").delete_rule(Name=r.physical_id, **r.some("EventBusName"))

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Arn": self._arn(r), "RuleName": r.physical_id}

    def replaced_by(self, r: Request) -> list[str]:
        return ["EventBusName"] if r.changed("EventBusName") else []

    def current(self, r: Request) -> dict[str, Any] | None:
        events = r.aws.client("events")
        try:
            found = events.describe_rule(Name=r.physical_id, **r.some("EventBusName"))
        except events.exceptions.ResourceNotFoundException:
            return None
        if "EventPattern" in found:
            found["EventPattern"] = json.loads(found["EventPattern"])
        plain = ("Description", "EventPattern", "ScheduleExpression", "State")
        return {key: found.get(key) for key in plain if key in r.properties}

    def _put(self, r: Request, **more: Any) -> None:
        request = r.some("Description", "EventBusName", "RoleArn", "ScheduleExpression", "State")
        if pattern := r.properties.get("EventPattern"):
            request["EventPattern"] = pattern if isinstance(pattern, str) else json.dumps(pattern)
        events = r.aws.client("events")
        events.put_rule(Name=r.physical_id, **request, **more)
        targets = r.properties.get("Targets", [])
        kept = {target["Id"] for target in targets}
        self._remove_targets(r, [t["Id"] for t in r.previous.get("Targets", []) if t["Id"] not in kept])
        if targets:
            answer = events.put_targets(Rule=r.physical_id, Targets=targets, **r.some("EventBusName"))
            if answer["FailedEntryCount"]:
                raise Refused(str(answer["FailedEntries"]))

    @staticmethod
    def _remove_targets(r: Request, ids: list[str]) -> None:
        if ids:
            r.aws.client("events").remove_targets(Rule=r.physical_id, Ids=ids, **r.some("EventBusName"))

    @staticmethod
    def _arn(r: Request) -> str:
        bus = r.properties.get("EventBusName", "default").rpartition("/")[2]
        return r.aws.arn("events", "rule/" + (r.physical_id if bus == "default" else f"{bus}/{r.physical_id}"))
