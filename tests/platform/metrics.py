"""The metrics that an environment publishes, and the resources that their dimensions name."""

import ast
from functools import cache

from cloudformation import REGION, Stack, environment_values, stack, stack_files

ENVIRONMENTS = ["prod", "dev"]

# What AWS publishes by itself: namespace and metric, and the dimensions of each.
AWS_METRICS = {
    "AWS/SES": {"Reputation.BounceRate": [()], "Reputation.ComplaintRate": [()]},
    "AWS/Firehose": {
        name: [("DeliveryStreamName",)]
        for name in (
            "DeliveryToS3.DataFreshness",
            "DeliveryToS3.Records",
            "DeliveryToS3.Success",
            "IncomingRecords",
            "ThrottledRecords",
        )
    },
    "AWS/SQS": {"ApproximateNumberOfMessagesVisible": [("QueueName",)]},
    "AWS/Lambda": {name: [("FunctionName",)] for name in ("Duration", "Errors", "Invocations", "Throttles")},
    "AWS/SQS": {"ApproximateNumberOfMessagesVisible": [("QueueName",)]},
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
# What the validation monitor publishes where the DKIM rotation exists, with the domain as dimension.
DKIM_METRICS = (
    "DkimHealthy", "DkimFailureRate", "MailFromHealthy", "SpfFailureRate", "DmarcHealthy",
    "Phase", "DaysUntilRotation", "DaysOverdue", "DaysStuck",
)  # fmt: skip
# A dimension names a resource of these types.
NAMED_BY_DIMENSION = {
    "QueueName": "AWS::SQS::Queue",
    "DeliveryStreamName": "AWS::KinesisFirehose::DeliveryStream",
    "FunctionName": "AWS::Lambda::Function",
    "QueueName": "AWS::SQS::Queue",
    "ses:configuration-set": "AWS::SES::ConfigurationSet",
}

Metric = tuple[str, str, tuple[tuple[str, str], ...]]


def stacks(environment: str) -> list[Stack]:
    return [stack(environment, path.stem) for path in stack_files() if path.parent.name == environment]


def names(environment: str, type: str) -> set[str]:
    return {current.name_and_arn(id)[0] for current in stacks(environment) for id in current.ids(type)}


def published_by(code: str) -> tuple[str, ...]:
    """The metrics of a function, which it lists as METRICS."""
    for node in ast.parse(code).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "METRICS":
            return tuple(ast.literal_eval(node.value))
    return ()


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
        for id, properties in current.all("AWS::Lambda::Function").items():
            if id == "ValidationMonitor":
                namespace = properties["Environment"]["Variables"]["METRIC_NAMESPACE"]
                metrics |= {(namespace, name, ("Domain",)) for name in DKIM_METRICS}
        for destination in current.all("AWS::SES::ConfigurationSetEventDestination").values():
            event = destination["EventDestination"]
            if "CloudWatchDestination" in event:
                configurations = event["CloudWatchDestination"]["DimensionConfigurations"]
                dimensions = tuple(sorted(item["DimensionName"] for item in configurations))
                metrics |= {("AWS/SES", SES_METRICS[type], dimensions) for type in event["MatchingEventTypes"]}
        for properties in current.all("AWS::Lambda::Function").values():
            variables = properties.get("Environment", {}).get("Variables", {})
            for name in published_by(properties["Code"]["ZipFile"]):
                metrics.add((variables["METRIC_NAMESPACE"], name, ()))
        for properties in current.all("AWS::Logs::MetricFilter").values():
            for item in properties["MetricTransformations"]:
                dimensions = tuple(sorted(dimension["Key"] for dimension in item.get("Dimensions", [])))
                metrics.add((item["MetricNamespace"], item["MetricName"], dimensions))
    return metrics


def assert_published(environment: str, metric: Metric) -> None:
    namespace, name, dimensions = metric
    assert (namespace, name, tuple(sorted(key for key, _ in dimensions))) in published(environment), metric
    for key, value in dimensions:
        if key in NAMED_BY_DIMENSION:
            assert value in names(environment, NAMED_BY_DIMENSION[key]), metric
        elif key == "Domain":
            assert value == environment_values(environment)["domain"], metric
        else:
            assert (key, value) == ("Region", REGION), metric
