"""A state as earlier versions of the functions wrote it."""

from typing import Any

OLD_PUTS = {"switch": "switch", "restore": "restore", "reapply": "again"}


def from_schema_1(document: dict[str, Any]) -> dict[str, Any]:
    """Schema 2 says what SES has and since when, which puts there were, and whether the rotation holds for a person."""
    found = document | {"schema": 2, "ses": None, "other": None, "unsigned": None, "puts": [], "hold": None, "discard": []}
    for name in ("active", "next"):
        if found.get(name):
            found[name] = without(found[name], "secret", "due_first")
    following = found.get("next")
    if following and following.pop("leaked", False):
        following["urgent"] = True
        if found["active"]:
            found["active"]["leaked"] = True
    previous = [without(key, "secret") for key in found.get("previous", [])]
    found["previous"] = [key for key in previous if key.get("activated")]
    found["discard"] = [key["selector"] for key in previous if not key.get("activated")]
    found["effect"] = put_of(found.get("effect"))
    if found["effect"]:
        put = found["effect"]
        found["puts"] = [{"selector": put["selector"], "at": put["started"], "why": put["why"]}]
    # What a message says is found again when it is sent.
    found["outbox"] = [{"id": message["id"], "at": message["at"]} for message in found.get("outbox", [])]
    found["answered"] = dict(list(found.get("answered", {}).items())[-4:])
    return found


def put_of(effect: dict[str, Any] | None) -> dict[str, Any] | None:
    """Making and deleting keys can be begun again; whether SES got a key has to be looked at."""
    if not effect or effect["kind"] not in OLD_PUTS:
        return None
    return {"kind": "put", "selector": effect["selector"], "why": OLD_PUTS[effect["kind"]], "started": effect["started"]}


def without(key: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in key.items() if name not in names}
