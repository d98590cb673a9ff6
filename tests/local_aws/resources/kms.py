"""AWS::KMS"""

import json
from typing import Any

from ..cloudformation.resource_type import Request, ResourceType


class Key(ResourceType):
    name = "AWS::KMS::Key"
    properties = {
        "Description", "EnableKeyRotation", "KeyPolicy", "KeySpec", "KeyUsage", "MultiRegion", "PendingWindowInDays",
        "Tags",
    }  # fmt: skip

    def create(self, r: Request) -> str:
        answer = r.aws.client("kms").create_key(
            Tags=_tags(r.tags()), **self._policy(r), **r.some("Description", "KeySpec", "KeyUsage", "MultiRegion")
        )
        r.physical_id = answer["KeyMetadata"]["KeyId"]
        self._rotate(r)
        return str(r.physical_id)

    def update(self, r: Request) -> None:
        kms, key = r.aws.client("kms"), {"KeyId": r.physical_id}
        if r.changed("Description"):
            kms.update_key_description(**key, Description=r.properties.get("Description", ""))
        if r.changed("KeyPolicy"):
            kms.put_key_policy(**key, PolicyName="default", **self._policy(r))
        self._rotate(r)
        changed, gone = r.tag_changes()
        if gone:
            kms.untag_resource(**key, TagKeys=gone)
        if changed:
            kms.tag_resource(**key, Tags=_tags(changed))

    def delete(self, r: Request) -> None:
        days = int(r.properties.get("PendingWindowInDays", 30))
        r.aws.client("kms").schedule_key_deletion(KeyId=r.physical_id, PendingWindowInDays=days)

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Arn": r.aws.arn("kms", f"key/{r.physical_id}"), "KeyId": r.physical_id}

    def _rotate(self, r: Request) -> None:
        if r.changed("EnableKeyRotation"):
            on = r.properties.get("EnableKeyRotation", False)
            kms = r.aws.client("kms")
            (kms.enable_key_rotation if on else kms.disable_key_rotation)(KeyId=r.physical_id)

    @staticmethod
    def _policy(r: Request) -> dict[str, str]:
        return {"Policy": json.dumps(r.properties["KeyPolicy"])} if "KeyPolicy" in r.properties else {}


def _tags(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"TagKey": key, "TagValue": value} for key, value in tags.items()]
