"""Secrets Manager: rotation as far as it goes without running functions, and versions that never change.

moto calls the function in a container, says that the rotation is finished before it has begun, and lets a pending
version be written twice.
"""

import json
import time
import uuid
from typing import Any

from moto.awslambda.utils import get_backend
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend
from moto.secretsmanager.responses import SecretsManagerResponse

from .operation import error, operation

DAY = 86400
_check = SecretsManagerBackend._check_with_existing_secrets_and_versions
_update_stage = SecretsManagerBackend.update_secret_version_stage


def _never_twice(self: SecretsManagerBackend, secret_name: str, token: str | None, *value: Any, **more: Any) -> Any:
    secret = self.secrets.get(secret_name)
    version = secret.versions.get(token) if secret and token else None
    if version and "secret_string" in version:
        if version["secret_string"] == value[0]:
            return secret
        raise error(
            "ResourceExistsException",
            f"You can't use ClientRequestToken {token} because that value is already in use for a version of "
            f"secret {secret.arn}.",
        )
    return _check(self, secret_name, token, *value, **more)


def _finish(self: SecretsManagerBackend, secret_id: str, version_stage: str, *versions: Any, **more: Any) -> Any:
    answer = _update_stage(self, secret_id, version_stage, *versions, **more)
    secret: Any = self.secrets[secret_id]
    moved_to = more.get("move_to_version_id")
    if version_stage == "AWSCURRENT" and moved_to:
        secret.set_default_version_id(moved_to)
        # With both labels on it the rotation is finished. AWSPENDING stays until somebody removes it ("RotateSecret").
        if "AWSPENDING" in secret.versions[moved_to]["version_stages"]:
            secret.last_rotation_date = int(time.time())
            secret.next_rotation_date = secret.last_rotation_date + secret.auto_rotate_after_days * DAY
    return answer


SecretsManagerBackend._check_with_existing_secrets_and_versions = _never_twice  # type: ignore[method-assign]
SecretsManagerBackend.update_secret_version_stage = _finish  # type: ignore[method-assign]


@operation(SecretsManagerResponse)
def rotate_secret(self: SecretsManagerResponse) -> str:
    """Opens a version for the rotation. Its four steps are then called by whoever has the deployed code."""
    backend: SecretsManagerBackend = self.backend
    secret_id = self._get_param("SecretId")
    if not backend._is_valid_identifier(secret_id):
        raise error("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
    secret = backend.secrets[secret_id]
    assert isinstance(secret, FakeSecret)
    rules = self._get_param("RotationRules") or {}
    immediately = self._get_bool_param("RotateImmediately", True)
    function = self._get_param("RotationLambdaARN") or secret.rotation_lambda_arn
    if not function:
        raise error("InvalidRequestException", "No Lambda rotation function ARN is associated with this secret.")
    if set(rules) - {"AutomaticallyAfterDays", "Duration"}:
        raise error("InvalidParameterException", "Local AWS does not implement RotationRules.ScheduleExpression")
    days = rules.get("AutomaticallyAfterDays", secret.auto_rotate_after_days)
    if not 1 <= int(days) <= 1000:
        raise error("InvalidParameterException", "RotationRules.AutomaticallyAfterDays must be within 1-1000.")
    _may_invoke(backend, function, secret.arn)
    if any(
        "AWSPENDING" in version["version_stages"] and "AWSCURRENT" not in version["version_stages"]
        for version in secret.versions.values()
    ):
        raise error("InvalidRequestException", "A previous rotation isn't complete. That rotation will be reattempted.")
    secret.rotation_requested = secret.rotation_enabled = True
    secret.rotation_lambda_arn, secret.auto_rotate_after_days = function, int(days)
    secret.next_rotation_date = int(time.time()) + int(days) * DAY
    token = self._get_param("ClientRequestToken") or str(uuid.uuid4())
    if immediately:
        for version in secret.versions.values():  # a label is on one version only
            version["version_stages"] = [stage for stage in version["version_stages"] if stage != "AWSPENDING"]
        secret.versions[token] = {
            "createdate": int(time.time()), "version_id": token, "version_stages": ["AWSPENDING"],
        }  # fmt: skip
    return json.dumps({"ARN": secret.arn, "Name": secret.name, **({"VersionId": token} if immediately else {})})


@operation(SecretsManagerResponse)
def cancel_rotate_secret(self: SecretsManagerResponse) -> str:
    backend: SecretsManagerBackend = self.backend
    secret_id = self._get_param("SecretId")
    if not backend._is_valid_identifier(secret_id):
        raise error("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
    secret: Any = backend.secrets[secret_id]
    # The open version keeps its label, as on AWS: who cancels takes it away.
    secret.rotation_enabled, secret.next_rotation_date = False, None
    return json.dumps({"ARN": secret.arn, "Name": secret.name})


def _may_invoke(backend: SecretsManagerBackend, function: str, secret_arn: str) -> None:
    functions = get_backend(backend.account_id, backend.region_name)
    try:
        found = functions.get_function(function)
    except Exception:
        raise error("ResourceNotFoundException", f"Lambda function {function} does not exist.") from None
    policy = found.policy.statements if found.policy else []
    for statement in policy:
        condition = statement.get("Condition", {})
        arns = condition.get("ArnLike", {}).get("AWS:SourceArn", secret_arn)
        account = condition.get("StringEquals", {}).get("AWS:SourceAccount", backend.account_id)
        if (
            statement["Principal"] == {"Service": "secretsmanager.amazonaws.com"}
            and arns == secret_arn
            and account == backend.account_id
        ):
            return
    raise error(
        "AccessDeniedException",
        "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access "
        "to the principal secretsmanager.amazonaws.com",
    )
