"""CloudWatch Logs: data protection, saved queries, and metric filters as AWS keeps them."""

import json
import time
import uuid
from typing import Any

from moto.awslambda.utils import get_backend
from moto.core.responses import ActionResult, EmptyResult
from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse

from ..semantics.iam import Request, lets_in, service
from .operation import error, operation, state

RETENTION_DAYS = {
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}  # fmt: skip


def _now() -> int:
    return int(time.time() * 1000)


def _group(self: LogsResponse, name_or_arn: str) -> LogGroup:
    name = name_or_arn.split(":log-group:")[-1].removesuffix(":*")
    if name not in self.logs_backend.groups:
        raise error("ResourceNotFoundException", "The specified log group does not exist.")
    return self.logs_backend.groups[name]


@operation(LogsResponse)
def put_retention_policy(self: LogsResponse) -> ActionResult:
    """moto takes any number of days."""
    group, days = _group(self, self._get_param("logGroupName")), self._get_param("retentionInDays")
    if days not in RETENTION_DAYS:
        raise error("InvalidParameterException", f"Invalid retention value {days}.")
    group.set_retention_policy(days)
    return EmptyResult()


# Data protection


def _policies(self: LogsResponse) -> dict[str, Any]:
    return state(self.logs_backend, "data_protection")


def _had_policies(self: LogsResponse) -> dict[str, Any]:
    return state(self.logs_backend, "data_protection_deleted")


@operation(LogsResponse)
def put_data_protection_policy(self: LogsResponse) -> ActionResult:
    identifier, document = self._get_param("logGroupIdentifier"), self._get_param("policyDocument")
    _check_data_protection(document)
    policy = {"policyDocument": document, "lastUpdatedTime": _now()}
    name = _group(self, identifier).name
    _policies(self)[name] = policy
    _had_policies(self).pop(name, None)
    return ActionResult({"logGroupIdentifier": identifier, **policy})


@operation(LogsResponse)
def get_data_protection_policy(self: LogsResponse) -> ActionResult:
    identifier = self._get_param("logGroupIdentifier")
    policy = _policies(self).get(_group(self, identifier).name, {})
    return ActionResult({"logGroupIdentifier": identifier, **policy})


@operation(LogsResponse)
def delete_data_protection_policy(self: LogsResponse) -> ActionResult:
    name = _group(self, self._get_param("logGroupIdentifier")).name
    if _policies(self).pop(name, None):
        _had_policies(self)[name] = {}
    return EmptyResult()


_describe_log_groups = LogsResponse.describe_log_groups


@operation(LogsResponse)
def describe_log_groups(self: LogsResponse) -> str:
    """With the status of the data protection: of a group that has a policy, or had one."""
    answer = json.loads(_describe_log_groups(self))
    for group in answer["logGroups"]:
        name = group["logGroupName"]
        if name in _policies(self):
            group["dataProtectionStatus"] = "ACTIVATED"
        elif name in _had_policies(self):
            group["dataProtectionStatus"] = "DELETED"
    return json.dumps(answer)


def _check_data_protection(document: str) -> None:
    """AWS wants exactly two statements, audit and mask, over the same identifiers."""
    try:
        statements = json.loads(document)["Statement"]
        operations = [next(iter(statement["Operation"])) for statement in statements]
        identifiers = [sorted(statement["DataIdentifier"]) for statement in statements]
    except (ValueError, KeyError, TypeError, StopIteration):
        raise error("InvalidParameterException", "The data protection policy is malformed.") from None
    if sorted(operations) != ["Audit", "Deidentify"] or identifiers[0] != identifiers[1]:
        raise error(
            "InvalidParameterException",
            "The data protection policy needs one Audit and one Deidentify statement with the same data identifiers.",
        )


_delete_log_group = LogsResponse.delete_log_group


@operation(LogsResponse)
def delete_log_group(self: LogsResponse) -> Any:
    """What hangs on a log group goes with it."""
    name = _group(self, self._get_param("logGroupName")).name
    _policies(self).pop(name, None)
    _had_policies(self).pop(name, None)
    filters = self.logs_backend.filters.metric_filters
    filters[:] = [metric_filter for metric_filter in filters if metric_filter["logGroupName"] != name]
    return _delete_log_group(self)


