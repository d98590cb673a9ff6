"""Lambda: the configuration that moto drops, and how large the environment may be."""

import json
from typing import Any

from moto.awslambda.models import LambdaFunction

from .operation import error

# The members that moto neither keeps nor shows, and those that it does not change.
NOT_KEPT = ("LoggingConfig", "DeadLetterConfig")
NOT_CHANGED = {"TracingConfig": "tracing_config", "KMSKeyArn": "kms_key_arn"}

ENVIRONMENT_BYTES = 4096

_init = LambdaFunction.__init__
_get_configuration = LambdaFunction.get_configuration
_update_configuration = LambdaFunction.update_configuration


def _remember(self: LambdaFunction, spec: dict[str, Any]) -> None:
    """Lambda guide, "Lambda quotas": 4 KB for all environment variables of a function, as JSON."""
    variables = json.dumps(spec.get("Environment", {}).get("Variables", {}), separators=(",", ":"), ensure_ascii=False)
    if len(variables.encode()) > ENVIRONMENT_BYTES:
        raise error(
            "InvalidParameterValueException",
            "Lambda was unable to configure your environment variables because the environment variables you have "
            f"provided exceeded the 4KB limit. String measured: {variables}",
        )
    kept = self.__dict__.setdefault("local_aws_configuration", {})
    kept.update({key: spec[key] for key in NOT_KEPT if key in spec})
    if group := kept.get("LoggingConfig", {}).get("LogGroup"):
        self.logs_group_name = group


def _create(self: LambdaFunction, account_id: str, spec: dict[str, Any], *more: Any, **named: Any) -> None:
    _init(self, account_id, spec, *more, **named)
    _remember(self, spec)


def _show(self: LambdaFunction, on_create: bool = False) -> dict[str, Any]:
    default = {"LoggingConfig": {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}"}}
    return {**_get_configuration(self, on_create), **default, **self.__dict__.get("local_aws_configuration", {})}


def _change(self: LambdaFunction, config_updates: dict[str, Any]) -> dict[str, Any]:
    _remember(self, config_updates)
    for key, attribute in NOT_CHANGED.items():
        if key in config_updates:
            setattr(self, attribute, config_updates[key])
    if size := config_updates.get("EphemeralStorage"):
        self.ephemeral_storage = size["Size"]
    return _update_configuration(self, config_updates)


LambdaFunction.__init__ = _create  # type: ignore[method-assign]
LambdaFunction.get_configuration = _show  # type: ignore[method-assign]
LambdaFunction.update_configuration = _change  # type: ignore[method-assign]
