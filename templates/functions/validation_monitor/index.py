"""Looks whether the mail of a domain verifies: the DKIM records on the authoritative DNS servers, what SES signs with, the
MAIL FROM domain and DMARC. Publishes metrics and answers with what it saw; changes nothing.
"""

import functools
import logging
import os
import re
from datetime import datetime, timezone
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from dkim_shared.rules import PHASES, days, days_overdue, days_stuck, due_time, new_state, record_name, record_value
from dkim_shared.state import StateStore
from validation_monitor.dns_client import DnsError, Zone, zone_of

LOG = logging.getLogger("validation_monitor")


def now() -> datetime:
    return datetime.now(timezone.utc)


@functools.cache
def client(service: str) -> Any:
    return boto3.client(service, config=Config(retries={"mode": "standard", "total_max_attempts": 4}))


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """People may call this too, so nothing that a caller says gets into the metrics."""
    domain = os.environ["DOMAIN_NAME"]
    if event.get("domain", domain) != domain:
        raise ValueError(f"this function looks after {domain} only")
    stored = StateStore(client("ssm"), os.environ["STATE_PARAMETER"]).read()
    state = new_state(domain, now()) | (stored or {})
    findings = look(domain, state)
    publish(domain, state, findings)
    LOG.info("checked", extra={"findings": findings})
    return findings


def look(domain: str, state: dict[str, Any]) -> dict[str, Any]:
    ses = identity(domain)
    zone = zone_or_none(f"_domainkey.{domain}")

    def record(key: dict[str, Any] | None) -> dict[str, Any] | None:
        return look_up(zone, domain, key) if key and key.get("public_key") else None

    findings: dict[str, Any] = {
        "ses": ses,
        "active": record(state["active"]),
        "next": record(state["next"]),
        "previous": [record(key) for key in state["previous"]],
    }
    findings["dkim"] = dkim_checks(state, findings)
    findings["mail_from"] = mail_from_checks(ses)
    findings["dmarc"] = dmarc_policy(domain)
    return findings


def identity(domain: str) -> dict[str, Any]:
    """What SES has of the domain."""
    try:
        found = client("sesv2").get_email_identity(EmailIdentity=domain)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise
        return {"exists": False, "origin": None, "selector": None, "status": "NOT_FOUND", "signing_enabled": False}
    dkim, mail_from = found.get("DkimAttributes", {}), found.get("MailFromAttributes", {})
    external = dkim.get("SigningAttributesOrigin") == "EXTERNAL"
    return {
        "exists": True,
        "origin": dkim.get("SigningAttributesOrigin", "AWS_SES"),
        "selector": (dkim.get("Tokens") or [None])[0] if external else None,
        "status": dkim.get("Status", "NOT_STARTED"),
        "signing_enabled": dkim.get("SigningEnabled", False),
        "error": found.get("VerificationInfo", {}).get("ErrorType"),
        "mail_from": mail_from.get("MailFromDomain"),
        "mail_from_status": mail_from.get("MailFromDomainStatus"),
    }


# DKIM records


def zone_or_none(name: str) -> Zone | None:
    try:
        return zone_of(name)
    except DnsError as error:
        LOG.warning("no zone", extra={"zone_of": name, "problem": str(error)})
        return None


def look_up(zone: Zone | None, domain: str, key: dict[str, Any]) -> dict[str, Any]:
    """The record of a key. It is published if more than half of the servers answer, and all of these have exactly its value
    as their only TXT record."""
    name, wanted = record_name(key["selector"], domain), record_value(key["public_key"])
    answers = zone.ask(name, "TXT") if zone else {}
    servers = len(zone.servers) if zone else 0
    values = {server: response.values(name, "TXT") for server, response in answers.items()}
    right = [server for server, found in values.items() if found == [wanted]]
    others = sorted({text for found in values.values() for text in found if found != [wanted]})
    if len(values) * 2 <= servers or not values:
        state = "unknown"
    elif len(right) == len(values):
        state = "published"
    elif others:
        state = "different"
    else:
        state = "absent"
    aliases = any(response.values(name, "CNAME") for response in answers.values())
    return {
        "selector": key["selector"],
        "state": state,
        "servers": servers,
        "servers_answered": len(values),
        "servers_with_value": len(right),
        "negative_ttl": zone.negative_ttl if zone else 0,
        "hint": hint(wanted, others, aliases) if state in ("different", "absent") else None,
    }


