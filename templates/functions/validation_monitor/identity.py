"""The domain, as SES has it."""

from typing import Any

from botocore.exceptions import ClientError

from validation_monitor.aws import client


def identity(domain: str) -> dict[str, Any]:
    """What SES has of the domain."""
    try:
        found = client("sesv2").get_email_identity(EmailIdentity=domain)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        return {
            "exists": False, "verified_for_sending": False, "origin": None, "selector": None, "tokens": None,
            "status": "NOT_FOUND", "signing_enabled": False, "error": None, "mail_from": None, "mail_from_status": None,
        }  # fmt: skip
    dkim, mail_from = found.get("DkimAttributes", {}), found.get("MailFromAttributes", {})
    external = dkim.get("SigningAttributesOrigin") == "EXTERNAL"
    return {
        "exists": True,
        "verified_for_sending": found.get("VerifiedForSendingStatus", False),
        "origin": dkim.get("SigningAttributesOrigin", "AWS_SES"),
        "selector": (dkim.get("Tokens") or [None])[0] if external else None,
        "tokens": None if external else dkim.get("Tokens"),
        "status": dkim.get("Status", "NOT_STARTED"),
        "signing_enabled": dkim.get("SigningEnabled", False),
        "error": found.get("VerificationInfo", {}).get("ErrorType"),
        "mail_from": mail_from.get("MailFromDomain"),
        "mail_from_status": mail_from.get("MailFromDomainStatus"),
    }
