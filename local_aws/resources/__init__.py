"""Importing this package makes the resource types known."""

from . import (
    awslambda, cloudtrail, cloudwatch, events, firehose, iam, kms, logs, s3, scheduler, secretsmanager, ses, sns, sqs,
)  # fmt: skip

__all__ = [
    "awslambda", "cloudtrail", "cloudwatch", "events", "firehose", "iam", "kms", "logs", "s3", "scheduler",
    "secretsmanager", "ses", "sns", "sqs",
]  # fmt: skip
