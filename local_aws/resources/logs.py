"""AWS::Logs"""

import json
from typing import Any

from ..cloudformation.resource_type import Refused, Request, ResourceType
from .shape import lower_first


def _document(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


class LogGroup(ResourceType):
    name = "AWS::Logs::LogGroup"
    properties = {"DataProtectionPolicy", "KmsKeyId", "LogGroupClass", "LogGroupName", "RetentionInDays", "Tags"}

    def create(self, r: Request) -> str:
        name = r.name("LogGroupName", 512)
        optional = {"kmsKeyId": "KmsKeyId", "logGroupClass": "LogGroupClass"}
        r.aws.client("logs").create_log_group(
            logGroupName=name,
            **({"tags": r.tags()} if r.tags() else {}),
            **{key: r.properties[declared] for key, declared in optional.items() if declared in r.properties},
        )
        r.physical_id = name
        self._apply(r)
        return name

    def update(self, r: Request) -> None:
        logs, arn = r.aws.client("logs"), self._arn(r)
        if r.changed("KmsKeyId", "LogGroupClass"):
            raise Refused("Local AWS cannot change KmsKeyId or LogGroupClass of a log group")
        self._apply(r)
        changed, gone = r.tag_changes()
        if gone:
            logs.untag_resource(resourceArn=arn, tagKeys=gone)
        if changed:
            logs.tag_resource(resourceArn=arn, tags=changed)

    def delete(self, r: Request) -> None:
        r.aws.client("logs").delete_log_group(logGroupName=r.physical_id)

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Arn": f"{self._arn(r)}:*"}

    def current(self, r: Request) -> dict[str, Any] | None:
        found = r.aws.client("logs").describe_log_groups(logGroupNamePrefix=r.physical_id)["logGroups"]
        group = next((group for group in found if group["logGroupName"] == r.physical_id), None)
        return None if group is None else {"RetentionInDays": group.get("retentionInDays")}

    @staticmethod
    def _arn(r: Request) -> str:
        return r.aws.arn("logs", f"log-group:{r.physical_id}")

    @staticmethod
    def _apply(r: Request) -> None:
        logs, name = r.aws.client("logs"), r.physical_id
        if r.changed("RetentionInDays"):
            if days := r.properties.get("RetentionInDays"):
                logs.put_retention_policy(logGroupName=name, retentionInDays=days)
            else:
                logs.delete_retention_policy(logGroupName=name)
        if r.changed("DataProtectionPolicy"):
            if policy := r.properties.get("DataProtectionPolicy"):
                logs.put_data_protection_policy(logGroupIdentifier=name, policyDocument=_document(policy))
            else:
                logs.delete_data_protection_policy(logGroupIdentifier=name)


class LogStream(ResourceType):
    name = "AWS::Logs::LogStream"
    properties = {"LogGroupName", "LogStreamName"}

    def create(self, r: Request) -> str:
        stream = r.name("LogStreamName", 512)
        r.aws.client("logs").create_log_stream(
            logGroupName=r.properties["LogGroupName"], logStreamName=stream
        )
        return stream

    def delete(self, r: Request) -> None:
        r.aws.client("logs").delete_log_stream(
            logGroupName=r.properties["LogGroupName"], logStreamName=r.physical_id
        )


class MetricFilter(ResourceType):
    name = "AWS::Logs::MetricFilter"
    properties = {"FilterName", "FilterPattern", "LogGroupName", "MetricTransformations"}

    def create(self, r: Request) -> str:
        name = r.name("FilterName", 512)
        found = r.aws.client("logs").describe_metric_filters(
            logGroupName=r.properties["LogGroupName"], filterNamePrefix=name
        )["metricFilters"]
        if any(metric_filter["filterName"] == name for metric_filter in found):
            raise Refused(f"Metric filter {name} already exists", "AlreadyExists")
        self._put(r, name)
        return name

    def update(self, r: Request) -> None:
        self._put(r, r.physical_id)

    def delete(self, r: Request) -> None:
        r.aws.client("logs").delete_metric_filter(
            logGroupName=r.properties["LogGroupName"], filterName=r.physical_id
        )

    @staticmethod
    def _put(r: Request, name: str) -> None:
        transformations = lower_first(r.properties["MetricTransformations"])
        for transformation in transformations:
            if dimensions := transformation.get("dimensions"):
                transformation["dimensions"] = {d["key"]: d["value"] for d in dimensions}
        r.aws.client("logs").put_metric_filter(
            logGroupName=r.properties["LogGroupName"],
            filterName=name,
            filterPattern=r.properties["FilterPattern"],
            metricTransformations=transformations,
        )


class SubscriptionFilter(ResourceType):
    name = "AWS::Logs::SubscriptionFilter"
    properties = {"DestinationArn", "Distribution", "FilterName", "FilterPattern", "LogGroupName", "RoleArn"}

    def create(self, r: Request) -> str:
        name, group = r.name("FilterName", 512), r.properties["LogGroupName"]
        found = r.aws.client("logs").describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
        if any(each["filterName"] == name for each in found):
            raise Refused(f"Subscription filter {name} already exists", "AlreadyExists")
        self._put(r, name)
        return name

    def update(self, r: Request) -> None:
        self._put(r, r.physical_id)

    def delete(self, r: Request) -> None:
        r.aws.client("logs").delete_subscription_filter(
            logGroupName=r.properties["LogGroupName"], filterName=r.physical_id
        )

    @staticmethod
    def _put(r: Request, name: str) -> None:
        optional = lower_first(r.some("Distribution", "RoleArn"))
        r.aws.client("logs").put_subscription_filter(
            logGroupName=r.properties["LogGroupName"],
            filterName=name,
            filterPattern=r.properties["FilterPattern"],
            destinationArn=r.properties["DestinationArn"],
            **optional,
        )


class QueryDefinition(ResourceType):
    name = "AWS::Logs::QueryDefinition"
    properties = {"LogGroupNames", "Name", "QueryLanguage", "QueryString"}

    def create(self, r: Request) -> str:
        return self._put(r)

    def update(self, r: Request) -> None:
        self._put(r, queryDefinitionId=r.physical_id)

    def delete(self, r: Request) -> None:
        r.aws.client("logs").delete_query_definition(queryDefinitionId=r.physical_id)

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"QueryDefinitionId": r.physical_id}

    def _put(self, r: Request, **more: str) -> str:
        request = lower_first(r.some(*self.properties))
        return str(r.aws.client("logs").put_query_definition(**request, **more)["queryDefinitionId"])


