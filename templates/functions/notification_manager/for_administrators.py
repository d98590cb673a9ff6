"""Mails for the administrators of the platform."""

from typing import Any

from dkim_shared.records import record_name
from notification_manager.message import Message
from notification_manager.time import day


def switched(domain: str, event: dict[str, Any]) -> Message:
    selector, old_ja, old_en = event["key"]["selector"], "", ""
    if event["old"]:
        name, until = record_name(event["old"], domain), day(event["retire_from"])
        old_ja = (
            f"配送中のメールの検証に使われるため、古いレコード {name} は {until} まで残してください。"
            "削除の時期になりましたら、改めてご連絡します。"
        )
        old_en = (
            f"Keep the old record {name} until {until}: mail that is under way is still verified with it. "
            "Another mail will ask to delete it."
        )
    return Message(
        f"DKIM: {domain} now signs with {selector}",
        f"""{domain} の DKIM 鍵を {selector} に切り替え、SES の検証成功を確認しました。対応は不要です。
{old_ja}
次回の予告は {day(event["next_rotation"])} の予定です。""",
        f"""{domain} now signs with {selector}, and SES has verified it. There is nothing to do.
{old_en}
The next change will be announced on {day(event["next_rotation"])}.""",
    )


def switch_failed(domain: str, event: dict[str, Any]) -> Message:
    selector, old = event["key"]["selector"], event["active"] or "Easy DKIM"
    status = event["status"] + (f", {event['error']}" if event.get("error") else "")
    if event["outcome"] == "old":
        state_ja = f"古い鍵 {old} に戻しました。署名は継続しています。翌日に再試行します。"
        state_en = f"The old key {old} is back and signs. It is tried again the next day."
    else:
        state_ja = "戻せる古い鍵がないため、SES の検証を待ちます。終わるまで署名なしで送信される可能性があります。"
        state_en = "There is no old key to put back; SES goes on verifying. Until then mail may leave unsigned."
    return Message(
        f"DKIM: the switch of {domain} to {selector} did not succeed",
        f"""{domain} の DKIM 鍵を {selector} に切り替えましたが、SES の検証が成功しませんでした(状態: {status})。
{state_ja}
続く場合は、レコード {record_name(selector, domain)} と SES の状態を確認してください。""",
        f"""SES did not verify {selector} for {domain} (status: {status}).
{state_en}
If this goes on, look at the record {record_name(selector, domain)} and at what SES says of the identity.""",
    )


def reapplied(domain: str, event: dict[str, Any]) -> Message:
    selector = event["key"]["selector"]
    return Message(
        f"DKIM: {domain} was given its key {selector} again",
        f"SES の {domain} に鍵がありませんでした(再作成された可能性があります)。鍵 {selector} を再設定しました。対応は不要です。",
        f"SES had no key of ours for {domain}; the identity was probably made anew. It was given {selector} again. "
        "There is nothing to do.",
    )


def foreign_key(domain: str, event: dict[str, Any]) -> Message:
    selector = event.get("selector") or "Easy DKIM"
    return Message(
        f"DKIM: {domain} signs with a key that the automation does not know",
        f"""SES の {domain} は、自動化が管理していない鍵({selector})で署名しているか、署名が無効になっています。
その鍵は戻すことができないため、自動では変更しません。置き換えてよい場合は、管理者が rotate-now を
"replace": "{selector}" を付けて実行してください(docs/dkim-rotation.md)。""",
        f"""SES signs mail of {domain} with {selector}, which is no key of this automation, or does not sign at all.
That key could not be put back, so nothing is changed. If it may be replaced, an administrator calls rotate-now with
"replace": "{selector}" (docs/dkim-rotation.md).""",
    )


def identity_missing(domain: str, _event: dict[str, Any]) -> Message:
    return Message(
        f"DKIM: SES has no identity {domain}",
        f"SES に {domain} のアイデンティティがありません。SES スタックを確認してください。鍵の更新は行われません。",
        f"SES has no identity {domain}. Look at the SES stack. No key is rotated meanwhile.",
    )


def state_not_counted(domain: str, _event: dict[str, Any]) -> Message:
    return Message(
        f"DKIM: a change by hand of the state of {domain} does not count",
        """状態パラメーターの手動変更は、revision が残っていたため無視されました。変更前の状態で続行します。
変更する場合は、revision を取り除いて書き込んでください(docs/dkim-rotation.md)。""",
        """The state parameter was changed by hand and kept its `revision`, so the change does not count; the state before it
is used. To change it, write it without `revision` (docs/dkim-rotation.md).""",
    )
