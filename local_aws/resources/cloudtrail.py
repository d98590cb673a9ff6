"""AWS::CloudTrail"""

from typing import Any

from ..cloudformation.resource_type import Request, ResourceType, as_list


class Trail(ResourceType):
    name = "AWS::CloudTrail::Trail"
    configuration = (
        "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn", "EnableLogFileValidation", "IncludeGlobalServiceEvents",
        "IsMultiRegionTrail", "S3BucketName", "S3KeyPrefix", "SnsTopicName",
    )  # fmt: skip
    properties = {*configuration, "AdvancedEventSelectors", "EventSelectors", "IsLogging", "Tags", "TrailName"}

    def create(self, r: Request) -> str:
        name = r.name("TrailName", 128)
        r.aws.client("cloudtrail").create_trail(Name=name, TagsList=as_list(r.tags()), **r.some(*self.configuration))
        r.physical_id = name
        self._select(r)
        return name

    def update(self, r: Request) -> None:
        cloudtrail = r.aws.client("cloudtrail")
        cloudtrail.update_trail(Name=r.physical_id, **r.some(*self.configuration))
        self._select(r)
        changed, gone = r.tag_changes()
        if gone:
            cloudtrail.remove_tags(ResourceId=self._arn(r), TagsList=[{"Key": key} for key in gone])
        if changed:
            cloudtrail.add_tags(ResourceId=self._arn(r), TagsList=as_list(changed))

    def delete(self, r: Request) -> None:
        r.aws.client("cloudtrail").delete_trail(Name=r.physical_id)

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Arn": self._arn(r)}

    def current(self, r: Request) -> dict[str, Any] | None:
        cloudtrail = r.aws.client("cloudtrail")
        try:
            found = cloudtrail.get_trail(Name=r.physical_id)["Trail"]
        except cloudtrail.exceptions.TrailNotFoundException:
            return None
        found["EnableLogFileValidation"] = found.get("LogFileValidationEnabled")
        plain = [key for key in self.configuration if key in r.properties]
        logging = cloudtrail.get_trail_status(Name=r.physical_id)["IsLogging"]
        return {**{key: found.get(key) for key in plain}, "IsLogging": logging}

    def _select(self, r: Request) -> None:
        cloudtrail = r.aws.client("cloudtrail")
        if selectors := r.some("AdvancedEventSelectors", "EventSelectors"):
            cloudtrail.put_event_selectors(TrailName=r.physical_id, **selectors)
        if r.properties["IsLogging"]:
            cloudtrail.start_logging(Name=r.physical_id)
        else:
            cloudtrail.stop_logging(Name=r.physical_id)

    @staticmethod
    def _arn(r: Request) -> str:
        return r.aws.arn("cloudtrail", f"trail/{r.physical_id}")