class ResourcePolicy(ResourceType):
    name = "AWS::Logs::ResourcePolicy"
    properties = {"PolicyDocument", "PolicyName"}

    def create(self, r: Request) -> str:
        name = r.properties["PolicyName"]
        found = r.aws.client("logs").describe_resource_policies()["resourcePolicies"]
        if any(policy["policyName"] == name for policy in found):
            raise Refused(f"Resource policy {name} already exists", "AlreadyExists")
        self.update(r)
        return str(name)

    def update(self, r: Request) -> None:
        r.aws.client("logs").put_resource_policy(
            policyName=r.properties["PolicyName"], policyDocument=_document(r.properties["PolicyDocument"])
        )

    def delete(self, r: Request) -> None:
        r.aws.client("logs").delete_resource_policy(policyName=r.physical_id)


class SubscriptionFilter(ResourceType):
    name = "AWS::Logs::SubscriptionFilter"
    properties = {"DestinationArn", "Distribution", "FilterName", "FilterPattern", "LogGroupName", "RoleArn"}

    def create(self, r: Request) -> str:
        name = r.name("FilterName", 512)
        found = r.aws.client("logs").describe_subscription_filters(logGroupName=r.properties["LogGroupName"])
        if any(existing["filterName"] == name for existing in found["subscriptionFilters"]):
            raise Refused(f"Subscription filter {name} already exists", "AlreadyExists")
        self._put(r, name)
        return name

    def update(self, r: Request) -> None:
        self._put(r, r.physical_id)

    def _put(self, r: Request, name: str) -> None:
        request = lower_first(r.some(*self.properties)) | {"filterName": name}
        r.aws.client("logs").put_subscription_filter(**request)

    def delete(self, r: Request) -> None:
        r.aws.client("logs").delete_subscription_filter(
            logGroupName=r.properties["LogGroupName"], filterName=r.physical_id
        )
