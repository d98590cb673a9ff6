"""Importing this package makes the resource types known."""

from . import awslambda, cloudwatch, events, firehose, iam, kms, logs, s3, scheduler, secretsmanager, ses, sns, sqs

__all__ = [
    "awslambda", "cloudwatch", "events", "firehose", "iam", "kms", "logs", "s3", "scheduler", "secretsmanager", "ses",
    "sns", "sqs",
]  # fmt: skip
