"""The metrics of a check."""

import os
from datetime import datetime
from typing import Any

from dkim_shared.decision import Facts, decide
from dkim_shared.plan import PHASES, days_overdue, days_stuck, due_time
from dkim_shared.rules import rules
from dkim_shared.time import days, to_time
from validation_monitor.aws import client, now


def minutes_unsigned(state: dict[str, Any], findings: dict[str, Any], moment: datetime) -> float:
    """For how long SES has been seen not to sign, if it does not now."""
    ses = findings["ses"]
    if not state["unsigned"] or (ses["status"] == "SUCCESS" and ses["signing_enabled"]):
        return 0.0
    return round((moment - to_time(state["unsigned"])).total_seconds() / 60, 1)


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
        "DkimUnsignedMinutes": minutes_unsigned(state, findings, moment),
        "WaitsForPerson": float(decide(Facts(state, findings, moment, rules())).needs_person),
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
