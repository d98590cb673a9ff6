"""The SMTP password of an access key, and a login with it."""

import base64
import hashlib
import hmac
import smtplib
import ssl

from smtp_credentials_rotation.aws import Pair


def smtp_password(secret_access_key: str, region: str) -> str:
    """SES Developer Guide, "Obtaining your Amazon SES SMTP credentials": of one region, version 4."""
    signature = ("AWS4" + secret_access_key).encode()
    for part in ("11111111", region, "ses", "aws4_request", "SendRawEmail"):
        signature = hmac.new(signature, part.encode(), hashlib.sha256).digest()
    return base64.b64encode(b"\x04" + signature).decode()


def login(pair: Pair) -> bool | None:
    """Whether the endpoint takes the credentials; None if it does not say."""
    try:
        with smtplib.SMTP(pair["endpoint"], pair["port"], timeout=10) as server:
            server.starttls(context=ssl.create_default_context())
            server.login(pair["username"], pair["password"])
        return True
    except smtplib.SMTPAuthenticationError as error:
        return False if error.smtp_code == 535 else None
    except (OSError, smtplib.SMTPException):
        return None
