"""Roles as services meet them: may a service take one, and what may it then do?"""

import json
from typing import Any

from moto.iam.models import Role, iam_backends

from ..semantics.iam import Document, Request, allowed, lets_in, service


def find(account: str, arn: str) -> Role | None:
    return next((role for role in iam_backends[account]["aws"].roles.values() if role.arn == arn), None)


def trusts(role: Role, name: str, context: dict[str, str]) -> bool:
    """Whether a service that sends these condition keys can take the role."""
    return lets_in(document(role.assume_role_policy_document), service(name), Request("sts:AssumeRole", "*", context))


def may(role: Role, action: str, resource: str) -> bool:
    """Whether the role's policies, within its permissions boundary, allow it."""
    policies = [document(each) for each in role.policies.values()]
    policies += [document(each.document) for each in role.managed_policies.values()]
    arn = role.permissions_boundary_arn
    boundary = iam_backends[role.account_id]["aws"].managed_policies[arn] if arn else None
    return allowed(Request(action, resource), policies, document(boundary.document) if boundary else None)


def document(policy: Any) -> Document:
    """moto keeps some policies as text, and some as text of text."""
    while isinstance(policy, (str, bytes)):
        policy = json.loads(policy)
    return policy  # type: ignore[no-any-return]
