"""Secrets Manager: rotation as far as it goes without running functions, and versions that never change.

moto calls the function in a container, says that the rotation is finished before it has begun, and lets a pending
version be written twice.
"""

import json
import re
import time
import uuid
from typing import Any

from moto.awslambda.utils import get_backend
from moto.kms.models import kms_backends
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend
from moto.secretsmanager.responses import SecretsManagerResponse

from ..semantics.iam import Caller, Document, Request, as_list, lets_in, service
from .operation import error, operation
from .roles import document

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


_create_secret = SecretsManagerResponse.create_secret
_update_secret = SecretsManagerResponse.update_secret
VALIDATION = "RequestToValidateKeyAccess"


@operation(SecretsManagerResponse)
def create_secret(self: SecretsManagerResponse) -> str:
    region, account, name = self.region, self.current_account, self._get_param("Name")
    if not re.fullmatch(r"[A-Za-z0-9/_+=.@-]+", name):  # API reference, CreateSecret
        raise error(
            "ValidationException",
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        )
    _check_key(self, f"arn:aws:secretsmanager:{region}:{account}:secret:{name}-AbCdEf")  # with any six characters
    return _create_secret(self)


@operation(SecretsManagerResponse)
def update_secret(self: SecretsManagerResponse) -> str:
    secret_id = self._get_param("SecretId")
    if self.backend._is_valid_identifier(secret_id):
        _check_key(self, self.backend.secrets[secret_id].arn)
    return _update_secret(self)


def _check_key(self: SecretsManagerResponse, secret_arn: str) -> None:
    """Secrets Manager first tries a key that is not AWS's own, in the name of the caller, and throws the answer away.

    Secrets Manager guide, "Secret encryption and decryption", "Secrets Manager encryption context": the context has
    the ARN of the secret, and RequestToValidateKeyAccess as the version. Others have met the same word as the ARN, so
    a key is good only if it can be used in both forms, and then for the first version. Who calls is not known here: it
    is taken as somebody of the account whom IAM allows everything, and whom the policy of the key means.
    """
    key_id = self._get_param("KmsKeyId")
    if not key_id or key_id.endswith("alias/aws/secretsmanager"):
        return
    keys = kms_backends[self.current_account][self.region]
    named = keys.get_key_id_from_alias(keys.get_alias_name(key_id)) if "alias/" in key_id else key_id
    key = keys.keys.get(keys.get_key_id(named or ""))
    if key is None or not key.enabled:
        raise error(
            "EncryptionFailure",
            "Secrets Manager can't encrypt the protected secret text using the provided KMS key. Check that the KMS "
            "key is available, enabled, and not in an invalid state.",
        )
    for arn, version in ((secret_arn, VALIDATION), (VALIDATION, VALIDATION), (secret_arn, str(uuid.uuid4()))):
        context = {
            "kms:EncryptionContext:SecretARN": arn,
            "kms:EncryptionContext:SecretVersionId": version,
            "kms:ViaService": f"secretsmanager.{self.region}.amazonaws.com",
            "kms:CallerAccount": self.current_account,
        }
        caller = Caller("AWS", f"arn:aws:iam::{self.current_account}:root")
        for action in ("kms:GenerateDataKey", "kms:Decrypt"):
            if not lets_in(_for_those_it_means(document(key.policy)), caller, Request(action, key.arn, context)):
                raise error("AccessDeniedException", "Access to KMS is not allowed")


def _for_those_it_means(policy: Document) -> Document:
    """Without what depends on who calls: a Deny spares those it means, an Allow is for them."""
    statements = []
    for statement in as_list(policy["Statement"]):
        conditions = statement.get("Condition", {})
        others = {name: {k: v for k, v in keys.items() if not _is_of_caller(k)} for name, keys in conditions.items()}
        if statement["Effect"] == "Allow" or others == conditions:
            statements.append({**statement, "Condition": others})
    return {"Statement": statements}


def _is_of_caller(key: str) -> bool:
    return key.lower().startswith("aws:principal")


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
    # Lambda guide, "Using Lambda with Secrets Manager": the condition keys that help against a confused deputy.
    context = {"AWS:SourceArn": secret_arn, "AWS:SourceAccount": backend.account_id}
    request = Request("lambda:InvokeFunction", found.function_arn, context)
    if not lets_in({"Statement": found.policy.statements if found.policy else []}, service("secretsmanager"), request):
        raise error(
            "AccessDeniedException",
            "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants "
            "access to the principal secretsmanager.amazonaws.com",
        )
