"""The log buckets, as S3 has them."""

import json

import pytest

from .aws import ACCOUNT, PROD, TEMPLATE_BUCKET, TRAIL_LOG_GROUP, Aws, Environment, arn, statements

KINDS = ["raw", "masked", "error", "access"]
AUDITED = ["raw", "masked", "error"]
SOURCES = [*AUDITED, "trail"]  # of access logs


@pytest.fixture(params=KINDS)
def bucket(request: pytest.FixtureRequest, environment: Environment) -> str:
    return environment.bucket(request.param)


def test_the_trail_delivers_to_a_bucket_of_its_own(aws: Aws) -> None:
    trail = aws.cloudtrail.get_trail(Name="ses-prod-trail")["Trail"]
    assert trail["S3BucketName"] == PROD.bucket("trail")
    assert trail["IsMultiRegionTrail"] and trail["IncludeGlobalServiceEvents"] and trail["LogFileValidationEnabled"]
    assert trail["CloudWatchLogsLogGroupArn"] == arn("logs", f"log-group:{TRAIL_LOG_GROUP}:*")
    assert aws.cloudtrail.get_trail_status(Name="ses-prod-trail")["IsLogging"] is True
    assert len(aws.cloudtrail.list_trails()["Trails"]) == 1
    policy = statements(aws.s3.get_bucket_policy(Bucket=PROD.bucket("trail"))["Policy"])
    assert policy["AllowTrailDelivery"]["Resource"] == f"arn:aws:s3:::{PROD.bucket('trail')}/AWSLogs/{ACCOUNT}/*"
    assert aws.s3.get_bucket_logging(Bucket=PROD.bucket("trail"))["LoggingEnabled"]["TargetPrefix"] == "trail-logs/"


def test_the_trail_records_the_objects_of_every_log_bucket(aws: Aws) -> None:
    found = aws.cloudtrail.get_event_selectors(TrailName="ses-prod-trail")["AdvancedEventSelectors"]
    selectors = [{field.pop("Field"): field for field in each["FieldSelectors"]} for each in found]
    management, events, logs = selectors
    assert management == {"eventCategory": {"Equals": ["Management"]}}
    for each in (events, logs):
        assert each["eventCategory"] == {"Equals": ["Data"]}
        assert each["resources.type"] == {"Equals": ["AWS::S3::Object"]}
    # Each delivery to these would make an event, which makes a delivery.
    assert logs["eventName"] == {"NotEquals": ["PutObject"]} and "eventName" not in events
    recorded = {
        arn.removeprefix("arn:aws:s3:::") for each in (events, logs) for arn in each["resources.ARN"]["StartsWith"]
    }
    assert recorded == {
        f"ses-{environment}-{kind}-logs-{ACCOUNT}/"
        for environment in ("dev", "staging", "prod")
        for kind in (*KINDS, "trail")
    }


def test_each_environment_has_four_buckets(aws: Aws) -> None:
    names = {bucket["Name"] for bucket in aws.s3.list_buckets()["Buckets"]}
    logs = {f"ses-{name}-{kind}-logs-{ACCOUNT}" for name in ("prod", "dev") for kind in KINDS}
    assert names == logs | {TEMPLATE_BUCKET, PROD.bucket("trail")}


def test_every_template_came_from_the_template_bucket(aws: Aws, environment: Environment) -> None:
    keys = [item["Key"] for item in aws.all("s3", "list_objects_v2", "Contents", Bucket=TEMPLATE_BUCKET)]
    for stack in environment.stacks:
        assert any(key.startswith(f"{environment.name}/{stack}/") for key in keys), keys


def test_objects_are_encrypted(aws: Aws, bucket: str) -> None:
    rules = aws.s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert [rule["ApplyServerSideEncryptionByDefault"] for rule in rules] == [{"SSEAlgorithm": "AES256"}]


