import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import Stack, refused

LOGS = """
Parameters: {Project: {Type: String}}
Resources:
  Target:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub '${Project}-target'}
  TargetPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Target
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - {Effect: Deny, Principal: '*', Action: s3:*, Resource: !Sub '${Target.Arn}/*',
             Condition: {Bool: {aws:SecureTransport: 'false'}}}
          - Effect: Allow
            Principal: {Service: logging.s3.amazonaws.com}
            Action: s3:PutObject
            Resource: [!Sub '${Target.Arn}/other/*', !Sub '${Target.Arn}/raw/*']
  Bucket:
    Type: AWS::S3::Bucket
    DependsOn: TargetPolicy
    Properties:
      BucketName: !Sub '${Project}-logs'
      BucketEncryption:
        ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}}]
      PublicAccessBlockConfiguration:
        {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}
      OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerEnforced}]}
      VersioningConfiguration: {Status: Enabled}
      LoggingConfiguration: {DestinationBucketName: !Ref Target, LogFilePrefix: raw/}
      LifecycleConfiguration:
        TransitionDefaultMinimumObjectSize: varies_by_storage_class
        Rules:
          - Id: keep
            Status: Enabled
            Transitions:
              - {StorageClass: STANDARD_IA, TransitionInDays: 30}
              - {StorageClass: GLACIER, TransitionInDays: 90}
            ExpirationInDays: 2557
            NoncurrentVersionExpiration: {NoncurrentDays: 30}
      Tags: [{Key: Project, Value: ses}]
Outputs:
  Arn: {Value: !GetAtt Bucket.Arn}
  Domain: {Value: !GetAtt Bucket.RegionalDomainName}
"""
RULES = """
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {LifecycleConfiguration: {Rules: [{Status: Enabled, %s}]}}
"""


def test_a_log_bucket(aws: Any, stack: Stack) -> None:
    stack.create(LOGS, {"Project": stack.name})
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    name = f"{stack.name}-logs"
    bucket = {"Bucket": name}
    assert stack.physical_id("Bucket") == name
    assert stack.outputs == {"Arn": f"arn:aws:s3:::{name}", "Domain": f"{name}.s3.ap-northeast-1.amazonaws.com"}
    encryption = aws.s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert encryption[0]["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert all(aws.s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"].values())
    ownership = aws.s3.get_bucket_ownership_controls(**bucket)["OwnershipControls"]["Rules"]
    assert ownership == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert aws.s3.get_bucket_versioning(**bucket)["Status"] == "Enabled"
    logging = aws.s3.get_bucket_logging(**bucket)["LoggingEnabled"]
    assert logging == {"TargetBucket": f"{stack.name}-target", "TargetPrefix": "raw/"}
    lifecycle = aws.s3.get_bucket_lifecycle_configuration(**bucket)
    assert lifecycle["TransitionDefaultMinimumObjectSize"] == "varies_by_storage_class"
    (rule,) = lifecycle["Rules"]
    assert (rule["ID"], rule["Expiration"]) == ("keep", {"Days": 2557})
    assert [(t["StorageClass"], t["Days"]) for t in rule["Transitions"]] == [("STANDARD_IA", 30), ("GLACIER", 90)]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert aws.s3.get_bucket_tagging(**bucket)["TagSet"] == [{"Key": "Project", "Value": "ses"}]
    assert "SecureTransport" in aws.s3.get_bucket_policy(Bucket=f"{stack.name}-target")["Policy"]


def test_changes_in_place(aws: Any, stack: Stack) -> None:
    stack.create(LOGS, {"Project": stack.name})
    changed = LOGS.replace("ExpirationInDays: 2557", "ExpirationInDays: 365").replace(
        "      Tags: [{Key: Project, Value: ses}]\n", ""
    ).replace("      LoggingConfiguration: {DestinationBucketName: !Ref Target, LogFilePrefix: raw/}\n", "")
    stack.update(changed, {"Project": stack.name})
    assert stack.status == "UPDATE_COMPLETE", stack.reasons()
    bucket = {"Bucket": f"{stack.name}-logs"}
    rule = aws.s3.get_bucket_lifecycle_configuration(**bucket)["Rules"][0]
    assert rule["Expiration"] == {"Days": 365}
    assert "LoggingEnabled" not in aws.s3.get_bucket_logging(**bucket)
    assert "NoSuchTagSet" in refused(aws.s3.get_bucket_tagging, **bucket)
    stack.delete()
    assert bucket["Bucket"] not in [b["Name"] for b in aws.s3.list_buckets()["Buckets"]]


