"""What the caller has to acknowledge: a template that makes IAM resources."""

from typing import Any

from .errors import InsufficientCapabilities

NAMES = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}
NEVER_NAMED = {"AWS::IAM::AccessKey", "AWS::IAM::Policy", "AWS::IAM::UserToGroupAddition"}
NAMED, UNNAMED = "CAPABILITY_NAMED_IAM", "CAPABILITY_IAM"


def needed(template: dict[str, Any]) -> list[str]:
    """The stronger word for resources with names of their own; it includes the other."""
    resources = template["Resources"].values()
    if any(NAMES.get(r["Type"]) in r.get("Properties", {}) for r in resources):
        return [NAMED]
    return [UNNAMED] if any(r["Type"] in NEVER_NAMED | NAMES.keys() for r in resources) else []


def check(template: dict[str, Any], acknowledged: list[str]) -> None:
    missing = [word for word in needed(template) if word not in acknowledged]
    if missing and NAMED not in acknowledged:
        raise InsufficientCapabilities(f"Requires capabilities : [{missing[0]}]")
