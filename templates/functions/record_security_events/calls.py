"""The calls that are a security event even when they succeed: they take away what records, protects or sends, or give
somebody rights.

By service and then by kind of event: KeyMisuse is about keys, secrets and passwords, ProtectionChange about everything
else. The names are those of the API; CloudTrail adds a date to those of Lambda (Lambda guide, "Logging AWS Lambda API calls
using AWS CloudTrail": GetFunction20150331v2) and shortens some of S3's (S3 guide, "Amazon S3 CloudTrail events":
PutBucketLifecycle).
"""

import re

WATCHED = {
    "cloudtrail": {
        "ProtectionChange": "DeleteTrail PutEventSelectors PutInsightSelectors StopLogging UpdateTrail",
    },
    "events": {
        "ProtectionChange": "DeleteRule DisableRule PutRule PutTargets RemoveTargets",
    },
    "firehose": {
        "ProtectionChange": "DeleteDeliveryStream StopDeliveryStreamEncryption UpdateDestination",
    },
    "iam": {
        "KeyMisuse": (
            "CreateAccessKey CreateLoginProfile DeactivateMFADevice DeleteAccessKey DeleteVirtualMFADevice UpdateAccessKey "
            "UpdateLoginProfile"
        ),
        "ProtectionChange": (
            "AddUserToGroup AttachGroupPolicy AttachRolePolicy AttachUserPolicy CreatePolicyVersion DeleteGroup "
            "DeleteGroupPolicy DeletePolicy DeletePolicyVersion DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy "
            "DeleteUser DeleteUserPermissionsBoundary DeleteUserPolicy DetachGroupPolicy DetachRolePolicy DetachUserPolicy "
            "PutGroupPolicy PutRolePermissionsBoundary PutRolePolicy PutUserPermissionsBoundary PutUserPolicy "
            "RemoveUserFromGroup SetDefaultPolicyVersion UpdateAssumeRolePolicy"
        ),
    },
    "kms": {
        "KeyMisuse": (
            "CreateGrant DeleteAlias DisableKey DisableKeyRotation PutKeyPolicy ScheduleKeyDeletion UpdateAlias"
        ),
    },
    "lambda": {
        "ProtectionChange": (
            "AddPermission DeleteFunction DeleteFunctionEventInvokeConfig PutFunctionConcurrency PutFunctionEventInvokeConfig "
            "RemovePermission UpdateFunctionCode UpdateFunctionConfiguration UpdateFunctionEventInvokeConfig"
        ),
    },
    "logs": {
        "ProtectionChange": (
            "DeleteDataProtectionPolicy DeleteLogGroup DeleteLogStream DeleteMetricFilter DeleteResourcePolicy "
            "DeleteRetentionPolicy DeleteSubscriptionFilter PutDataProtectionPolicy PutMetricFilter PutResourcePolicy "
            "PutRetentionPolicy PutSubscriptionFilter"
        ),
    },
    "monitoring": {  # CloudWatch
        "ProtectionChange": (
            "DeleteAlarms DeleteAnomalyDetector DisableAlarmActions PutCompositeAlarm PutMetricAlarm SetAlarmState"
        ),
    },
    "s3": {
        "ProtectionChange": (
            "DeleteBucket DeleteBucketEncryption DeleteBucketLifecycle DeleteBucketPolicy "
            "DeleteBucketPublicAccessBlock DeleteObject DeleteObjects DeletePublicAccessBlock PutBucketAcl "
            "PutBucketEncryption PutBucketLifecycle PutBucketLogging PutBucketObjectLock PutBucketPolicy "
            "PutBucketPublicAccessBlock PutBucketReplication PutBucketVersioning PutObjectLock PutPublicAccessBlock"
        ),
    },
    "scheduler": {
        "ProtectionChange": "DeleteSchedule UpdateSchedule",
    },
    "secretsmanager": {
        "KeyMisuse": (
            "CancelRotateSecret DeleteResourcePolicy DeleteSecret PutResourcePolicy PutSecretValue UpdateSecret "
            "UpdateSecretVersionStage"
        ),
    },
    "ses": {
        "KeyMisuse": "PutEmailIdentityDkimAttributes PutEmailIdentityDkimSigningAttributes SetIdentityDkimEnabled VerifyDomainDkim",
        "ProtectionChange": (
            "CreateConfigurationSetEventDestination CreateEmailIdentityPolicy DeleteConfigurationSet "
            "DeleteConfigurationSetEventDestination DeleteEmailIdentity DeleteEmailIdentityPolicy DeleteIdentity "
            "DeleteIdentityPolicy PutAccountSendingAttributes PutAccountSuppressionAttributes "
            "PutConfigurationSetDeliveryOptions PutConfigurationSetReputationOptions PutConfigurationSetSendingOptions "
            "PutConfigurationSetSuppressionOptions PutEmailIdentityConfigurationSetAttributes "
            "PutEmailIdentityMailFromAttributes PutIdentityPolicy SetIdentityMailFromDomain UpdateAccountSendingEnabled "
            "UpdateConfigurationSetEventDestination UpdateConfigurationSetSendingEnabled UpdateEmailIdentityPolicy"
        ),
    },
    "sns": {
        "ProtectionChange": (
            "AddPermission DeleteTopic RemovePermission SetSubscriptionAttributes SetTopicAttributes Unsubscribe"
        ),
    },
    "sqs": {
        "ProtectionChange": "DeleteQueue SetQueueAttributes",
    },
}
KINDS = {
    (f"{service}.amazonaws.com", name): kind
    for service, kinds in WATCHED.items()
    for kind, names in kinds.items()
    for name in names.split()
}


def watched(source: str, name: str) -> str | None:
    """The kind of event that a successful call is."""
    if source == "lambda.amazonaws.com":
        name = re.sub(r"\d{8}(v\d+)?$", "", name)
    elif source == "s3.amazonaws.com":
        name = name.removesuffix("Configuration")
    return KINDS.get((source, name))
