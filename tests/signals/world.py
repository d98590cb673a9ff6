"""An environment at work: what goes in at a source comes out as the state of an alarm."""

import base64
import contextlib
import functools
import gzip
import io
import json
import logging
import os
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timezone
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

from local_aws.semantics import alarm, event_pattern, filter_pattern
from local_aws.semantics.metrics import Metrics, embedded, metric

from .definitions import Definitions

BEGIN = 1_760_000_400  # any full hour
ACCOUNT = "123456789012"
REGION = "ap-northeast-1"


class Refused(Exception):
    """A service does not answer a function."""


class World:
    """What a function does to the services stays in here: lines in `lines`, objects in `objects`."""

    def __init__(self, definitions: Definitions):
        self.definitions = definitions
        self.metrics = Metrics()
        self.now = BEGIN
        self.lines: dict[str, list[str]] = defaultdict(list)
        self.objects: dict[tuple[str, str], bytes] = {}
        self.matched: dict[str, list[dict[str, Any]]] = defaultdict(list)  # events by rule
        self.account: dict[str, Any] = {"SendingEnabled": True, "EnforcementStatus": "HEALTHY"}  # what SES says
        self.broken: set[str] = set()  # services that refuse
        self.raised: list[Exception] = []  # what functions failed with

    def wait(self, seconds: int) -> None:
        self.now += seconds

    # Sources

    def watch(self) -> None:
        """The clock calls the watch."""

        def look(module: Any) -> None:
            module.now = lambda: datetime.fromtimestamp(self.now, timezone.utc)
            module.handler({"mode": "watch"}, None)

        self.run(self.definitions.named("maintenance"), look)
        assert not self.raised, self.raised

    def call(self, **record: Any) -> None:
        """CloudTrail writes a record of a call to the log group of the trail."""
        self.log(self.definitions.trail_group, json.dumps(record, ensure_ascii=False))

    def send(self, event: dict[str, Any]) -> None:
        """SES publishes an event of this environment's configuration set."""
        kind = event["eventType"].upper().replace(" ", "_").replace("DELIVERYDELAY", "DELIVERY_DELAY")
        name = {"DELIVERY_DELAY": "DeliveryDelay"}.get(kind, event["eventType"])
        for types, dimensions in self.definitions.metric_destinations:
            if kind in types:
                tags = {each: event["mail"]["tags"][each][0] for each in dimensions}
                self.metrics.put(metric("AWS/SES", name, tags), self.now, 1)
        for types, function, stream in self.definitions.stream_destinations:
            if kind in types:
                self.batch(function, stream, json.dumps(event, ensure_ascii=False).encode() + b"\n")

    def batch(self, function: str, stream: str, *records: bytes) -> Any:
        """Firehose hands records to the function of a stream."""
        event = {
            "invocationId": f"invocation-{self.now}",
            "deliveryStreamArn": stream,
            "region": REGION,
            "records": [
                {
                    "recordId": str(number),
                    "approximateArrivalTimestamp": self.now,
                    "data": base64.b64encode(each).decode(),
                }
                for number, each in enumerate(records)
            ],
        }
        return self.invoke(function, event)

    def event(self, event: dict[str, Any]) -> None:
        """EventBridge gets an event; it counts the matches of each rule."""
        for name, pattern in self.definitions.rules.items():
            if event_pattern.matches(pattern, event):
                self.matched[name].append(event)
                self.metrics.put(metric("AWS/Events", "MatchedEvents", {"RuleName": name}), self.now, 1)

    def aws(self, namespace: str, name: str, value: float, **dimensions: str) -> None:
        """AWS publishes a value of its own."""
        self.metrics.put(metric(namespace, name, dimensions), self.now, value)

    def log(self, group: str, line: str) -> None:
        """A line arrives in a log group."""
        self.lines[group].append(line)
        self.aws("AWS/Logs", "IncomingLogEvents", 1, LogGroupName=group)
        for each in self.definitions.metric_filters:
            if each.group == group:
                self._count(each, line)
        for what, value in embedded(line):
            self.metrics.put(what, self.now, value)
        for subscribed, pattern, function in self.definitions.subscriptions:
            if subscribed == group and filter_pattern.matches(pattern, line):
                self._hand_over(group, function, line)

    # What happens then

    def _count(self, each: Any, line: str) -> None:
        dimensions = {}
        if filter_pattern.matches(each.pattern, line):
            value = filter_pattern.value_of(each.value, line) if each.value.startswith("$") else float(each.value)
            for key, path in each.dimensions:
                dimensions[key] = str(json.loads(line)[path.removeprefix("$.")])
        else:
            value = each.default
        if value is not None:
            self.metrics.put(metric(each.namespace, each.name, dimensions), self.now, value)

    def _hand_over(self, group: str, function: str, line: str) -> None:
        payload = {
            "messageType": "DATA_MESSAGE",
            "owner": ACCOUNT,
            "logGroup": group,
            "logStream": f"{ACCOUNT}_CloudTrail_{REGION}",
            "subscriptionFilters": [function],
            "logEvents": [{"id": str(len(self.lines[group])), "timestamp": self.now * 1000, "message": line}],
        }
        data = base64.b64encode(gzip.compress(json.dumps(payload).encode())).decode()
        self.invoke(function, {"awslogs": {"data": data}})

    def invoke(self, name: str, event: Any) -> Any:
        """Lambda runs the code with its variables. What it logs and prints becomes lines, as with LogFormat JSON;
        what it raises is counted, and swallowed as an asynchronous call swallows it."""
        return self.run(name, lambda module: module.handler(event, None))

    def run(self, name: str, work: Callable[[Any], Any]) -> Any:
        """The same for a part of the code: `work` gets the function's module."""
        function = self.definitions.functions[name]
        records, printed = _Records(), io.StringIO()
        answer, failed = None, 0
        root = logging.getLogger()
        level = root.level
        root.addHandler(records)
        root.setLevel(logging.INFO)
        variables = {**function.variables, "AWS_LAMBDA_FUNCTION_NAME": name, "AWS_DEFAULT_REGION": REGION}
        try:
            with (
                mock.patch.dict(os.environ, variables),
                mock.patch.dict(sys.modules, {"boto3": self._boto3()}),
                contextlib.redirect_stdout(printed),
            ):
                answer = work(_loaded(name, function.code, json.dumps(function.variables), id(self)))
        except Exception as error:
            failed = 1
            self.raised.append(error)
            records.lines.append(json.dumps({"level": "ERROR", "errorType": type(error).__name__}))
        finally:
            root.removeHandler(records)
            root.setLevel(level)
        self.aws("AWS/Lambda", "Invocations", 1, FunctionName=name)
        self.aws("AWS/Lambda", "Errors", failed, FunctionName=name)
        for line in records.lines + printed.getvalue().splitlines():
            self.log(function.group, line)
        return answer

    def _boto3(self) -> ModuleType:
        module = ModuleType("boto3")
        module.client = lambda service, **_: _Client(self, service)  # type: ignore[attr-defined]
        return module

    # What comes out

    def state(self, name: str, before: str = alarm.OK) -> str:
        """The state of an alarm when the periods that have begun are over."""
        wanted = self.definitions.named(name)
        if wanted in self.definitions.composites:
            rule = self.definitions.composites[wanted]["AlarmRule"]
            prefix = self.definitions.named("")
            states = {each: self.state(each.removeprefix(prefix)) for each in alarm.alarms_of(rule)}
            return alarm.ALARM if alarm.rule_holds(rule, states) else alarm.OK
        found = self.definitions.alarms[wanted]
        periods = [int(part["MetricStat"]["Period"]) for part in found.get("Metrics") or [] if "MetricStat" in part]
        period = max(periods, default=0) or int(found["Period"])
        return alarm.state(found, self.metrics, (self.now // period + 1) * period, before)


class _Records(logging.Handler):
    """Log records as Lambda writes them with LogFormat JSON: what `extra` gives stands at the top."""

    ORDINARY = set(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        more = {key: value for key, value in vars(record).items() if key not in self.ORDINARY}
        line = {"level": record.levelname, "message": record.getMessage(), "logger": record.name, **more}
        self.lines.append(json.dumps(line, ensure_ascii=False, default=str))


class _Client:
    """The operations that the functions call."""

    def __init__(self, world: World, service: str):
        self.world = world
        self.service = service

    def _refuse(self) -> None:
        if self.service in self.world.broken:
            raise Refused(self.service)

    def put_log_events(
        self, *, logGroupName: str, logStreamName: str, logEvents: list[dict[str, Any]]
    ) -> dict[str, Any]:
        self._refuse()
        for each in logEvents:
            self.world.log(logGroupName, each["message"])
        return {}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **_: Any) -> dict[str, Any]:
        self._refuse()
        self.world.objects[Bucket, Key] = Body
        return {}

    def get_account(self) -> dict[str, Any]:
        return self.world.account

    def get_paginator(self, operation: str) -> Any:
        """Everything comes on one page."""
        ask = {"get_metric_data": self._metric_data, "describe_log_groups": self._log_groups}[operation]
        return SimpleNamespace(paginate=lambda **request: [ask(**request)])

    def _metric_data(
        self, *, MetricDataQueries: list[dict[str, Any]], StartTime: datetime, EndTime: datetime, **_: Any
    ) -> dict[str, Any]:
        results = []
        for query in MetricDataQueries:
            stat = query["MetricStat"]
            asked, period = stat["Metric"], stat["Period"]
            what = metric(
                asked["Namespace"], asked["MetricName"], {each["Name"]: each["Value"] for each in asked["Dimensions"]}
            )
            last = -(-int(EndTime.timestamp()) // period)  # the period that EndTime is in belongs to the answer
            values = self.world.metrics.values(what, stat["Stat"], period, last * period, last - int(StartTime.timestamp()) // period)
            found = [
                (datetime.fromtimestamp((last - number) * period, timezone.utc), value)
                for number, value in enumerate(reversed(values), 1)
                if value is not None
            ]
            results.append({"Id": query["Id"], "Timestamps": [at for at, _ in found], "Values": [value for _, value in found]})
        return {"MetricDataResults": results}

    def _log_groups(self, *, logGroupNamePrefix: str) -> dict[str, Any]:
        """Those of the functions and the trail, made when the world began."""
        made = {each.group for each in self.world.definitions.functions.values()} | {self.world.definitions.trail_group}
        found = sorted(name for name in made if name.startswith(logGroupNamePrefix))
        return {"logGroups": [{"logGroupName": name, "creationTime": BEGIN * 1000} for name in found]}

    def put_metric_data(self, *, Namespace: str, MetricData: list[dict[str, Any]]) -> dict[str, Any]:
        self._refuse()
        for each in MetricData:
            dimensions = {item["Name"]: item["Value"] for item in each.get("Dimensions", [])}
            self.world.metrics.put(metric(Namespace, each["MetricName"], dimensions), self.world.now, each["Value"])
        return {}


@functools.lru_cache(maxsize=64)
def _loaded(name: str, code: str, variables: str, world: int) -> ModuleType:
    """A function's module, loaded once for a world as Lambda does it: it may remember clients and settings."""
    module = ModuleType(name.replace("-", "_"))
    exec(compile(code, f"{name}/index.py", "exec"), module.__dict__)
    return module
