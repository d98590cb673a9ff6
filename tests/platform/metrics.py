"""The metrics that an environment publishes, and the resources that their dimensions name."""

import ast
import json
import re
from functools import cache

from .cloudformation import ENVIRONMENTS, REGION, environment_values, names, stacks

# What AWS publishes by itself: namespace and metric, and the dimensions of each.
# SES      docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
# Firehose docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html
# Lambda   docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
# Events   docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
# Logs     docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
# SNS      docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
# SQS      docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
AWS_METRICS = {
    "AWS/SES": {"Reputation.BounceRate": [()], "Reputation.ComplaintRate": [()]},
    "AWS/Firehose": {
        name: [("DeliveryStreamName",)]
        for name in (
            "DeliveryToS3.DataFreshness",
            "DeliveryToS3.Records",
            "DeliveryToS3.Success",
            "ExecuteProcessing.Success",
            "BytesPerSecondLimit",
            "IncomingBytes",
            "IncomingPutRequests",
            "IncomingRecords",
            "PutRequestsPerSecondLimit",
            "ThrottledRecords",
        )
    },
    "AWS/Lambda": {name: [("FunctionName",)] for name in ("Duration", "Errors", "Invocations", "Throttles")},
    "AWS/Events": {name: [("RuleName",)] for name in ("FailedInvocations", "Invocations", "MatchedEvents")},
    "AWS/Logs": {name: [("LogGroupName",)] for name in ("ForwardedLogEvents", "IncomingBytes", "IncomingLogEvents")},
    "AWS/SNS": {name: [("TopicName",)] for name in ("NumberOfNotificationsDelivered", "NumberOfNotificationsFailed")},
    "AWS/SQS": {name: [("QueueName",)] for name in ("ApproximateNumberOfMessagesVisible",)},
}
# What an SES event destination publishes for each event type.
SES_METRICS = {
    "SEND": "Send",
    "REJECT": "Reject",
    "BOUNCE": "Bounce",
    "COMPLAINT": "Complaint",
    "DELIVERY": "Delivery",
    "DELIVERY_DELAY": "DeliveryDelay",
}
# A dimension names a resource of these types.
NAMED_BY_DIMENSION = {
    "DeliveryStreamName": "AWS::KinesisFirehose::DeliveryStream",
    "LogGroupName": "AWS::Logs::LogGroup",
    "QueueName": "AWS::SQS::Queue",
    "TopicName": "AWS::SNS::Topic",
    "RuleName": "AWS::Events::Rule",
    "FunctionName": "AWS::Lambda::Function",
    "ses:configuration-set": "AWS::SES::ConfigurationSet",
}

Metric = tuple[str, str, tuple[tuple[str, str], ...]]


@cache
def published(environment: str) -> set[tuple[str, str, tuple[str, ...]]]:
    """(namespace, metric, names of the dimensions) of everything that this environment publishes."""
    metrics = {
        (namespace, name, dimensions)
        for namespace, of_name in AWS_METRICS.items()
        for name, choices in of_name.items()
        for dimensions in choices
    }
    for current in stacks(environment):
        for destination in current.all("AWS::SES::ConfigurationSetEventDestination").values():
            event = destination["EventDestination"]
            if "CloudWatchDestination" in event:
                configurations = event["CloudWatchDestination"]["DimensionConfigurations"]
                dimensions = tuple(sorted(item["DimensionName"] for item in configurations))
                metrics |= {("AWS/SES", SES_METRICS[type], dimensions) for type in event["MatchingEventTypes"]}
        for properties in current.all("AWS::Logs::MetricFilter").values():
            for item in properties["MetricTransformations"]:
                dimensions = tuple(sorted(dimension["Key"] for dimension in item.get("Dimensions", [])))
                metrics.add((item["MetricNamespace"], item["MetricName"], dimensions))
        for properties in current.all("AWS::Lambda::Function").values():
            metrics |= published_by_code(properties["Code"]["ZipFile"], properties.get("Environment", {}))
    return metrics


def published_by_code(source: str, environment: dict) -> set[tuple[str, str, tuple[str, ...]]]:
    """What a function publishes: with definitions in the embedded metric format, or with PutMetricData. The namespace
    is a text, or a variable of the function."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Dict):
            fields = _fields(node)
            if {"Namespace", "Dimensions", "Metrics"} <= set(fields):
                for dimensions in ast.literal_eval(fields["Dimensions"]):
                    for item in fields["Metrics"].elts:
                        name = _text(_fields(item)["Name"], environment)
                        found.add((_text(fields["Namespace"], environment), name, tuple(sorted(dimensions))))
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "put_metric_data":
            [namespace] = [_text(each.value, environment) for each in node.keywords if each.arg == "Namespace"]
            for item in ast.walk(ast.parse(source)):
                fields = _fields(item) if isinstance(item, ast.Dict) else {}
                if {"MetricName", "Value"} <= set(fields):
                    named = fields["MetricName"]
                    wanted = {named.value} if isinstance(named, ast.Constant) else _values(source)
                    dimensions = fields.get("Dimensions", ast.List(elts=[]))
                    keys = tuple(sorted(_fields(each)["Name"].value for each in dimensions.elts))
                    found |= {(namespace, name, keys) for name in wanted}
    return found


def _values(source: str) -> set[str]:
    """The metrics that a function works out: what it puts into `values`."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name) and target.id == "values" and isinstance(node.value, ast.Dict):
                found |= set(_fields(node.value))
            if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id == "values":
                found |= {each.value for each in ast.walk(target.slice) if isinstance(each, ast.Constant)}
    return {name for name in found if re.fullmatch(r"[A-Z]\w+", name)}


def _fields(node: ast.Dict) -> dict[str, ast.expr]:
    return {key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)}


def _text(node: ast.expr, environment: dict) -> str:
    """A text, or the variable that `os.environ["NAME"]` gives."""
    if isinstance(node, ast.Constant):
        return node.value
    return environment["Variables"][node.slice.value]


def published_signals(environment: str) -> set[str]:
    """What the watch publishes the silence of: each reads a metric that somebody publishes."""
    [variables] = [
        properties["Environment"]["Variables"]
        for current in stacks(environment)
        for properties in current.all("AWS::Lambda::Function").values()
        if "SIGNALS" in properties.get("Environment", {}).get("Variables", {})
    ]
    return {signal["name"] for signal in json.loads(variables["SIGNALS"]) if "log_group" in signal}


def assert_published(environment: str, metric: Metric) -> None:
    namespace, name, dimensions = metric
    assert (namespace, name, tuple(sorted(key for key, _ in dimensions))) in published(environment), metric
    for key, value in dimensions:
        if key == "LogGroupName":  # the trail's may be another environment's
            assert any(value in names(each, NAMED_BY_DIMENSION[key]) for each in ENVIRONMENTS), metric
        elif key in NAMED_BY_DIMENSION:
            assert value in names(environment, NAMED_BY_DIMENSION[key]), metric
        elif key == "Signal":
            assert value in published_signals(environment), metric
        elif key == "Domain":
            assert value == environment_values(environment)["domain"], metric
        else:
            assert value == {"Region": REGION, "Domain": environment_values(environment)["domain"]}[key], metric
