"""Encryption, retention, deletion and switches of every resource, by kind: what the requirements ask for."""

import pytest

from .cloudformation import ACCOUNT, ENVIRONMENTS, REGION, SES_STACK, Stack, environment_values, stack, stacks


def every(environment: str, *types: str) -> list[tuple[Stack, str, dict]]:
    return [(current, id, properties) for current in stacks(environment) for id, properties in current.all(*types).items()]



@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestDeletion:
    """docs/platform.md, "What outlives its stack"."""

    EVIDENCE = {"/aws/security/ses/{env}", "/aws/security/compliance/japanese/ses/{env}", "/aws/cloudtrail/ses-prod"}

    def outlives(self, environment: str, current: Stack, id: str) -> bool:
        """Evidence, mail, and what opens them: buckets, keys, secrets, the identity and who sends with it."""
        type, properties = current.body["Resources"][id]["Type"], current.properties(id)
        if type == "AWS::Logs::LogGroup":
            return properties["LogGroupName"] in {each.format(env=environment) for each in self.EVIDENCE}
        if type == "AWS::IAM::User":
            return properties["Path"].startswith("/smtp/")
        if type == "AWS::SES::ConfigurationSet":
            return environment == "prod"  # the default one of the identity
        return type in (
            "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::KMS::Key", "AWS::SecretsManager::Secret",
            "AWS::SES::EmailIdentity",
        )  # fmt: skip

    def test_what_would_be_lost_is_kept_and_nothing_else(self, environment):
        """Kept, but for a first creation that fails: its names would stay taken."""
        for current in stacks(environment):
            for id in current.ids(*{each["Type"] for each in current.body["Resources"].values()}):
                resource = current.body["Resources"][id]
                found = resource.get("DeletionPolicy", "Delete"), resource.get("UpdateReplacePolicy", "Delete")
                kept = self.outlives(environment, current, id)
                assert found == (("RetainExceptOnCreate", "Retain") if kept else ("Delete", "Delete")), id

    def test_what_holds_content_says_so(self, environment):
        for current, id, _ in every(environment, "AWS::Logs::LogGroup", "AWS::SQS::Queue", "AWS::S3::Bucket"):
            assert {"DeletionPolicy", "UpdateReplacePolicy"} <= set(current.body["Resources"][id]), id


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestEncryption:
    def test_streams_keep_their_buffers_encrypted(self, environment):
        found = every(environment, "AWS::KinesisFirehose::DeliveryStream")
        assert len(found) == 2
        for _, id, stream in found:
            assert stream["DeliveryStreamEncryptionConfigurationInput"] == {"KeyType": "AWS_OWNED_CMK"}, id

    def test_queues(self, environment):
        for _, id, queue in every(environment, "AWS::SQS::Queue"):
            assert queue["SqsManagedSseEnabled"] is True, id

    def test_keys_change_every_year_and_can_be_saved_for_a_month(self, environment):
        """KMS guide, "Deleting AWS KMS keys": 7 to 30 days."""
        for _, id, key in every(environment, "AWS::KMS::Key"):
            assert key["EnableKeyRotation"] is True, id
            assert key["PendingWindowInDays"] == 30, id

    def test_mail_leaves_with_tls_only(self, environment):
        """SES guide, "Configuration sets", TlsPolicy: without Require SES falls back to plain text."""
        for _, _, properties in every(environment, "AWS::SES::ConfigurationSet"):
            assert properties["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}

    def test_log_groups_mask_addresses(self, environment):
        """CloudWatch Logs guide, "Understanding data protection policies": an audit and a mask of the same data."""
        trail = environment_values(environment)["trail"]["log_group"]
        plain = {trail, f"/aws/events/ses-{environment}-stack-events"}  # nobody reads the first, the other names nobody
        wanted = {f"arn:aws:dataprotection::aws:data-identifier/{name}" for name in ("EmailAddress", "IpAddress")}
        for _, id, group in every(environment, "AWS::Logs::LogGroup"):
            if group["LogGroupName"] in plain:
                continue
            statements = group["DataProtectionPolicy"]["Statement"]
            assert [list(each["Operation"]) for each in statements] == [["Audit"], ["Deidentify"]], id
            for each in statements:
                assert set(each["DataIdentifier"]) == wanted, id


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestRetention:
    def test_queues_keep_what_failed_as_long_as_they_can(self, environment):
        """SQS guide, "Message quotas": 14 days."""
        for _, id, queue in every(environment, "AWS::SQS::Queue"):
            assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600, id

    def test_objects_move_and_expire_as_the_environment_says(self, environment):
        """Each effect of the lifecycle once, on all objects or on those that are large enough."""
        kept = environment_values(environment)["retention"]
        for _, id, bucket in every(environment, "AWS::S3::Bucket"):
            rules = bucket["LifecycleConfiguration"]["Rules"]
            assert {rule["Status"] for rule in rules} == {"Enabled"}, id
            assert [rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule] == [str(kept["expiration_days"])]
            moves = {
                move["StorageClass"]: str(move["TransitionInDays"]) for rule in rules for move in rule.get("Transitions", [])
            }
            assert moves == {"STANDARD_IA": str(kept["standard_ia_days"]), "GLACIER": str(kept["glacier_days"])}, id
            [old] = [rule["NoncurrentVersionExpiration"] for rule in rules if "NoncurrentVersionExpiration" in rule]
            assert old == {"NoncurrentDays": str(kept["noncurrent_version_days"])}, id
            assert [each for rule in rules if (each := rule.get("ExpiredObjectDeleteMarker"))] == [True], id
            aborts = [rule["AbortIncompleteMultipartUpload"] for rule in rules if "AbortIncompleteMultipartUpload" in rule]
            assert aborts == [{"DaysAfterInitiation": 7}], id
            # What is expired or aborted is so whatever its size.
            for rule in rules:
                assert "Transitions" in rule or not {"ObjectSizeGreaterThan", "Prefix", "TagFilters"} & set(rule), id

    def test_smtp_credentials_change_every_ninety_days(self, environment):
        [(_, _, rotation)] = every(environment, "AWS::SecretsManager::RotationSchedule")
        assert rotation["RotationRules"] == {"AutomaticallyAfterDays": 90}
        assert rotation["RotateImmediatelyOnUpdate"] is True


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestBuckets:
    def test_keep_versions(self, environment):
        for _, id, bucket in every(environment, "AWS::S3::Bucket"):
            assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}, id

    def test_each_access_is_logged_to_the_one_that_logs_nothing(self, environment):
        prefix, logs = f"ses-{environment}-", f"ses-{environment}-access-logs-{ACCOUNT}"
        for _, id, bucket in every(environment, "AWS::S3::Bucket"):
            name = bucket["BucketName"].removeprefix(prefix).removesuffix(f"-{ACCOUNT}")
            wanted = {"DestinationBucketName": logs, "LogFilePrefix": f"{name}/"}
            assert bucket.get("LoggingConfiguration") == (None if name == "access-logs" else wanted), id

    def test_can_be_locked_but_the_one_that_s3_logs_to(self, environment):
        """S3 guide, "Enabling Amazon S3 server access logging": the target bucket has no Object Lock by default."""
        base = stack(environment, "base")
        locked = Stack(base.body, base.parameters | {"ObjectLockDays": "30"})
        for id, bucket in locked.all("AWS::S3::Bucket").items():
            open = not {"ObjectLockEnabled", "ObjectLockConfiguration"} & set(base.properties(id))
            assert open == (base.parameters["ObjectLockDays"] == "0"), id
            if id == "AccessLogsBucket":
                assert "ObjectLockConfiguration" not in bucket
                continue
            assert bucket["ObjectLockEnabled"] is True, id
            rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": "30"}}
            assert bucket["ObjectLockConfiguration"] == {"ObjectLockEnabled": "Enabled", "Rule": rule}, id


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestSending:
    def test_the_configuration_set_counts_sends_and_learns_from_bounces(self, environment):
        [(_, _, found)] = every(environment, "AWS::SES::ConfigurationSet")
        assert found["ReputationOptions"] == {"ReputationMetricsEnabled": True}
        assert found["SendingOptions"] == {"SendingEnabled": True}
        assert sorted(found["SuppressionOptions"]["SuppressedReasons"]) == ["BOUNCE", "COMPLAINT"]

    def test_prod_owns_the_identity(self, environment):
        found = [properties for _, _, properties in every(environment, "AWS::SES::EmailIdentity")]
        if environment == "dev":
            assert found == []
            return
        [identity] = found
        assert identity["EmailIdentity"] == "goo.ne.jp"
        assert identity["ConfigurationSetAttributes"] == {"ConfigurationSetName": "ses-prod-config"}
        # If the MX record is gone, mail goes on with SES's own MAIL FROM domain.
        assert identity["MailFromAttributes"] == {
            "MailFromDomain": "bounce.goo.ne.jp",
            "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
        }
        assert identity["FeedbackAttributes"] == {"EmailForwardingEnabled": False}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
