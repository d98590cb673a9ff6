"""IAM: permissions boundaries of users, which moto has for roles only."""

from moto.core.responses import ActionResult, EmptyResult
from moto.iam.responses import IamResponse

from .operation import error, operation


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
