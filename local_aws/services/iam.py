"""IAM: permissions boundaries of users, which moto has for roles only, and credentials for one service."""

from uuid import uuid4

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.iam.responses import IamResponse

from .operation import error, operation, state


@operation(IamResponse)
def put_user_permissions_boundary(self: IamResponse) -> ActionResult:
    user, arn = self.backend.get_user(self._get_param("UserName")), self._get_param("PermissionsBoundary")
    if arn not in self.backend.managed_policies:
        raise error("NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.")
    user.permissions_boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    return EmptyResult()


@operation(IamResponse)
def delete_user_permissions_boundary(self: IamResponse) -> ActionResult:
    self.backend.get_user(self._get_param("UserName")).permissions_boundary = None
    return EmptyResult()


@operation(IamResponse)
def create_service_specific_credential(self: IamResponse) -> ActionResult:
    user, service = self.backend.get_user(self._get_param("UserName")), self._get_param("ServiceName")
    credential = {
        "CreateDate": utcnow(),
        "ServiceName": service,
        "ServiceUserName": f"{user.name}-at-{self.current_account}",
        "ServiceSpecificCredentialId": f"ACCA{uuid4().hex[:16].upper()}",
        "UserName": user.name,
        "Status": "Active",
    }
    state(user, "service_credentials")[credential["ServiceSpecificCredentialId"]] = credential
    return ActionResult({"ServiceSpecificCredential": {**credential, "ServicePassword": uuid4().hex}})


@operation(IamResponse)
def list_service_specific_credentials(self: IamResponse) -> ActionResult:
    user = self.backend.get_user(self._get_param("UserName"))
    return ActionResult({"ServiceSpecificCredentials": list(state(user, "service_credentials").values())})


@operation(IamResponse)
def delete_service_specific_credential(self: IamResponse) -> ActionResult:
    user, key = self.backend.get_user(self._get_param("UserName")), self._get_param("ServiceSpecificCredentialId")
    if state(user, "service_credentials").pop(key, None) is None:
        raise error("NoSuchEntity", f"Service specific credential {key} does not exist.")
    return EmptyResult()
