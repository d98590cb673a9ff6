"""Makes the key pairs of DKIM and keeps their private halves in Secrets Manager; deletes them when they are retired.

There is one secret for each selector, and it is never changed: making the pair of a selector again finds the one that is
there. Only the public half is ever returned, and nothing of the secret is logged.
"""

import base64
import functools
import json
import logging
import os
import re
import uuid
from datetime import datetime, timezone
from typing import Any

import boto3
from botocore.exceptions import ClientError

LOG = logging.getLogger("dkim_key_generator")
SELECTOR = re.compile(r"ses-\d{8}-[1-9]\d{0,5}")
# A SubjectPublicKeyInfo of 2048 bits: 294 bytes with the usual exponent.
PUBLIC_KEY_BYTES = 294
RECOVERY_DAYS = 30
# Makes of a selector always the same token, so that a repeated CreateSecret is the same request.
TOKENS = uuid.UUID("6f1f1c5c-3b53-4c1f-9d0e-1f0c4f6a7d11")


def now() -> datetime:
    return datetime.now(timezone.utc)


@functools.cache
def client(service: str) -> Any:
    return boto3.client(service)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    domain = os.environ["DOMAIN_NAME"]
    if event.get("domain", domain) != domain:
        raise ValueError(f"this function makes keys of {domain} only")
    action = event.get("action")
    if action == "list":
        return {"selectors": existing_selectors()}
    selector = event.get("selector")
    if not isinstance(selector, str) or not SELECTOR.fullmatch(selector):
        raise ValueError(f"{selector!r} is no selector of this platform")
    if action == "generate":
        return public_half(existing_key(selector) or new_key(domain, selector))
    if action == "describe":
        key = existing_key(selector)
        return public_half(key) if key else {"selector": selector, "public_key": None}
    if action == "discard":
        return {"selector": selector, "deleted": discard(selector)}
    raise ValueError(f"unknown action {action!r}")


def secret_name(selector: str) -> str:
    return os.environ["SECRET_PREFIX"] + selector


def public_half(key: dict[str, str]) -> dict[str, str]:
    return {name: key[name] for name in ("selector", "public_key", "created")}


def code_of(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def existing_key(selector: str) -> dict[str, str] | None:
    """The key of a selector. If its secret was deleted by mistake, it comes back as long as it can."""
    secrets = client("secretsmanager")
    try:
        secret = secrets.get_secret_value(SecretId=secret_name(selector))
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return None
        if code_of(error) != "InvalidRequestException":
            raise
        secrets.restore_secret(SecretId=secret_name(selector))
        LOG.warning("secret restored", extra={"selector": selector})
        secret = secrets.get_secret_value(SecretId=secret_name(selector))
    key: dict[str, str] = json.loads(secret["SecretString"])
    return key


def new_key(domain: str, selector: str) -> dict[str, str]:
    pair = client("kms").generate_data_key_pair(
        KeyId=os.environ["KMS_KEY_ID"],
        KeyPairSpec="RSA_2048",
        EncryptionContext={"purpose": "dkim", "domain": domain, "selector": selector},
    )
    if len(pair["PublicKey"]) != PUBLIC_KEY_BYTES:
        raise ValueError("KMS gave a public key that is not one of RSA with 2048 bits")
    key = {
        "domain": domain,
        "selector": selector,
        "created": now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "public_key": base64.b64encode(pair["PublicKey"]).decode(),
        # PKCS #8 in DER, as base64 on one line: what SES takes (SES API v2, DkimSigningAttributes).
        "private_key": base64.b64encode(pair["PrivateKeyPlaintext"]).decode(),
    }
    try:
        client("secretsmanager").create_secret(
            Name=secret_name(selector),
            Description=f"DKIM key of {domain}, selector {selector}",
            ClientRequestToken=str(uuid.uuid5(TOKENS, f"{domain}/{selector}")),
            KmsKeyId=os.environ["KMS_KEY_ID"],
            SecretString=json.dumps(key),
            Tags=[
                *json.loads(os.environ["SECRET_TAGS"]),
                {"Key": "Domain", "Value": domain},
                {"Key": "Selector", "Value": selector},
            ],
        )
    except ClientError as error:
        # Another call was faster: its pair is the one, and this one is forgotten.
        if code_of(error) != "ResourceExistsException":
            raise
        existing = existing_key(selector)
        if existing is None:
            raise
        return existing
    LOG.info("key made", extra={"selector": selector})
    return key


def discard(selector: str) -> str | None:
    """Schedules the deletion; when it is, if there is anything to delete."""
    secrets, name = client("secretsmanager"), secret_name(selector)
    try:
        scheduled = secrets.describe_secret(SecretId=name).get("DeletedDate")
        if not scheduled:
            scheduled = secrets.delete_secret(SecretId=name, RecoveryWindowInDays=RECOVERY_DAYS)["DeletionDate"]
            LOG.info("deletion scheduled", extra={"selector": selector})
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return None
        raise
    return str(scheduled.isoformat())


def existing_selectors() -> list[str]:
    """Also those whose deletion is scheduled: their numbers were used."""
    pages = client("secretsmanager").get_paginator("list_secrets").paginate(
        Filters=[{"Key": "name", "Values": [os.environ["SECRET_PREFIX"]]}], IncludePlannedDeletion=True
    )
    return [secret["Name"].rpartition("/")[2] for page in pages for secret in page["SecretList"]]
