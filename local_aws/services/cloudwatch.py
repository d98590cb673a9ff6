"""CloudWatch: first states, actions, composite alarms, anomaly detectors, tags of dashboards."""

import json
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.sns.models import sns_backends

from ..semantics.alarm import alarms_of, rule_holds
from ..semantics.iam import Request, lets_in, service
from .operation import error, operation, state
from .roles import document

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


# Actions

ACTIONS = {"ALARM": "alarm_actions", "OK": "ok_actions", "INSUFFICIENT_DATA": "insufficient_data_actions"}
_set_alarm_state = CloudWatchBackend.set_alarm_state


def _set_state(self: CloudWatchBackend, alarm_name: str, reason: str, reason_data: str, state_value: str) -> None:
    """moto changes the state and tells nobody. A change runs the actions, and may change composite alarms."""
    before = self.alarms[alarm_name].state_value if alarm_name in self.alarms else None
    _set_alarm_state(self, alarm_name, reason, reason_data, state_value)
    if before == state_value:
        return
    _tell(self, self.alarms[alarm_name], before, reason)
    states = {name: alarm.state_value for name, alarm in self.alarms.items()}
    for name, alarm in list(self.alarms.items()):
        rule = getattr(alarm, "rule", None)
        if rule and alarm_name in alarms_of(rule) and set(alarms_of(rule)) <= set(states):
            holds = "ALARM" if rule_holds(rule, states) else "OK"
            _set_state(self, name, f"{alarm_name} went to {state_value}", reason_data, holds)


def _tell(self: CloudWatchBackend, alarm: Any, before: str | None, reason: str) -> None:
    """Publishes to the topics, in CloudWatch's form, if their policy lets CloudWatch do so for this alarm."""
    message = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": self.account_id,
        "NewStateValue": alarm.state_value,
        "NewStateReason": reason,
        "Region": self.region_name,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": before,
    }
    for action in (getattr(alarm, ACTIONS[alarm.state_value]) or []) if alarm.actions_enabled else []:
        if not action.startswith("arn:aws:sns:"):
            continue
        topics = sns_backends[self.account_id][action.split(":")[3]]
        if action in topics.topics and _may_publish(topics.topics[action], alarm.alarm_arn):
            topics.publish(json.dumps(message), arn=action, subject=f'{alarm.state_value}: "{alarm.name}"')


def _may_publish(topic: Any, alarm_arn: str) -> bool:
    context = {"aws:SourceArn": alarm_arn, "aws:SourceAccount": topic.account_id, "aws:SecureTransport": "true"}
    return lets_in(document(topic.policy), service("cloudwatch"), Request("sns:Publish", topic.arn, context))


CloudWatchBackend.set_alarm_state = _set_state  # type: ignore[method-assign]


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
