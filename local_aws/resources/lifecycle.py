"""Lifecycle rules of buckets: from the template's form to that of the API, with S3's own checks."""

from typing import Any

from ..cloudformation.resource_type import Refused

KEYS = {
    "AbortIncompleteMultipartUpload", "ExpirationDate", "ExpirationInDays", "ExpiredObjectDeleteMarker", "Id",
    "NoncurrentVersionExpiration", "NoncurrentVersionTransitions", "ObjectSizeGreaterThan",
    "ObjectSizeLessThan", "Prefix", "Status", "TagFilters", "Transitions",
}  # fmt: skip
DAYS_IN_STANDARD = 30  # before an object may move to one of the infrequent access classes
INFREQUENT = ("STANDARD_IA", "ONEZONE_IA")


def rules(declared: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [_rule(rule, number) for number, rule in enumerate(declared, 1)]


def _rule(rule: dict[str, Any], number: int) -> dict[str, Any]:
    if unknown := set(rule) - KEYS:
        raise Refused(f"Local AWS does not implement {', '.join(sorted(unknown))} of a lifecycle rule")
    _check(rule)
    made: dict[str, Any] = {"ID": rule.get("Id", f"rule-{number}"), "Status": rule["Status"], "Filter": _filter(rule)}
    expiration = {
        "Days": rule.get("ExpirationInDays"),
        "Date": rule.get("ExpirationDate"),
        "ExpiredObjectDeleteMarker": rule.get("ExpiredObjectDeleteMarker"),
    }
    if given := {key: value for key, value in expiration.items() if value is not None}:
        made["Expiration"] = given
    if "Transitions" in rule:
        made["Transitions"] = [_transition(t, "Days", "TransitionInDays") for t in rule["Transitions"]]
    if "NoncurrentVersionTransitions" in rule:
        made["NoncurrentVersionTransitions"] = [
            _transition(t, "NoncurrentDays", "TransitionInDays") for t in rule["NoncurrentVersionTransitions"]
        ]
    if old := rule.get("NoncurrentVersionExpiration"):
        names = {"NoncurrentDays": "NoncurrentDays", "NewerNoncurrentVersions": "NewerNoncurrentVersions"}
        made["NoncurrentVersionExpiration"] = {names[key]: value for key, value in old.items()}
    if abort := rule.get("AbortIncompleteMultipartUpload"):
        made["AbortIncompleteMultipartUpload"] = abort
    return made


def _transition(transition: dict[str, Any], days: str, declared_days: str) -> dict[str, Any]:
    made = {"StorageClass": transition["StorageClass"]}
    if declared_days in transition:
        made[days] = transition[declared_days]
    if "TransitionDate" in transition:
        made["Date"] = transition["TransitionDate"]
    return made


def _filter(rule: dict[str, Any]) -> dict[str, Any]:
    """One condition stands alone, several stand below And."""
    parts: dict[str, Any] = {}
    if "Prefix" in rule:
        parts["Prefix"] = rule["Prefix"]
    for key in ("ObjectSizeGreaterThan", "ObjectSizeLessThan"):
        if key in rule:
            parts[key] = int(rule[key])
    tags = rule.get("TagFilters", [])
    if not tags and len(parts) <= 1:
        return parts or {"Prefix": ""}
    if not parts and len(tags) == 1:
        return {"Tag": tags[0]}
    return {"And": {**parts, **({"Tags": tags} if tags else {})}}


def _check(rule: dict[str, Any]) -> None:
    """Day counts that S3 refuses and no schema knows of."""
    transitions = [t for t in rule.get("Transitions", []) if "TransitionInDays" in t]
    moves = [(t["TransitionInDays"], t["StorageClass"]) for t in transitions]
    infrequent = [days for days, storage_class in moves if storage_class in INFREQUENT]
    for days in infrequent:
        if days < DAYS_IN_STANDARD:
            raise Refused(
                f"'Days' in Transition action must be greater than or equal to {DAYS_IN_STANDARD} "
                f"for storageClass 'STANDARD_IA'"
            )
        for later, storage_class in moves:
            if storage_class not in INFREQUENT and days <= later < days + DAYS_IN_STANDARD:
                raise Refused(
                    f"'Days' in the Transition action for StorageClass '{storage_class}' must be {DAYS_IN_STANDARD} "
                    "days more than 'filter' in the Transition action for StorageClass 'STANDARD_IA'"
                )
    expiry = rule.get("ExpirationInDays")
    if expiry is not None and any(days >= expiry for days, _ in moves):
        raise Refused("'Days' in the Expiration action must be greater than 'Days' in the Transition action")
