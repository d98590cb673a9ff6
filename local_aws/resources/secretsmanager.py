"""AWS::SecretsManager"""

import json
from typing import Any

from ..cloudformation.resource_type import Refused, Request, ResourceType, as_list


class Secret(ResourceType):
    name = "AWS::SecretsManager::Secret"
    properties = {"Description", "GenerateSecretString", "KmsKeyId", "Name", "SecretString", "Tags"}

    def create(self, r: Request) -> str:
        answer = r.aws.client("secretsmanager").create_secret(
            Name=r.name("Name", 512), SecretString=self._value(r), Tags=as_list(r.tags()),
            **r.some("Description", "KmsKeyId"),
        )  # fmt: skip
        return str(answer["ARN"])

    def update(self, r: Request) -> None:
        client, secret = r.aws.client("secretsmanager"), {"SecretId": r.physical_id}
        if r.changed("GenerateSecretString", "SecretString"):
            client.put_secret_value(**secret, SecretString=self._value(r))  # over whatever a rotation has put there
        if r.changed("Description", "KmsKeyId"):
            client.update_secret(**secret, **r.some("Description", "KmsKeyId"))
        changed, gone = r.tag_changes()
        if gone:
            client.untag_resource(**secret, TagKeys=gone)
        if changed:
            client.tag_resource(**secret, Tags=as_list(changed))

    def delete(self, r: Request) -> None:
        r.aws.client("secretsmanager").delete_secret(SecretId=r.physical_id, ForceDeleteWithoutRecovery=True)

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Id": r.physical_id}

    def exists(self, r: Request) -> bool:
        """A secret that waits for its deletion counts as gone."""
        client = r.aws.client("secretsmanager")
        try:
            return "DeletedDate" not in client.describe_secret(SecretId=r.physical_id)
        except client.exceptions.ResourceNotFoundException:
            return False

    @staticmethod
    def _value(r: Request) -> str:
        if "SecretString" in r.properties:
            return str(r.properties["SecretString"])
        wanted = dict(r.properties.get("GenerateSecretString", {}))
        template, key = wanted.pop("SecretStringTemplate", None), wanted.pop("GenerateStringKey", None)
        if (template is None) != (key is None):
            raise Refused("SecretStringTemplate and GenerateStringKey are given both or not at all")
        password = r.aws.client("secretsmanager").get_random_password(**wanted)["RandomPassword"]
        if template is None:
            return str(password)
        try:
            return json.dumps({**json.loads(template), key: password})
        except ValueError as reason:
            raise Refused("Could not parse SecretStringTemplate JSON") from reason


class RotationSchedule(ResourceType):
    name = "AWS::SecretsManager::RotationSchedule"
    properties = {"RotateImmediatelyOnUpdate", "RotationLambdaARN", "RotationRules", "SecretId"}

    def create(self, r: Request) -> str:
        self._rotate(r)
        return str(r.properties["SecretId"])

    def update(self, r: Request) -> None:
        self._rotate(r)

    def delete(self, r: Request) -> None:
        r.aws.client("secretsmanager").cancel_rotate_secret(SecretId=r.physical_id)

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Id": r.physical_id}

    @staticmethod
    def _rotate(r: Request) -> None:
        r.aws.client("secretsmanager").rotate_secret(
            SecretId=r.properties["SecretId"],
            RotateImmediately=r.properties.get("RotateImmediatelyOnUpdate", True),
            **r.some("RotationLambdaARN", "RotationRules"),
        )
