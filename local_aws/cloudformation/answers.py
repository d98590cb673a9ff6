"""How the API shows a stack, its resources, events and parameters."""

from typing import Any

from . import parameters
from .stack import Event, Resource, Stack


def description(stack: Stack) -> dict[str, Any]:
    target = stack.target
    return {
        "StackId": stack.stack_id,
        "StackName": stack.name,
        "Description": target.template.get("Description") if target else None,
        "Parameters": parameters.shown(target.declared, target.parameters) if target else [],
        "CreationTime": stack.created,
        "LastUpdatedTime": stack.updated,
        "DeletionTime": stack.deleted,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
        "DisableRollback": bool(stack.options.get("DisableRollback")),
        "NotificationARNs": stack.options.get("NotificationARNs", []),
        "TimeoutInMinutes": stack.options.get("TimeoutInMinutes"),
        "Capabilities": stack.options.get("Capabilities", []),
        "RoleARN": stack.options.get("RoleARN"),
        "Tags": [{"Key": key, "Value": value} for key, value in stack.tags.items()],
        "EnableTerminationProtection": stack.protected,
        "DriftInformation": stack.drift,
        "Outputs": [
            {
                "OutputKey": output.key,
                "OutputValue": output.value,
                "Description": output.description,
                "ExportName": output.export,
            }
            for output in stack.outputs
        ],
    }


def summary(stack: Stack) -> dict[str, Any]:
    described = description(stack)
    keys = ("StackId", "StackName", "CreationTime", "LastUpdatedTime", "DeletionTime",
            "StackStatus", "StackStatusReason", "DriftInformation")  # fmt: skip
    return {key: described[key] for key in keys} | {"TemplateDescription": described["Description"]}


def event(stack: Stack, event: Event) -> dict[str, Any]:
    return {
        "StackId": stack.stack_id,
        "EventId": event.id,
        "StackName": stack.name,
        "LogicalResourceId": event.logical_id,
        "PhysicalResourceId": event.physical_id,
        "ResourceType": event.type,
        "Timestamp": event.timestamp,
        "ResourceStatus": event.status,
        "ResourceStatusReason": event.reason,
        "ClientRequestToken": event.token,
    }


def resource(stack: Stack, resource: Resource, time: str = "Timestamp") -> dict[str, Any]:
    """Operations differ in what they call the time of the last change."""
    return {
        "StackName": stack.name,
        "StackId": stack.stack_id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.type,
        time: resource.timestamp,
        "ResourceStatus": resource.status,
        "ResourceStatusReason": resource.reason,
        "DriftInformation": {
            "StackResourceDriftStatus": (resource.drift or {}).get("StackResourceDriftStatus", "NOT_CHECKED")
        },
    }


def parameter(key: str, declared: dict[str, Any]) -> dict[str, Any]:
    return {
        "ParameterKey": key,
        "DefaultValue": parameters.as_text(declared["Default"]) if "Default" in declared else None,
        "NoEcho": bool(declared.get("NoEcho", False)),
        "Description": declared.get("Description"),
    }


def declaration(key: str, declared: dict[str, Any]) -> dict[str, Any]:
    """A parameter with its type and the values that it takes."""
    return {
        **parameter(key, declared),
        "ParameterType": declared["Type"],
        "ParameterConstraints": {
            "AllowedValues": [parameters.as_text(value) for value in declared.get("AllowedValues", [])]
        },
    }
