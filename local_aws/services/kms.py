"""KMS: data key pairs, the source of DKIM keys, and key policies that KMS refuses."""

import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from moto.core.responses import ActionResult
from moto.kms.responses import KmsResponse

from ..semantics.iam import Caller, Request, as_list, lets_in
from .iam_checks import unknown_principals
from .operation import error, operation

RSA_BITS = {"RSA_2048": 2048, "RSA_3072": 3072, "RSA_4096": 4096}


def _pair(self: KmsResponse) -> dict[str, object]:
    spec = self._get_param("KeyPairSpec")
    if spec not in RSA_BITS:
        raise error("ValidationException", f"Local AWS makes RSA key pairs only, not {spec}.")
    key = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS[spec])
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    blob, arn = self.kms_backend.encrypt(
        key_id=self._get_param("KeyId"),
        plaintext=private,
        encryption_context=self._get_param("EncryptionContext") or {},
    )
    return {
        "KeyId": arn,
        "KeyPairSpec": spec,
        "PrivateKeyCiphertextBlob": blob,
        "PrivateKeyPlaintext": private,
        "PublicKey": key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    }


@operation(KmsResponse)
def generate_data_key_pair(self: KmsResponse) -> ActionResult:
    return ActionResult(_pair(self))


@operation(KmsResponse)
def generate_data_key_pair_without_plaintext(self: KmsResponse) -> ActionResult:
    pair = _pair(self)
    del pair["PrivateKeyPlaintext"]
    return ActionResult(pair)


_create_key = KmsResponse.create_key
_put_key_policy = KmsResponse.put_key_policy


@operation(KmsResponse)
def create_key(self: KmsResponse) -> Any:
    _check_policy(self)
    return _create_key(self)


@operation(KmsResponse)
def put_key_policy(self: KmsResponse) -> Any:
    _check_policy(self)
    return _put_key_policy(self)


def _check_policy(self: KmsResponse) -> None:
    """KMS guide, "Creating a key policy" and "Default key policy": principals exist, and nobody is locked out."""
    text = self._get_param("Policy")
    if not text:
        return
    try:
        policy = json.loads(text)
        statements = as_list(policy["Statement"])
    except (ValueError, KeyError, TypeError):
        raise error("MalformedPolicyDocumentException", "The key policy is not valid JSON.") from None
    if any(unknown_principals(self.current_account, statement.get("Principal", {})) for statement in statements):
        raise error(
            "MalformedPolicyDocumentException", "Policy contains a statement with one or more invalid principals."
        )
    caller = Caller("AWS", f"arn:aws:iam::{self.current_account}:root")
    if not self._get_param("BypassPolicyLockoutSafetyCheck") and not lets_in(
        policy, caller, Request("kms:PutKeyPolicy")
    ):
        raise error(
            "MalformedPolicyDocumentException",
            "The new key policy will not allow you to update the key policy in the future.",
        )
