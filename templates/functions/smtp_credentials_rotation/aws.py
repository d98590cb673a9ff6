"""What AWS has: the secret, its pairs and the access keys of the SMTP user."""

import functools
import json
import logging
import os
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

LOG = logging.getLogger("smtp_credentials_rotation")
LOG.setLevel(logging.INFO)

Pair = dict[str, Any]


def pair_of(**version: str) -> Pair | None:
    """The pair of a version, by default the current one; None if it has none yet."""
    try:
        value = secrets().get_secret_value(SecretId=secret_arn(), **version)
    except secrets().exceptions.ResourceNotFoundException:
        return None
    pair = json.loads(value["SecretString"])
    return pair if pair.get("username") and pair.get("password") else None


def list_keys() -> dict[str, Any]:
    found = iam().list_access_keys(UserName=user_name())["AccessKeyMetadata"]
    return {key["AccessKeyId"]: key for key in found}


def iam_time() -> datetime:
    """What IAM's own clock says: access keys bear its time."""
    answer = iam().list_access_keys(UserName=user_name())
    return parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])


def describe() -> Any:
    return secrets().describe_secret(SecretId=secret_arn())


@functools.cache
def client(service: str, attempts: int = 4) -> Any:
    import boto3
    from botocore.config import Config

    retries = {"mode": "standard", "total_max_attempts": attempts}
    return boto3.client(service, config=Config(connect_timeout=5, read_timeout=15, retries=retries))


def iam(attempts: int = 4) -> Any:
    return client("iam", attempts)


def secrets() -> Any:
    return client("secretsmanager")


def secret_arn() -> str:
    return os.environ["SECRET_ARN"]


def user_name() -> str:
    return os.environ["USER_NAME"]


def short(id: str) -> str:
    return f"...{id[-4:]}"
