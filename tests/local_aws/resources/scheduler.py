"""AWS::Scheduler"""

from typing import Any

from ..cloudformation.resource_type import Request, ResourceType


class Schedule(ResourceType):
    name = "AWS::Scheduler::Schedule"
    settings = (
        "Description", "EndDate", "FlexibleTimeWindow", "GroupName", "KmsKeyArn", "ScheduleExpression",
        "ScheduleExpressionTimezone", "StartDate", "State", "Target",
    )  # fmt: skip
    properties = {*settings, "Name"}

    def create(self, r: Request) -> str:
        name = r.name("Name", 64)
        r.aws.client("scheduler").create_schedule(Name=name, **r.some(*self.settings))
        return name

    def update(self, r: Request) -> None:
        # What is not named goes back to its default.
        r.aws.client("scheduler").update_schedule(Name=r.physical_id, **r.some(*self.settings))

    def delete(self, r: Request) -> None:
        r.aws.client("scheduler").delete_schedule(Name=r.physical_id, **r.some("GroupName"))

    def attributes(self, r: Request) -> dict[str, Any]:
        group = r.properties.get("GroupName", "default")
        return {"Arn": r.aws.arn("scheduler", f"schedule/{group}/{r.physical_id}")}
