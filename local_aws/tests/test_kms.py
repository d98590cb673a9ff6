import json
from typing import Any

import pytest

from .conftest import Stack, refused

KEY = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      Description: %s
      EnableKeyRotation: %s
      MultiRegion: true
      PendingWindowInDays: 7
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - {Sid: %s, Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}
      Tags: [{Key: a, Value: b}]
  Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/%s, TargetKeyId: !Ref Key}}
Outputs: {Arn: {Value: !GetAtt Key.Arn}}
"""


def test_a_key_with_an_alias(aws: Any, stack: Stack) -> None:
    stack.create(KEY % ("one", "true", "First", stack.name))
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    found = aws.kms.describe_key(KeyId=f"alias/{stack.name}")["KeyMetadata"]
    assert (found["Arn"], found["Description"], found["MultiRegion"]) == (stack.outputs["Arn"], "one", True)
    key = found["KeyId"]
    assert key == stack.physical_id("Key") and key.startswith("mrk-")
    assert aws.kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]
    assert aws.kms.list_resource_tags(KeyId=key)["Tags"] == [{"TagKey": "a", "TagValue": "b"}]
    stack.update(KEY % ("two", "false", "Second", stack.name))
    assert aws.kms.describe_key(KeyId=key)["KeyMetadata"]["Description"] == "two"
    assert not aws.kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]
    policy = json.loads(aws.kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    assert policy["Statement"][0]["Sid"] == "Second"
    stack.delete()
    assert aws.kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert "NotFoundException" in refused(aws.kms.describe_key, KeyId=f"alias/{stack.name}")


def test_a_data_key_pair(aws: Any) -> None:
    key = aws.kms.create_key()["KeyMetadata"]["KeyId"]
    context = {"Domain": "example.com"}
    pair = aws.kms.generate_data_key_pair(KeyId=key, KeyPairSpec="RSA_2048", EncryptionContext=context)
    plain = aws.kms.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"], EncryptionContext=context)["Plaintext"]
    assert plain == pair["PrivateKeyPlaintext"]
    assert len(pair["PublicKey"]) == 294  # a SubjectPublicKeyInfo of 2048 bits
    without = aws.kms.generate_data_key_pair_without_plaintext(KeyId=key, KeyPairSpec="RSA_2048")
    assert "PrivateKeyPlaintext" not in without


ADMINISTRATION = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "kms:*", "Resource": "*"}


@pytest.mark.parametrize(
    ("statements", "problem"),
    [
        ([ADMINISTRATION], ""),
        ([], "will not allow you to update the key policy"),
        ([ADMINISTRATION | {"Action": "kms:Describe*"}], "will not allow you to update the key policy"),
        ([ADMINISTRATION, ADMINISTRATION | {"Principal": {"AWS": "arn:aws:iam::123456789012:role/none"}}], "invalid"),
    ],
)
def test_key_policies(aws: Any, statements: list[dict[str, Any]], problem: str) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    key = aws.kms.create_key()["KeyMetadata"]["KeyId"]
    for operation, which in ((aws.kms.create_key, {}), (aws.kms.put_key_policy, {"KeyId": key, "PolicyName": "default"})):
        if problem:
            assert problem in refused(operation, Policy=policy, **which)
        else:
            operation(Policy=policy, **which)
