"""Who sends: how many mails came from outside the allowed addresses, never from where."""

import ipaddress
import json
import os
import time
from typing import Any

ALLOWED = [cidr for cidr in os.environ.get("ALLOWED_SOURCE_IPS", "").split(",") if cidr]


def source_addresses(event: dict[str, Any]) -> list[Any]:
    try:
        return [*event["mail"]["tags"]["ses:source-ip"]] if event["eventType"] == "Send" else []
    except (KeyError, TypeError):
        return []


def is_listed(address: Any) -> bool:
    try:
        host = ipaddress.ip_address(address)
        return any(host in ipaddress.ip_network(cidr) for cidr in ALLOWED)
    except ValueError:
        return False


def count_sources(sources: list[Any]) -> None:
    """Publishes how many mails came from outside ALLOWED_SOURCE_IPS (if any), never from where.

    CloudWatch makes a metric without dimensions of the line: it is in the embedded metric format.
    """
    if not ALLOWED or not sources:
        return
    listed = sum(map(is_listed, sources))
    metric = {
        "Namespace": os.environ["METRIC_NAMESPACE"],
        "Dimensions": [[]],
        "Metrics": [{"Name": "SendsFromUnlistedAddress", "Unit": "Count"}],
    }
    line = {
        "_aws": {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [metric]},
        "SendsFromUnlistedAddress": len(sources) - listed,
        "SendsFromListedAddress": listed,
    }
    print(json.dumps(line), flush=True)
