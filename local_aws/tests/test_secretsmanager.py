import json
from typing import Any

import pytest

from .conftest import Stack, refused

ROTATED = """
Parameters: {Days: {Type: Number, Default: 90}, Now: {Type: String, Default: 'true'}}
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      Name: %(name)s
      Description: what it holds
      GenerateSecretString: {SecretStringTemplate: '{"username": ""}', GenerateStringKey: placeholder}
      Tags: [{Key: Project, Value: ses}]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: %(name)s
      Runtime: python3.13
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code: {ZipFile: "def handler(event, context):\\n    return 1\\n"}
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref Function
      Principal: secretsmanager.amazonaws.com
      SourceAccount: !Ref AWS::AccountId
      SourceArn: !Ref Secret
  Rotation:
    Type: AWS::SecretsManager::RotationSchedule
    DependsOn: Permission
    Properties:
      SecretId: !Ref Secret
      RotationLambdaARN: !GetAtt Function.Arn
      RotateImmediatelyOnUpdate: !Ref Now
      RotationRules: {AutomaticallyAfterDays: !Ref Days}
"""


def made(stack: Stack, **parameters: str) -> Stack:
    stack.create(ROTATED % {"name": stack.name}, parameters)
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    return stack


def pending(aws: Any, name: str) -> list[str]:
    versions = aws.secretsmanager.describe_secret(SecretId=name)["VersionIdsToStages"]
    return [version for version, stages in versions.items() if "AWSPENDING" in stages]


def test_a_secret_that_rotates(aws: Any, stack: Stack) -> None:
    made(stack)
    found = aws.secretsmanager.describe_secret(SecretId=stack.name)
    assert found["ARN"] == stack.physical_id("Secret")
    assert found["RotationEnabled"] is True
    assert found["RotationRules"] == {"AutomaticallyAfterDays": 90}
    assert found["Tags"][0] == {"Key": "Project", "Value": "ses"}
    value = json.loads(aws.secretsmanager.get_secret_value(SecretId=stack.name)["SecretString"])
    assert value["username"] == "" and len(value["placeholder"]) == 32
    # An open version without a value, which the four steps are to fill.
    (token,) = pending(aws, stack.name)
    assert "ResourceNotFound" in refused(aws.secretsmanager.get_secret_value, SecretId=stack.name, VersionId=token)
    stack.delete()
    assert "ResourceNotFound" in refused(aws.secretsmanager.describe_secret, SecretId=stack.name)


def test_a_rotation_ends_when_its_version_becomes_the_current_one(aws: Any, stack: Stack) -> None:
    made(stack)
    manager, (token,) = aws.secretsmanager, pending(aws, stack.name)
    before = manager.get_secret_value(SecretId=stack.name)["VersionId"]
    put = {"SecretId": stack.name, "ClientRequestToken": token, "VersionStages": ["AWSPENDING"]}
    manager.put_secret_value(**put, SecretString="new")
    manager.put_secret_value(**put, SecretString="new")
    assert "ResourceExistsException" in refused(manager.put_secret_value, **put, SecretString="other")
    assert "previous rotation" in refused(manager.rotate_secret, SecretId=stack.name)
    assert "LastRotatedDate" not in manager.describe_secret(SecretId=stack.name)
    manager.update_secret_version_stage(
        SecretId=stack.name, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=before
    )
    found = manager.describe_secret(SecretId=stack.name)
    assert found["VersionIdsToStages"] == {token: ["AWSPENDING", "AWSCURRENT"], before: ["AWSPREVIOUS"]}
    assert (found["NextRotationDate"] - found["LastRotatedDate"]).days == 90
    assert manager.get_secret_value(SecretId=stack.name)["SecretString"] == "new"
    manager.rotate_secret(SecretId=stack.name)
    assert len(pending(aws, stack.name)) == 1


def test_a_schedule_that_does_not_rotate_at_once(aws: Any, stack: Stack) -> None:
    made(stack, Now="false")
    assert pending(aws, stack.name) == []
    stack.update(ROTATED % {"name": stack.name}, {"Now": "false", "Days": "60"})
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    found = aws.secretsmanager.describe_secret(SecretId=stack.name)
    assert found["RotationRules"] == {"AutomaticallyAfterDays": 60}


