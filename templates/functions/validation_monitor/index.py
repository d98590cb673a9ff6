"""Looks whether the mail of a domain verifies: the DKIM records on the authoritative DNS servers, what SES signs with, the
MAIL FROM domain and DMARC. Publishes metrics and answers with what it saw; changes nothing.
"""

import os
from typing import Any

from dkim_shared.plan import new_state
from dkim_shared.state import StateStore
from validation_monitor.aws import LOG, client, now
from validation_monitor.health import dkim_checks, dmarc_policy, mail_from_checks
from validation_monitor.identity import identity
from validation_monitor.metrics import publish
from validation_monitor.records import easy_dkim_stands, look_up
from validation_monitor.zone import zone_or_none


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
    before = state["before"] or {}
    tokens = before.get("tokens") if before.get("status") == "SUCCESS" and not state["active"] else None
    findings["easy_dkim"] = easy_dkim_stands(zone, domain, tokens) if tokens else None
    findings["dkim"] = dkim_checks(state, findings)
    findings["mail_from"] = mail_from_checks(ses)
    findings["dmarc"] = dmarc_policy(domain)
    return findings
