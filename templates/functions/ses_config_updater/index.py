"""Gives SES a DKIM key, once, and does not wait: whether SES verifies it is looked at each hour, for up to three days.

SES holds one key of a domain at a time, and mail may leave unsigned while it is verified. Which key SES gets, and when, is
decided by the rotation; a key that SES has and looks for, or has verified, is not given again. The answer never holds a key.
"""

import functools
import json
import logging
import os
import re
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

LOG = logging.getLogger("ses_config_updater")
# What SES takes (SES API v2, DkimSigningAttributes).
SELECTOR = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?")
PRIVATE_KEY = re.compile(r"[a-zA-Z0-9+/]{1,20478}={0,2}")
EASY_DKIM = "easy-dkim"
# With these SES still looks for the record of its key, or has found it: giving the key again would begin anew.
UNDER_WAY = ("PENDING", "SUCCESS", "TEMPORARY_FAILURE")


@functools.cache
def client(service: str) -> Any:
    config = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2})
    return boto3.client(service, config=config)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`give` the key of `selector`, or Easy DKIM; `enable_signing` turns signing on if it is off."""
    domain = os.environ["DOMAIN_NAME"]
    if event.get("domain", domain) != domain:
        raise ValueError(f"this function changes {domain} only")
    if event.get("action") != "give":
        raise ValueError(f"unknown action {event.get('action')!r}")
    selector = event["selector"]
    wanted = easy_dkim() if selector == EASY_DKIM else own_key(selector)
    found = current(domain)
    try:
        if found["selector"] != selector or found["status"] not in UNDER_WAY:
            client("sesv2").put_email_identity_dkim_signing_attributes(EmailIdentity=domain, **wanted)
            LOG.info("key given", extra={"selector": selector})
        if event.get("enable_signing") and not found["signing"]:
            client("sesv2").put_email_identity_dkim_attributes(EmailIdentity=domain, SigningEnabled=True)
            LOG.warning("signing enabled")
    except ClientError as problem:
        # Only the kind of error: the text of one about parameters quotes them. Without an answer at all nobody knows
        # whether SES has the key; that is raised, and looked at later.
        code = str(problem.response["Error"]["Code"])
        LOG.error("refused", extra={"selector": selector, "error": code})
        return {"outcome": "refused", "error": code}
    return {"outcome": "given", "error": None}


def easy_dkim() -> dict[str, Any]:
    return {"SigningAttributesOrigin": "AWS_SES", "SigningAttributes": {"NextSigningKeyLength": "RSA_2048_BIT"}}


def own_key(selector: str) -> dict[str, Any]:
    attributes = {"DomainSigningSelector": selector, "DomainSigningPrivateKey": read_key(selector)}
    return {"SigningAttributesOrigin": "EXTERNAL", "SigningAttributes": attributes}


def read_key(selector: str) -> str:
    """The private key of a selector, as SES takes it. An error never quotes it."""
    if not SELECTOR.fullmatch(selector):
        raise ValueError("not a selector that SES takes")
    secret = client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET_PREFIX"] + selector)
    try:
        key = json.loads(secret["SecretString"])
        right = key["selector"] == selector and PRIVATE_KEY.fullmatch(key["private_key"])
    except (ValueError, KeyError, TypeError):
        right = False
    if not right:
        raise ValueError(f"the secret of {selector} does not hold its key") from None
    return str(key["private_key"])


def current(domain: str) -> dict[str, Any]:
    """What SES has. For a key of one's own, the only token is its selector."""
    dkim = client("sesv2").get_email_identity(EmailIdentity=domain)["DkimAttributes"]
    external = dkim.get("SigningAttributesOrigin") == "EXTERNAL"
    tokens = dkim.get("Tokens") or [None]
    return {
        "selector": tokens[0] if external else EASY_DKIM,
        "status": dkim.get("Status", "NOT_STARTED"),
        "signing": dkim.get("SigningEnabled", False),
    }
