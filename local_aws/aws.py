"""Clients of the emulated services, as CloudFormation uses them: through the public API."""

import threading
from typing import Any

import boto3
from botocore.config import Config

ACCOUNT_ID = "123456789012"
REGION = "ap-northeast-1"

_lock = threading.Lock()  # making a boto3 client is not thread-safe
_clients: dict[tuple[str, str, str], Any] = {}


class Aws:
    """One region of the server that runs at `endpoint`."""

    endpoint = ""  # set once by the server when it knows its port

    account_id = ACCOUNT_ID

    def __init__(self, region: str):
        self.region = region

    def client(self, service: str) -> Any:
        key = (self.endpoint, service, self.region)
        with _lock:
            if key not in _clients:
                _clients[key] = boto3.client(
                    service,
                    region_name=self.region,
                    endpoint_url=self.endpoint,
                    aws_access_key_id="cloudformation",
                    aws_secret_access_key="cloudformation",
                    config=Config(
                        retries={"total_max_attempts": 1},
                        proxies={},  # loopback, whatever the environment says
                        s3={"addressing_style": "path"},
                    ),
                )
            return _clients[key]

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"
