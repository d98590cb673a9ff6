"""AWS::CloudWatch"""

import json
from typing import Any

from ..cloudformation.resource_type import Refused, Request, ResourceType, as_list
from .shape import renamed


def _retag(r: Request, arn: str) -> None:
    cloudwatch = r.aws.client("cloudwatch")
    changed, gone = r.tag_changes()
    if gone:
        cloudwatch.untag_resource(ResourceARN=arn, TagKeys=gone)
    if changed:
        cloudwatch.tag_resource(ResourceARN=arn, Tags=as_list(changed))


class _AnyAlarm(ResourceType):
    """What metric alarms and composite alarms have in common."""

    listed_under = ""
    operation = ""

    def create(self, r: Request) -> str:
        name = r.name("AlarmName", 255)
        if any(self._found(r, name).values()):
            # The API would silently take the existing one over.
            raise Refused(f"Alarm {name} already exists", "AlreadyExists")
        self._put(r, name, Tags=as_list(r.tags()))
        return name

    def update(self, r: Request) -> None:
        self._put(r, r.physical_id)
        _retag(r, self._arn(r))

    def delete(self, r: Request) -> None:
        r.aws.client("cloudwatch").delete_alarms(AlarmNames=[r.physical_id])

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Arn": self._arn(r)}

    def current(self, r: Request) -> dict[str, Any] | None:
        found = self._found(r, r.physical_id)[self.listed_under]
        if not found:
            return None
        plain = [key for key in r.properties if key not in ("AlarmName", "Tags", "Metrics")]
        return {key: found[0].get(key) for key in plain}

    def _put(self, r: Request, name: str, **more: Any) -> None:
        request = r.some(*(self.properties - {"AlarmName", "Tags"}))
        getattr(r.aws.client("cloudwatch"), self.operation)(AlarmName=name, **request, **more)

    @staticmethod
    def _found(r: Request, name: str) -> dict[str, list[dict[str, Any]]]:
        answer = r.aws.client("cloudwatch").describe_alarms(
            AlarmNames=[name], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        return {key: answer.get(key, []) for key in ("MetricAlarms", "CompositeAlarms")}

    @staticmethod
    def _arn(r: Request) -> str:
        return r.aws.arn("cloudwatch", f"alarm:{r.physical_id}")


class Alarm(_AnyAlarm):
    name = "AWS::CloudWatch::Alarm"
    listed_under = "MetricAlarms"
    operation = "put_metric_alarm"
    properties = {
        "ActionsEnabled", "AlarmActions", "AlarmDescription", "AlarmName", "ComparisonOperator",
        "DatapointsToAlarm", "Dimensions", "EvaluateLowSampleCountPercentile", "EvaluationPeriods",
        "ExtendedStatistic", "InsufficientDataActions", "MetricName", "Metrics", "Namespace", "OKActions",
        "Period", "Statistic", "Tags", "Threshold", "ThresholdMetricId", "TreatMissingData", "Unit",
    }  # fmt: skip


class CompositeAlarm(_AnyAlarm):
    name = "AWS::CloudWatch::CompositeAlarm"
    listed_under = "CompositeAlarms"
    operation = "put_composite_alarm"
    properties = {
        "ActionsEnabled", "AlarmActions", "AlarmDescription", "AlarmName", "AlarmRule",
        "InsufficientDataActions", "OKActions", "Tags",
    }  # fmt: skip


class Dashboard(ResourceType):
    name = "AWS::CloudWatch::Dashboard"
    properties = {"DashboardBody", "DashboardName", "Tags"}

    def create(self, r: Request) -> str:
        name = r.name("DashboardName", 255)
        existing = r.aws.client("cloudwatch").list_dashboards(DashboardNamePrefix=name)
        if any(entry["DashboardName"] == name for entry in existing["DashboardEntries"]):
            raise Refused(f"Dashboard {name} already exists", "AlreadyExists")
        self._put(r, name, Tags=as_list(r.tags()))
        return name

    def update(self, r: Request) -> None:
        self._put(r, r.physical_id)
        _retag(r, f"arn:aws:cloudwatch::{r.aws.account_id}:dashboard/{r.physical_id}")

    def delete(self, r: Request) -> None:
        r.aws.client("cloudwatch").delete_dashboards(DashboardNames=[r.physical_id])

    @staticmethod
    def _put(r: Request, name: str, **more: Any) -> None:
        body = r.properties["DashboardBody"]
        r.aws.client("cloudwatch").put_dashboard(
            DashboardName=name,
            DashboardBody=body if isinstance(body, str) else json.dumps(body),
            **more,
        )


class AnomalyDetector(ResourceType):
    name = "AWS::CloudWatch::AnomalyDetector"
    properties = {
        "Configuration", "Dimensions", "MetricMathAnomalyDetector", "MetricName", "Namespace",
        "SingleMetricAnomalyDetector", "Stat",
    }  # fmt: skip

    def create(self, r: Request) -> str:
        self.update(r)
        return r.name("")

    def update(self, r: Request) -> None:
        request = renamed(r.some("Configuration"), {"MetricTimeZone": "MetricTimezone"})
        r.aws.client("cloudwatch").put_anomaly_detector(**self._watched(r), **request)

    def delete(self, r: Request) -> None:
        r.aws.client("cloudwatch").delete_anomaly_detector(**self._watched(r))

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Id": r.physical_id}

    @staticmethod
    def _watched(r: Request) -> dict[str, Any]:
        """A single metric may be given at the top or in an object of its own."""
        single = r.some("Dimensions", "MetricName", "Namespace", "Stat")
        if single:
            return {"SingleMetricAnomalyDetector": single}
        return r.some("MetricMathAnomalyDetector", "SingleMetricAnomalyDetector")
