"""Resource types that only moto implements, behind the interface of ours.

The platform's own types are in resources/. This keeps the many others that moto knows
(networks, queues, tables…) usable; it takes them as they are.
"""

from typing import Any

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.cloudformation.parsing import generate_resource_name, get_model_map

from . import schema
from .resource_type import Request, ResourceType

# A nested stack would be created by moto's own CloudFormation, which is replaced here.
NOT_OURS = {"AWS::CloudFormation::Stack", "?"}


class MotoType(ResourceType):
    def __init__(self, type_name: str, model: Any):
        self.type_name = type_name
        self.model = model

    def create(self, r: Request) -> str:
        r.handle = self.model.create_from_cloudformation_json(
            self._name(r), self._document(r), r.aws.account_id, r.aws.region,
            LogicalId=r.logical_id, StackId=r.stack_id, ResourceType=self.type_name,
        )  # fmt: skip
        return str(r.handle.physical_resource_id)

    def update(self, r: Request) -> str | None:
        if hasattr(self.model.update_from_cloudformation_json, "__isabstractmethod__"):
            self.delete(r)
            return self.create(r)
        r.handle = self.model.update_from_cloudformation_json(
            original_resource=r.handle,
            new_resource_name=self._name(r),
            cloudformation_json=self._document(r),
            account_id=r.aws.account_id,
            region_name=r.aws.region,
        )
        return str(r.handle.physical_resource_id)

    def delete(self, r: Request) -> None:
        if not hasattr(self.model.delete_from_cloudformation_json, "__isabstractmethod__"):
            self.model.delete_from_cloudformation_json(
                r.physical_id, self._document(r), r.aws.account_id, r.aws.region
            )
        elif hasattr(r.handle, "delete"):
            r.handle.delete(r.aws.account_id, r.aws.region)

    def attributes(self, r: Request) -> dict[str, Any]:
        found = schema.find(self.type_name)
        values = {}
        for name in found.attributes if found else ():
            try:
                values[name] = r.handle.get_cfn_attribute(name)
            except (UnformattedGetAttTemplateException, NotImplementedError, AttributeError):
                continue  # asked for, it is an error of the template then
        return values

    def _name(self, r: Request) -> str:
        given = r.properties.get(self.model.cloudformation_name_type() or "")
        return given or r.physical_id or generate_resource_name(self.type_name, r.stack_name, r.logical_id)

    def _document(self, r: Request) -> dict[str, Any]:
        return {"Type": self.type_name, "Properties": r.properties}


def find(type_name: str) -> MotoType | None:
    model = None if type_name in NOT_OURS else get_model_map().get(type_name)
    return MotoType(type_name, model) if model else None
