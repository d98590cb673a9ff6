"""Gives SES a DKIM key, waits until SES has verified it, and puts the old one back if that does not happen.

SES holds one key of a domain at a time, and mail may leave unsigned while it is verified: so it is given a key only when its
record is already seen, and the wait is short. The answer never holds a key.
"""

import functools
import json
import logging
import os
import re
import time
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

LOG = logging.getLogger("ses_config_updater")
# What SES takes (SES API v2, DkimSigningAttributes).
SELECTOR = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?")
PRIVATE_KEY = re.compile(r"[a-zA-Z0-9+/]{1,20478}={0,2}")
SECONDS_FOR_NEW, SECONDS_FOR_OLD, SECONDS_BETWEEN = 600, 120, 10
# SES may show for a while what it had before a change.
SECONDS_UNTIL_SHOWN = 60


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def monotonic() -> float:
    return time.monotonic()


@functools.cache
def client(service: str) -> Any:
    # Short, so that a slow call leaves time to put the old key back.
    config = Config(connect_timeout=5, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 4})
    return boto3.client(service, config=config)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """`give` the key of `selector`; `old` is the selector of the key to put back if SES does not verify the new one."""
    domain = os.environ["DOMAIN_NAME"]
    if event.get("domain", domain) != domain:
        raise ValueError(f"this function changes {domain} only")
    if event.get("action") != "give":
        raise ValueError(f"unknown action {event.get('action')!r}")
    selector, old = event["selector"], event.get("old")
    # Both keys are read first: what cannot be put back must not be replaced.
    new_key = read_key(selector)
    old_key = read_key(old) if old else None
    error = None
    found = current(domain)
    # A key that SES has given up on is looked for again only when it is given again.
    if found["selector"] != selector or found["status"] == "FAILED":
        error = give(domain, selector, new_key)
    status = wait(domain, selector, SECONDS_FOR_NEW)
    if status == "SUCCESS":
        enable_signing(domain)
        return result("new", domain, status, error)
    LOG.error("not verified", extra={"selector": selector, "status": status, "old": old})
    if old_key is not None:
        # Even if SES shows the old key: it may not show yet what it was given above.
        error = give(domain, old, old_key) or error
        status = wait(domain, old, SECONDS_FOR_OLD)
        return result("old" if current(domain)["selector"] == old else "unclear", domain, status, error)
    if event.get("easy_dkim_before"):
        put(domain, "AWS_SES", {"NextSigningKeyLength": "RSA_2048_BIT"})
        return result("old", domain, current(domain)["status"], error)
    return result("pending", domain, status, error)


def result(outcome: str, domain: str, status: str, error: str | None) -> dict[str, Any]:
    LOG.info("result", extra={"outcome": outcome, "status": status})
    return {"outcome": outcome, "status": status, "selector": current(domain)["selector"], "error": error}


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
    """What SES signs with. For a key of one's own, the only token is its selector."""
    dkim = client("sesv2").get_email_identity(EmailIdentity=domain)["DkimAttributes"]
    external = dkim.get("SigningAttributesOrigin") == "EXTERNAL"
    tokens = dkim.get("Tokens") or [None]
    return {
        "selector": tokens[0] if external else None,
        "status": dkim.get("Status", "NOT_STARTED"),
        "signing": dkim.get("SigningEnabled", False),
    }


def give(domain: str, selector: str, key: str) -> str | None:
    """Gives SES a key. An error is no failure yet, for the answer alone may be lost: SES is asked afterwards."""
    try:
        put(domain, "EXTERNAL", {"DomainSigningSelector": selector, "DomainSigningPrivateKey": key})
    except (BotoCoreError, ClientError) as problem:
        # Only the kind of error: the text of one about parameters quotes them.
        LOG.error("put failed", extra={"selector": selector, "error": code_of(problem)})
        return code_of(problem)
    LOG.info("key given", extra={"selector": selector})
    return None


def enable_signing(domain: str) -> None:
    if not current(domain)["signing"]:
        client("sesv2").put_email_identity_dkim_attributes(EmailIdentity=domain, SigningEnabled=True)
        LOG.warning("signing enabled")


def put(domain: str, origin: str, attributes: dict[str, str]) -> None:
    client("sesv2").put_email_identity_dkim_signing_attributes(
        EmailIdentity=domain, SigningAttributesOrigin=origin, SigningAttributes=attributes
    )


def code_of(problem: Exception) -> str:
    if isinstance(problem, ClientError):
        return str(problem.response["Error"]["Code"])
    return type(problem).__name__


def wait(domain: str, selector: str, seconds: float) -> str:
    """Waits for SUCCESS; answers with the last status, or OTHER_KEY if SES does not sign with this key."""
    began = monotonic()
    while True:
        try:
            found = current(domain)
            status = found["status"] if found["selector"] == selector else "OTHER_KEY"
        except (BotoCoreError, ClientError) as problem:
            status = code_of(problem)
        waited = monotonic() - began
        if status == "SUCCESS" or waited >= (SECONDS_UNTIL_SHOWN if status == "OTHER_KEY" else seconds):
            return status
        sleep(SECONDS_BETWEEN)
