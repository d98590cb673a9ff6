"""What IAM refuses to delete, and how much a policy may hold and a principal may have. moto takes nearly all of it.

IAM guide, "IAM and AWS STS quotas"; the API reference's DeleteConflict of DeleteGroup, DeleteUser and DeletePolicy.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from moto.iam.exceptions import DeleteConflictException, LimitExceededException, MalformedPolicyDocument
from moto.iam.models import IAMBackend
from moto.iam.models import iam_backends as backends

from ..semantics.iam import as_list
from .operation import state

MANAGED_POLICY, TRUST_POLICY = 6144, 2048
INLINE_POLICIES = {"user": 2048, "group": 5120, "role": 10240}  # all of a principal's together
ATTACHED = GROUPS = 10


def _before(name: str, check: Callable[..., None]) -> None:
    """`check` gets the arguments of moto's method, and runs first."""
    kept = getattr(IAMBackend, name)

    def checked(self: IAMBackend, *arguments: Any, **named: Any) -> Any:
        check(self, *arguments, **named)
        return kept(self, *arguments, **named)

    setattr(IAMBackend, name, checked)


def _conflict(principal: Any, first: dict[str, bool]) -> None:
    for what, is_there in {
        **first,
        "detach all policies": bool(principal.managed_policies),
        "delete policies": bool(principal.policies),
    }.items():
        if is_there:
            raise DeleteConflictException(f"Cannot delete entity, must {what} first.")


def _delete_group(self: IAMBackend, group_name: str) -> None:
    group = self.get_group(group_name)
    _conflict(group, {"remove users from group": bool(group.users)})


def _delete_user(self: IAMBackend, user_name: str) -> None:
    user = self.get_user(user_name)
    held = {
        "remove users from group": bool(self.get_groups_for_user(user_name)),
        "delete login profile": bool(user.password),
        "delete access keys": bool(user.access_keys),
        "delete MFA device": bool(user.mfa_devices),
        "delete public keys": bool(user.ssh_public_keys),
        "delete signing certificates": bool(user.signing_certificates),
        "delete service specific credentials": bool(state(user, "service_credentials")),
    }
    _conflict(user, held)


def _delete_policy(self: IAMBackend, policy_arn: str) -> None:
    policy = self.get_policy(policy_arn)
    if policy.attachment_count:
        raise DeleteConflictException("Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        raise DeleteConflictException(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
            "The default version is deleted with the policy."
        )


def size(document: str) -> int:
    """IAM does not count white space when it calculates the size of a policy: that outside of texts."""
    return len(re.sub(r'("(?:\\.|[^"\\])*")|\s+', r"\1", document))


def _create_policy(self: IAMBackend, description: str, path: str, policy_document: str, *more: Any) -> None:
    _create_version(self, "", policy_document)


def _create_version(self: IAMBackend, policy_arn: str, policy_document: str, *more: Any) -> None:
    if size(policy_document) > MANAGED_POLICY:
        raise LimitExceededException(f"Cannot exceed quota for PolicySize: {MANAGED_POLICY}")


def _attach(kind: str) -> Callable[..., None]:
    def check(self: IAMBackend, policy_arn: str, name: str) -> None:
        attached = getattr(self, f"get_{kind}")(name).managed_policies
        if policy_arn not in attached and len(attached) == ATTACHED:
            raise LimitExceededException(f"Cannot exceed quota for PoliciesPer{kind.title()}: {ATTACHED}")

    return check


def _put(kind: str) -> Callable[..., None]:
    def check(self: IAMBackend, name: str, policy_name: str, policy_json: str) -> None:
        policies = {**getattr(self, f"get_{kind}")(name).policies, policy_name: policy_json}
        if sum(map(size, policies.values())) > INLINE_POLICIES[kind]:
            raise LimitExceededException(
                f"Maximum policy size of {INLINE_POLICIES[kind]} bytes exceeded for {kind} {name}"
            )

    return check


def _add_to_group(self: IAMBackend, group_name: str, user_name: str) -> None:
    groups = [group.name for group in self.get_groups_for_user(user_name)]
    if group_name not in groups and len(groups) == GROUPS:
        raise LimitExceededException(f"Cannot exceed quota for GroupsPerUser: {GROUPS}")


def _create_role(self: IAMBackend, role_name: str, assume_role_policy_document: str, *more: Any, **named: Any) -> None:
    check_trust(self.account_id, assume_role_policy_document)


def _update_trust(self: IAMBackend, role_name: str, policy_document: str) -> None:
    check_trust(self.account_id, policy_document)


def check_trust(account: str, text: str) -> None:
    """IAM guide, "Grammar of the IAM JSON policy language", and "AWS JSON policy elements: Principal"."""
    if size(text) > TRUST_POLICY:
        raise LimitExceededException(f"Cannot exceed quota for ACLSizePerRole: {TRUST_POLICY}")
    try:
        statements = as_list(json.loads(text)["Statement"])
    except (ValueError, KeyError, TypeError):
        raise MalformedPolicyDocument("This policy contains invalid Json") from None
    for statement in statements:
        if "Resource" in statement:
            raise MalformedPolicyDocument("Has prohibited field Resource")
        if not statement.get("Principal"):
            raise MalformedPolicyDocument("Missing required field Principal")
        if any(not action.startswith("sts:") for action in as_list(statement.get("Action", []))):
            raise MalformedPolicyDocument("AssumeRole policy may only specify STS AssumeRole actions.")
        if unknown := unknown_principals(account, statement["Principal"]):
            raise MalformedPolicyDocument(f"Invalid principal in policy: {unknown[0]}")


def unknown_principals(account: str, principal: Any) -> list[str]:
    """Users and roles of this account that are not there, and names of services that cannot be any."""
    if principal == "*":
        return []
    iam = backends[account]["aws"]
    known = {each.arn for each in [*iam.roles.values(), *iam.users.values()]}
    named = re.compile(rf"arn:aws:iam::{account}:(user|role)/")
    return [
        *(f'"AWS":"{arn}"' for arn in as_list(principal.get("AWS", [])) if named.match(arn) and arn not in known),
        *(
            f'"SERVICE":"{name}"'
            for name in as_list(principal.get("Service", []))
            if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com", name)
        ),
    ]


_before("delete_group", _delete_group)
_before("delete_user", _delete_user)
_before("delete_policy", _delete_policy)
_before("add_user_to_group", _add_to_group)
_before("create_policy", _create_policy)
_before("create_policy_version", _create_version)
_before("create_role", _create_role)
_before("update_assume_role_policy", _update_trust)
for _kind in INLINE_POLICIES:
    _before(f"attach_{_kind}_policy", _attach(_kind))
    _before(f"put_{_kind}_policy", _put(_kind))
