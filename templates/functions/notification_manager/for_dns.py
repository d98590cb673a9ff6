"""Mails for the DNS administrators: what to publish, correct or delete."""

from typing import Any

from dkim_shared.records import record_name
from notification_manager.message import Message, Text
from notification_manager.parts import counted, dig, hinted
from notification_manager.records import record_block
from notification_manager.time import day, moment

REASONS = {
    "first": ("its first key", "初回の鍵の登録"),
    "yearly": ("the yearly change of its key", "年次の鍵更新"),
    "by-hand": ("a change of its key out of turn", "臨時の鍵更新"),
    "again": ("a key whose record has vanished or that was put back", "一度外れた鍵の再登録"),
}


def publishing(domain: str, event: dict[str, Any], subject: str, told: tuple[str, str], section: tuple[str, str]) -> Message:
    """A mail that asks for the record of the next key."""
    following, selector, active = event["next"], event["about"], event["active"]
    keep = ("", "")
    if active:
        name = record_name(active, domain)
        keep = (
            f" Do not delete {name}, which is in use; another mail will say when.",
            f"使用中の{name}は、まだ削除しないでください。削除の時期は別途ご連絡します。",
        )
    due = moment(following["due"])
    if_not = (
        f"SES keeps the key {active}, which is not replaced, and the alarm stays on until the record is there.",
        f"SESの鍵は{active}のまま更新されず、登録されるまで警告が続きます。",
    )
    if not active:
        if_not = ("SES gets no key of our own.", "SESに独自鍵は設定されません。")
    check = dig(selector, domain)
    return Message(
        subject,
        Text(told[0], f"publish the TXT record below by {due}.{keep[0]}", check[0], if_not[0]),
        Text(told[1], f"下記のTXTレコードを{due}までに登録してください。{keep[1]}", check[1], if_not[1]),
        section,
        record_block(domain, {"selector": selector, "public_key": event["public_key"]}),
    )


def announce(domain: str, event: dict[str, Any]) -> Message:
    following = event["next"]
    reason_en, reason_ja = REASONS[following["trigger"]]
    urgent_en, urgent_ja = ("URGENT, the key in use has leaked: ", "【緊急】使用中の鍵が漏えいしました。") if following["urgent"] else ("", "")
    after_en, after_ja = "SES gets the key once its record is seen.", "レコードを確認した後、SESに鍵を設定します。"
    if following["trigger"] == "yearly":
        at = moment(following["switch_from"])
        after_en = f"SES gets the key at {at} at the earliest, once its record is seen."
        after_ja = f"レコードを確認した後、早ければ{at}にSESに鍵を設定します。"
    return publishing(
        domain,
        event,
        f"DKIM: publish a TXT record for {domain} by {day(following['due'])}",
        (f"{urgent_en}{domain} needs a TXT record for {reason_en}. {after_en}", f"{urgent_ja}{domain}のDKIM（{reason_ja}）のため、TXTレコードの登録をお願いします。{after_ja}"),
        ("Publish a record", "レコードの登録"),
    )


def reminder(domain: str, event: dict[str, Any]) -> Message:
    left = event["more"]
    left_en = f"{left} day{'' if left == '1' else 's'} left"
    return publishing(
        domain,
        event,
        f"DKIM: {left_en} to publish the TXT record of {domain}",
        (f"The TXT record below is not seen yet: {left_en}.", f"下記のTXTレコードがまだ確認できません（期限まであと{left}日）。"),
        ("Publish a record", "レコードの登録"),
    )


def overdue(domain: str, event: dict[str, Any]) -> Message:
    due = event["next"]["due"]
    return publishing(
        domain,
        event,
        f"DKIM: OVERDUE, the TXT record of {domain} was due on {day(due)}",
        (f"The TXT record below was due at {moment(due)} and is not seen.", f"期限（{moment(due)}）を過ぎましたが、下記のTXTレコードが確認できません。"),
        ("DNS never answered", "DNSが更新されない場合"),
    )


def wrong_record(domain: str, event: dict[str, Any]) -> Message:
    (hint_en, hint_ja), (count_en, count_ja) = hinted(event["record"]), counted(event["record"])
    return publishing(
        domain,
        event,
        f"DKIM: the TXT record of {domain} is not right",
        (f"The TXT record of the next key is not right: {hint_en}. {count_en}", f"次の鍵のTXTレコードが正しくありません：{hint_ja}。{count_ja}"),
        ("A wrong record", "レコードが誤っている場合"),
    )


def delete_record(domain: str, event: dict[str, Any]) -> Message:
    selector, kept = event["about"], record_name(event["active"], domain)
    name = record_name(selector, domain)
    dates = [key["retire_from"] for key in event["retire"] if key["selector"] == selector]
    from_en, from_ja = (f"from {day(dates[0])} on", f"{day(dates[0])}以降に") if dates else ("now", "")
    return Message(
        f"DKIM: delete the old TXT record {selector} of {domain}",
        Text(
            f"The DKIM key {selector} of {domain} is not used any more.",
            f"delete the TXT record below, {from_en}. Do not delete {kept}, which is in use.",
            "the dig below shows nothing.",
            "no mail is affected, but signatures made with the old key stay valid. The old private key is deleted 30 days after "
            "its record is gone.",
        ),
        Text(
            f"{domain}の古いDKIM鍵{selector}は使われなくなりました。",
            f"下記のTXTレコードを{from_ja}削除してください。使用中の{kept}は削除しないでください。",
            "下記のdigで何も表示されないこと。",
            "メールに影響はありませんが、古い鍵による署名が有効なままになります。古い秘密鍵は、レコードがなくなってから30日後に"
            "完全に削除されます。",
        ),
        ("Delete an old record", "古いレコードの削除"),
        f"Name  : {name}\nType  : TXT\n\n[dig]\ndig +short TXT {name}",
    )


def record_missing(domain: str, event: dict[str, Any]) -> Message:
    selector, record = event["about"], event["record"] or {}
    (hint_en, hint_ja), (count_en, count_ja) = hinted(record), counted(record)
    subject = f"DKIM: URGENT, the TXT record in use by {domain} is missing or wrong"
    lost_en, lost_ja = "receivers cannot verify signatures made with this key.", "この鍵による署名を受信側で検証できません。"
    if record.get("state") == "split":
        subject = f"DKIM: the TXT record in use by {domain} is not right on every server"
        lost_en = "receivers that ask one of the other servers cannot verify our signatures."
        lost_ja = "他のサーバーに問い合わせた受信側は署名を検証できません。"
    check = dig(selector, domain)
    return Message(
        subject,
        Text(
            f"The TXT record of the key {selector}, which SES has, is not right: {hint_en}. {count_en}",
            "publish the TXT record below now, on every server.",
            check[0],
            lost_en,
        ),
        Text(
            f"SESに設定されている鍵{selector}のTXTレコードに問題があります：{hint_ja}。{count_ja}",
            "至急、下記のTXTレコードをすべてのサーバーに登録してください。",
            check[1],
            lost_ja,
        ),
        ("The record in use is missing", "使用中のレコードがない場合"),
        record_block(domain, {"selector": selector, "public_key": event["public_key"]}) if event["public_key"] else "",
    )
