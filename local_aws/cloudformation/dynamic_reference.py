"""`{{resolve:ssm:…}}` and `{{resolve:secretsmanager:…}}` in the properties of a resource."""

import json
import re
from typing import Any

from ..aws import Aws
from .errors import ValidationError

REFERENCE = re.compile(r"\{\{resolve:([a-z-]+):(.+?)\}\}")


def resolve(value: Any, aws: Aws) -> Any:
    if isinstance(value, dict):
        return {key: resolve(inner, aws) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolve(inner, aws) for inner in value]
    if isinstance(value, str) and "{{resolve:" in value:
        return REFERENCE.sub(lambda match: _look_up(match[1], match[2], aws), value)
    return value


def _look_up(service: str, path: str, aws: Aws) -> str:
    if service in ("ssm", "ssm-secure"):
        return str(
            aws.client("ssm").get_parameter(Name=path, WithDecryption=True)["Parameter"]["Value"]
        )
    if service == "secretsmanager":
        return _secret(path, aws)
    raise ValidationError(f"Template error: {service} is not a service of dynamic references")


def _secret(path: str, aws: Aws) -> str:
    # A secret is named or given by its ARN, which has colons itself.
    arn = re.match(r"arn:[^:]*:secretsmanager:[^:]*:\d*:secret:[^:]+", path)
    secret_id = arn[0] if arn else path.split(":")[0]
    kind, key, stage, version = (path[len(secret_id) + 1 :].split(":") + [""] * 4)[:4]
    request = {"SecretId": secret_id}
    if stage:
        request["VersionStage"] = stage
    if version:
        request["VersionId"] = version
    text = aws.client("secretsmanager").get_secret_value(**request)["SecretString"]
    if kind not in ("", "SecretString"):
        raise ValidationError(f"Template error: {kind} is not a part of a secret")
    if not key:
        return str(text)
    try:
        return str(json.loads(text)[key])
    except (ValueError, KeyError):
        raise ValidationError(
            f"Could not find a value associated with JSONKey in SecretString for {secret_id}"
        ) from None
