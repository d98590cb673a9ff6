"""How it is now, as far as it was seen, and when: what mails and `status` say (docs/dkim-rotation.md, "Situation")."""

from typing import Any

from dkim_shared.decision import Facts, decide
from dkim_shared.records import EASY_DKIM
from dkim_shared.time import to_text


def situation(facts: Facts) -> dict[str, Any]:
    """Nothing in it is more than what DNS and SES said at `at`."""
    ses, known, decision = facts.ses, facts.state["ses"] or {}, decide(facts)
    holds = None if not ses["exists"] else EASY_DKIM if facts.is_easy else ses["selector"]
    record = facts.records.get(holds or "")
    # Whose key it is decides what is known of its record: of another's, only what SES says.
    verifiable = facts.signed and (record is None or record["state"] == "published")
    carried_by = "dkim" if verifiable else "spf" if facts.findings["mail_from"]["healthy"] else None
    return {
        "at": to_text(facts.now),
        "holds": holds,
        "ours": facts.held is not None,
        "status": ses["status"],
        "status_since": known.get("status_since") if known.get("status") == ses["status"] else None,
        "signing_enabled": ses["signing_enabled"],
        "record": {name: record[name] for name in ("state", "servers_answered", "servers_with_value")} if record else None,
        "signed": facts.signed,
        "unsigned_since": None if facts.signed else facts.state["unsigned"],
        "carried_by": carried_by,
        "waits_for": decision.put or decision.waits_for,
        "until": decision.until,
        "needs_person": decision.needs_person,
    }
