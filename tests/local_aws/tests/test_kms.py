from typing import Any

from .conftest import Stack


def test_a_data_key_pair(aws: Any) -> None:
    key = aws.kms.create_key()["KeyMetadata"]["KeyId"]
    context = {"Domain": "example.com"}
    pair = aws.kms.generate_data_key_pair(KeyId=key, KeyPairSpec="RSA_2048", EncryptionContext=context)
    plain = aws.kms.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"], EncryptionContext=context)["Plaintext"]
    assert plain == pair["PrivateKeyPlaintext"]
    assert len(pair["PublicKey"]) == 294  # a SubjectPublicKeyInfo of 2048 bits
    without = aws.kms.generate_data_key_pair_without_plaintext(KeyId=key, KeyPairSpec="RSA_2048")
    assert "PrivateKeyPlaintext" not in without


KEY = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      Description: %s
      EnableKeyRotation: %s
      PendingWindowInDays: 7
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}
      Tags: [{Key: Project, Value: ses}]
Outputs: {Arn: {Value: !GetAtt Key.Arn}}
"""


def test_a_key_of_a_stack(aws: Any, stack: Stack) -> None:
    stack.create(KEY % ("first", "true"))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    key = stack.physical_id("Key")
    found = aws.kms.describe_key(KeyId=key)["KeyMetadata"]
    assert (found["Arn"], found["Description"]) == (stack.outputs["Arn"], "first")
    assert aws.kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is True
    assert aws.kms.list_resource_tags(KeyId=key)["Tags"] == [{"TagKey": "Project", "TagValue": "ses"}]
    assert "kms:*" in aws.kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    stack.update(KEY % ("second", "false"))
    assert stack.physical_id("Key") == key
    assert aws.kms.describe_key(KeyId=key)["KeyMetadata"]["Description"] == "second"
    assert aws.kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"] is False
    stack.delete()
    assert aws.kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"
