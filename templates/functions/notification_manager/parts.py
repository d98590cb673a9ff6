"""What several mails say, in Japanese and in English."""

from typing import Any

from dkim_shared.records import record_name

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
