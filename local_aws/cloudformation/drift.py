"""Drift: is each resource still what its stack made of it?"""

import json
import uuid
from datetime import datetime, timezone
from typing import Any

from .errors import ValidationError
from .provider import Provider
from .region import Region
from .stack import Resource, Stack

def detect(region: Region, stack: Stack, only: list[str] | None) -> str:
    """Looks at every resource whose type can tell; the others stay NOT_CHECKED, as on AWS."""
    provider = Provider(region, stack)
    now = datetime.now(timezone.utc)
    for resource in stack.resources.values():
        if only is None or resource.logical_id in only:
            resource.drift = _compare(provider, stack, resource, now)
    states = [(r.drift or {}).get("StackResourceDriftStatus") for r in stack.resources.values()]
    drifted = any(state in ("MODIFIED", "DELETED") for state in states)
    stack.drift = {
        "StackDriftStatus": "DRIFTED" if drifted else "IN_SYNC",
        "LastCheckTimestamp": now,
    }
    detection = str(uuid.uuid4())
    stack.detections[detection] = now
    return detection


def status(region: Region, detection: str) -> dict[str, Any]:
    stack = next((s for s in list(region.stacks.values()) if detection in s.detections), None)
    if stack is None:
        raise ValidationError(f"No drift detection found for id [{detection}]")
    drifted = [
        r for r in stack.resources.values()
        if r.drift and r.drift["StackResourceDriftStatus"] in ("MODIFIED", "DELETED")
    ]  # fmt: skip
    return {
        "StackId": stack.stack_id,
        "StackDriftDetectionId": detection,
        "StackDriftStatus": stack.drift["StackDriftStatus"],
        "DetectionStatus": "DETECTION_COMPLETE",
        "DriftedStackResourceCount": len(drifted),
        "Timestamp": stack.detections[detection],
    }


def _compare(provider: Provider, stack: Stack, resource: Resource, now: datetime) -> dict[str, Any] | None:
    try:
        current = provider.current(resource)
    except NotImplementedError:
        return None
    differences = []
    expected = resource.properties
    for key in sorted(current or {}):
        if current[key] != expected.get(key):
            kind = "ADD" if key not in expected else "REMOVE" if current[key] is None else "NOT_EQUAL"
            differences.append(
                {
                    "PropertyPath": f"/{key}",
                    "ExpectedValue": json.dumps(expected.get(key)),
                    "ActualValue": json.dumps(current[key]),
                    "DifferenceType": kind,
                }
            )
    state = "DELETED" if current is None else "MODIFIED" if differences else "IN_SYNC"
    return {
        "StackId": stack.stack_id,
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.type,
        "ExpectedProperties": json.dumps(expected),
        "ActualProperties": json.dumps({**expected, **current}) if current is not None else None,
        "PropertyDifferences": differences,
        "StackResourceDriftStatus": state,
        "Timestamp": now,
    }
