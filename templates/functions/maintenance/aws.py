"""What several checks ask AWS, and the function's environment variables."""

import functools
import json
import os
from collections.abc import Iterator
from typing import Any


def names(variable: str) -> list[str]:
    return [item for item in os.environ[variable].split(",") if item]


def wanted_groups() -> dict[str, list[str]]:
    """The groups of people, and the ARNs of the policies that each has."""
    return json.loads(os.environ["GROUPS"])


def people() -> list[dict[str, Any]]:
    return all_of("iam", "list_users", "Users", PathPrefix=os.environ["USER_PATH"])


def login_profile(name: str) -> dict[str, Any] | None:
    try:
        return client("iam").get_login_profile(UserName=name)["LoginProfile"]
    except client("iam").exceptions.NoSuchEntityException:
        return None


def active_keys(name: str) -> list[dict[str, Any]]:
    keys = all_of("iam", "list_access_keys", "AccessKeyMetadata", UserName=name)
    return [key for key in keys if key["Status"] == "Active"]


def attached_to_user(name: str) -> list[dict[str, Any]]:
    return all_of("iam", "list_attached_user_policies", "AttachedPolicies", UserName=name)


def policy_version(arn: str) -> dict[str, Any] | None:
    """The version of a managed policy that is in force; None without the policy."""
    try:
        version = client("iam").get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        return client("iam").get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]
    except client("iam").exceptions.NoSuchEntityException:
        return None


def listed_of(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def pages(service: str, operation: str, key: str, **parameters: Any) -> Iterator[Any]:
    """The complete list, page by page."""
    for page in client(service).get_paginator(operation).paginate(**parameters):
        yield from page[key]


def all_of(service: str, operation: str, key: str, **parameters: Any) -> list[Any]:
    return list(pages(service, operation, key, **parameters))


@functools.cache
def client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    retries = {"mode": "standard", "total_max_attempts": 4}
    return boto3.client(service, config=Config(connect_timeout=5, read_timeout=30, retries=retries))
