from typing import Any


def test_a_data_key_pair(aws: Any) -> None:
    key = aws.kms.create_key()["KeyMetadata"]["KeyId"]
    context = {"Domain": "example.com"}
    pair = aws.kms.generate_data_key_pair(KeyId=key, KeyPairSpec="RSA_2048", EncryptionContext=context)
    plain = aws.kms.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"], EncryptionContext=context)["Plaintext"]
    assert plain == pair["PrivateKeyPlaintext"]
    assert len(pair["PublicKey"]) == 294  # a SubjectPublicKeyInfo of 2048 bits
    without = aws.kms.generate_data_key_pair_without_plaintext(KeyId=key, KeyPairSpec="RSA_2048")
    assert "PrivateKeyPlaintext" not in without
