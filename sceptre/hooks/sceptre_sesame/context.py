"""What the binary is told about the stack: the first line of each conversation."""

import os
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from jinja2.exceptions import TemplateError
from sceptre.exceptions import SceptreException
from sceptre.stack import Stack

from .errors import SesameError
from .json_safe import json_safe

PROTOCOL = 1

# When Sceptre began: it loads this module while it reads the configuration. What CloudFormation changed before then
# is not this run's doing.
STARTED = datetime.now(timezone.utc).isoformat()

# Sceptre deletes a stack without looking at its parameters and template, so these points do without what cannot be
# resolved.
_DELETE_POINTS = ("before_delete", "after_delete")


def resolver_context(stack: Stack) -> dict[str, Any]:
    """The context of a resolver. It is built from the configuration as written: a resolver that asked the stack
    for its resolved values could meet itself there."""
    tags, bucket = stack.config.get("stack_tags", {}), stack.config.get("template_bucket_name")
    return _context(stack, {"tags": json_safe(tags), "template_bucket_name": json_safe(bucket)})


def hook_context(stack: Stack, point: str) -> dict[str, Any]:
    """The context of a hook, with the parameters and the template that CloudFormation will get."""
    values: dict[str, Any] = {}
    for key, read in _RESOLVED.items():
        try:
            values[key] = read(stack)
        except (SceptreException, BotoCoreError, ClientError, Boto3Error, TemplateError, OSError) as error:
            if point not in _DELETE_POINTS:
                raise SesameError(f"cannot resolve the {key.replace('_', ' ')}: {error}") from error
    return {**_context(stack, values), "point": point}


def _context(stack: Stack, values: dict[str, Any]) -> dict[str, Any]:
    return {
        "sesame": PROTOCOL,
        "started": STARTED,
        "project_path": stack.stack_group_config.get("project_path", os.getcwd()),
        "stack": {
            "name": stack.name,
            "external_name": stack.external_name,
            "region": stack.region,
            "project_code": stack.project_code,
            "protected": bool(stack.protected),
            "group_config": json_safe(stack.stack_group_config),
            **values,
        },
    }


def _parameters(stack: Stack) -> Any:
    # Sceptre leaves out a parameter without a value.
    return json_safe({name: value for name, value in stack.parameters.items() if value is not None})


def _template(stack: Stack) -> dict[str, Any]:
    body = stack.template.body  # Sceptre keeps it, and sends this very text to CloudFormation.
    handler, path = stack.template_handler_config, None
    if handler["type"] == "file":
        path = os.path.join(stack.stack_group_config["project_path"], "templates", handler["path"])
    return {"type": handler["type"], "path": path, "body": body}


_RESOLVED: dict[str, Callable[[Stack], Any]] = {
    "tags": lambda stack: json_safe(stack.tags),
    "template_bucket_name": lambda stack: json_safe(stack.template_bucket_name),
    "parameters": _parameters,
    "template": _template,
}
