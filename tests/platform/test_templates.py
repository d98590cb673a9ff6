"""Rules that hold for every rendered template, whatever it is for."""

from typing import Any

import pytest
import yaml
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from .cloudformation import PHYSICAL, REGION, Stack, environment_values, stack, stack_files, template, template_paths

TAGS = {"Project", "Environment", "Service", "Purpose"}
RESOURCES = [
    pytest.param(path, id, resource, id=f"{path.stem}-{id}")
    for path in template_paths()
    for id, resource in template(path)["Resources"].items()
]


def of_type(type: str) -> list[Any]:
    return [item for item in RESOURCES if item.values[2]["Type"] == type]


def takes_tags(type: str) -> bool:
    return "Tags" in PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, type).schema["properties"]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_template_has_a_stack_and_every_stack_a_template():
    assert {f"{path.stem}.yaml" for path in stack_files()} == {path.name for path in template_paths()}


@pytest.mark.parametrize("path", template_paths(), ids=lambda path: path.stem)
def test_fits_into_a_template_bucket(path):
    assert path.stat().st_size <= 1_000_000


@pytest.mark.parametrize("path", stack_files(), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_stack_gives_what_the_template_asks_for(path):
    current = stack(path.parent.name, path.stem)
    assert current.missing == []
    assert current.unknown == []


@pytest.mark.parametrize(("path", "id", "resource"), [item for item in RESOURCES if takes_tags(item.values[2]["Type"])])
def test_every_resource_that_takes_tags_has_them(path, id, resource):
    tags = resource["Properties"].get("Tags", [])
    assert TAGS <= {tag["Key"] for tag in tags}
    assert len({tag["Key"] for tag in tags}) == len(tags)
    by_key = {tag["Key"]: tag["Value"] for tag in tags}
    assert by_key["Project"] == {"Ref": "ProjectCode"}
    assert by_key["Environment"] == {"Ref": "Environment"}


# A property that CloudFormation can set only when it makes a resource, beside the name: a change would make a second
# resource of that name first, and fail. These say what a resource belongs to or what it is, and never change.
CREATE_ONLY = {
    "AWS::IAM::ManagedPolicy": set(),  # no Description: somebody would correct it one day
    "AWS::KinesisFirehose::DeliveryStream": {"DeliveryStreamType"},
    "AWS::Logs::LogStream": {"LogGroupName"},
}


@pytest.mark.parametrize(
    ("path", "id", "resource"), [item for item in RESOURCES if (PHYSICAL.get(item.values[2]["Type"]) or [None])[0]]
)
def test_a_resource_with_a_name_has_nothing_else_that_replaces_it(path, id, resource):
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, resource["Type"]).schema
    create_only = {place.split("/")[2] for place in schema.get("createOnlyProperties", [])}
    name = PHYSICAL[resource["Type"]][0]
    assert (create_only & set(resource["Properties"])) - {name} <= CREATE_ONLY.get(resource["Type"], set())


@pytest.mark.parametrize("path", template_paths(), ids=lambda path: path.stem)
def test_has_no_yaml_that_cloudformation_refuses(path):
    """Aliases and merges (CloudFormation guide, "CloudFormation template format", YAML)."""
    for event in yaml.parse(path.read_text(encoding="utf-8")):
        assert not isinstance(event, yaml.AliasEvent)
        assert getattr(event, "anchor", None) is None
        assert getattr(event, "value", None) != "<<"


