"""Which access keys may go."""

import os
from datetime import datetime, timedelta
from typing import Any

from smtp_credentials_rotation.aws import LOG, Pair, iam, pair_of, short, user_name
from smtp_credentials_rotation.state import State, change_state
from smtp_credentials_rotation.time import moment, now

GRACE_DAYS = 30  # after which it is turned off although nobody uses the new one either
# IAM shows a login after hours. Silence is known only up to then.
SHOWN_WITHIN = timedelta(days=1)
# IAM writes a login down to a quarter of an hour. Earlier ones may be our own test.
TEST_MARGIN = timedelta(hours=1)

Words = tuple[str, str]  # in English and in Japanese


def quiet_days() -> int:
    """Days without a login, before an old key is turned off; IAM's SHOWN_WITHIN comes on top."""
    return int(os.environ["QUIET_DAYS"])


def grace_days() -> int:
    return max(GRACE_DAYS, quiet_days())


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
    both times are IAM's, in whole seconds. A key that a person makes at another time is not ours to delete."""
    return any(timedelta(seconds=-5) <= made - moment(asked) <= timedelta(minutes=1) for asked in attempt["asked"])


def make_room(state: State, keys: dict[str, Any]) -> None:
    current = pair_of()
    reasons = []
    for id in sorted(keys, key=lambda id: (keys[id]["Status"] == "Active", keys[id]["CreateDate"])):
        if len(keys) < 2:
            return
        reason = why_kept(id, state, keys, current)
        if not reason and keys[id]["Status"] == "Active":
            reason = f"{short(id)} is to be turned off by the daily check first", ""
        if reason:
            reasons.append(reason[0])
        else:
            delete_key(id, state, keys)
    if len(keys) > 1:
        raise RuntimeError(f"the user has two access keys, and none may be deleted: {'; '.join(reasons)}")


def why_kept(id: str, state: State, keys: dict[str, Any], current: Pair | None) -> Words | None:
    """Why a key must neither be turned off nor deleted; None if it may."""
    if reason := why_never(id, state, keys, current):
        return reason
    if keys[id]["Status"] != "Active" or now() >= kept_until(id, state, keys, current):
        return None
    use, quiet = last_login(id, state), timedelta(days=quiet_days()) + SHOWN_WITHIN
    if use and now() - use < quiet:
        return (
            f"{short(id)} was used within the last {quiet.days} days",
            f"{short(id)} は過去{quiet.days}日以内に使用されています",
        )
    if now() - left_at(id, state, current) < quiet:
        return (
            f"{short(id)} was current until {quiet.days} days ago or later",
            f"{short(id)} は現行でなくなってから{quiet.days}日経過していません",
        )
    return (
        f"{short(id)} is kept for {grace_days()} days, since its successor has not been used yet",
        f"{short(id)} は後継の認証情報がまだ使用されていないため、{grace_days()}日間保持されます",
    )


def why_never(id: str, state: State, keys: dict[str, Any], current: Pair | None) -> Words | None:
    """Why a key is kept, however long it has been unused."""
    if current and id == current["username"]:
        return f"{short(id)} is the current one", f"{short(id)} は現行の認証情報です"
    pending = pair_of(VersionStage="AWSPENDING")
    if pending and id == pending["username"]:
        return f"{short(id)} is the pending one", f"{short(id)} は登録途中の認証情報です"
    if not is_ours(id, state, current):
        return (
            f"{short(id)} was not made by the rotation",
            f"{short(id)} はローテーションが作成したものではありません",
        )
    if keys[id]["Status"] == "Active" and not iam_notices(current, keys):
        return (
            f"{short(id)} is kept, since IAM has not shown any login with the current one, not even the rotation's own",
            f"{short(id)} は、現行の認証情報でのログインが（ローテーション自身のものも含め）IAMに記録されていないため、保持されます",
        )
    return None


def kept_until(id: str, state: State, keys: dict[str, Any], current: Pair | None) -> datetime:
    """When an old key that is used no more may be turned off."""
    left = left_at(id, state, current)
    quiet = max(filter(None, (last_login(id, state), left))) + timedelta(days=quiet_days()) + SHOWN_WITHIN
    if current and has_been_used(current, state, keys):
        return quiet
    return max(quiet, left + timedelta(days=grace_days()))


def is_ours(id: str, state: State, current: Pair | None) -> bool:
    if id in state["keys"] or (current and id == current["username"]):
        return True
    previous = pair_of(VersionStage="AWSPREVIOUS")  # the state may have been deleted by hand
    return bool(previous) and id == previous["username"]


def is_active(pair: Pair, keys: dict[str, Any]) -> bool:
    return keys.get(pair["username"], {}).get("Status") == "Active"


def last_used(id: str) -> datetime | None:
    """When IAM last noticed a login, also one of our own test. Nobody has the secret access key, so no other use is possible."""
    return iam().get_access_key_last_used(AccessKeyId=id)["AccessKeyLastUsed"].get("LastUsedDate")


def last_login(id: str, state: State) -> datetime | None:
    """When a key was last used, by others than our own test."""
    use = last_used(id)
    tested = state["keys"].get(id, {}).get("tested")
    return None if use and tested and use <= moment(tested) + TEST_MARGIN else use


def iam_notices(current: Pair | None, keys: dict[str, Any]) -> bool:
    """Whether IAM notices SMTP logins in this account: no page of AWS promises it. Only then does silence mean that nobody
    logs in. The rotation's own login with the new key is the probe."""
    return bool(current) and current["username"] in keys and last_used(current["username"]) is not None


def has_been_used(pair: Pair, state: State, keys: dict[str, Any]) -> bool:
    return pair["username"] in keys and last_login(pair["username"], state) is not None


def since(id: str, state: State) -> datetime:
    """When the credentials became the current ones."""
    known = state["keys"].get(id, {}).get("current_since")
    return moment(known) if known else now()


def left_at(id: str, state: State, current: Pair | None) -> datetime:
    """Until when servers had reason to use an old key: it stopped being the current one, or a person turned it on again."""
    turned_on = state["keys"].get(id, {}).get("on")
    switch = since(current["username"], state) if current else now()
    return max(switch, moment(turned_on)) if turned_on else switch


def delete_key(id: str, state: State, keys: dict[str, Any]) -> None:
    try:
        iam().delete_access_key(UserName=user_name(), AccessKeyId=id)
    except iam().exceptions.NoSuchEntityException:
        pass  # by an earlier run whose answer got lost
    for known in (keys, state["keys"]):
        known.pop(id, None)
    change_state(lambda stored: stored["keys"].pop(id, None))
    LOG.info("access key deleted", extra={"key": short(id)})
