"""The binary names AWS's operations, and what they answer, as botocore's models do."""

import re
from pathlib import Path

import boto3
import pytest
from botocore import xform_name

SOURCES = Path(__file__).parents[2] / "src"
NAME = re.compile(
    r'"((?:deactivate|delete|describe|detach|get|head|list|remove)_[a-z0-9_]+)"'
)
SERVICES = ("cloudformation", "iam", "s3", "sts")
KEYS = re.compile(
    r'list: "(?P<list>\w+)",\s*items: "(?P<items>\w+)",\s*id: "(?P<id>\w+)",\s*delete: "(?P<delete>\w+)"'
)
POLICIES = re.compile(
    r'key: "(?P<key>\w+)",\s*attached: "(?P<attached>\w+)",\s*detach: "(?P<detach>\w+)",'
    r'\s*inline: "(?P<inline>\w+)",\s*delete: "(?P<delete>\w+)"'
)
PRINCIPALS = (SOURCES / "hook" / "actions" / "prepare_delete" / "principals.rs").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def operations():
    """The models of all operations, by the name of the method."""
    session = boto3.Session(region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    models = [session.client(service).meta.service_model for service in SERVICES]
    return {xform_name(name): model.operation_model(name) for model in models for name in model.operation_names}


def test_every_operation_of_an_action_exists(operations):
    texts = [file.read_text(encoding="utf-8") for file in (SOURCES / "hook" / "actions").rglob("*.rs")]
    named = {name for text in texts for name in NAME.findall(text)}
    assert {"deactivate_mfa_device", "list_object_versions", "describe_stack_events", "detach_role_policy"} <= named
    assert named <= set(operations)


def test_the_keys_of_users_are_named_as_iam_does(operations):
    found = [match.groupdict() for match in KEYS.finditer(PRINCIPALS)]
    assert len(found) == 4
    for key in found:
        entry = operations[key["list"]].output_shape.members[key["items"]].member
        assert {key["id"], "Status"} <= set(entry.members)
        assert {key["id"], "UserName"} == set(operations[key["delete"]].input_shape.members)


def test_the_policies_of_principals_are_named_as_iam_does(operations):
    found = [match.groupdict() for match in POLICIES.finditer(PRINCIPALS)]
    assert len(found) == 3
    for kind in found:
        attached = operations[kind["attached"]]
        assert kind["key"] in attached.input_shape.required_members
        assert {"PolicyName", "PolicyArn"} <= set(attached.output_shape.members["AttachedPolicies"].member.members)
        assert set(operations[kind["detach"]].input_shape.required_members) == {kind["key"], "PolicyArn"}
        assert "PolicyNames" in operations[kind["inline"]].output_shape.members
        assert set(operations[kind["delete"]].input_shape.required_members) == {kind["key"], "PolicyName"}
