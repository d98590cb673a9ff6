"""What the files share: the log, the clock and the clients."""

import functools
import logging
from datetime import datetime, timezone
from typing import Any

import boto3
from botocore.config import Config

LOG = logging.getLogger("validation_monitor")


def now() -> datetime:
    return datetime.now(timezone.utc)


@functools.cache
def client(service: str) -> Any:
    return boto3.client(service, config=Config(retries={"mode": "standard", "total_max_attempts": 4}))
