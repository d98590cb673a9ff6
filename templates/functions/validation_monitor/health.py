"""What is healthy: DKIM, the MAIL FROM domain, DMARC."""

import os
import re
from typing import Any

from validation_monitor.zone import Zone, zone_or_none


def dkim_checks(state: dict[str, Any], findings: dict[str, Any]) -> dict[str, Any]:
    """One check for each server that answers, one for whether enough of them do, and one for SES."""
    ses, active, record = findings["ses"], state["active"], findings["active"]
    signs = ses["status"] == "SUCCESS" and ses["signing_enabled"]
    following = state["next"]
    if following and following["public_key"] and ses["origin"] == "EXTERNAL" and ses["selector"] == following["selector"]:
        record = findings["next"]  # signs as soon as SES says so
    elif active:
        signs = signs and ses["origin"] == "EXTERNAL" and ses["selector"] == active["selector"]
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
