"""Writes the mails of a DKIM rotation, Japanese and English in one, and publishes them to the alert topic.

They say what to do by when, how to check it, and what happens if nothing is done. Everything in them is public: this function
has no access to a private key.
"""

import functools
import json
import logging
import os
import re
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config

from dkim_shared.rules import TOKYO, record_name, record_value, to_time

LOG = logging.getLogger("notification_manager")
TTL_SECONDS = 3600
# RFC 1035, 3.3: a character string of a TXT record has 255 bytes at most.
LONGEST_STRING = 255
LONGEST_SUBJECT = 99
RULE = "-" * 64
FOR_DNS = {"announce", "reminder", "overdue", "wrong-record", "delete-record", "record-missing", "restored"}

HINTS = {
    "cname": ("the name is a CNAME; it must be a TXT record", "CNAME になっています。TXT レコードにしてください"),
    "more-than-one-record": (
        "there is a second TXT record of this name; there must be one only",
        "同じ名前の TXT レコードが複数あります。1 つだけにしてください",
    ),
    "quotes-or-spaces": (
        "the value contains quotes or spaces, probably where its two parts meet",
        "値に引用符または空白が含まれています(分割の継ぎ目をご確認ください)",
    ),
    "other-tags": ("the value has tags in front of p=", "p= の前に余分なタグがあります"),
    "cut-off": ("the value is cut off; its second part is missing", "値が途中で切れています(後半がありません)"),
    "first-part-missing": ("the first part of the value is missing", "値の前半がありません"),
    "another-value": ("the value is another one", "別の値が登録されています"),
    None: ("there is no TXT record", "TXT レコードがありません"),
}


@functools.cache
def client(service: str) -> Any:
    return boto3.client(service, config=Config(retries={"mode": "standard", "total_max_attempts": 4}))


@dataclass
class Message:
    """A mail. `record`, if there is one, stands below both texts."""

    subject: str
    japanese: str
    english: str
    record: str = ""

    def text(self) -> str:
        parts = [self.japanese.strip(), self.english.strip(), self.record]
        # What a message has nothing to say about leaves no gap.
        parts = [re.sub(r"\n{3,}", "\n\n", part) for part in parts if part]
        return f"\n\n{RULE}\n\n".join(parts) + f"\n\n-- {os.environ['SIGNATURE']}\n"


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    domain = os.environ["DOMAIN_NAME"]
    if event.get("domain", domain) != domain:
        raise ValueError(f"this function writes about {domain} only")
    kind = event.get("kind")
    if kind not in MESSAGES:
        raise ValueError(f"unknown kind of message {kind!r}")
    message = MESSAGES[kind](domain, event)
    audience = "dns-administrators" if kind in FOR_DNS else "administrators"
    answer = client("sns").publish(
        TopicArn=os.environ["ALERT_TOPIC_ARN"],
        Subject=f"[{os.environ['SIGNATURE']}] {message.subject}"[:LONGEST_SUBJECT],
        Message=message.text(),
        MessageAttributes={
            "audience": {"DataType": "String", "StringValue": audience},
            "kind": {"DataType": "String", "StringValue": kind},
        },
    )
    LOG.info("sent", extra={"kind": kind, "message_id": answer["MessageId"]})
    return {"message_id": answer["MessageId"]}


# Parts


def strings_of(value: str) -> list[str]:
    """The character strings that a TXT record holds a long value in."""
    return [value[at : at + LONGEST_STRING] for at in range(0, len(value), LONGEST_STRING)]


def quoted(value: str) -> str:
    return " ".join(f'"{part}"' for part in strings_of(value))


def record_block(domain: str, key: dict[str, str]) -> str:
    """The record in every form that somebody may have to type it in. It needs no translation."""
    name, value = record_name(key["selector"], domain), record_value(key["public_key"])
    parts = strings_of(value)
    change = {
        "Changes": [
            {
                "Action": "UPSERT",
                "ResourceRecordSet": {
                    "Name": f"{name}.",
                    "Type": "TXT",
                    "TTL": TTL_SECONDS,
                    "ResourceRecords": [{"Value": quoted(value)}],
                },
            }
        ]
    }
    numbered = "\n".join(f"  {number} ({len(part)}): {part}" for number, part in enumerate(parts, 1))
    bind = f"{name}. {TTL_SECONDS} IN TXT (\n" + "\n".join(f'  "{part}"' for part in parts) + "\n)"
    return (
        f"Name  : {name}\nType  : TXT\nTTL   : {TTL_SECONDS}\nValue : {value}\n\n"
        f"[{LONGEST_STRING} + {len(value) - LONGEST_STRING}]\n{numbered}\n\n"
        f"[BIND]\n{bind}\n\n"
        f"[Route 53]\n{json.dumps(change)}\n\n"
        f"[dig]\ndig +short TXT {name}\n{quoted(value)}"
    )


def day(text: str) -> str:
    return to_time(text).astimezone(TOKYO).strftime("%Y-%m-%d")


def moment(text: str) -> str:
    return to_time(text).astimezone(TOKYO).strftime("%Y-%m-%d %H:%M JST")


def what_if_not(event: dict[str, Any]) -> tuple[str, str]:
    """(Japanese, English): what happens if the record is not published."""
    if event["active"]:
        return (
            f"登録されない場合: 現在の鍵 {event['active']} のまま署名を続けます。メールは止まりませんが、"
            "鍵は更新されず、登録されるまで警告が続きます。",
            f"If nothing is done: mail goes on being signed with {event['active']}. No mail is lost, but the key is not "
            "replaced, and the alarm stays on until the record is there.",
        )
    return (
        "登録されない場合: メールは独自鍵の DKIM 署名なしで送信されます。",
        "If nothing is done: mail leaves without a DKIM signature of our own key.",
    )


def keep_the_old(domain: str, event: dict[str, Any]) -> tuple[str, str]:
    if not event["active"]:
        return "", ""
    name = record_name(event["active"], domain)
    return (
        f"重要: 現在のレコード {name} は、まだ削除しないでください。削除の時期は別途ご連絡します。",
        f"Important: do not delete the present record {name}. Another mail will say when.",
    )


def counted(record: dict[str, Any]) -> tuple[str, str]:
    answered, right = record["servers_answered"], record["servers_with_value"]
    return (
        f"権威 DNS サーバー {answered} 台中 {right} 台で正しい値を確認しました。",
        f"{right} of {answered} authoritative servers have the right value.",
    )


# Messages


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


def reapplied(domain: str, event: dict[str, Any]) -> Message:
    selector = event["key"]["selector"]
    return Message(
        f"DKIM: {domain} was given its key {selector} again",
        f"SES の {domain} に鍵がありませんでした(再作成された可能性があります)。鍵 {selector} を再設定しました。対応は不要です。",
        f"SES had no key of ours for {domain}; the identity was probably made anew. It was given {selector} again. "
        "There is nothing to do.",
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


MESSAGES = {
    "announce": announce,
    "reminder": reminder,
    "overdue": overdue,
    "wrong-record": wrong_record,
    "switched": switched,
    "switch-failed": switch_failed,
    "delete-record": delete_record,
    "restored": restored,
    "reapplied": reapplied,
    "record-missing": record_missing,
    "foreign-key": foreign_key,
    "identity-missing": identity_missing,
    "state-not-counted": state_not_counted,
}
