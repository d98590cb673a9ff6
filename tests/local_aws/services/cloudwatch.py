"""CloudWatch: first states, composite alarms, anomaly detectors, tags of dashboards."""

from typing import Any

from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult

from .operation import error, operation, state

_put_metric_alarm = CloudWatchResponse.put_metric_alarm
_put_dashboard = CloudWatchResponse.put_dashboard
_tag_resource = CloudWatchBackend.tag_resource


@operation(CloudWatchResponse)
def put_metric_alarm(self: CloudWatchResponse) -> ActionResult:
    """moto calls a new alarm OK, and forgets the state of one that is changed."""
    name, metrics = self._get_param("AlarmName"), self._get_param("Metrics", [])
    if metrics:
        _check_expressions(self, metrics)
    elif not (self._get_param("MetricName") and self._get_param("Namespace")):
        raise error("ValidationError", "Alarms need either Metrics or both MetricName and Namespace.")
    old = self.cloudwatch_backend.alarms.get(name)
    answer = _put_metric_alarm(self)
    alarm = self.cloudwatch_backend.alarms[name]
    if old:
        alarm.state_value, alarm.state_reason = old.state_value, old.state_reason
        alarm.history = old.history
    else:
        alarm.state_value = "INSUFFICIENT_DATA"
    return answer


def _check_expressions(self: CloudWatchResponse, metrics: list[dict[str, Any]]) -> None:
    """One result is compared with the threshold; with a band, the band returns data as well."""
    band = self._get_param("ThresholdMetricId")
    ids = [metric["Id"] for metric in metrics]
    if band and band not in ids:
        raise error("ValidationError", f"ThresholdMetricId {band} is not the id of a metric.")
    returned = [m["Id"] for m in metrics if m.get("ReturnData", True) and m["Id"] != band]
    if len(returned) != 1:
        raise error("ValidationError", "Exactly one element of the metrics list should return data.")
    for metric in metrics:
        if ("Expression" in metric) == ("MetricStat" in metric):
            raise error("ValidationError", f"Metric {metric['Id']} needs either an Expression or a MetricStat.")


@operation(CloudWatchResponse)
def put_composite_alarm(self: CloudWatchResponse) -> ActionResult:
    """moto's alarms can carry a rule; only the operation is missing."""
    name = self._get_param("AlarmName")
    old = self.cloudwatch_backend.alarms.get(name)
    _put_metric_alarm(self)
    alarm = self.cloudwatch_backend.alarms[name]
    alarm.alarm_rule = alarm.rule  # the name in the answer of DescribeAlarms
    alarm.state_value = old.state_value if old else "INSUFFICIENT_DATA"
    return EmptyResult()


# Dashboards


def _dashboards(backend: CloudWatchBackend) -> dict[str, Any]:
    return {dashboard.arn: dashboard for dashboard in backend.dashboards.values()}


@operation(CloudWatchResponse)
def put_dashboard(self: CloudWatchResponse) -> ActionResult:
    backend, tags = self.cloudwatch_backend, self._get_param("Tags", [])
    answer = _put_dashboard(self)
    if tags:  # like alarms: those given are set, those there before stay
        backend.tagger.tag_resource(backend.dashboards[self._get_param("DashboardName")].arn, tags)
    return answer


def _tag(self: CloudWatchBackend, arn: str, tags: dict[str, str]) -> None:
    """moto tags alarms only."""
    if arn in _dashboards(self):
        self.tagger.tag_resource(arn, self.tagger.convert_dict_to_tags_input(tags))
    else:
        _tag_resource(self, arn, tags)


CloudWatchBackend.tag_resource = _tag  # type: ignore[method-assign]


# Anomaly detectors


def _detectors(self: CloudWatchResponse) -> dict[str, Any]:
    return state(self.cloudwatch_backend, "anomaly_detectors")


def _detector_key(self: CloudWatchResponse) -> str:
    """A detector has no name: what it watches is what it is."""
    single, math = self._get_param("SingleMetricAnomalyDetector"), self._get_param("MetricMathAnomalyDetector")
    if bool(single) == bool(math):
        raise error("ValidationError", "Give either a single metric or a metric math detector.")
    return repr(single or math)


@operation(CloudWatchResponse)
def put_anomaly_detector(self: CloudWatchResponse) -> ActionResult:
    key = _detector_key(self)
    single = self._get_param("SingleMetricAnomalyDetector")
    math = self._get_param("MetricMathAnomalyDetector")
    _detectors(self)[key] = {
        **({"SingleMetricAnomalyDetector": single} if single else {"MetricMathAnomalyDetector": math}),
        "Configuration": self._get_param("Configuration") or {},
        "StateValue": "PENDING_TRAINING",
    }
    return EmptyResult()


@operation(CloudWatchResponse)
def describe_anomaly_detectors(self: CloudWatchResponse) -> ActionResult:
    name, namespace = self._get_param("MetricName"), self._get_param("Namespace")
    found = [
        detector
        for detector in _detectors(self).values()
        if name in (None, detector.get("SingleMetricAnomalyDetector", {}).get("MetricName"))
        and namespace in (None, detector.get("SingleMetricAnomalyDetector", {}).get("Namespace"))
    ]
    return ActionResult({"AnomalyDetectors": found})


@operation(CloudWatchResponse)
def delete_anomaly_detector(self: CloudWatchResponse) -> ActionResult:
    if _detectors(self).pop(_detector_key(self), None) is None:
        raise error("ResourceNotFoundException", "The anomaly detector does not exist.")
    return EmptyResult()
