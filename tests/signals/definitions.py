"""What of an environment takes part in signals, wherever it is read from."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class MetricFilter:
    group: str
    pattern: str
    namespace: str
    name: str
    value: str
    dimensions: tuple[tuple[str, str], ...] = ()
    default: float | None = None


@dataclass(frozen=True)
class Function:
    code: str
    variables: dict[str, str]
    group: str


@dataclass
class Definitions:
    environment: str  # prod
    long_name: str  # production
    mail_servers: list[str]  # addresses
    trail_group: str
    metric_filters: list[MetricFilter] = field(default_factory=list)
    subscriptions: list[tuple[str, str, str]] = field(default_factory=list)  # log group, pattern, function
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)  # event patterns
    functions: dict[str, Function] = field(default_factory=dict)
    # SES event types to what they become: dimensions of a metric, or the function of a stream and the stream.
    metric_destinations: list[tuple[set[str], tuple[str, ...]]] = field(default_factory=list)
    stream_destinations: list[tuple[set[str], str, str]] = field(default_factory=list)
    alarms: dict[str, dict[str, Any]] = field(default_factory=dict)
    composites: dict[str, dict[str, Any]] = field(default_factory=dict)

    def named(self, thing: str) -> str:
        return f"ses-{self.environment}-{thing}"

    @property
    def rotates_dkim(self) -> bool:
        return self.named("dkim-rotation-orchestrator") in self.functions


def function_name(arn: str) -> str:
    return arn.rpartition(":function:")[2].partition(":")[0]


def from_templates(environment: str, stacks: list[Any], values: dict[str, Any]) -> Definitions:
    """From resolved templates: `stacks` have `all(type)`, as in tests/platform/cloudformation.py."""

    def every(type: str) -> list[dict[str, Any]]:
        return [properties for stack in stacks for properties in stack.all(type).values()]

    found = Definitions(
        environment,
        values["long_name"],
        [block.partition("/")[0] for block in values["networks"]["mail_servers"]],
        values["trail"]["log_group"],
    )
    for item in every("AWS::Logs::MetricFilter"):
        [made] = item["MetricTransformations"]
        found.metric_filters.append(
            MetricFilter(
                item["LogGroupName"],
                item["FilterPattern"],
                made["MetricNamespace"],
                made["MetricName"],
                str(made["MetricValue"]),
                tuple((each["Key"], each["Value"]) for each in made.get("Dimensions", [])),
                made.get("DefaultValue"),
            )
        )
    for item in every("AWS::Logs::SubscriptionFilter"):
        found.subscriptions.append((item["LogGroupName"], item["FilterPattern"], function_name(item["DestinationArn"])))
    for item in every("AWS::Events::Rule"):
        if "EventPattern" in item:
            found.rules[item["Name"]] = item["EventPattern"]
    for item in every("AWS::Lambda::Function"):
        variables = {key: str(value) for key, value in item.get("Environment", {}).get("Variables", {}).items()}
        group = item["LoggingConfig"]["LogGroup"]
        found.functions[item["FunctionName"]] = Function(item["Code"]["ZipFile"], variables, group)
    streams = {item["DeliveryStreamName"]: item for item in every("AWS::KinesisFirehose::DeliveryStream")}
    for item in every("AWS::SES::ConfigurationSetEventDestination"):
        event = item["EventDestination"]
        types = set(event["MatchingEventTypes"])
        if "CloudWatchDestination" in event:
            names = [each["DimensionName"] for each in event["CloudWatchDestination"]["DimensionConfigurations"]]
            found.metric_destinations.append((types, tuple(names)))
        if "KinesisFirehoseDestination" in event:
            arn = event["KinesisFirehoseDestination"]["DeliveryStreamARN"]
            stream = streams[arn.rpartition("/")[2]]["ExtendedS3DestinationConfiguration"]
            _add_stream(found, types, arn, stream)
    found.alarms = {item["AlarmName"]: item for item in every("AWS::CloudWatch::Alarm")}
    found.composites = {item["AlarmName"]: item for item in every("AWS::CloudWatch::CompositeAlarm")}
    return found


def _add_stream(found: Definitions, types: set[str], arn: str, destination: dict[str, Any]) -> None:
    for processor in destination.get("ProcessingConfiguration", {}).get("Processors", []):
        for parameter in processor["Parameters"]:
            if parameter["ParameterName"] == "LambdaArn":
                found.stream_destinations.append((types, function_name(parameter["ParameterValue"]), arn))


def from_aws(
    aws: Any, environment: str, long_name: str, mail_servers: list[str], trail_group: str, code: dict[str, str]
) -> Definitions:
    """From the services, as they answer after a launch. `aws` has boto3 clients by name, `all` for complete lists;
    `code` is the source of each function, which Lambda gives out as an archive only."""
    found = Definitions(environment, long_name, [each.partition("/")[0] for each in mail_servers], trail_group)
    prefix = found.named("")
    for item in aws.all("logs", "describe_metric_filters", "metricFilters"):
        if not item["filterName"].startswith(prefix):
            continue
        [made] = item["metricTransformations"]
        found.metric_filters.append(
            MetricFilter(
                item["logGroupName"],
                item["filterPattern"],
                made["metricNamespace"],
                made["metricName"],
                made["metricValue"],
                tuple(made.get("dimensions", {}).items()),
                made.get("defaultValue"),
            )
        )
    for item in aws.all("logs", "describe_subscription_filters", "subscriptionFilters", logGroupName=trail_group):
        if item["filterName"].startswith(prefix):
            found.subscriptions.append((trail_group, item["filterPattern"], function_name(item["destinationArn"])))
    for item in aws.all("events", "list_rules", "Rules", NamePrefix=prefix):
        if "EventPattern" in item:
            found.rules[item["Name"]] = json.loads(item["EventPattern"])
    for item in aws.all("awslambda", "list_functions", "Functions"):
        name = item["FunctionName"]
        if name.startswith(prefix):
            variables = item.get("Environment", {}).get("Variables", {})
            found.functions[name] = Function(code[name], variables, item["LoggingConfig"]["LogGroup"])
    destinations = aws.sesv2.get_configuration_set_event_destinations(ConfigurationSetName=found.named("config"))
    for item in destinations["EventDestinations"]:
        types = set(item["MatchingEventTypes"])
        if where := item.get("CloudWatchDestination"):
            names = [each["DimensionName"] for each in where["DimensionConfigurations"]]
            found.metric_destinations.append((types, tuple(names)))
        if where := item.get("KinesisFirehoseDestination"):
            arn = where["DeliveryStreamArn"]
            stream = aws.firehose.describe_delivery_stream(DeliveryStreamName=arn.rpartition("/")[2])
            [target] = stream["DeliveryStreamDescription"]["Destinations"]
            _add_stream(found, types, arn, target["ExtendedS3DestinationDescription"])
    alarms = aws.all("cloudwatch", "describe_alarms", "MetricAlarms", AlarmNamePrefix=prefix)
    composites = aws.all(
        "cloudwatch", "describe_alarms", "CompositeAlarms", AlarmNamePrefix=prefix, AlarmTypes=["CompositeAlarm"]
    )
    found.alarms = {item["AlarmName"]: item for item in alarms}
    found.composites = {item["AlarmName"]: item for item in composites}
    return found
