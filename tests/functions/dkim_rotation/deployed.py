"""The five functions of the DKIM rotation as the rendered template deploys them."""

import logging
from types import ModuleType
from typing import Any

from .. import deployed

FUNCTIONS = {
    "DKIMRotationOrchestrator": "ses-prod-dkim-rotation-orchestrator",
    "DKIMKeyGenerator": "ses-prod-dkim-key-generator",
    "SESConfigUpdater": "ses-prod-ses-config-updater",
    "NotificationManager": "ses-prod-notification-manager",
    "ValidationMonitor": "ses-prod-validation-monitor",
}


def template() -> dict[str, Any]:
    return deployed.template("security.yaml")


def load(logical_id: str) -> ModuleType:
    """A fresh module, which logs nothing."""
    folder = FUNCTIONS[logical_id].removeprefix("ses-prod-").replace("-", "_")
    module = deployed.load(folder)
    module.__dict__["LOG"].setLevel(logging.CRITICAL)
    return module


def environment(logical_id: str, domain: str) -> dict[str, str]:
    """The variables of a function, with the template's functions worked out for production."""
    values = {
        "ProjectCode": "ses", "Environment": "prod", "DomainName": domain,
        "AWS::Region": "ap-northeast-1", "AWS::AccountId": "123456789012",
        "DkimQuietHour": "3", "DkimPatienceHours": "24", "DkimKey.Arn": "arn:aws:kms:ap-northeast-1:123456789012:key/mrk-1",
        **FUNCTIONS,
    }  # fmt: skip

    def text(value: Any) -> str:
        if not isinstance(value, dict):
            return str(value)
        [(function, argument)] = value.items()
        if function == "Fn::Sub":
            for name, replacement in values.items():
                argument = argument.replace(f"${{{name}}}", replacement)
            return str(argument)
        return values[argument if function == "Ref" else ".".join(argument)]

    variables = template()["Resources"][logical_id]["Properties"]["Environment"]["Variables"]
    return {"AWS_REGION": "ap-northeast-1"} | {name: text(value) for name, value in variables.items()}
