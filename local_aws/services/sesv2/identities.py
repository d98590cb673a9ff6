"""Identities: DKIM, MAIL FROM, feedback and default configuration set."""

import base64
import hashlib

from datetime import datetime, timezone
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_private_key
from moto.core.responses import ActionResult, EmptyResult
from moto.ses.models import EmailIdentity
from moto.ses.utils import get_arn
from moto.sesv2.responses import SESV2Response

from ..operation import error, operation, state
from .common import core, tag, tags
from .configuration_sets import configuration_set


def _identity(self: SESV2Response) -> EmailIdentity:
    name = self._get_param("EmailIdentity")
    if name not in core(self).email_identities:
        raise error("NotFoundException", f"Email identity {name} does not exist.")
    return core(self).email_identities[name]


def _easy_dkim(name: str) -> dict[str, Any]:
    tokens = [hashlib.sha256(f"{name}{i}".encode()).hexdigest()[:32] for i in range(3)]
    return {
        "SigningEnabled": True,
        "Status": "PENDING",  # until somebody publishes the records: nobody does here
        "Tokens": tokens,
        "SigningAttributesOrigin": "AWS_SES",
        "NextSigningKeyLength": "RSA_2048_BIT",
        "CurrentSigningKeyLength": "RSA_2048_BIT",
        "LastKeyGenerationTimestamp": datetime.now(timezone.utc),
    }


def _own_key(signing: dict[str, Any]) -> dict[str, Any]:
    selector, key = signing.get("DomainSigningSelector", ""), signing.get("DomainSigningPrivateKey", "")
    try:
        bits = load_der_private_key(base64.b64decode(key), password=None).key_size
    except (ValueError, TypeError, AttributeError, UnsupportedAlgorithm):
        bits = 0
    if not 1024 <= bits <= 2048:
        raise error("BadRequestException", "The private key is not one of RSA with 1024 to 2048 bits.")
    if "NextSigningKeyLength" in signing:
        raise error("BadRequestException", "NextSigningKeyLength is for Easy DKIM only.")
    return {
        "SigningEnabled": True,
        "Status": "SUCCESS",  # there is no DNS here that SES could wait for
        "Tokens": [selector],
        "SigningAttributesOrigin": "EXTERNAL",
    }


def _set_dkim(identity: EmailIdentity, attributes: dict[str, Any]) -> None:
    """A domain is verified by its DKIM record."""
    identity.dkim_attributes = attributes
    identity.verification_status = attributes["Status"]
    identity.verified_for_sending_status = attributes["Status"] == "SUCCESS"
    identity.sending_enabled = identity.verified_for_sending_status  # moto lists every identity as able to send


@operation(SESV2Response)
def create_email_identity(self: SESV2Response) -> ActionResult:
    name, ses = self._get_param("EmailIdentity"), core(self)
    if name in ses.email_identities:
        raise error("AlreadyExistsException", f"Email identity {name} already exist.")
    identity = ses.create_email_identity_v2(name, None, None, self._get_param("ConfigurationSetName"))
    signing = self._get_param("DkimSigningAttributes")
    own_key = signing and "DomainSigningPrivateKey" in signing
    identity.feedback_forwarding_status = True  # what SES starts with
    _set_dkim(identity, _own_key(signing) if own_key else _easy_dkim(name))
    tag(self, "identity", name)
    return ActionResult(
        {
            "IdentityType": identity.identity_type,
            "VerifiedForSendingStatus": identity.verified_for_sending_status,
            "DkimAttributes": identity.dkim_attributes,
        }
    )


def _verification(identity: EmailIdentity) -> dict[str, Any]:
    now = datetime.now(timezone.utc)
    if identity.verified_for_sending_status:
        return {"LastCheckedTimestamp": now, "LastSuccessTimestamp": now}
    return {"LastCheckedTimestamp": now, "ErrorType": "HOST_NOT_FOUND"}


