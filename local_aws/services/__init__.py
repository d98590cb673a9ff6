"""API operations that moto lacks or answers differently from AWS, over moto's own state."""

from . import (
    awslambda,
    cloudtrail,
    cloudwatch,
    events,
    firehose,
    iam,
    iam_checks,
    kms,
    logs,
    requests,
    s3,
    scheduler,
    secretsmanager,
    sesv2,
    sns,
    ssm,
)


def install() -> None:
    """Importing the modules above has put their operations in place."""
