"""Clients for whoever asks a running local AWS from outside, as tests do."""

import json
import urllib.request
from typing import Any

import boto3
from botocore.config import Config

from .aws import REGION


class Clients:
    """boto3 clients by name: `clients.sns`, `clients.awslambda`."""

    def __init__(self, endpoint: str):
        self.endpoint = endpoint
        self._session = boto3.Session()  # of its own: the one that boto3 shares is not for several threads

    def __getattr__(self, name: str) -> Any:
        client = self._session.client(
            {"awslambda": "lambda"}.get(name, name),
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}, proxies={}),
        )
        setattr(self, name, client)
        return client

    def set_ses_account(self, **members: Any) -> None:
        """What only AWS changes of an account, by its names in GetAccount: `EnforcementStatus="SHUTDOWN"`.

        `SendQuota` takes the figures that shall be others.
        """
        body = json.dumps({"Region": REGION, **members}).encode()
        url = f"{self.endpoint}/moto-api/local-aws/ses-account"
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="PUT")
        with urllib.request.urlopen(request):
            pass
