"""AWS::IAM"""

import json
from typing import Any

from ..cloudformation.resource_type import Request, ResourceType, as_list


def _document(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _changes(r: Request, key: str) -> tuple[list[str], list[str]]:
    """The members that a list won and lost."""
    old, new = r.previous.get(key, []), r.properties.get(key, [])
    return [item for item in new if item not in old], [item for item in old if item not in new]


class _Principal(ResourceType):
    """What users, groups and roles have in common: managed and inline policies."""

    kind = ""  # "user": the middle of the names of the operations
    key = ""  # "UserName": the property and the parameter that name it

    def attributes(self, r: Request) -> dict[str, Any]:
        found = self._call(r, "get_{}")[self.key.removesuffix("Name")]
        return {"Arn": found["Arn"], **({"RoleId": found["RoleId"]} if "RoleId" in found else {})}

    def delete(self, r: Request) -> None:
        """Takes away what the template gave. What others have added stays, and IAM refuses the deletion then."""
        written = [policy["PolicyName"] for policy in r.properties.get("Policies", [])]
        for name in self._call(r, "list_{}_policies")["PolicyNames"]:
            if name in written:
                self._call(r, "delete_{}_policy", PolicyName=name)
        for policy in self._call(r, "list_attached_{}_policies")["AttachedPolicies"]:
            if policy["PolicyArn"] in r.properties.get("ManagedPolicyArns", []):
                self._call(r, "detach_{}_policy", PolicyArn=policy["PolicyArn"])
        self._call(r, "delete_{}")

    def current(self, r: Request) -> dict[str, Any] | None:
        iam = r.aws.client("iam")
        try:
            attached = self._call(r, "list_attached_{}_policies")["AttachedPolicies"]
        except iam.exceptions.NoSuchEntityException:
            return None
        declared = r.properties.get("ManagedPolicyArns", [])
        arns = [policy["PolicyArn"] for policy in attached]
        # Policies may attach themselves from their own side: only a declared one can be missing.
        return {"ManagedPolicyArns": [arn for arn in declared if arn in arns]} if declared else {}

    def _make(self, r: Request, name: str, **parameters: Any) -> None:
        getattr(r.aws.client("iam"), f"create_{self.kind}")(**{self.key: name}, **parameters)
        r.physical_id = name

    def _call(self, r: Request, operation: str, **parameters: Any) -> Any:
        client = r.aws.client("iam")
        return getattr(client, operation.format(self.kind))(**{self.key: r.physical_id}, **parameters)

    def _apply_policies(self, r: Request) -> None:
        attach, detach = _changes(r, "ManagedPolicyArns")
        for arn in detach:
            self._call(r, "detach_{}_policy", PolicyArn=arn)
        for arn in attach:
            self._call(r, "attach_{}_policy", PolicyArn=arn)
        old = {policy["PolicyName"]: policy for policy in r.previous.get("Policies", [])}
        new = {policy["PolicyName"]: policy for policy in r.properties.get("Policies", [])}
        for name in old.keys() - new.keys():
            self._call(r, "delete_{}_policy", PolicyName=name)
        for name, policy in new.items():
            if policy != old.get(name):
                self._call(
                    r, "put_{}_policy", PolicyName=name, PolicyDocument=_document(policy["PolicyDocument"])
                )

    def _apply_boundary(self, r: Request) -> None:
        if r.changed("PermissionsBoundary"):
            if boundary := r.properties.get("PermissionsBoundary"):
                self._call(r, "put_{}_permissions_boundary", PermissionsBoundary=boundary)
            else:
                self._call(r, "delete_{}_permissions_boundary")

    def _apply_tags(self, r: Request) -> None:
        changed, gone = r.tag_changes()
        if gone:
            self._call(r, "untag_{}", TagKeys=gone)
        if changed:
            self._call(r, "tag_{}", Tags=as_list(changed))


class User(_Principal):
    name = "AWS::IAM::User"
    kind, key = "user", "UserName"
    properties = {
        "Groups", "LoginProfile", "ManagedPolicyArns", "Path", "PermissionsBoundary", "Policies", "Tags",
        "UserName",
    }  # fmt: skip

    def create(self, r: Request) -> str:
        self._make(r, r.name(self.key, 64), **r.some("Path"))
        self._apply(r)
        return r.physical_id

    def update(self, r: Request) -> None:
        if r.changed("Path"):
            self._call(r, "update_{}", NewPath=r.properties.get("Path", "/"))
        self._apply(r)

    def delete(self, r: Request) -> None:
        for group in self._call(r, "list_groups_for_user")["Groups"]:
            if group["GroupName"] in r.properties.get("Groups", []):
                self._call(r, "remove_user_from_group", GroupName=group["GroupName"])
        if "LoginProfile" in r.properties:
            self._call(r, "delete_login_profile")
        super().delete(r)

    def _apply(self, r: Request) -> None:
        joined, left = _changes(r, "Groups")
        for group in left:
            self._call(r, "remove_user_from_group", GroupName=group)
        for group in joined:
            self._call(r, "add_user_to_group", GroupName=group)
        if r.changed("LoginProfile"):
            self._apply_login(r)
        self._apply_policies(r)
        self._apply_boundary(r)
        self._apply_tags(r)

    def _apply_login(self, r: Request) -> None:
        if "LoginProfile" in r.previous:
            self._call(r, "delete_login_profile")
        if profile := r.properties.get("LoginProfile"):
            self._call(r, "create_login_profile", **profile)


class Group(_Principal):
    name = "AWS::IAM::Group"
    kind, key = "group", "GroupName"
    properties = {"GroupName", "ManagedPolicyArns", "Path", "Policies"}

    def create(self, r: Request) -> str:
        self._make(r, r.name(self.key, 128), **r.some("Path"))
        self._apply_policies(r)
        return r.physical_id

    def update(self, r: Request) -> None:
        if r.changed("Path"):
            self._call(r, "update_{}", NewPath=r.properties.get("Path", "/"))
        self._apply_policies(r)


class Role(_Principal):
    name = "AWS::IAM::Role"
    kind, key = "role", "RoleName"
    properties = {
        "AssumeRolePolicyDocument", "Description", "ManagedPolicyArns", "MaxSessionDuration", "Path",
        "PermissionsBoundary", "Policies", "RoleName", "Tags",
    }  # fmt: skip

    def create(self, r: Request) -> str:
        self._make(
            r, r.name(self.key, 64),
            AssumeRolePolicyDocument=_document(r.properties["AssumeRolePolicyDocument"]),
            **r.some("Description", "MaxSessionDuration", "Path"),
        )  # fmt: skip
        self._apply(r)
        return r.physical_id

    def update(self, r: Request) -> None:
        if r.changed("AssumeRolePolicyDocument"):
            document = _document(r.properties["AssumeRolePolicyDocument"])
            r.aws.client("iam").update_assume_role_policy(RoleName=r.physical_id, PolicyDocument=document)
        if r.changed("Description", "MaxSessionDuration"):
            self._call(
                r, "update_{}",
                Description=r.properties.get("Description", ""),
                MaxSessionDuration=r.properties.get("MaxSessionDuration", 3600),
            )  # fmt: skip
        self._apply(r)

    def current(self, r: Request) -> dict[str, Any] | None:
        seen = super().current(r)
        if seen is not None:
            role = self._call(r, "get_{}")["Role"]
            seen["AssumeRolePolicyDocument"] = role["AssumeRolePolicyDocument"]
        return seen

    def _apply(self, r: Request) -> None:
        self._apply_policies(r)
        self._apply_boundary(r)
        self._apply_tags(r)


class ManagedPolicy(ResourceType):
    name = "AWS::IAM::ManagedPolicy"
    properties = {"Description", "Groups", "ManagedPolicyName", "Path", "PolicyDocument", "Roles", "Users"}
    attached_to = (("Groups", "group"), ("Roles", "role"), ("Users", "user"))
    versions_kept = 5  # IAM keeps no more; CloudFormation drops the oldest

    def create(self, r: Request) -> str:
        answer = r.aws.client("iam").create_policy(
            PolicyName=r.name("ManagedPolicyName", 128),
            PolicyDocument=_document(r.properties["PolicyDocument"]),
            **r.some("Description", "Path"),
        )
        r.physical_id = answer["Policy"]["Arn"]
        self._attach(r)
        return str(r.physical_id)

    def update(self, r: Request) -> None:
        iam = r.aws.client("iam")
        if r.changed("PolicyDocument"):
            versions = iam.list_policy_versions(PolicyArn=r.physical_id)["Versions"]
            others = [v["VersionId"] for v in versions if not v["IsDefaultVersion"]]
            if len(versions) == self.versions_kept:
                iam.delete_policy_version(PolicyArn=r.physical_id, VersionId=min(others, key=lambda v: int(v[1:])))
            iam.create_policy_version(
                PolicyArn=r.physical_id,
                PolicyDocument=_document(r.properties["PolicyDocument"]),
                SetAsDefault=True,
            )
        self._attach(r)

    def delete(self, r: Request) -> None:
        iam = r.aws.client("iam")
        entities = iam.list_entities_for_policy(PolicyArn=r.physical_id)
        for plural, kind in self.attached_to:
            key = f"{kind.title()}Name"
            for entity in entities[f"Policy{plural}"]:
                getattr(iam, f"detach_{kind}_policy")(**{key: entity[key]}, PolicyArn=r.physical_id)
        for version in iam.list_policy_versions(PolicyArn=r.physical_id)["Versions"]:
            if not version["IsDefaultVersion"]:
                iam.delete_policy_version(PolicyArn=r.physical_id, VersionId=version["VersionId"])
        iam.delete_policy(PolicyArn=r.physical_id)

    def attributes(self, r: Request) -> dict[str, Any]:
        policy = r.aws.client("iam").get_policy(PolicyArn=r.physical_id)["Policy"]
        return {
            "PolicyArn": policy["Arn"],
            "PolicyId": policy["PolicyId"],
            "AttachmentCount": policy["AttachmentCount"],
            "DefaultVersionId": policy["DefaultVersionId"],
            "IsAttachable": True,
        }

    def current(self, r: Request) -> dict[str, Any] | None:
        iam = r.aws.client("iam")
        try:
            version = iam.get_policy(PolicyArn=r.physical_id)["Policy"]["DefaultVersionId"]
        except iam.exceptions.NoSuchEntityException:
            return None
        found = iam.get_policy_version(PolicyArn=r.physical_id, VersionId=version)["PolicyVersion"]
        return {"PolicyDocument": found["Document"]}

    def _attach(self, r: Request) -> None:
        iam = r.aws.client("iam")
        for plural, kind in self.attached_to:
            new, gone = _changes(r, plural)
            for name in gone:
                getattr(iam, f"detach_{kind}_policy")(**{f"{kind.title()}Name": name}, PolicyArn=r.physical_id)
            for name in new:
                getattr(iam, f"attach_{kind}_policy")(**{f"{kind.title()}Name": name}, PolicyArn=r.physical_id)


class UserToGroupAddition(ResourceType):
    name = "AWS::IAM::UserToGroupAddition"
    properties = {"GroupName", "Users"}

    def create(self, r: Request) -> str:
        self._add(r, r.properties["Users"])
        return r.name("")

    def update(self, r: Request) -> None:
        same_group = not r.changed("GroupName")
        kept = r.properties["Users"] if same_group else []
        self._remove(r, r.previous["GroupName"], [user for user in r.previous["Users"] if user not in kept])
        old = r.previous["Users"] if same_group else []
        self._add(r, [user for user in r.properties["Users"] if user not in old])

    def delete(self, r: Request) -> None:
        self._remove(r, r.properties["GroupName"], r.properties["Users"])

    def attributes(self, r: Request) -> dict[str, Any]:
        return {"Id": r.physical_id}

    @staticmethod
    def _add(r: Request, users: list[str]) -> None:
        for user in users:
            r.aws.client("iam").add_user_to_group(GroupName=r.properties["GroupName"], UserName=user)

    @staticmethod
    def _remove(r: Request, group: str, users: list[str]) -> None:
        for user in users:
            r.aws.client("iam").remove_user_from_group(GroupName=group, UserName=user)
