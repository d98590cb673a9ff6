"""The five functions as the rendered template deploys them: one file each."""

import functools
import logging
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from local_aws.cloudformation import short_forms

TEMPLATES = Path(__file__).parents[3] / "sceptre" / "templates"
FUNCTIONS = {
    "DKIMRotationOrchestrator": "ses-prod-dkim-rotation-orchestrator",
    "DKIMKeyGenerator": "ses-prod-dkim-key-generator",
    "SESConfigUpdater": "ses-prod-ses-config-updater",
    "NotificationManager": "ses-prod-notification-manager",
    "ValidationMonitor": "ses-prod-validation-monitor",
}


@functools.cache
def template(name: str = "security.yaml") -> dict[str, Any]:
    found: dict[str, Any] = short_forms.load((TEMPLATES / name).read_text(encoding="utf-8"))
    return found


@functools.cache
def source(logical_id: str, name: str = "security.yaml") -> str:
    return str(template(name)["Resources"][logical_id]["Properties"]["Code"]["ZipFile"])


@functools.cache
def code(logical_id: str, name: str = "security.yaml") -> CodeType:
    return compile(source(logical_id, name), f"{logical_id}/index.py", "exec")


def load(logical_id: str) -> ModuleType:
    """A fresh module, as a new Lambda instance has it."""
    module = ModuleType(logical_id)
    exec(code(logical_id), module.__dict__)
    module.__dict__["LOG"].setLevel(logging.CRITICAL)
    return module


def environment(logical_id: str, domain: str) -> dict[str, str]:
    """The variables of a function, with the template's functions worked out for production."""
    values = {
        "ProjectCode": "ses", "Environment": "prod", "DomainName": domain,
        "AWS::Region": "ap-northeast-1", "AWS::AccountId": "123456789012",
        "DkimKey.Arn": "arn:aws:kms:ap-northeast-1:123456789012:key/mrk-1",
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