# Saved queries


def _queries(self: LogsResponse) -> dict[str, Any]:
    return state(self.logs_backend, "query_definitions")


@operation(LogsResponse)
def put_query_definition(self: LogsResponse) -> ActionResult:
    given = self._get_param("queryDefinitionId")
    if given and given not in _queries(self):
        raise error("ResourceNotFoundException", "The specified query definition does not exist.")
    query_id = given or str(uuid.uuid4())
    _queries(self)[query_id] = {
        "queryDefinitionId": query_id,
        "name": self._get_param("name"),
        "queryString": self._get_param("queryString"),
        "queryLanguage": self._get_param("queryLanguage") or "CWLI",
        "logGroupNames": self._get_param("logGroupNames") or [],
        "lastModified": _now(),
    }
    return ActionResult({"queryDefinitionId": query_id})


@operation(LogsResponse)
def describe_query_definitions(self: LogsResponse) -> ActionResult:
    prefix = self._get_param("queryDefinitionNamePrefix") or ""
    found = [query for query in _queries(self).values() if query["name"].startswith(prefix)]
    return ActionResult({"queryDefinitions": found})


@operation(LogsResponse)
def delete_query_definition(self: LogsResponse) -> ActionResult:
    query_id = self._get_param("queryDefinitionId")
    if query_id not in _queries(self):
        raise error("ResourceNotFoundException", "The specified query definition does not exist.")
    del _queries(self)[query_id]
    return ActionResult({"success": True})


# Metric filters


@operation(LogsResponse)
def put_metric_filter(self: LogsResponse) -> ActionResult:
    """moto adds a second filter of the same name, to a log group that need not exist."""
    group = _group(self, self._get_param("logGroupName"))
    name, transformations = self._get_param("filterName"), self._get_param("metricTransformations")
    if len(transformations) != 1:
        raise error("InvalidParameterException", "metricTransformations must have exactly one item.")
    if "dimensions" in transformations[0] and "defaultValue" in transformations[0]:
        raise error(
            "InvalidParameterException",
            "Invalid metric transformation: dimensions and default value are mutually exclusive properties.",
        )
    filters = self.logs_backend.filters.metric_filters
    others = [f for f in filters if (f["logGroupName"], f["filterName"]) != (group.name, name)]
    if len([f for f in others if f["logGroupName"] == group.name]) == 100:
        raise error("LimitExceededException", "Resource limit exceeded.")
    filters[:] = others
    self.logs_backend.put_metric_filter(
        name, self._get_param("filterPattern"), group.name, transformations
    )
    filters[-1]["creationTime"] = _now()
    return EmptyResult()


@operation(LogsResponse)
def delete_metric_filter(self: LogsResponse) -> ActionResult:
    name, group = self._get_param("filterName"), self._get_param("logGroupName")
    filters = self.logs_backend.filters.metric_filters
    kept = [f for f in filters if (f["filterName"], f["logGroupName"]) != (name, group)]
    if len(kept) == len(filters):
        raise error("ResourceNotFoundException", "The specified metric filter does not exist.")
    filters[:] = kept
    return EmptyResult()


# Subscription filters

_put_subscription_filter = LogsResponse.put_subscription_filter


@operation(LogsResponse)
def put_subscription_filter(self: LogsResponse) -> Any:
    """moto does not ask whether CloudWatch Logs may call the function. AWS calls it once to see."""
    group, destination = _group(self, self._get_param("logGroupName")), self._get_param("destinationArn")
    if ":lambda:" in destination and not _may_call(self, destination, f"{group.arn}:*"):
        raise error(
            "InvalidParameterException",
            "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to "
            "execute your function.",
        )
    return _put_subscription_filter(self)


def _may_call(self: LogsResponse, function_arn: str, source: str) -> bool:
    functions = get_backend(self.current_account, self.region)
    try:
        statements = functions.get_function(function_arn).policy.statements
    except Exception:  # no such function, which moto tells in the same words
        return False
    context = {"AWS:SourceArn": source, "AWS:SourceAccount": self.current_account}
    return lets_in(
        {"Statement": statements}, service("logs"), Request("lambda:InvokeFunction", function_arn, context)
    )
