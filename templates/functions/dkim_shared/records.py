"""Selectors, and the TXT records of their keys."""

import re
from datetime import datetime

from dkim_shared.time import TOKYO

EASY_DKIM = "easy-dkim"  # stands for SES's own key where a selector is expected


def selector_of(now: datetime, sequence: int) -> str:
    return f"ses-{now.astimezone(TOKYO):%Y%m%d}-{sequence}"


def sequence_of(selector: str) -> int:
    """The number in a selector of ours; 0 for one that is not."""
    match = re.fullmatch(r"ses-\d{8}-(\d+)", selector)
    return int(match[1]) if match else 0


def record_name(selector: str, domain: str) -> str:
    return f"{selector}._domainkey.{domain}"


def record_value(public_key: str) -> str:
    return f"p={public_key}"
