"""Mails for the DNS administrators: what to publish, correct or delete."""

from typing import Any

from dkim_shared.records import record_name
from notification_manager.message import Message
from notification_manager.parts import HINTS, counted, keep_the_old, what_if_not
from notification_manager.records import record_block
from notification_manager.time import day, moment


def announce(domain: str, event: dict[str, Any]) -> Message:
    (not_ja, not_en), (keep_ja, keep_en) = what_if_not(event), keep_the_old(domain, event)
    due, switch = moment(event["due"]), moment(event["switch_from"])
    reason_ja, reason_en = {
        "first": ("初回の鍵の登録", "its first key"),
        "yearly": ("年次の鍵更新", "the yearly change of its key"),
        "by-hand": ("臨時の鍵更新", "a change of its key out of turn"),
    }[event["trigger"]]
    after_ja, after_en = "登録を確認しだい鍵を切り替えます。", "The key is changed as soon as the record is seen."
    if event["trigger"] == "yearly":
        after_ja, after_en = f"鍵は {switch} に切り替えます。", f"The key is changed at {switch}."
    urgent_ja, urgent_en = "", ""
    if event["leaked"]:
        urgent_ja, urgent_en = "【緊急】現在の鍵が漏えいしました。", "URGENT: the present key has leaked. "
    return Message(
        f"DKIM: publish a TXT record for {domain} by {day(event['due'])}",
        f"""{urgent_ja}{domain} の DKIM({reason_ja})のため、下記の TXT レコードを {due} までに DNS に追加してください。

{after_ja}
{keep_ja}
{not_ja}""",
        f"""{urgent_en}Please add the TXT record below to DNS by {due}. {domain} needs it for {reason_en}.

{after_en}
{keep_en}
{not_en}""",
        record_block(domain, event["key"]),
    )


def reminder(domain: str, event: dict[str, Any]) -> Message:
    (not_ja, not_en), (keep_ja, keep_en) = what_if_not(event), keep_the_old(domain, event)
    due, left = moment(event["due"]), event["days"]
    left_en = f"{left} day{'s' if left > 1 else ''} left"
    return Message(
        f"DKIM: {left_en} to publish the TXT record of {domain}",
        f"""下記の TXT レコードがまだ確認できません。期限は {due}(あと {left} 日)です。DNS への追加をお願いします。

{keep_ja}
{not_ja}""",
        f"""The TXT record below is not in DNS yet. It is due at {due}: {left_en}. Please add it.

{keep_en}
{not_en}""",
        record_block(domain, event["key"]),
    )


def overdue(domain: str, event: dict[str, Any]) -> Message:
    (not_ja, not_en), (keep_ja, keep_en) = what_if_not(event), keep_the_old(domain, event)
    due = moment(event["due"])
    return Message(
        f"DKIM: OVERDUE, the TXT record of {domain} was due on {day(event['due'])}",
        f"""期限({due})を過ぎましたが、下記の TXT レコードがまだ確認できません。至急、DNS に追加してください。

登録を確認しだい鍵を切り替えます。
{keep_ja}
{not_ja}""",
        f"""The TXT record below was due at {due} and is not in DNS. Please add it now.

The key is changed as soon as the record is seen.
{keep_en}
{not_en}""",
        record_block(domain, event["key"]),
    )


def wrong_record(domain: str, event: dict[str, Any]) -> Message:
    (keep_ja, keep_en), (count_ja, count_en) = keep_the_old(domain, event), counted(event["record"])
    hint_en, hint_ja = HINTS.get(event["record"]["hint"], HINTS["another-value"])
    due = moment(event["due"])
    return Message(
        f"DKIM: the TXT record of {domain} has a wrong value",
        f"""登録された TXT レコードが正しくありません: {hint_ja}。{count_ja}
{due} までに、下記のとおり修正してください。

{keep_ja}""",
        f"""The TXT record is not right: {hint_en}. {count_en}
Please correct it by {due}, as below.

{keep_en}""",
        record_block(domain, event["key"]),
    )


def delete_record(domain: str, event: dict[str, Any]) -> Message:
    name, kept = record_name(event["key"]["selector"], domain), record_name(event["active"], domain)
    return Message(
        f"DKIM: delete the old TXT record {event['key']['selector']} of {domain}",
        f"""古い DKIM 鍵はもう使われていません。下記の TXT レコードを DNS から削除してください。

重要: 使用中のレコード {kept} は削除しないでください。
確認方法: 下記の dig で何も表示されなければ、削除済みです。
削除しない場合: メールに影響はありませんが、古い鍵による署名が有効なままになります。
古い秘密鍵は 30 日後に完全に削除されます。""",
        f"""The old DKIM key is not used any more. Please delete the TXT record below from DNS.

Important: do not delete {kept}, which is in use.
How to check: the dig below shows nothing once it is deleted.
If nothing is done: no mail is affected, but signatures of the old key stay valid.
The old private key is deleted for good in 30 days.""",
        f"Name  : {name}\nType  : TXT\n\n[dig]\ndig +short TXT {name}",
    )


def restored(domain: str, event: dict[str, Any]) -> Message:
    selector, lost, due = event["key"]["selector"], event["lost"], day(event["due"])
    kept = record_name(selector, domain)
    return Message(
        f"DKIM: {domain} signs with the old key {selector} again",
        f"""{domain} の DKIM 署名を古い鍵 {selector} に戻しました。新しい鍵 {lost["selector"]} のレコードが DNS から消えたか、
管理者が戻したためです。{due} までに、下記の TXT レコードを再度登録してください。

重要: {kept} は削除しないでください。""",
        f"""{domain} signs with the old key {selector} again: the record of {lost["selector"]} has vanished from DNS, or a person
has asked for it. Please publish the TXT record below again by {due}.

Important: do not delete {kept}.""",
        record_block(domain, lost),
    )


def record_missing(domain: str, event: dict[str, Any]) -> Message:
    count_ja, count_en = counted(event["record"])
    hint_en, hint_ja = HINTS.get(event["record"]["hint"], HINTS["another-value"])
    return Message(
        f"DKIM: URGENT, the TXT record in use by {domain} is missing or wrong",
        f"""【緊急】使用中の DKIM レコードに問題があります: {hint_ja}。{count_ja}
このままでは、受信側で DKIM の検証に失敗します。至急、下記の TXT レコードを DNS に登録してください。""",
        f"""URGENT: the DKIM record in use is not right: {hint_en}. {count_en}
Receivers cannot verify our mail. Please publish the TXT record below now.""",
        record_block(domain, event["key"]),
    )