DELIVERY = "            Resource: [!Sub '${Target.Arn}/other/*', !Sub '${Target.Arn}/raw/*']\n"
FROM = DELIVERY + "            Condition: {ArnLike: {aws:SourceArn: !Sub 'arn:aws:s3:::${Project}-%s'}}\n"
NAME = "{BucketName: !Sub '${Project}-target'"
ENCRYPTED = NAME + (
    ", BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: %s}}]}"
)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("/raw/*", "/elsewhere/*", "You must either provide the necessary permissions"),
        (DELIVERY, FROM % "other", "You must either provide the necessary permissions"),
        (DELIVERY, FROM % "logs", ""),
        (NAME, ENCRYPTED % "aws:kms", "the target encrypts with a KMS key"),
        (NAME, ENCRYPTED % "AES256", ""),
    ],
)
def test_a_target_of_access_logs(stack: Stack, old: str, new: str, problem: str) -> None:
    assert old in LOGS
    stack.create(LOGS.replace(old, new), {"Project": stack.name})
    assert stack.status == ("ROLLBACK_COMPLETE" if problem else "CREATE_COMPLETE"), stack.reasons()
    assert problem in stack.reasons()


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (
            "Transitions: [{StorageClass: STANDARD_IA, TransitionInDays: 29}]",
            "must be greater than or equal to 30 for storageClass 'STANDARD_IA'",
        ),
        (
            "Transitions: [{StorageClass: STANDARD_IA, TransitionInDays: 30}, "
            "{StorageClass: GLACIER, TransitionInDays: 59}]",
            "must be 30 days more",
        ),
        (
            "ExpirationInDays: 90, Transitions: [{StorageClass: GLACIER, TransitionInDays: 90}]",
            "'Days' in the Expiration action must be greater than 'Days' in the Transition action",
        ),
    ],
)
def test_day_counts_that_s3_refuses(aws: Any, stack: Stack, rule: str, problem: str) -> None:
    stack.create(RULES % rule)
    assert problem in stack.reasons()
    assert stack.name not in " ".join(b["Name"] for b in aws.s3.list_buckets()["Buckets"])


@pytest.mark.parametrize(
    ("rule", "filtered"),
    [
        ("Prefix: a/, ExpirationInDays: 1", {"Prefix": "a/"}),
        ("TagFilters: [{Key: a, Value: b}], ExpirationInDays: 1", {"Tag": {"Key": "a", "Value": "b"}}),
        (
            "Prefix: a/, TagFilters: [{Key: a, Value: b}], ExpirationInDays: 1",
            {"And": {"Prefix": "a/", "Tags": [{"Key": "a", "Value": "b"}]}},
        ),
    ],
)
def test_filters_of_lifecycle_rules(aws: Any, stack: Stack, rule: str, filtered: dict[str, Any]) -> None:
    stack.create(RULES % rule)
    assert stack.status == "CREATE_COMPLETE", stack.reasons()
    found = aws.s3.get_bucket_lifecycle_configuration(Bucket=stack.physical_id("Bucket"))["Rules"][0]
    assert found["Filter"] == filtered


def test_one_policy_a_bucket(new_stack: Any) -> None:
    first, second = new_stack(), new_stack()
    first.create(LOGS, {"Project": first.name})
    second.create(f"""
    Resources:
      Policy:
        Type: AWS::S3::BucketPolicy
        Properties: {{Bucket: {first.name}-target, PolicyDocument: {{Version: '2012-10-17', Statement: []}}}}
    """)
    assert f"{first.name}-target already exists in stack" in second.reasons()


@pytest.fixture(scope="module")
def bucket(aws: Any) -> Iterator[str]:
    name = f"test-{uuid.uuid4().hex[:12]}"
    aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"})
    yield name
    aws.s3.delete_bucket_policy(Bucket=name)
    aws.s3.delete_object(Bucket=name, Key="object")
    aws.s3.delete_bucket(Bucket=name)


