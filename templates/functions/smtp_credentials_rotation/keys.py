"""Which access keys may go."""

from datetime import datetime, timedelta
from typing import Any

from smtp_credentials_rotation.aws import LOG, Pair, iam, pair_of, short, user_name
from smtp_credentials_rotation.state import State, change_state
from smtp_credentials_rotation.time import moment, now

QUIET_DAYS = 7  # without a login, before an old key is turned off
GRACE_DAYS = 30  # after which it is turned off although nobody uses the new one either
# IAM knows of a login within hours, to a quarter of an hour. Earlier ones may be our own test.
TEST_MARGIN = timedelta(hours=1)


def delete_leftovers(state: State, keys: dict[str, Any]) -> None:
    """Keys that the rotation made and nobody was ever told of."""
    staged = [pair_of(VersionStage=stage) for stage in ("AWSCURRENT", "AWSPENDING", "AWSPREVIOUS")]
    kept = {pair["username"] for pair in staged if pair}
    for id in sorted(set(keys) - kept):
        known, attempt = state["keys"].get(id), state["attempt"]
        if known:
            left = "current_since" not in known
        else:
            left = bool(attempt) and id not in attempt["before"] and is_asked_for(attempt, keys[id]["CreateDate"])
        if left and last_login(id, state) is None:
            delete_key(id, state, keys)


def is_asked_for(attempt: dict[str, Any], made: datetime) -> bool:
    """Whether a key was made when the rotation had asked for one and got no answer. The call waits no longer than 20 seconds;
    IAM gives whole seconds. A key that a person makes at another time is not ours to delete."""
    return any(timedelta(seconds=-5) <= made - moment(asked) <= timedelta(minutes=1) for asked in attempt["asked"])


def make_room(state: State, keys: dict[str, Any]) -> None:
    current = pair_of()
    reasons = []
    for id in sorted(keys, key=lambda id: (keys[id]["Status"] == "Active", keys[id]["CreateDate"])):
        if len(keys) < 2:
            return
        reason = why_kept(id, state, keys, current)
        if not reason and keys[id]["Status"] == "Active":
            reason = f"{short(id)} is to be turned off by the daily check first"
        if reason:
            reasons.append(reason)
        else:
            delete_key(id, state, keys)
    if len(keys) > 1:
        raise RuntimeError(f"the user has two access keys, and none may be deleted: {'; '.join(reasons)}")


def why_kept(id: str, state: State, keys: dict[str, Any], current: Pair | None) -> str:
    """Why a key must neither be turned off nor deleted; nothing if it may."""
    if current and id == current["username"]:
        return f"{short(id)} is the current one"
    pending = pair_of(VersionStage="AWSPENDING")
    if pending and id == pending["username"]:
        return f"{short(id)} is the pending one"
    if not is_ours(id, state, current):
        return f"{short(id)} was not made by the rotation"
    if keys[id]["Status"] != "Active":
        return ""
    use = last_login(id, state)
    switch = since(current["username"], state) if current else now()
    if now() - max(filter(None, (use, switch))) < timedelta(days=QUIET_DAYS):
        if use and now() - use < timedelta(days=QUIET_DAYS):
            return f"{short(id)} was used within the last {QUIET_DAYS} days"
        return f"{short(id)} was current until {QUIET_DAYS} days ago or later"
    if current and has_been_used(current, state, keys):
        return ""
    if now() - switch < timedelta(days=GRACE_DAYS):
        return f"{short(id)} is kept for {GRACE_DAYS} days, since its successor has not been used yet"
    return ""


def is_ours(id: str, state: State, current: Pair | None) -> bool:
    if id in state["keys"] or (current and id == current["username"]):
        return True
    previous = pair_of(VersionStage="AWSPREVIOUS")  # the state may have been deleted by hand
    return bool(previous) and id == previous["username"]


def is_active(pair: Pair, keys: dict[str, Any]) -> bool:
    return keys.get(pair["username"], {}).get("Status") == "Active"


def last_login(id: str, state: State) -> datetime | None:
    """When a key was last used, by others than our own test."""
    use = iam().get_access_key_last_used(AccessKeyId=id)["AccessKeyLastUsed"].get("LastUsedDate")
    tested = state["keys"].get(id, {}).get("tested")
    return None if use and tested and use <= moment(tested) + TEST_MARGIN else use


def has_been_used(pair: Pair, state: State, keys: dict[str, Any]) -> bool:
    return pair["username"] in keys and last_login(pair["username"], state) is not None


def since(id: str, state: State) -> datetime:
    """When the credentials became the current ones."""
    known = state["keys"].get(id, {}).get("current_since")
    return moment(known) if known else now()


def delete_key(id: str, state: State, keys: dict[str, Any]) -> None:
    try:
        iam().delete_access_key(UserName=user_name(), AccessKeyId=id)
    except iam().exceptions.NoSuchEntityException:
        pass  # by an earlier run whose answer got lost
    for known in (keys, state["keys"]):
        known.pop(id, None)
    change_state(lambda stored: stored["keys"].pop(id, None))
    LOG.info("access key deleted", extra={"key": short(id)})
