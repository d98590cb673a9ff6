"""What people have to look at."""

from datetime import timedelta
from typing import Any

from smtp_credentials_rotation.aws import Pair, short, user_name
from smtp_credentials_rotation.keys import Words, iam_notices, is_active, is_ours, since, why_kept
from smtp_credentials_rotation.state import State, change_state
from smtp_credentials_rotation.time import moment, now, text

# IAM shows a login within hours. After this time silence means that it does not notice any.
SHOWN_AFTER_DAYS = 3


def find_problems(secret: Any, state: State, keys: dict[str, Any], current: Pair | None) -> list[Words]:
    """In English and in Japanese."""
    found = [
        problem_of_the_pair(keys, current),
        ("Rotation of the secret is switched off.", "シークレットのローテーションが無効です。")
        if secret.get("RotationEnabled") is False
        else None,
        unfinished_rotation(secret, state, keys, current),
        silence_of_iam(state, keys, current),
        *(strange_key(id) for id in sorted(keys) if not is_ours(id, state, current)),
    ]
    return [words for words in found if words]


def problem_of_the_pair(keys: dict[str, Any], current: Pair | None) -> Words | None:
    if not current:
        return "The secret holds no credentials.", "シークレットに認証情報がありません。"
    if is_active(current, keys):
        return None
    return (
        f"The access key of the current credentials ({short(current['username'])}) is missing or inactive: "
        "mail servers cannot log in.",
        f"現行の認証情報のアクセスキー（{short(current['username'])}）が存在しないか無効です。"
        "メールサーバーはログインできません。",
    )


def unfinished_rotation(secret: Any, state: State, keys: dict[str, Any], current: Pair | None) -> Words | None:
    if not is_unfinished(secret, state):
        return None
    reasons = [why for id in sorted(keys) if (why := why_kept(id, state, keys, current))] if len(keys) > 1 else []
    english = "A rotation has begun and is not finished; the log of the function says why."
    japanese = "開始されたローテーションが完了していません。関数のログで理由を確認してください。"
    if reasons:
        english += f" No key can be deleted to make room: {'; '.join(words[0] for words in reasons)}."
        japanese += f"空きを作るために削除できるキーがありません：{'、'.join(words[1] for words in reasons)}。"
    return english, japanese


def is_unfinished(secret: Any, state: State) -> bool:
    """Whether a rotation has been open since another daily check."""
    versions = secret.get("VersionIdsToStages", {})
    pending = [id for id, stages in versions.items() if "AWSPENDING" in stages and "AWSCURRENT" not in stages]
    seen = state.get("unfinished") or {}
    if pending and seen.get("version") == pending[0]:
        return now() - moment(seen["since"]) > timedelta(hours=12)
    if pending or seen:
        state["unfinished"] = {"version": pending[0], "since": text(now())} if pending else None
        change_state(lambda stored: stored.update(unfinished=state["unfinished"]))
    return False


def silence_of_iam(state: State, keys: dict[str, Any], current: Pair | None) -> Words | None:
    old = [id for id, key in keys.items() if current and id != current["username"] and key["Status"] == "Active"]
    old = [id for id in old if is_ours(id, state, current)]
    if not old or not is_active(current, keys) or iam_notices(current, keys):
        return None
    if now() - since(current["username"], state) < timedelta(days=SHOWN_AFTER_DAYS):
        return None
    command = f"aws iam update-access-key --user-name {user_name()} --access-key-id {old[0]} --status Inactive"
    return (
        "IAM has shown no login with the current credentials, not even the rotation's own. So nobody can tell whether "
        f"{short(old[0])} is still in use, and it is not turned off. When every mail server has the new ones: {command}",
        "現行の認証情報でのログインが、ローテーション自身のものも含めてIAMに記録されていません。"
        f"{short(old[0])} が使用中かどうかを判断できないため、無効にしません。"
        f"全てのメールサーバーに新しい認証情報を設定した後、次を実行してください：{command}",
    )


def strange_key(id: str) -> Words:
    return (
        f"Access key {short(id)} was not made by the rotation. It blocks the next one as long as it exists.",
        f"アクセスキー {short(id)} はローテーションが作成したものではありません。"
        "存在する限り、次回のローテーションの妨げになります。",
    )
