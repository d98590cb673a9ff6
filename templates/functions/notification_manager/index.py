"""Writes the mails of a DKIM rotation, Japanese and English in one, and publishes them to the alert topic.

They say what to do by when, how to check it, and what happens if nothing is done. Everything in them is public: this function
has no access to a private key.
"""

import functools
import logging
import os
from typing import Any

import boto3
from botocore.config import Config

from notification_manager.for_administrators import (
    foreign_key,
    identity_missing,
    reapplied,
    state_not_counted,
    switch_failed,
    switched,
)
from notification_manager.for_dns import (
    announce,
    delete_record,
    overdue,
    record_missing,
    reminder,
    restored,
    wrong_record,
)

LOG = logging.getLogger("notification_manager")
LONGEST_SUBJECT = 99
FOR_DNS = {"announce", "reminder", "overdue", "wrong-record", "delete-record", "record-missing", "restored"}

MESSAGES = {
    "announce": announce,
    "reminder": reminder,
    "overdue": overdue,
    "wrong-record": wrong_record,
    "switched": switched,
    "switch-failed": switch_failed,
    "delete-record": delete_record,
    "restored": restored,
    "reapplied": reapplied,
    "record-missing": record_missing,
    "foreign-key": foreign_key,
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
        Message=message.text(),
        MessageAttributes={
            "audience": {"DataType": "String", "StringValue": audience},
            "kind": {"DataType": "String", "StringValue": kind},
        },
    )
    LOG.info("sent", extra={"kind": kind, "message_id": answer["MessageId"]})
    return {"message_id": answer["MessageId"]}
