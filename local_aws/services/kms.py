"""KMS: data key pairs, the source of DKIM keys."""

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from moto.core.responses import ActionResult
from moto.kms.responses import KmsResponse

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
