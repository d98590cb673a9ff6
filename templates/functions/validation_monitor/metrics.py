"""The metrics of a check."""

import os
from typing import Any

from dkim_shared.plan import PHASES, days_overdue, days_stuck, due_time
from dkim_shared.time import days
from validation_monitor.aws import client, now


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
