"""Real RSA keys, made once: making one takes a tenth of a second."""

import base64
import functools

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
)


@functools.cache
def pair(number: int) -> tuple[bytes, bytes]:
    """(private key as PKCS #8, public key as SubjectPublicKeyInfo), in DER as KMS gives them."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return private, key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@functools.cache
def public_half(private_key: str) -> str:
    """The public key, as base64, that belongs to a private one."""
    key = load_der_private_key(base64.b64decode(private_key), password=None)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(public).decode()
