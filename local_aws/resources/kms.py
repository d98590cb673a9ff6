"""AWS::KMS"""

import json
from typing import Any

from ..cloudformation.resource_type import Request, ResourceType


class Key(ResourceType):
    name = "AWS::KMS::Key"
    plain = ("Description", "KeySpec", "KeyUsage", "MultiRegion", "Origin")
    properties = {*plain, "Enabled", "EnableKeyRotation", "KeyPolicy", "PendingWindowInDays", "RotationPeriodInDays", "Tags"}

    def create(self, r: Request) -> str:
        kms = r.aws.client("kms")
        policy = {"Policy": json.dumps(r.properties["KeyPolicy"])} if "KeyPolicy" in r.properties else {}
        tags = [{"TagKey": key, "TagValue": value} for key, value in r.tags().items()]
        r.physical_id = kms.create_key(**r.some(*self.plain), **policy, Tags=tags)["KeyMetadata"]["KeyId"]
        self._rotate(r)
        if r.properties.get("Enabled") is False:
            kms.disable_key(KeyId=r.physical_id)
        return r.physical_id

    def update(self, r: Request) -> None:
        kms = r.aws.client("kms")
        if r.changed("Description"):
            kms.update_key_description(KeyId=r.physical_id, Description=r.properties.get("Description", ""))
        if r.changed("KeyPolicy"):
            policy = json.dumps(r.properties["KeyPolicy"])
            kms.put_key_policy(KeyId=r.physical_id, PolicyName="default", Policy=policy)
        if r.changed("EnableKeyRotation", "RotationPeriodInDays"):
            self._rotate(r)
        if r.changed("Enabled"):
            enabled = r.properties.get("Enabled", True)
            (kms.enable_key if enabled else kms.disable_key)(KeyId=r.physical_id)
        changed, gone = r.tag_changes()
        if gone:
            kms.untag_resource(KeyId=r.physical_id, TagKeys=gone)
        if changed:
            tags = [{"TagKey": key, "TagValue": value} for key, value in changed.items()]
            kms.tag_resource(KeyId=r.physical_id, Tags=tags)

    def delete(self, r: Request) -> None:
        """A key is never gone at once."""
        days = r.properties.get("PendingWindowInDays", 30)
        r.aws.client("kms").schedule_key_deletion(KeyId=r.physical_id, PendingWindowInDays=days)

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Arn": r.aws.arn("kms", f"key/{r.physical_id}"), "KeyId": r.physical_id}

    def exists(self, r: Request) -> bool:
        """A key that waits for its deletion counts as gone."""
        kms = r.aws.client("kms")
        try:
            return bool(kms.describe_key(KeyId=r.physical_id)["KeyMetadata"]["KeyState"] != "PendingDeletion")
        except kms.exceptions.NotFoundException:
            return False

    @staticmethod
    def _rotate(r: Request) -> None:
        kms = r.aws.client("kms")
        if r.properties.get("EnableKeyRotation"):
            kms.enable_key_rotation(KeyId=r.physical_id, **r.some("RotationPeriodInDays"))
        else:
            kms.disable_key_rotation(KeyId=r.physical_id)


class Alias(ResourceType):
    name = "AWS::KMS::Alias"
    properties = {"AliasName", "TargetKeyId"}

    def create(self, r: Request) -> str:
        r.aws.client("kms").create_alias(**r.some("AliasName", "TargetKeyId"))
        return str(r.properties["AliasName"])

    def update(self, r: Request) -> None:
        r.aws.client("kms").update_alias(**r.some("AliasName", "TargetKeyId"))

    def delete(self, r: Request) -> None:
        kms = r.aws.client("kms")
        if any(alias["AliasName"] == r.physical_id for alias in kms.list_aliases()["Aliases"]):
            kms.delete_alias(AliasName=r.physical_id)
