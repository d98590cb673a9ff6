"""AWS::Scheduler"""

from typing import Any

from ..cloudformation.resource_type import Request, ResourceType


class Schedule(ResourceType):
    name = "AWS::Scheduler::Schedule"
    settings = ("Description", "EndDate", "FlexibleTimeWindow", "GroupName", "KmsKeyArn", "ScheduleExpression",
                "ScheduleExpressionTimezone", "StartDate", "State", "Target")  # fmt: skip
    properties = {*settings, "Name"}

    def create(self, r: Request) -> str:
        r.physical_id = r.name("Name", 64)
        r.aws.client("scheduler").create_schedule(Name=r.physical_id, **self._settings(r))
        return r.physical_id

    def update(self, r: Request) -> None:
        r.aws.client("scheduler").update_schedule(Name=r.physical_id, **self._settings(r))

    def delete(self, r: Request) -> None:
        scheduler = r.aws.client("scheduler")
        try:
            scheduler.delete_schedule(Name=r.physical_id, **r.some("GroupName"))
        except scheduler.exceptions.ResourceNotFoundException:
            pass

    def attributes(self, r: Request) -> dict[str, Any]:
        group = r.properties.get("GroupName", "default")
        return {"Arn": r.aws.arn("scheduler", f"schedule/{group}/{r.physical_id}")}

    def _settings(self, r: Request) -> dict[str, Any]:
        return {"State": "ENABLED", **r.some(*self.settings)}
