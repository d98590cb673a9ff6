"""What the files share: the log, the clock and the clients."""

import functools
import logging
from datetime import datetime, timezone
from typing import Any

import boto3
from botocore.config import Config

LOG = logging.getLogger("dkim_rotation_orchestrator")


def now() -> datetime:
    return datetime.now(timezone.utc)


@functools.cache
def client(service: str) -> Any:
    # Longer than any of the functions may run; the call must not be repeated meanwhile.
    patient = Config(read_timeout=240, tcp_keepalive=True, retries={"total_max_attempts": 1})
    return boto3.client(service, config=patient if service == "lambda" else Config(retries={"total_max_attempts": 3}))
