"""The form of the IAM policies: limits of IAM, least privilege, and who has which policy."""

import json
from fnmatch import fnmatchcase
from importlib.resources import files

import pytest

from . import cloudformation
from .cloudformation import ENVIRONMENTS, stack


def identity_documents():
    """(place, document) of every policy that is attached to a person, a group or a role."""
    for environment in ENVIRONMENTS:
        for path in cloudformation.stack_files():
            if path.parent.name != environment:
                continue
            current = stack(environment, path.stem)
            for id, properties in current.all("AWS::IAM::ManagedPolicy").items():
                yield f"{environment}/{path.stem} {id}", properties["PolicyDocument"]
            for id, properties in current.all("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group").items():
                for policy in properties.get("Policies", []):
                    yield f"{environment}/{path.stem} {id}", policy["PolicyDocument"]


def document(place: str) -> dict:
    return dict(identity_documents())[place]


@pytest.mark.parametrize("place", [place for place, _ in identity_documents()])
class TestForm:
    def test_fits_into_a_managed_policy(self, place):
        assert len("".join(json.dumps(document(place), ensure_ascii=False).split())) <= 6144

    def test_has_only_characters_that_iam_takes(self, place):
        text = json.dumps(document(place), ensure_ascii=False)
        assert all(ord(character) <= 0xFF for character in text)

    def test_has_a_version_and_named_statements(self, place):
        found = document(place)
        assert found["Version"] == "2012-10-17"
        names = [statement["Sid"] for statement in found["Statement"]]
        assert len(set(names)) == len(names)
        assert all(name.isalnum() for name in names)

    def test_names_resources_wherever_the_action_takes_one(self, place):
        """Least privilege: an Allow on everything only for actions that know no resource."""
        if place.endswith(" PeopleBoundary"):
            return  # A boundary grants nothing.
        for statement in document(place)["Statement"]:
            if statement["Effect"] == "Allow" and statement["Resource"] == "*":
                for action in listed(statement["Action"]):
                    assert not resource_types(action) or action in ON_EVERYTHING, action

    def test_names_no_resource_where_the_action_takes_none(self, place):
        """Such an Allow never matches."""
        for statement in document(place)["Statement"]:
            if statement["Effect"] == "Allow" and statement["Resource"] != "*" and statement["Action"] != "iam:*":
                for action in listed(statement["Action"]):
                    assert resource_types(action), action


def listed(value):
    return value if isinstance(value, list) else [value]


# Actions that may name a resource, but whose usual form works on the account.
ON_EVERYTHING = {
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    "cloudwatch:PutMetricData",
    "logs:GetQueryResults",
    "ses:DeleteSuppressedDestination",
    "ses:GetSuppressedDestination",
    "ses:ListSuppressedDestinations",
    "ses:PutSuppressedDestination",
}
# The service authorization data that cfn-lint checks actions with.
SERVICES = json.loads(files("cfnlint").joinpath("data/AdditionalSpecs/Policies.json").read_text())


def resource_types(action: str) -> list[str]:
    service, name = action.lower().split(":")
    matches = [entry for key, entry in SERVICES[service]["Actions"].items() if fnmatchcase(key.lower(), name)]
    assert matches, f"{action} does not exist"
    return [type for entry in matches for type in entry.get("Resources") or []]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestPeople:
    def test_groups_have_the_documented_names(self, environment):
        security = stack(environment, "security")
        names = {id: security.properties(id)["GroupName"] for id in security.ids("AWS::IAM::Group")}
        assert names == {
            "SESAdminGroup": f"ses-{environment}-admin",
            "SESReadOnlyGroup": f"ses-{environment}-readonly",
            "SESMonitoringGroup": f"ses-{environment}-monitoring",
        }

    def test_every_group_is_bound_to_network_and_mfa(self, environment):
        security = stack(environment, "security")
        for properties in security.all("AWS::IAM::Group").values():
            assert security.ref("IPRestrictionPolicy") in properties["ManagedPolicyArns"]
            assert security.ref("MFAEnforcementPolicy") in properties["ManagedPolicyArns"]
            assert len(properties["ManagedPolicyArns"]) <= 10

    def test_users_have_a_group_a_path_a_boundary_and_no_secret(self, environment):
        security = stack(environment, "security")
        users = security.all("AWS::IAM::User").values()
        long_name = {"prod": "production", "dev": "development"}[environment]
        assert {user["UserName"] for user in users} == {
            f"{long_name}-{group}" for group in ("admin", "readonly", "monitoring")
        }
        for user in users:
            assert user["Path"] == f"/ses/{environment}/"
            assert user["PermissionsBoundary"] == security.ref("PeopleBoundary")
            assert len(user["Groups"]) == 1
            assert not {"LoginProfile", "Policies", "ManagedPolicyArns"} & set(user)

    def test_every_policy_but_the_boundary_is_attached(self, environment):
        security = stack(environment, "security")
        attached = {arn for group in security.all("AWS::IAM::Group").values() for arn in group["ManagedPolicyArns"]}
        policies = {security.ref(id) for id in security.ids("AWS::IAM::ManagedPolicy")}
        assert policies - attached == {security.ref("PeopleBoundary")}


def test_no_template_makes_an_access_key():
    for path in cloudformation.template_paths():
        types = {resource["Type"] for resource in cloudformation.template(path)["Resources"].values()}
        assert "AWS::IAM::AccessKey" not in types, path.name
