"""What several mails say, as (English, Japanese)."""

from typing import Any

from dkim_shared.records import EASY_DKIM, record_name
from notification_manager.time import moment

HINTS = {
    "cname": ("the name is a CNAME; it must be a TXT record", "CNAMEになっています。TXTレコードにしてください"),
    "more-than-one-record": (
        "there is a second TXT record of this name; there must be one only",
        "同じ名前のTXTレコードが複数あります。1つだけにしてください",
    ),
    "quotes-or-spaces": (
        "the value contains quotes or spaces, probably where its two parts meet",
        "値に引用符または空白が含まれています（分割の継ぎ目をご確認ください）",
    ),
    "other-tags": ("the value has tags in front of p=", "p=の前に余分なタグがあります"),
    "cut-off": ("the value is cut off; its second part is missing", "値が途中で切れています（後半がありません）"),
    "first-part-missing": ("the first part of the value is missing", "値の前半がありません"),
    "another-value": ("the value is another one", "別の値が登録されています"),
    None: ("there is no TXT record", "TXTレコードがありません"),
}
STATUS_COMMAND = "sesame dkim status"


def counted(record: dict[str, Any] | None) -> tuple[str, str]:
    answered, right = (record or {}).get("servers_answered", 0), (record or {}).get("servers_with_value", 0)
    return (
        f"{right} of the {answered} authoritative servers that answer have the right value.",
        f"応答した権威DNSサーバー{answered}台のうち、{right}台に正しい値があります。",
    )


def hinted(record: dict[str, Any] | None) -> tuple[str, str]:
    record = record or {}
    if record.get("state") == "split" and not record.get("hint"):
        return "it is missing on some of the servers", "一部のサーバーにありません"
    return HINTS.get(record.get("hint"), HINTS["another-value"])


def dig(selector: str, domain: str) -> tuple[str, str]:
    command = f"dig +short TXT {record_name(selector, domain)}"
    return f"`{command}` shows the value below.", f"`{command}` で下記の値が表示されること。"


def by_status(english: str, japanese: str) -> tuple[str, str]:
    return f"`{STATUS_COMMAND}` says {english}.", f"`{STATUS_COMMAND}` に{japanese}と表示されること。"


def key_words(holds: str | None) -> tuple[str, str]:
    return ("Easy DKIM", "Easy DKIM") if holds == EASY_DKIM else (f"the key {holds}", f"鍵{holds}")


def as_of(now: dict[str, Any]) -> tuple[str, str]:
    """How it is at the time of the look, and no more than was seen then."""
    at = moment(now["at"])
    english, japanese = f"At {at}:", f"{at}時点の状況："
    if now["holds"] is None:
        return f"{english} SES has no identity for this domain; no mail can be sent.", f"{japanese}SESにこのドメインのアイデンティティがなく、メールを送信できません。"
    key_en, key_ja = key_words(now["holds"])
    since_en = f" since {moment(now['status_since'])}" if now["status_since"] else ""
    since_ja = f"（{moment(now['status_since'])}から）" if now["status_since"] else ""
    english += f" SES has {key_en} and says {now['status']}{since_en}."
    japanese += f"SESには{key_ja}が設定されており、状態は{now['status']}{since_ja}です。"
    for more_en, more_ja in (record_words(now), signature_words(now), carrier_words(now)):
        english, japanese = f"{english}{more_en}", f"{japanese}{more_ja}"
    return english, japanese


def record_words(now: dict[str, Any]) -> tuple[str, str]:
    record = now["record"]
    if not record:
        return "", ""
    right, answered = record["servers_with_value"], record["servers_answered"]
    return (
        f" Its record is seen on {right} of the {answered} servers that answer.",
        f"そのレコードは、応答したサーバー{answered}台のうち{right}台で確認できます。",
    )


def signature_words(now: dict[str, Any]) -> tuple[str, str]:
    if now["signed"]:
        return " Mail is signed.", "メールは署名されています。"
    since = now["unsigned_since"]
    since_en = f" (so since {moment(since)})" if since else ""
    since_ja = f"（{moment(since)}から）" if since else ""
    if not now["signing_enabled"]:
        return f" Signing is switched off: mail leaves unsigned{since_en}.", f"署名が無効のため、メールは署名なしで送信されています{since_ja}。"
    return (
        f" Until SES says SUCCESS mail may leave unsigned{since_en}.",
        f"検証が完了するまで署名なしで送信される可能性があります{since_ja}。",
    )


def carrier_words(now: dict[str, Any]) -> tuple[str, str]:
    if now["carried_by"] == "dkim":
        return "", ""
    if now["carried_by"] == "spf":
        return (
            " SPF carries it: the MAIL FROM domain is verified and its records are right, so DMARC can pass by SPF.",
            "SPF（MAIL FROMドメイン）は検証済みでレコードも正しいため、DMARCはSPFで合格できます。",
        )
    return (
        " Nothing is seen that carries it instead: the MAIL FROM domain is not right either.",
        "MAIL FROMドメインにも問題があり、代わりにDMARCを合格させるものが確認できません。",
    )
