"""Writes one line for each security event of this environment that CloudTrail records.

CloudWatch Logs calls it with the records that pass the filter on the log group of the trail. A line
is one JSON object: level, event, term (the same in Japanese), region, user, action, time and eventId.
It names no address: whoever may read CloudTrail finds the complete record by its eventId.
"""

import base64
import functools
import gzip
import ipaddress
import json
import logging
import os
import re
import time
from typing import Any

from record_security_events.calls import watched

LOG = logging.getLogger("record_security_events")

# Event: its level, and its term in Japanese with "error" or "warning" before it. DENY was stopped by
# IAM, ERROR was not.
EVENTS = {
    "AccessDenied": ("DENY", "警告 アクセス拒否"),
    "AuthenticationFailure": ("WARNING", "警告 認証失敗"),
    "IPRestrictionViolation": ("DENY", "警告 IP制限違反"),
    "PrivilegeEscalation": ("DENY", "警告 権限昇格"),
    "KeyMisuse": ("ERROR", "エラー 鍵の不正操作"),
    "ProtectionChange": ("ERROR", "エラー 保護設定の変更"),
}
DENIED = re.compile(r"AccessDenied|UnauthorizedOperation|AuthorizationError")
READING = ("Get", "List", "Describe", "Generate", "Simulate", "Decode")
KEY_SERVICES = ("kms.amazonaws.com", "secretsmanager.amazonaws.com")
NAMELESS = ("kms.amazonaws.com", "ses.amazonaws.com")
RIGHTS_SERVICES = ("iam.amazonaws.com", "sts.amazonaws.com")

# Limits of PutLogEvents, with room to spare: 10,000 lines and 1 MB, with 26 bytes for each line.
LINES, BYTES, OVERHEAD = 5_000, 900_000, 26


def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    payload = json.loads(gzip.decompress(base64.b64decode(event["awslogs"]["data"])))
    if payload["messageType"] != "DATA_MESSAGE":
        return {"seen": 0, "recorded": 0}  # CloudWatch Logs tries out whether it may call
    lines = []
    for item in payload["logEvents"]:
        record = json.loads(item["message"])
        kind = classify(record)
        if kind and concerns_us(record, kind):
            lines.append(json.dumps(line(record, kind), ensure_ascii=False))
    for group in os.environ["LOG_GROUPS"].split(","):
        write(group, lines)
    counts = {"seen": len(payload["logEvents"]), "recorded": len(lines)}
    LOG.info("batch", extra=counts)
    return counts


def classify(record: dict[str, Any]) -> str | None:
    """The kind of event, None if it is none. Calls that a service makes for somebody are not his."""
    source, name = record["eventSource"], record["eventName"]
    if name == "ConsoleLogin":
        answer = (record.get("responseElements") or {}).get("ConsoleLogin")
        return "AuthenticationFailure" if answer == "Failure" else None
    if DENIED.search(record.get("errorCode", "")):
        if from_elsewhere(record):
            return "IPRestrictionViolation"
        if source in KEY_SERVICES:
            return "KeyMisuse"
        if source in RIGHTS_SERVICES and not name.startswith(READING):
            return "PrivilegeEscalation"
        return "KeyMisuse" if watched(source, name) == "KeyMisuse" else "AccessDenied"
    if "errorCode" in record or by_service(record) or by_our_role(record):
        return None
    return watched(source, name)


def concerns_us(record: dict[str, Any], kind: str) -> bool:
    """Whether caller or target belong to this environment. What names no environment is told once
    in the account: where ACCOUNT_WIDE is true."""
    project, environment, people = os.environ["PROJECT_CODE"], os.environ["ENVIRONMENT"], os.environ["LONG_NAME"]
    identity = record.get("userIdentity", {})
    user = identity.get("userName", "")
    # The arguments of a call, and who made it; the name of a user who does not exist is hidden.
    told = json.dumps([identity.get("arn"), record.get("requestParameters"), record.get("resources")])
    ours = rf'\b{project}-{environment}\b|/(ses|smtp|{project})/{environment}\b|"userName": "{people}-|\b{environment}-ses-'
    if re.search(ours, told) or user.startswith(f"{people}-"):
        return True
    if os.environ["ACCOUNT_WIDE"] != "true":
        return False
    if kind == "AuthenticationFailure":
        return user == "HIDDEN_DUE_TO_SECURITY_REASONS" or identity.get("type") == "Root"
    # Keys have no names, and what SES keeps for the account (identities, switches) is of no environment.
    nameless = kind in ("KeyMisuse", "ProtectionChange") and record["eventSource"] in NAMELESS
    return nameless and not re.search(rf"\b{project}-[a-z]+-", told)


def from_elsewhere(record: dict[str, Any]) -> bool:
    """Whether a person or a mail server of this environment called from outside its networks."""
    arn = record.get("userIdentity", {}).get("arn", "")
    environment = os.environ["ENVIRONMENT"]
    if f":user/ses/{environment}/" in arn:
        allowed = names("PEOPLE_NETWORKS")
    elif f":user/smtp/{environment}/" in arn:
        allowed = names("MAIL_SERVERS")
    else:
        return False
    try:
        address = ipaddress.ip_address(record.get("sourceIPAddress", ""))
    except ValueError:
        return False  # the name of a service
    return not any(address in ipaddress.ip_network(block) for block in allowed)


def by_service(record: dict[str, Any]) -> bool:
    return "invokedBy" in record.get("userIdentity", {}) or record.get("sourceIPAddress", "").endswith(".amazonaws.com")


def by_our_role(record: dict[str, Any]) -> bool:
    role = f":assumed-role/{os.environ['PROJECT_CODE']}-{os.environ['ENVIRONMENT']}-"
    return role in record.get("userIdentity", {}).get("arn", "")


def line(record: dict[str, Any], kind: str) -> dict[str, str]:
    level, term = EVENTS[kind]
    identity = record.get("userIdentity", {})
    return {
        "level": level,
        "event": kind,
        "term": term,
        "region": record["awsRegion"],
        "user": identity.get("userName") or identity.get("arn", "").rpartition(":")[2] or identity.get("type", "?"),
        "action": f"{record['eventSource'].partition('.')[0]}:{record['eventName']}",
        "time": record["eventTime"],
        "eventId": record["eventID"],
    }


def write(group: str, lines: list[str]) -> None:
    # Under the time of writing: CloudTrail is minutes late, and alarms look at the latest minutes.
    now = int(time.time() * 1000)
    while lines:
        count, size = 0, 0
        for text in lines[:LINES]:
            size += len(text.encode()) + OVERHEAD
            if size > BYTES:
                break
            count += 1
        events = [{"timestamp": now, "message": text} for text in lines[:count]]
        logs().put_log_events(logGroupName=group, logStreamName="SecurityLogStream", logEvents=events)
        lines = lines[count:]


def names(variable: str) -> list[str]:
    return [item for item in os.environ[variable].split(",") if item]


@functools.cache
def logs() -> Any:
    import boto3

    return boto3.client("logs")
