"""Runs a deployed function here: its code from the template that CloudFormation has, with the variables that Lambda has."""

import os
from types import ModuleType
from typing import Any

import boto3
import pytest

from .aws import REGION, Aws, Environment


def source(aws: Aws, stack: str, function: str) -> str:
    """The code in the template that CloudFormation has; local AWS offers no download of the function itself."""
    return aws.template(stack)["Resources"][function]["Properties"]["Code"]["ZipFile"]


def load(aws: Aws, code: str, configuration: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    variables = {
        **configuration["Environment"]["Variables"],
        "AWS_ENDPOINT_URL": aws.endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)  # it could remember other settings
    module = ModuleType("deployed")
    exec(compile(code, "index.py", "exec"), module.__dict__)
    return module


def function(aws: Aws, environment: Environment, name: str) -> dict[str, Any]:
    return aws.awslambda.get_function(FunctionName=environment.named(name))
