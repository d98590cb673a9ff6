"""Calls that switch off what records, protects or sends, or that give rights: a security event when a person makes them,
none when a service or a role of ours does.

The records have the form of CloudTrail's guide ("CloudTrail record contents", "CloudTrail userIdentity element"), and the
arguments are those of botocore's models. CloudTrail's own names: Lambda adds a date ("Logging AWS Lambda API calls using AWS
CloudTrail", `GetFunction20150331v2`), S3 shortens ("Amazon S3 CloudTrail events", `PutBucketLifecycle`), and CloudWatch is
`monitoring.amazonaws.com`.
"""

import functools
import json
import re
from typing import Any

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from ..functions.deployed import load
from ..signals.cases import record
from ..signals.definitions import Definitions
from ..signals.world import World
from .cloudformation import ACCOUNT, REGION, stack
from .test_ringing import definitions

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-prod-alerts"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/ses-prod-ip-restriction"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
KEY = "11111111-2222-3333-4444-555555555555"
TRAIL_GROUP = "/aws/cloudtrail/ses-prod"
BUCKET = f"ses-prod-raw-logs-{ACCOUNT}"
PROTECTION, KEYS = "ProtectionChange", "KeyMisuse"

# Service, event name, arguments, kind of event.
DANGEROUS: list[tuple[str, str, dict[str, Any], str]] = [
    ("iam", "AttachUserPolicy", {"userName": "production-readonly", "policyArn": ADMINISTRATOR}, PROTECTION),
    ("iam", "AttachGroupPolicy", {"groupName": "ses-prod-readonly", "policyArn": ADMINISTRATOR}, PROTECTION),
    ("iam", "AttachRolePolicy", {"roleName": "ses-prod-maintenance", "policyArn": ADMINISTRATOR}, PROTECTION),
    ("iam", "PutUserPolicy", {"userName": "production-readonly", "policyName": "x", "policyDocument": "{}"}, PROTECTION),
    ("iam", "PutGroupPolicy", {"groupName": "ses-prod-readonly", "policyName": "x", "policyDocument": "{}"}, PROTECTION),
    ("iam", "PutRolePolicy", {"roleName": "ses-prod-trail", "policyName": "x", "policyDocument": "{}"}, PROTECTION),
    ("iam", "DetachUserPolicy", {"userName": "ses-prod-smtp", "policyArn": POLICY}, PROTECTION),
    ("iam", "DetachGroupPolicy", {"groupName": "ses-prod-readonly", "policyArn": POLICY}, PROTECTION),
    ("iam", "DetachRolePolicy", {"roleName": "ses-prod-trail", "policyArn": POLICY}, PROTECTION),
    ("iam", "DeleteUserPolicy", {"userName": "ses-prod-smtp", "policyName": "x"}, PROTECTION),
    ("iam", "DeleteGroupPolicy", {"groupName": "ses-prod-readonly", "policyName": "x"}, PROTECTION),
    ("iam", "DeleteRolePolicy", {"roleName": "ses-prod-trail", "policyName": "write-log"}, PROTECTION),
    ("iam", "CreatePolicyVersion", {"policyArn": POLICY, "policyDocument": "{}", "setAsDefault": True}, PROTECTION),
    ("iam", "SetDefaultPolicyVersion", {"policyArn": POLICY, "versionId": "v1"}, PROTECTION),
    ("iam", "DeletePolicyVersion", {"policyArn": POLICY, "versionId": "v1"}, PROTECTION),
    ("iam", "DeleteUserPermissionsBoundary", {"userName": "production-admin"}, PROTECTION),
    ("iam", "PutUserPermissionsBoundary", {"userName": "production-admin", "permissionsBoundary": ADMINISTRATOR}, PROTECTION),
    ("iam", "UpdateAssumeRolePolicy", {"roleName": "ses-prod-maintenance", "policyDocument": "{}"}, PROTECTION),
    ("iam", "AddUserToGroup", {"userName": "somebody", "groupName": "ses-prod-admin"}, PROTECTION),
    ("iam", "RemoveUserFromGroup", {"userName": "production-readonly", "groupName": "ses-prod-readonly"}, PROTECTION),
    ("iam", "CreateAccessKey", {"userName": "production-admin"}, KEYS),
    ("iam", "CreateLoginProfile", {"userName": "production-admin", "passwordResetRequired": False}, KEYS),
    ("iam", "UpdateLoginProfile", {"userName": "production-admin"}, KEYS),
    ("iam", "UpdateAccessKey", {"userName": "ses-prod-smtp", "accessKeyId": "AKIA", "status": "Inactive"}, KEYS),
    ("iam", "DeactivateMFADevice", {"userName": "production-admin", "serialNumber": "arn:aws:iam::1:mfa/x"}, KEYS),
    ("sns", "SetTopicAttributes", {"topicArn": TOPIC, "attributeName": "Policy", "attributeValue": "{}"}, PROTECTION),
    ("sns", "SetSubscriptionAttributes", {"subscriptionArn": f"{TOPIC}:1", "attributeName": "FilterPolicy"}, PROTECTION),
    ("sns", "DeleteTopic", {"topicArn": TOPIC}, PROTECTION),
    ("sns", "Unsubscribe", {"subscriptionArn": f"{TOPIC}:{KEY}"}, PROTECTION),
    ("s3", "PutBucketLifecycle", {"bucketName": BUCKET, "LifecycleConfiguration": {}}, PROTECTION),
    ("s3", "DeleteBucketLifecycle", {"bucketName": BUCKET}, PROTECTION),
    ("s3", "DeleteBucket", {"bucketName": BUCKET}, PROTECTION),
    ("s3", "DeleteBucketPolicy", {"bucketName": BUCKET}, PROTECTION),
    ("s3", "DeleteObject", {"bucketName": BUCKET, "key": "events/2026/11/27/09/x.gz"}, PROTECTION),
    ("s3", "DeleteObjects", {"bucketName": BUCKET, "delete": ""}, PROTECTION),
    ("s3", "PutBucketPolicy", {"bucketName": BUCKET, "bucketPolicy": {}}, PROTECTION),
    ("s3", "PutBucketVersioning", {"bucketName": BUCKET, "VersioningConfiguration": {"Status": "Suspended"}}, PROTECTION),
    ("s3", "PutBucketLogging", {"bucketName": BUCKET, "BucketLoggingStatus": {}}, PROTECTION),
    ("s3", "PutBucketPublicAccessBlock", {"bucketName": BUCKET}, PROTECTION),
    ("logs", "PutRetentionPolicy", {"logGroupName": TRAIL_GROUP, "retentionInDays": 1}, PROTECTION),
    ("logs", "DeleteRetentionPolicy", {"logGroupName": "/aws/security/ses/prod"}, PROTECTION),
    ("logs", "DeleteLogGroup", {"logGroupName": TRAIL_GROUP}, PROTECTION),
    ("logs", "DeleteSubscriptionFilter", {"logGroupName": TRAIL_GROUP, "filterName": "ses-prod-security-events"}, PROTECTION),
    ("logs", "PutSubscriptionFilter", {"logGroupName": TRAIL_GROUP, "filterName": "x", "filterPattern": "-"}, PROTECTION),
    ("logs", "DeleteDataProtectionPolicy", {"logGroupIdentifier": "/aws/lambda/ses-prod-mask-events"}, PROTECTION),
    ("lambda", "UpdateFunctionCode20150331v2", {"functionName": "ses-prod-record-security-events"}, PROTECTION),
    ("lambda", "UpdateFunctionConfiguration20150331v2", {"functionName": "ses-prod-mask-events"}, PROTECTION),
    ("lambda", "DeleteFunction20150331", {"functionName": "ses-prod-mask-events"}, PROTECTION),
    ("lambda", "RemovePermission20150331v2", {"functionName": "ses-prod-mask-events", "statementId": "x"}, PROTECTION),
    ("lambda", "PutFunctionConcurrency20171031", {"functionName": "ses-prod-maintenance"}, PROTECTION),
    ("monitoring", "PutMetricAlarm", {"alarmName": "ses-prod-trail-silent", "threshold": 1e9}, PROTECTION),
    ("monitoring", "DeleteAlarms", {"alarmNames": ["ses-prod-trail-silent"]}, PROTECTION),
    ("monitoring", "DisableAlarmActions", {"alarmNames": ["ses-prod-trail-silent"]}, PROTECTION),
    ("events", "DisableRule", {"name": "ses-prod-stack-events"}, PROTECTION),
    ("events", "DeleteRule", {"name": "ses-prod-stack-events"}, PROTECTION),
    ("events", "RemoveTargets", {"rule": "ses-prod-stack-events", "ids": ["CloudFormationAlert"]}, PROTECTION),
    ("events", "PutRule", {"name": "ses-prod-stack-events", "state": "DISABLED"}, PROTECTION),
    ("scheduler", "UpdateSchedule", {"name": "ses-prod-daily-report", "state": "DISABLED"}, PROTECTION),
    ("scheduler", "DeleteSchedule", {"name": "ses-prod-daily-report"}, PROTECTION),
    ("ses", "DeleteConfigurationSetEventDestination", {"configurationSetName": "ses-prod-config"}, PROTECTION),
    ("ses", "UpdateConfigurationSetEventDestination", {"configurationSetName": "ses-prod-config"}, PROTECTION),
    ("ses", "PutConfigurationSetSendingOptions", {"configurationSetName": "ses-prod-config"}, PROTECTION),
    ("ses", "DeleteEmailIdentity", {"emailIdentity": "goo.ne.jp"}, PROTECTION),
    ("ses", "DeleteIdentity", {"identity": "goo.ne.jp"}, PROTECTION),
    ("ses", "PutAccountSendingAttributes", {"sendingEnabled": False}, PROTECTION),
    ("ses", "PutEmailIdentityDkimAttributes", {"emailIdentity": "goo.ne.jp", "signingEnabled": False}, KEYS),
    ("ses", "PutEmailIdentityDkimSigningAttributes", {"emailIdentity": "goo.ne.jp"}, KEYS),
    ("kms", "CreateGrant", {"keyId": KEY, "granteePrincipal": "arn:aws:iam::1:user/x"}, KEYS),
    ("kms", "DisableKeyRotation", {"keyId": KEY}, KEYS),
    ("kms", "DisableKey", {"keyId": KEY}, KEYS),
    ("kms", "PutKeyPolicy", {"keyId": KEY, "policyName": "default", "policy": "{}"}, KEYS),
    ("kms", "ScheduleKeyDeletion", {"keyId": KEY, "pendingWindowInDays": 7}, KEYS),
    ("secretsmanager", "PutSecretValue", {"secretId": "prod-ses-smtp-credentials"}, KEYS),
    ("secretsmanager", "UpdateSecret", {"secretId": "prod-ses-smtp-credentials"}, KEYS),
    ("secretsmanager", "DeleteSecret", {"secretId": "prod-ses-smtp-credentials"}, KEYS),
    ("secretsmanager", "CancelRotateSecret", {"secretId": "prod-ses-smtp-credentials"}, KEYS),
    ("cloudtrail", "StopLogging", {"name": "ses-prod-trail"}, PROTECTION),
    ("cloudtrail", "PutEventSelectors", {"trailName": "ses-prod-trail"}, PROTECTION),
    ("firehose", "DeleteDeliveryStream", {"deliveryStreamName": "ses-prod-raw-logs-stream"}, PROTECTION),
    ("sqs", "SetQueueAttributes", {"queueUrl": f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/ses-prod-recorder-failed"}, PROTECTION),
]  # fmt: skip
EACH = pytest.mark.parametrize(("service", "name", "arguments", "kind"), DANGEROUS, ids=[f"{s}:{n}" for s, n, *_ in DANGEROUS])


@pytest.fixture(scope="module")
def prod() -> Definitions:
    return definitions("prod")


# Who calls: the userIdentity elements of CloudTrail's guide.


def a_stranger() -> dict[str, Any]:
    """A user of the account who is no person of the platform."""
    arn = f"arn:aws:iam::{ACCOUNT}:user/Alice"
    return {"type": "IAMUser", "principalId": "AIDA", "arn": arn, "accountId": ACCOUNT, "accessKeyId": "AKIA", "userName": "Alice"}


def root() -> dict[str, Any]:
    return {"type": "Root", "principalId": ACCOUNT, "arn": f"arn:aws:iam::{ACCOUNT}:root", "accountId": ACCOUNT, "accessKeyId": ""}


def a_role(name: str, session: str) -> dict[str, Any]:
    return {
        "type": "AssumedRole",
        "principalId": f"AROA:{session}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{session}",
        "accountId": ACCOUNT,
        "accessKeyId": "ASIA",
        "sessionContext": {
            "sessionIssuer": {
                "type": "Role", "principalId": "AROA", "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}", "accountId": ACCOUNT,
                "userName": name,
            },
            "attributes": {"creationDate": "2026-11-25T01:00:00Z", "mfaAuthenticated": "false"},
        },
    }  # fmt: skip


PEOPLE = {"IAM user": a_stranger(), "role": a_role("Administrators", "alice"), "root": root()}


def told(prod: Definitions, service: str, name: str, arguments: dict[str, Any], **changed: Any) -> list[str]:
    world = World(prod)
    # IAM is a global service: its records come from us-east-1.
    region = "us-east-1" if service == "iam" else REGION
    world.call(**record(world, service, name, requestParameters=arguments, awsRegion=region, **changed))
    assert not world.raised
    return [json.loads(line)["event"] for line in world.lines["/aws/security/ses/prod"]]


@EACH
class TestDangerousCall:
    @pytest.mark.parametrize("who", PEOPLE)
    def test_is_an_event_if_a_person_makes_it(self, prod, service, name, arguments, kind, who):
        assert told(prod, service, name, arguments, userIdentity=PEOPLE[who]) == [kind]

    def test_is_none_if_cloudformation_makes_it_for_somebody(self, prod, service, name, arguments, kind):
        """With the rights of who launches, or with a service role."""
        for identity in PEOPLE["IAM user"], PEOPLE["role"]:
            made = {**identity, "invokedBy": "cloudformation.amazonaws.com"}
            source = {"sourceIPAddress": "cloudformation.amazonaws.com", "userAgent": "cloudformation.amazonaws.com"}
            assert told(prod, service, name, arguments, userIdentity=made, **source) == []

    def test_is_none_if_a_service_makes_it(self, prod, service, name, arguments, kind):
        made = {"type": "AWSService", "invokedBy": "secretsmanager.amazonaws.com"}
        source = {"sourceIPAddress": "secretsmanager.amazonaws.com"}
        assert told(prod, service, name, arguments, userIdentity=made, **source) == []

    def test_is_none_if_a_role_of_ours_makes_it(self, prod, service, name, arguments, kind):
        made = a_role("ses-prod-smtp-credentials-rotation", "ses-prod-smtp-credentials-rotation")
        assert told(prod, service, name, arguments, userIdentity=made, sourceIPAddress="203.0.113.9") == []

    def test_is_none_if_it_failed(self, prod, service, name, arguments, kind):
        made = {"userIdentity": a_stranger(), "errorCode": "ValidationException"}
        assert told(prod, service, name, arguments, **made) == []

    def test_is_none_of_ours_if_it_is_about_dev(self, prod, service, name, arguments, kind):
        other = json.loads(re.sub(r"\bprod\b", "dev", json.dumps(arguments)).replace("production-", "development-"))
        if other == arguments:
            pytest.skip("about the account: prod, which owns the trail, tells of it")
        assert told(prod, service, name, other, userIdentity=a_stranger()) == []


def test_somebody_who_unsubscribes_with_the_link_of_a_mail_is_told(prod):
    """SNS records it without an identity (SNS guide, "Logging Amazon SNS API calls using CloudTrail")."""
    identity = {"type": "Unknown", "principalId": "Anonymous", "accountId": "ANONYMOUS_PRINCIPAL"}
    assert told(prod, "sns", "Unsubscribe", {"subscriptionArn": f"{TOPIC}:{KEY}"}, userIdentity=identity) == [PROTECTION]


@pytest.mark.parametrize(
    ("service", "name", "arguments"),
    [
        ("s3", "DeleteBucket", {"bucketName": "somebody-elses-bucket"}),
        ("lambda", "UpdateFunctionCode20150331v2", {"functionName": "web-shop"}),
        ("sns", "DeleteTopic", {"topicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:web-shop"}),
        ("iam", "AttachRolePolicy", {"roleName": "web-shop", "policyArn": ADMINISTRATOR}),
        ("iam", "CreateAccessKey", {"userName": "somebody"}),
        ("secretsmanager", "DeleteSecret", {"secretId": "web-shop"}),
    ],
)
def test_other_work_in_the_account_is_not_told(prod, service, name, arguments):
    assert told(prod, service, name, arguments, userIdentity=a_stranger()) == []


# The list itself, against botocore's models

BOTO_NAMES = {"monitoring": "cloudwatch", "ses": ("sesv2", "ses"), "lambda": "lambda"}


@functools.cache
def operations(service: str) -> dict[str, Any]:
    try:
        return Loader().load_service_model(service, "service-2")["operations"]
    except UnknownServiceError:
        pytest.fail(f"no service {service}")


S3_NAMES = {
    # CloudTrail's name: the API's (S3 guide, "Amazon S3 CloudTrail events").
    "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
    "PutBucketPublicAccessBlock": "PutPublicAccessBlock",
    "DeleteBucketPublicAccessBlock": "DeletePublicAccessBlock",
    "PutBucketObjectLock": "PutObjectLockConfiguration",
    "PutObjectLock": "PutObjectLockConfiguration",
}


def test_every_watched_call_is_one_of_the_api():
    watched = load("record_security_events").KINDS
    for source, name in watched:
        service = source.removesuffix(".amazonaws.com")
        models = BOTO_NAMES.get(service, service)
        known = {each for model in ([models] if isinstance(models, str) else models) for each in operations(model)}
        assert (S3_NAMES.get(name, name) if service == "s3" else name) in known, (service, name)
        assert not name.startswith(("Get", "List", "Describe"))  # the subscription hands over changing calls only


def test_the_samples_are_watched_and_cover_every_service():
    watched = load("record_security_events").watched
    assert {watched(f"{service}.amazonaws.com", name) for service, name, *_ in DANGEROUS} == {PROTECTION, KEYS}
    services = {source.removesuffix(".amazonaws.com") for source, _ in load("record_security_events").KINDS}
    assert services == {service for service, *_ in DANGEROUS}


def test_the_trail_records_the_calls_of_global_services():
    """IAM's are recorded in us-east-1; a trail of all regions brings them to the log group of its own region
    (CloudTrail guide, "About global service events")."""
    trail = stack("prod", "base").properties("Trail")
    assert trail["IsMultiRegionTrail"] is True and trail["IncludeGlobalServiceEvents"] is True