def put_object(aws: Any, bucket: str, *statements: dict[str, Any]) -> None:
    """With these Deny statements in the bucket's policy."""
    everything = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}
    policy = {"Version": "2012-10-17", "Statement": [{**everything, **statement} for statement in statements]}
    aws.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    aws.s3.put_object(Bucket=bucket, Key="object", Body=b"")


TLS_ONLY = [
    {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
    {"Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}},
]


def test_a_call_counts_as_one_over_tls(aws: Any, bucket: str) -> None:
    put_object(aws, bucket, *TLS_ONLY)
    assert aws.s3.get_object(Bucket=bucket, Key="object")["Body"].read() == b""


@pytest.mark.parametrize(
    "statement",
    [
        {},
        {"Condition": {"Bool": {"aws:SecureTransport": True}}},
        {"Condition": {"NumericLessThan": {"s3:TlsVersion": "1.4"}}},
        {"Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}},
        {"Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}},
    ],
)
def test_a_deny_whose_condition_holds_denies(aws: Any, bucket: str, statement: dict[str, Any]) -> None:
    assert "403" in refused(put_object, aws, bucket, *TLS_ONLY, statement)


LOCKED = """
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: %(name)s
      VersioningConfiguration: {Status: Enabled}
      %(more)s
"""
LOCK = """ObjectLockEnabled: true
      ObjectLockConfiguration:
        {ObjectLockEnabled: Enabled, Rule: {DefaultRetention: {Mode: GOVERNANCE, Days: %d}}}"""


def retention(aws: Any, bucket: str) -> tuple[str, int]:
    found = aws.s3.get_object_lock_configuration(Bucket=bucket)["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    return found["Mode"], found["Days"]


class TestObjectLock:
    """What the S3 guide says in "Object Lock considerations"."""

    def test_new_objects_are_kept(self, aws: Any, new_stack: Any) -> None:
        stack: Stack = new_stack()
        stack.create(LOCKED % {"name": stack.name, "more": LOCK % 30})
        assert stack.status == "CREATE_COMPLETE"
        assert retention(aws, stack.name) == ("GOVERNANCE", 30)
        version = aws.s3.put_object(Bucket=stack.name, Key="k", Body=b"1", ChecksumAlgorithm="SHA256")["VersionId"]
        assert "AccessDenied" in refused(aws.s3.delete_object, Bucket=stack.name, Key="k", VersionId=version)
        aws.s3.delete_object(Bucket=stack.name, Key="k", VersionId=version, BypassGovernanceRetention=True)

    def test_it_can_be_switched_on_later_and_never_off(self, aws: Any, new_stack: Any) -> None:
        stack: Stack = new_stack()
        stack.create(LOCKED % {"name": stack.name, "more": ""})
        aws.s3.put_object(Bucket=stack.name, Key="k", Body=b"1")
        stack.update(LOCKED % {"name": stack.name, "more": LOCK % 30})
        assert stack.status == "UPDATE_COMPLETE"
        stack.update(LOCKED % {"name": stack.name, "more": LOCK % 1})
        assert retention(aws, stack.name) == ("GOVERNANCE", 1)
        stack.update(LOCKED % {"name": stack.name, "more": ""})
        assert "cannot be disabled" in stack.reasons()
        for version in aws.s3.list_object_versions(Bucket=stack.name)["Versions"]:
            aws.s3.delete_object(Bucket=stack.name, Key="k", VersionId=version["VersionId"])

    def test_it_needs_versions(self, new_stack: Any) -> None:
        stack: Stack = new_stack()
        later = (LOCK % 30).replace("ObjectLockEnabled: true", "Tags: []")
        template = LOCKED % {"name": stack.name, "more": later}
        stack.create(template.replace("Status: Enabled", "Status: Suspended"))
        assert "Versioning must be 'Enabled'" in stack.reasons()

    def test_it_is_no_place_for_access_logs(self, aws: Any, new_stack: Any) -> None:
        stack: Stack = new_stack()
        stack.create(LOGS, {"Project": stack.name})
        lock = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}
        target = f"{stack.name}-target"
        aws.s3.put_bucket_versioning(Bucket=target, VersioningConfiguration={"Status": "Enabled"})
        message = refused(aws.s3.put_object_lock_configuration, Bucket=target, ObjectLockConfiguration=lock)
        assert "destination buckets for server access logs" in message

        other: Stack = new_stack()
        name = "{BucketName: !Sub '${Project}-target'"
        locked = LOGS.replace(name, name + ", ObjectLockEnabled: true, VersioningConfiguration: {Status: Enabled}")
        other.create(locked, {"Project": other.name})
        assert "destination buckets for server access logs" in other.reasons()


IN_TOKYO = {"CreateBucketConfiguration": {"LocationConstraint": "ap-northeast-1"}}


# S3 guide, "General purpose bucket naming rules", one a rule.
@pytest.mark.parametrize(
    "name",
    ["ab", "a" * 64, "Upper", "a_b", "-ab", "ab-", "a..b", "192.168.5.4", "xn--a", "sthree-a", "amzn-s3-demo-a",
     "a-s3alias", "a--ol-s3"],
)  # fmt: skip
def test_a_name_that_no_bucket_may_have(aws: Any, name: str) -> None:
    assert "InvalidBucketName" in refused(aws.s3.create_bucket, Bucket=name, **IN_TOKYO)


def test_a_bucket_of_another_owner(aws: Any, stack: Stack) -> None:
    bucket = {"Bucket": f"{stack.name}-1.x"}
    aws.s3.create_bucket(**bucket, **IN_TOKYO)
    aws.s3.put_object(Key="k", Body=b"v", **bucket)
    ours, theirs = {"ExpectedBucketOwner": "123456789012"}, {"ExpectedBucketOwner": "999999999999"}
    assert aws.s3.get_bucket_location(**bucket, **ours)["LocationConstraint"] == "ap-northeast-1"
    aws.s3.head_bucket(**bucket, **ours)
    assert refused(aws.s3.head_bucket, **bucket, **theirs).startswith("403")
    for operation in (aws.s3.get_bucket_location, aws.s3.list_objects_v2, aws.s3.get_bucket_versioning):
        assert refused(operation, **bucket, **theirs) == "AccessDenied: Access Denied"
    assert "AccessDenied" in refused(aws.s3.get_object, Key="k", **bucket, **theirs)
    assert "AccessDenied" in refused(aws.s3.put_object, Key="k", Body=b"x", **bucket, **theirs)
    assert aws.s3.get_object(Key="k", **bucket, **ours)["Body"].read() == b"v"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({}, ""),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}, ""),
        ({"Principal": {"AWS": "arn:aws:iam::123456789012:role/none"}}, "Invalid principal in policy"),
        ({"Principal": {"Service": "cloudtrail"}}, "Invalid principal in policy"),
        ({"Resource": "arn:aws:s3:::another/*"}, "Policy has invalid resource"),
        ({"Action": "sns:Publish"}, "Policy has invalid action"),
    ],
)
def test_a_bucket_policy(aws: Any, stack: Stack, changed: dict[str, Any], problem: str) -> None:
    aws.s3.create_bucket(Bucket=stack.name, **IN_TOKYO)
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:Get*", "Resource": f"arn:aws:s3:::{stack.name}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement | changed]})
    if problem:
        assert refused(aws.s3.put_bucket_policy, Bucket=stack.name, Policy=policy) == f"MalformedPolicy: {problem}"
    else:
        aws.s3.put_bucket_policy(Bucket=stack.name, Policy=policy)


def test_a_bucket_with_versions_is_not_empty(aws: Any, stack: Stack) -> None:
    stack.create(
        "Resources: {Bucket: {Type: AWS::S3::Bucket, Properties: {VersioningConfiguration: {Status: Enabled}}}}"
    )
    bucket = {"Bucket": stack.physical_id("Bucket")}
    version = aws.s3.put_object(Key="k", Body=b"v", **bucket)["VersionId"]
    marker = aws.s3.delete_object(Key="k", **bucket)["VersionId"]
    stack.delete()
    assert stack.status == "DELETE_FAILED" and "not empty" in stack.reasons()
    for each in (version, marker):
        aws.s3.delete_object(Key="k", VersionId=each, **bucket)
    stack.delete()