class TestStreams:
    @pytest.mark.parametrize("name", ["raw", "masked"])
    def test_delivers_compressed_by_the_hour_of_tokyo_into_its_bucket(self, environment, name):
        [stream] = [
            properties
            for _, _, properties in every(environment, "AWS::KinesisFirehose::DeliveryStream")
            if properties["DeliveryStreamName"] == f"ses-{environment}-{name}-logs-stream"
        ]
        found = stream["ExtendedS3DestinationConfiguration"]
        assert stream["DeliveryStreamType"] == "DirectPut"
        assert found["BucketARN"] == f"arn:aws:s3:::ses-{environment}-{name}-logs-{ACCOUNT}"
        assert found["RoleARN"] == f"arn:aws:iam::{ACCOUNT}:role/ses-{environment}-{name}-logs-stream"
        assert found["CompressionFormat"] == "GZIP" and found["CustomTimeZone"] == "Asia/Tokyo"
        hour = "!{timestamp:yyyy}/!{timestamp:MM}/!{timestamp:dd}/!{timestamp:HH}/"
        assert found["Prefix"] == f"events/{hour}"
        # Firehose guide, "Custom prefixes": the type of the error has to stand in it.
        assert found["ErrorOutputPrefix"] == f"errors/!{{firehose:error-output-type}}/{hour}"
        group = f"/aws/kinesisfirehose/ses-{environment}-{name}-logs-stream"
        logging = {"Enabled": True, "LogGroupName": group, "LogStreamName": "DestinationDelivery"}
        assert found["CloudWatchLoggingOptions"] == logging

    def test_only_the_masked_one_passes_the_function(self, environment):
        for _, _, stream in every(environment, "AWS::KinesisFirehose::DeliveryStream"):
            found = stream["ExtendedS3DestinationConfiguration"].get("ProcessingConfiguration")
            if "-raw-" in stream["DeliveryStreamName"]:
                assert found is None
                continue
            assert found["Enabled"] is True
            [processor] = found["Processors"]
            function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:ses-{environment}-mask-events"
            assert processor["Type"] == "Lambda"
            assert {"ParameterName": "LambdaArn", "ParameterValue": function} in processor["Parameters"]

    def test_each_gets_all_events_with_the_role_for_it(self, environment):
        role = f"arn:aws:iam::{ACCOUNT}:role/ses-{environment}-event-publishing"
        found = {}
        for _, _, destination in every(environment, "AWS::SES::ConfigurationSetEventDestination"):
            assert destination["ConfigurationSetName"] == f"ses-{environment}-config"
            event = destination["EventDestination"]
            assert event["Enabled"] is True
            if where := event.get("KinesisFirehoseDestination"):
                found[where["DeliveryStreamARN"].rpartition("/")[2]] = where["IAMRoleARN"]
        assert found == {f"ses-{environment}-{name}-logs-stream": role for name in ("raw", "masked")}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_who_gets_the_alerts(environment):
    [(_, _, found)] = [
        each for each in every(environment, "AWS::SNS::Subscription") if "FilterPolicy" not in each[2]
    ]
    address = environment_values(environment)["notification"]["administrators"]
    assert subscription(found) == ("email", address, f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-{environment}-alerts")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_who_else_gets_them(environment):
    """Neither environment names a second address yet."""
    monitoring = stack(environment, "monitoring")
    assert "SecondAlertSubscription" not in monitoring.ids("AWS::SNS::Subscription")
    named = Stack(monitoring.body, monitoring.parameters | {"SecondEmail": "duty@example.net"})
    found = subscription(named.properties("SecondAlertSubscription"))
    assert found == ("email", "duty@example.net", f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-{environment}-alerts")


def subscription(properties):
    return properties["Protocol"], properties["Endpoint"], properties["TopicArn"]


SCHEDULES = {
    # Name: expression, function, input, how often it is tried again within an hour.
    "daily-report": ("cron(0 9 * * ? *)", "maintenance", '{"mode": "daily"}'),
    "monthly-report": ("cron(0 2 1 * ? *)", "maintenance", '{"mode": "monthly"}'),
    # Without a start date a rate begins at once (Scheduler guide, "Rate-based schedules").
    "watch": ("rate(15 minutes)", "maintenance", '{"mode": "watch"}'),
    "smtp-credentials-check": ("cron(0 9 * * ? *)", "smtp-credentials-rotation", '{"task": "daily"}'),
    "dkim-daily": ("cron(0 9 * * ? *)", "dkim-rotation-orchestrator", '{"action": "tick"}'),
    "dkim-hourly": ("cron(30 * * * ? *)", "dkim-rotation-orchestrator", '{"action": "watch"}'),
}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_what_comes_when(environment):
    found = {
        properties["Name"].removeprefix(f"ses-{environment}-"): properties
        for _, _, properties in every(environment, "AWS::Scheduler::Schedule")
    }
    assert set(found) == {name for name in SCHEDULES if environment == "prod" or not name.startswith("dkim")}
    for name, schedule in found.items():
        expression, function, words = SCHEDULES[name]
        target = schedule["Target"]
        assert (schedule["ScheduleExpression"], schedule["ScheduleExpressionTimezone"]) == (expression, "Asia/Tokyo")
        assert schedule["FlexibleTimeWindow"] == {"Mode": "OFF"} and schedule.get("State", "ENABLED") == "ENABLED"
        assert target["Arn"] == f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:ses-{environment}-{function}"
        assert target["Input"] == words
        # It tries again, but not until the next day's call comes (Scheduler guide, "Retry policy": a day is the default).
        assert target["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 3600
        assert 1 <= target["RetryPolicy"]["MaximumRetryAttempts"] <= 10
        assert target["DeadLetterConfig"]["Arn"].startswith(f"arn:aws:sqs:{REGION}:{ACCOUNT}:ses-{environment}-")
        assert target["RoleArn"] == f"arn:aws:iam::{ACCOUNT}:role/ses-{environment}-" + {
            "maintenance": "maintenance-schedule",
            "smtp-credentials-rotation": "smtp-credentials-check",
            "dkim-rotation-orchestrator": "dkim-schedule",
        }[function]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_rules_are_on_and_tell_the_topic(environment):
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-{environment}-alerts"
    for _, id, rule in every(environment, "AWS::Events::Rule"):
        assert rule["State"] == "ENABLED", id
        assert topic in [target["Arn"] for target in rule["Targets"]], id


def test_the_secret_of_the_smtp_credentials_has_its_own_key():
    for environment in ENVIRONMENTS:
        current = stack(environment, SES_STACK[environment])
        [secret] = current.all("AWS::SecretsManager::Secret").values()
        [key] = current.ids("AWS::KMS::Key")
        assert secret["KmsKeyId"] == current.attribute(key, "Arn")
