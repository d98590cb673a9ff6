"""Importing this package makes the resource types known."""

from . import awslambda, cloudtrail, cloudwatch, events, firehose, iam, logs, s3, ses, sns

__all__ = ["awslambda", "cloudtrail", "cloudwatch", "events", "firehose", "iam", "logs", "s3", "ses", "sns"]