def test_nothing_can_become_public(aws: Aws, bucket: str) -> None:
    assert aws.s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    ownership = aws.s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"]
    assert ownership["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_objects_get_cheaper_and_go_after_seven_years(aws: Aws, bucket: str) -> None:
    lifecycle = aws.s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    rules = {rule["ID"]: rule for rule in lifecycle["Rules"]}
    assert {rule["Status"] for rule in rules.values()} == {"Enabled"}
    assert rules["keep-for-the-legal-period"]["Expiration"] == {"Days": 2557}
    assert rules["abort-incomplete-uploads"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    moves = [move for rule in rules.values() for move in rule.get("Transitions", [])]
    # From which sizes on: tests/platform. moto forgets it.
    assert {move["StorageClass"]: move["Days"] for move in moves} == {"STANDARD_IA": 30, "GLACIER": 90}


def test_what_is_deleted_or_written_over_can_be_restored_for_a_time(aws: Aws, bucket: str) -> None:
    assert aws.s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    rules = {rule["ID"]: rule for rule in aws.s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]}
    assert rules["keep-for-the-legal-period"]["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90}
    # S3 takes this apart from days only.
    assert rules["remove-markers-of-expired-objects"]["Expiration"] == {"ExpiredObjectDeleteMarker": True}
    aws.s3.put_object(Bucket=bucket, Key="x", Body=b"1")
    try:
        aws.s3.delete_object(Bucket=bucket, Key="x")
        (version,) = aws.s3.list_object_versions(Bucket=bucket, Prefix="x")["Versions"]
        assert aws.s3.get_object(Bucket=bucket, Key="x", VersionId=version["VersionId"])["Body"].read() == b"1"
    finally:
        for kind in ("Versions", "DeleteMarkers"):
            for item in aws.s3.list_object_versions(Bucket=bucket, Prefix="x").get(kind, []):
                aws.s3.delete_object(Bucket=bucket, Key="x", VersionId=item["VersionId"])


@pytest.mark.parametrize("kind", AUDITED)
def test_access_is_logged(aws: Aws, environment: Environment, kind: str) -> None:
    logging = aws.s3.get_bucket_logging(Bucket=environment.bucket(kind))["LoggingEnabled"]
    assert logging["TargetBucket"] == environment.bucket("access")
    assert logging["TargetPrefix"] == f"{kind}-logs/"


def test_the_access_logs_are_not_logged_themselves(aws: Aws, environment: Environment) -> None:
    assert "LoggingEnabled" not in aws.s3.get_bucket_logging(Bucket=environment.bucket("access"))


def test_only_tls_1_2_and_later_gets_in(aws: Aws, bucket: str) -> None:
    policy = statements(aws.s3.get_bucket_policy(Bucket=bucket)["Policy"])
    conditions = {
        "DenyInsecureTransport": {"Bool": {"aws:SecureTransport": "false"}},
        "DenyOldTls": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
    }
    for sid, condition in conditions.items():
        assert policy[sid] == {
            "Sid": sid,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
            "Condition": condition,
        }


def test_only_the_access_bucket_lets_s3_deliver_logs(aws: Aws, environment: Environment) -> None:
    target = environment.bucket("access")
    policy = statements(aws.s3.get_bucket_policy(Bucket=target)["Policy"])
    assert policy["AllowAccessLogDelivery"] == {
        "Sid": "AllowAccessLogDelivery",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": [f"arn:aws:s3:::{target}/{kind}-logs/*" for kind in SOURCES],
        "Condition": {
            "ArnLike": {"aws:SourceArn": [f"arn:aws:s3:::{environment.bucket(kind)}" for kind in SOURCES]},
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
        },
    }
    for kind in AUDITED:
        policy = json.loads(aws.s3.get_bucket_policy(Bucket=environment.bucket(kind))["Policy"])
        assert {statement["Effect"] for statement in policy["Statement"]} == {"Deny"}


def test_the_buckets_are_tagged(aws: Aws, environment: Environment, bucket: str) -> None:
    tags = aws.s3.get_bucket_tagging(Bucket=bucket)["TagSet"]
    assert environment.has_its_tags(tags, "S3"), tags