@pytest.mark.parametrize(("path", "id", "resource"), of_type("AWS::Logs::LogGroup"))
class TestLogGroup:
    def test_keeps_its_lines_as_long_as_the_environment_says(self, path, id, resource):
        assert resource["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}

    def test_says_what_happens_when_its_stack_goes(self, path, id, resource):
        assert {"DeletionPolicy", "UpdateReplacePolicy"} <= set(resource)


@pytest.mark.parametrize(("path", "id", "resource"), of_type("AWS::Logs::LogGroup"))
def test_log_group_is_deleted_with_its_stack_unless_it_is_evidence(path, id, resource):
    evidence = "Security" in id
    assert (resource["UpdateReplacePolicy"] == "Retain") is evidence
    assert (resource["DeletionPolicy"] != "Delete") is evidence


@pytest.mark.parametrize(("path", "id", "resource"), of_type("AWS::S3::Bucket"))
class TestBucket:
    def test_is_encrypted(self, path, id, resource):
        [rule] = resource["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"

    def test_is_private(self, path, id, resource):
        assert resource["Properties"]["PublicAccessBlockConfiguration"] == {
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        }
        [rule] = resource["Properties"]["OwnershipControls"]["Rules"]
        assert rule["ObjectOwnership"] == "BucketOwnerEnforced"

    def test_takes_tls_only(self, path, id, resource):
        policies = [
            other["Properties"]["PolicyDocument"]
            for other in template(path)["Resources"].values()
            if other["Type"] == "AWS::S3::BucketPolicy" and other["Properties"]["Bucket"] == {"Ref": id}
        ]
        assert any(
            statement["Effect"] == "Deny"
            and statement["Principal"] == "*"
            and statement["Action"] == "s3:*"
            and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            and len(listed(statement["Resource"])) == 2
            for policy in policies
            for statement in policy["Statement"]
        )

    def test_keeps_what_is_deleted_and_written_over(self, path, id, resource):
        assert resource["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
        rules = resource["Properties"]["LifecycleConfiguration"]["Rules"]
        assert [r["NoncurrentVersionExpiration"] for r in rules if "NoncurrentVersionExpiration" in r] == [
            {"NoncurrentDays": {"Ref": "NoncurrentVersionDays"}}
        ]
        # Whatever is deleted goes in the end: no rule leaves delete markers behind. S3 takes this apart from days only.
        [markers] = [r for r in rules if "ExpiredObjectDeleteMarker" in r]
        assert markers["ExpiredObjectDeleteMarker"] is True and "ExpirationInDays" not in markers

    def test_moves_no_object_that_would_cost_more_elsewhere(self, path, id, resource):
        """STANDARD_IA bills 128 KB at least (S3 guide, "Understanding and managing Amazon S3 storage classes"). GLACIER
        adds 32 KB at its own price and 8 KB at that of STANDARD, and a request (S3 guide, "Understanding S3 Glacier
        storage classes"). The prices are the list prices of Tokyo, in dollars a GiB and month, and for a request."""
        standard, glacier, request = 0.025, 0.0045, 0.03426 / 1000
        rules = resource["Properties"]["LifecycleConfiguration"]["Rules"]
        [to_ia, to_glacier] = [rule for rule in rules if "Transitions" in rule]
        assert [rule["Transitions"][0]["StorageClass"] for rule in (to_ia, to_glacier)] == ["STANDARD_IA", "GLACIER"]
        assert int(to_ia["ObjectSizeGreaterThan"]) == 128 * 1024
        # Such a size takes the place of S3's own limit of 128 KB (S3 API, PutBucketLifecycleConfiguration).
        months = (2557 - 90) / 30.4
        overhead = (32 * glacier + 8 * standard) * months / 2**20 + request
        break_even = overhead / ((standard - glacier) * months / 2**20)
        assert 0 <= int(to_glacier["ObjectSizeGreaterThan"]) / 1024 - break_even < 5

    def test_takes_object_lock_when_the_environment_asks_for_it(self, path, id, resource):
        """But for the target of access logs, which must not have it (S3 guide, "Object Lock considerations")."""
        targets = {
            other["Properties"]["LoggingConfiguration"]["DestinationBucketName"]["Ref"]
            for other in template(path)["Resources"].values()
            if "LoggingConfiguration" in other.get("Properties", {})
        }
        base = stack("prod", "base")
        for days, expected in [("0", None), ("365", {"Mode": "GOVERNANCE", "Days": "365"})]:
            properties = Stack(base.body, base.parameters | {"ObjectLockDays": days}).properties(id)
            assert properties.get("ObjectLockEnabled", False) is (expected is not None and id not in targets)
            if "ObjectLockConfiguration" in properties:
                assert properties["ObjectLockConfiguration"] == {
                    "ObjectLockEnabled": "Enabled",
                    "Rule": {"DefaultRetention": expected},
                }
            assert ("ObjectLockConfiguration" in properties) is ("ObjectLockEnabled" in properties)

    def test_survives_its_stack(self, path, id, resource):
        # A creation that fails takes its buckets back, or the next try would find their names taken.
        assert resource["DeletionPolicy"] == "RetainExceptOnCreate"
        assert resource["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("environment", ["prod", "dev"])
def test_log_groups_keep_ninety_days(environment):
    assert environment_values(environment)["retention"]["log_days"] == 90
    for path in stack_files():
        if path.parent.name == environment:
            for properties in stack(environment, path.stem).all("AWS::Logs::LogGroup").values():
                assert properties["RetentionInDays"] == "90"


def test_security_log_groups_have_the_documented_names_and_tag():
    security = stack("prod", "security")
    assert security.properties("SecurityLogGroup")["LogGroupName"] == "/aws/security/ses/prod"
    compliance = security.properties("JapaneseComplianceSecurityLogGroup")
    assert compliance["LogGroupName"] == "/aws/security/compliance/japanese/ses/prod"
    assert {"Key": "Compliance", "Value": "Japanese"} in compliance["Tags"]
    for id in ("SecurityLogStream", "JapaneseComplianceSecurityLogStream"):
        assert security.properties(id)["LogStreamName"] == "SecurityLogStream"


@pytest.mark.parametrize("environment", ["prod", "dev"])
def test_people_read_log_groups_that_mask_personal_data(environment):
    """All but the stack events, which hold none."""
    for path in stack_files():
        if path.parent.name == environment:
            for properties in stack(environment, path.stem).all("AWS::Logs::LogGroup").values():
                policy = properties.get("DataProtectionPolicy")
                if properties["LogGroupName"] == environment_values(environment)["trail"]["log_group"]:
                    assert policy is None  # no group reads it: see test_policies.py
                    continue
                if properties["LogGroupName"] == f"/aws/events/ses-{environment}-stack-events":
                    assert policy is None
                    continue
                audit, mask = policy["Statement"]
                assert audit["DataIdentifier"] == mask["DataIdentifier"]
                assert any(name.endswith("/EmailAddress") for name in mask["DataIdentifier"])
                assert "Deidentify" in mask["Operation"]