def hint(wanted: str, found: list[str], aliases: bool) -> str | None:
    """The usual mistakes with long TXT values, by name."""
    if aliases:
        return "cname"
    for text in found:
        bare = re.sub(r'[\s"\\]', "", text)
        if text == wanted:
            return "more-than-one-record"
        if bare == wanted:
            return "quotes-or-spaces"
        if re.sub(r"^(v=DKIM1;)?(k=rsa;)?", "", bare) == wanted:
            return "other-tags"
        if text and wanted.startswith(text):
            return "cut-off"
        if bare and wanted.endswith(bare):
            return "first-part-missing"
    return "another-value" if found else None


# What is healthy


def dkim_checks(state: dict[str, Any], findings: dict[str, Any]) -> dict[str, Any]:
    """One check for each server that answers, one for whether enough of them do, and one for SES."""
    ses, active, record = findings["ses"], state["active"], findings["active"]
    signs = ses["status"] == "SUCCESS" and ses["signing_enabled"]
    following = state["next"]
    if active:
        signs = signs and ses["origin"] == "EXTERNAL" and ses["selector"] == active["selector"]
    elif following and ses["selector"] == following["selector"]:
        record = findings["next"]  # the first key signs as soon as SES says so
    total, failed = 1, 0 if signs else 1
    if record:
        # Where few servers answer, few receivers can verify a signature.
        total += record["servers_answered"] + 1
        failed += record["servers_answered"] - record["servers_with_value"] + (record["state"] == "unknown")
    return {"healthy": failed == 0, "failure_rate": round(100 * failed / total, 3)}


def mail_from_checks(ses: dict[str, Any]) -> dict[str, Any]:
    """SES says so, one MX record for its feedback host, one SPF record that includes SES (SES developer guide, custom MAIL
    FROM domain)."""
    name = ses.get("mail_from")
    if not name:
        return {"healthy": False, "failure_rate": 100.0, "mx": None, "spf": None}
    zone = zone_or_none(name)
    host = f"feedback-smtp.{os.environ['AWS_REGION']}.amazonses.com"
    mx = all_have(zone, name, "MX", lambda found: found == [(10, host)])
    spf = all_have(zone, name, "TXT", is_spf)
    checks = [ses["mail_from_status"] == "SUCCESS", mx, spf]
    return {
        "healthy": all(checks),
        "failure_rate": round(100 * checks.count(False) / len(checks), 3),
        "mx": mx,
        "spf": spf,
    }


def all_have(zone: Zone | None, name: str, kind: str, right: Any) -> bool:
    answers = zone.ask(name, kind) if zone else {}
    return bool(answers) and all(right(response.values(name, kind)) for response in answers.values())


def is_spf(found: list[str]) -> bool:
    policies = [text.split() for text in found if text.lower().split()[:1] == ["v=spf1"]]
    return len(policies) == 1 and "include:amazonses.com" in policies[0]


def dmarc_policy(domain: str) -> str | None:
    """The policy that receivers are asked to apply; None without a record."""
    zone = zone_or_none(f"_dmarc.{domain}")
    policies = set()
    for response in (zone.ask(f"_dmarc.{domain}", "TXT") if zone else {}).values():
        texts = [text for text in response.values(f"_dmarc.{domain}", "TXT") if text.startswith("v=DMARC1")]
        found = re.search(r";\s*p\s*=\s*(none|quarantine|reject)\b", texts[0]) if len(texts) == 1 else None
        policies.add(found[1] if found else None)
    return policies.pop() if len(policies) == 1 else None


# Metrics


def publish(domain: str, state: dict[str, Any], findings: dict[str, Any]) -> None:
    moment = now()
    due = due_time(state)
    values = {
        "DkimHealthy": float(findings["dkim"]["healthy"]),
        "DkimFailureRate": findings["dkim"]["failure_rate"],
        "MailFromHealthy": float(findings["mail_from"]["healthy"]),
        "SpfFailureRate": findings["mail_from"]["failure_rate"],
        "DmarcHealthy": float(findings["dmarc"] is not None),
        "Phase": float(PHASES.index(state["phase"])),
        "DaysUntilRotation": days(due - moment) if due else 0.0,
        "DaysOverdue": days_overdue(state, moment),
        "DaysStuck": days_stuck(state, findings, moment),
    }
    units = {"DkimFailureRate": "Percent", "SpfFailureRate": "Percent"}
    client("cloudwatch").put_metric_data(
        Namespace=os.environ["METRIC_NAMESPACE"],
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": "Domain", "Value": domain}],
                "Timestamp": moment,
                "Value": value,
                "Unit": units.get(name, "None"),
            }
            for name, value in values.items()
        ],
    )