@operation(SESV2Response)
def get_email_identity(self: SESV2Response) -> ActionResult:
    identity = _identity(self)
    mail_from = state(core(self), "mail_from").get(identity.email_identity)
    return ActionResult(
        {
            "IdentityType": identity.identity_type,
            "FeedbackForwardingStatus": identity.feedback_forwarding_status,
            "VerifiedForSendingStatus": identity.verified_for_sending_status,
            "VerificationStatus": identity.verification_status,
            "DkimAttributes": identity.dkim_attributes,
            "MailFromAttributes": mail_from or {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"},
            "Policies": identity.policies,
            "Tags": tags(self, "identity", identity.email_identity),
            "ConfigurationSetName": identity.configuration_set_name,
            "VerificationInfo": _verification(identity),
        }
    )


@operation(SESV2Response)
def delete_email_identity(self: SESV2Response) -> ActionResult:
    identity = _identity(self)
    del core(self).email_identities[identity.email_identity]
    state(core(self), "mail_from").pop(identity.email_identity, None)
    core(self).tagger.delete_all_tags_for_resource(
        get_arn(self.sesv2_backend, "ses", f"identity/{identity.email_identity}")
    )
    return EmptyResult()


@operation(SESV2Response)
def put_email_identity_mail_from_attributes(self: SESV2Response) -> ActionResult:
    identity, domain = _identity(self), self._get_param("MailFromDomain")
    if domain and not domain.endswith(f".{identity.email_identity.rpartition('@')[2]}"):
        raise error(
            "BadRequestException",
            f"Provided MAIL-FROM domain <{domain}> is not subdomain of the domain of the identity "
            f"<{identity.email_identity}>.",
        )
    behavior = self._get_param("BehaviorOnMxFailure") or "USE_DEFAULT_VALUE"
    state(core(self), "mail_from")[identity.email_identity] = (
        {"MailFromDomain": domain, "MailFromDomainStatus": "PENDING", "BehaviorOnMxFailure": behavior}
        if domain
        else {"BehaviorOnMxFailure": behavior}
    )
    return EmptyResult()


@operation(SESV2Response)
def put_email_identity_feedback_attributes(self: SESV2Response) -> ActionResult:
    _identity(self).feedback_forwarding_status = bool(self._get_param("EmailForwardingEnabled"))
    return EmptyResult()


@operation(SESV2Response)
def put_email_identity_configuration_set_attributes(self: SESV2Response) -> ActionResult:
    identity = _identity(self)
    named = self._get_param("ConfigurationSetName")
    identity.configuration_set_name = configuration_set(self).configuration_set_name if named else None
    return EmptyResult()


@operation(SESV2Response)
def put_email_identity_dkim_attributes(self: SESV2Response) -> ActionResult:
    _identity(self).dkim_attributes["SigningEnabled"] = bool(self._get_param("SigningEnabled"))
    return EmptyResult()


@operation(SESV2Response)
def put_email_identity_dkim_signing_attributes(self: SESV2Response) -> ActionResult:
    identity, signing = _identity(self), self._get_param("SigningAttributes") or {}
    origin = self._get_param("SigningAttributesOrigin")
    signs = identity.dkim_attributes["SigningEnabled"]
    if origin == "EXTERNAL":
        if not {"DomainSigningSelector", "DomainSigningPrivateKey"} <= set(signing):
            raise error("BadRequestException", "EXTERNAL needs a selector and a private key.")
        _set_dkim(identity, {**_own_key(signing), "SigningEnabled": signs})
    else:
        if {"DomainSigningSelector", "DomainSigningPrivateKey"} & set(signing):
            raise error("BadRequestException", "A selector and a private key are for EXTERNAL only.")
        _set_dkim(identity, _easy_dkim(identity.email_identity))
    return ActionResult(
        {"DkimStatus": identity.dkim_attributes["Status"], "DkimTokens": identity.dkim_attributes["Tokens"]}
    )
