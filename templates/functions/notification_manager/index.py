"""Writes the mails of a DKIM rotation, English and Japanese in one, and publishes them to the alert topic.

They say what has happened, what to do, how to check it, what happens if nothing is done, and how it is at the moment.
Everything in them is public: this function has no access to a private key.
"""

import functools
import logging
import os
from typing import Any

import boto3
from botocore.config import Config

from notification_manager.for_administrators import (
    by_hand,
    foreign_key,
    held,
    identity_missing,
    put_off,
    put_refused,
    reapplied,
    rescued,
    restored,
    signing_off,
    state_not_counted,
    switched,
    verifying,
)
from notification_manager.for_dns import announce, delete_record, overdue, record_missing, reminder, wrong_record
from notification_manager.parts import as_of

LOG = logging.getLogger("notification_manager")
LONGEST_SUBJECT = 99
FOR_DNS = {"announce", "reminder", "overdue", "wrong-record", "delete-record", "record-missing"}

MESSAGES = {
    "announce": announce,
    "reminder": reminder,
    "overdue": overdue,
    "wrong-record": wrong_record,
    "delete-record": delete_record,
    "record-missing": record_missing,
    "switched": switched,
    "verifying": verifying,
    "held": held,
    "rescued": rescued,
    "restored": restored,
    "by-hand": by_hand,
    "reapplied": reapplied,
    "put-off": put_off,
    "put-refused": put_refused,
    "foreign-key": foreign_key,
    "signing-off": signing_off,
    "identity-missing": identity_missing,
    "state-not-counted": state_not_counted,
}


@functools.cache
def client(service: str) -> Any:
    return boto3.client(service, config=Config(retries={"mode": "standard", "total_max_attempts": 4}))


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    domain = os.environ["DOMAIN_NAME"]
    if event.get("domain", domain) != domain:
        raise ValueError(f"this function writes about {domain} only")
    kind = event.get("kind")
    if kind not in MESSAGES:
        raise ValueError(f"unknown kind of message {kind!r}")
    message = MESSAGES[kind](domain, event)
    audience = "dns-administrators" if kind in FOR_DNS else "administrators"
    answer = client("sns").publish(
        TopicArn=os.environ["ALERT_TOPIC_ARN"],
        Subject=f"[{os.environ['SIGNATURE']}] {message.subject}"[:LONGEST_SUBJECT],
        Message=message.text(as_of(event["now"])),
        MessageAttributes={
            "audience": {"DataType": "String", "StringValue": audience},
            "kind": {"DataType": "String", "StringValue": kind},
        },
    )
    LOG.info("sent", extra={"kind": kind, "message_id": answer["MessageId"]})
    return {"message_id": answer["MessageId"]}