def test_a_function_that_secrets_manager_may_not_call(stack: Stack) -> None:
    stack.create((ROTATED % {"name": stack.name}).replace("SourceArn: !Ref Secret", "SourceArn: !Sub '${Secret}x'"))
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "cannot invoke the specified Lambda function" in stack.reasons()


def test_days_that_no_rotation_takes(stack: Stack) -> None:
    stack.create(ROTATED % {"name": stack.name}, {"Days": "1001"})
    assert stack.status == "ROLLBACK_COMPLETE"


def test_a_new_placeholder_replaces_what_a_rotation_has_put_there(aws: Any, stack: Stack) -> None:
    made(stack, Now="false")
    aws.secretsmanager.put_secret_value(SecretId=stack.name, SecretString="rotated")
    stack.update((ROTATED % {"name": stack.name}).replace('"username": ""', '"user": ""'), {"Now": "false"})
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    assert "placeholder" in aws.secretsmanager.get_secret_value(SecretId=stack.name)["SecretString"]


# The key's policy lets whoever IAM allows it use the key through Secrets Manager, and no other way.
OWN_KEY = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}
            Action: ['kms:Describe*', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion']
            Resource: '*'
          - Effect: Allow
            Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}
            Action: [kms:Decrypt, kms:GenerateDataKey]
            Resource: '*'
            Condition:
              StringEquals: {kms:ViaService: !Sub 'secretsmanager.${AWS::Region}.amazonaws.com'}
              StringLike:
                kms:EncryptionContext:SecretARN:
                  - !Sub 'arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:%(name)s-??????'
                  - RequestToValidateKeyAccess
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties: {Name: %(name)s, KmsKeyId: !GetAtt Key.Arn, SecretString: value}
"""


def test_a_secret_under_a_key_of_ones_own(aws: Any, stack: Stack) -> None:
    stack.create(OWN_KEY % {"name": stack.name})
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    assert aws.secretsmanager.get_secret_value(SecretId=stack.name)["SecretString"] == "value"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("                  - RequestToValidateKeyAccess\n", ""),
        ("%(name)s-??????", "%(name)s"),
        ("StringEquals: {kms:ViaService: !Sub 'secrets", "StringEquals: {kms:ViaService: !Sub 's3"),
        ("[kms:Decrypt, kms:GenerateDataKey]", "[kms:Decrypt]"),
        ("[kms:Decrypt, kms:GenerateDataKey]", "[kms:GenerateDataKey]"),
    ],
)
def test_a_key_that_secrets_manager_cannot_use(aws: Any, stack: Stack, old: str, new: str) -> None:
    assert old in OWN_KEY
    stack.create(OWN_KEY.replace(old, new) % {"name": stack.name})
    assert "Access to KMS is not allowed" in stack.reasons()
    assert "ResourceNotFound" in refused(aws.secretsmanager.describe_secret, SecretId=stack.name)


def test_a_key_for_some_roles_only_is_taken_as_called_by_one_of_them(aws: Any, stack: Stack) -> None:
    deny = """
          - Effect: Deny
            Principal: {AWS: '*'}
            Action: [kms:Decrypt, kms:GenerateDataKey]
            Resource: '*'
            Condition: {ArnNotEquals: {aws:PrincipalArn: !Sub 'arn:aws:iam::${AWS::AccountId}:role/r'}}
  Secret:"""
    stack.create(OWN_KEY.replace("\n  Secret:", deny) % {"name": stack.name})
    assert stack.status == "CREATE_COMPLETE", stack.reasons()


def test_a_secret_that_changes_to_such_a_key(aws: Any, stack: Stack) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    made = aws.kms.create_key(Policy=policy, BypassPolicyLockoutSafetyCheck=True)
    key = made["KeyMetadata"]["KeyId"]
    aws.secretsmanager.create_secret(Name=stack.name, SecretString="value")
    message = refused(aws.secretsmanager.update_secret, SecretId=stack.name, KmsKeyId=key)
    assert message == "AccessDeniedException: Access to KMS is not allowed"
    missing = refused(aws.secretsmanager.update_secret, SecretId=stack.name, KmsKeyId="alias/none")
    assert missing.startswith("EncryptionFailure")
