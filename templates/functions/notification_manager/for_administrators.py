"""Mails for the administrators of the platform: what SES has, and what waits for a person."""

from typing import Any

from dkim_shared.records import record_name
from notification_manager.message import Message, Text
from notification_manager.parts import STATUS_COMMAND, by_status, key_words
from notification_manager.time import day, moment

GO_ON, PUT_BACK = "sesame dkim resume", "sesame dkim restore"


def switched(domain: str, event: dict[str, Any]) -> Message:
    selector, kept = event["about"], [key for key in event["retire"] if key["selector"] != event["about"]]
    do = ("nothing.", "不要です。")
    if kept:
        names = ", ".join(f"{record_name(key['selector'], domain)} ({day(key['retire_from'])})" for key in kept)
        names_ja = "、".join(f"{record_name(key['selector'], domain)}（{day(key['retire_from'])}まで）" for key in kept)
        do = (
            f"nothing now. Keep these records until the day beside them, for mail under way is verified with them: {names}. "
            "A mail will ask to delete them.",
            f"現在は不要です。配送中のメールの検証に使われるため、次のレコードは残してください：{names_ja}。"
            "削除の時期になりましたら、改めてご連絡します。",
        )
    check = by_status(f"that SES has {selector} and says SUCCESS", f"SESの鍵が{selector}、状態がSUCCESS")
    following = day(event["next_rotation"])
    return Message(
        f"DKIM: SES has verified {selector} for {domain}",
        Text(f"SES has verified the new key {selector} of {domain}.", do[0], check[0], f"the next key is announced on {following}."),
        Text(f"SESが{domain}の新しい鍵{selector}の検証を完了しました。", do[1], check[1], f"次回の鍵更新のご案内は{following}の予定です。"),
        ("The yearly rotation", "年次ローテーション"),
    )


def verifying(domain: str, event: dict[str, Any]) -> Message:
    selector = event["about"]
    check = by_status("what SES says, and since when", "SESの状態とその開始時刻")
    return Message(
        f"DKIM: SES has not verified {selector} for {domain} yet",
        Text(
            f"SES has the key {selector} of {domain} and has not verified it. AWS says that this takes up to 72 hours.",
            f"wait. Giving SES a key begins the verification anew. To have the key before at once: `{PUT_BACK}`.",
            check[0],
            "the rotation looks each hour. It puts the key before back once, if that key's record is seen, when SES gives up or "
            "takes longer than its patience; a mail says so.",
        ),
        Text(
            f"SESに{domain}の鍵{selector}が設定されましたが、検証は完了していません。AWSによると最大72時間かかります。",
            f"お待ちください。鍵を設定し直すと検証が最初からやり直しになります。直ちに前の鍵に戻す場合は `{PUT_BACK}` を実行します。",
            check[1],
            "1時間ごとに確認します。SESが検証に失敗するか待機時間を超え、前の鍵のレコードが確認できる場合は、一度だけ前の鍵に戻し、"
            "メールでお知らせします。",
        ),
        ("SES does not verify a key", "SESの検証が完了しない場合"),
    )


def held(domain: str, event: dict[str, Any]) -> Message:
    selector, hold = event["about"], event["hold"] or {"why": "not-verified", "by": None, "at": event["now"]["at"]}
    holds_en, holds_ja = key_words(event["now"]["holds"])
    why_en, why_ja = {
        "not-verified": (f"SES did not verify {selector} in time, and was given {holds_en} again.", f"SESが{selector}の検証を完了しなかったため、{holds_ja}に戻しました。"),
        "restored": (f"{hold['by']} had the key before put back.", f"{hold['by']}が前の鍵に戻しました。"),
        "by-hand": ("somebody gave SES another key of ours by hand.", "SESに別の自社の鍵が手動で設定されました。"),
    }[hold["why"]]
    check = by_status("that nothing waits for a person", "担当者の対応待ちがないこと")
    return Message(
        f"DKIM: the rotation of {domain} holds and waits for a person",
        Text(
            f"The rotation of {domain} holds since {moment(hold['at'])}: {why_en}",
            f"find out why. To try {selector} once more: `{GO_ON}`. For another key: "
            '`sesame dkim rotate --discard-next --reason "…"`.',
            check[0],
            "SES gets no other key, unless the record of the one in use vanishes. The alarm stays on.",
        ),
        Text(
            f"{domain}の鍵更新を{moment(hold['at'])}から保留しています。{why_ja}",
            f"原因を確認してください。{selector}を再度試す場合は `{GO_ON}`、別の鍵にする場合は "
            '`sesame dkim rotate --discard-next --reason "…"` を実行します。',
            check[1],
            "使用中のレコードがなくなった場合を除き、SESの鍵は変更されません。アラームは続きます。",
        ),
        ("The rotation holds", "鍵更新が保留中の場合"),
    )


def rescued(domain: str, event: dict[str, Any]) -> Message:
    selector, lost = event["about"], event["more"]
    name = record_name(lost, domain) if lost else "-"
    check = by_status("SUCCESS", "状態SUCCESS")
    return Message(
        f"DKIM: URGENT, the record in use by {domain} vanished; SES was given {selector}",
        Text(
            f"No authoritative server had the record {name} any more, so SES was given the key {selector}, whose record is seen.",
            f"find out who removed {name}. A mail asks for that record again if it is still wanted.",
            check[0],
            f"SES keeps {selector}.",
        ),
        Text(
            f"権威DNSサーバーからレコード{name}がなくなったため、レコードが確認できる鍵{selector}をSESに設定しました。",
            f"{name}が削除された経緯を確認してください。必要な場合は、再登録を依頼するメールが届きます。",
            check[1],
            f"SESの鍵は{selector}のままです。",
        ),
        ("The record in use is missing", "使用中のレコードがない場合"),
    )


def restored(domain: str, event: dict[str, Any]) -> Message:
    selector, following = event["about"], event["next"] or {}
    check = by_status(f"that SES has {selector} and says SUCCESS", f"SESの鍵が{selector}、状態がSUCCESS")
    return Message(
        f"DKIM: SES was given {selector} of {domain}, as a person asked",
        Text(
            f"A person asked for the key {selector} of {domain}, and SES was given it.",
            f"when the rotation may go on: `{GO_ON}`." if event["hold"] or following else "nothing.",
            check[0],
            "SES keeps this key; the rotation holds until a person lets it go on." if event["hold"] else "SES keeps this key.",
        ),
        Text(
            f"担当者の依頼により、{domain}の鍵{selector}をSESに設定しました。",
            f"鍵更新を再開してよくなったら `{GO_ON}` を実行してください。" if event["hold"] or following else "不要です。",
            check[1],
            "SESの鍵はこのままです。担当者が再開するまで鍵更新は保留されます。" if event["hold"] else "SESの鍵はこのままです。",
        ),
        ("Back to the old key", "古い鍵に戻す"),
    )


def by_hand(domain: str, event: dict[str, Any]) -> Message:
    selector = event["about"]
    check = by_status(f"that SES has {selector}", f"SESの鍵が{selector}")
    return Message(
        f"DKIM: somebody gave SES {selector} of {domain} by hand",
        Text(
            f"SES has the key {selector} of {domain}, which the rotation did not give it. It is the key in use from now on.",
            f"when the rotation may go on: `{GO_ON}`.",
            check[0],
            "SES keeps this key; the rotation holds until a person lets it go on.",
        ),
        Text(
            f"SESに{domain}の鍵{selector}が手動で設定されました。今後はこの鍵を使用中の鍵とします。",
            f"鍵更新を再開してよくなったら `{GO_ON}` を実行してください。",
            check[1],
            "SESの鍵はこのままです。担当者が再開するまで鍵更新は保留されます。",
        ),
        ("The rotation holds", "鍵更新が保留中の場合"),
    )


def reapplied(domain: str, event: dict[str, Any]) -> Message:
    selector = event["about"]
    check = by_status("SUCCESS", "状態SUCCESS")
    return Message(
        f"DKIM: SES was given {selector} of {domain} again",
        Text(
            f"SES had given up on the key, or had no key of our own for {domain} (the identity may have been made anew). It was "
            f"given {selector}, whose record is seen.",
            "nothing, unless you do not know why the identity was made anew.",
            check[0],
            "SES verifies the key. Until then mail may leave unsigned.",
        ),
        Text(
            f"SESが鍵の検証を打ち切ったか、{domain}に独自鍵が設定されていませんでした（再作成された可能性があります）。"
            f"レコードが確認できる鍵{selector}を設定しました。",
            "再作成の心当たりがない場合のみ、経緯を確認してください。",
            check[1],
            "SESが鍵を検証します。検証が完了するまで署名なしで送信される可能性があります。",
        ),
        ("SES does not verify a key", "SESの検証が完了しない場合"),
    )


def put_off(domain: str, event: dict[str, Any]) -> Message:
    selector = event["about"]
    check = by_status("that MAIL FROM is right", "MAIL FROMが正常")
    return Message(
        f"DKIM: the switch of {domain} to {selector} is put off",
        Text(
            f"SES was to get the key {selector}. While SES verifies it mail may leave unsigned, and then only SPF carries it. "
            "The MAIL FROM domain is not right, so SES keeps its key.",
            "have the MX and SPF records of the MAIL FROM domain put right.",
            check[0],
            "SES keeps its key, and this is tried again in the next quiet hour.",
        ),
        Text(
            f"SESに鍵{selector}を設定する予定でした。検証が完了するまで署名なしで送信される可能性があり、その間はSPFだけが頼りですが、"
            "MAIL FROMドメインに問題があるため、SESの鍵を変更していません。",
            "MAIL FROMドメインのMXレコードとSPFレコードを修正してください。",
            check[1],
            "SESの鍵はこのままで、次の静かな時間帯に再試行します。",
        ),
        ("The switch is put off", "切り替えが延期された場合"),
    )


def put_refused(domain: str, event: dict[str, Any]) -> Message:
    selector, code = event["about"], event["more"]
    check = by_status(f"that SES has {selector}", f"SESの鍵が{selector}")
    return Message(
        f"DKIM: SES refused the key {selector} of {domain}",
        Text(
            f"SES was to get the key {selector} and answered {code}. It has what it had before.",
            "read the log of the function ses-config-updater; look at the rights of its role if the answer is AccessDenied.",
            check[0],
            "the rotation tries again each hour, and tells it once a day.",
        ),
        Text(
            f"SESに鍵{selector}を設定しようとしましたが、{code}で拒否されました。SESの鍵は変更されていません。",
            "関数ses-config-updaterのログを確認してください。AccessDeniedの場合はロールの権限を確認してください。",
            check[1],
            "1時間ごとに再試行し、1日に1回お知らせします。",
        ),
        ("SES refuses a key", "SESが鍵を拒否する場合"),
    )


def foreign_key(domain: str, event: dict[str, Any]) -> Message:
    selector = "easy-dkim" if event["about"] == "None" else event["about"]
    words_en, words_ja = ("Easy DKIM", "Easy DKIM") if selector == "easy-dkim" else (f"the key {selector}", f"鍵{selector}")
    check = by_status("that SES has a key of this rotation", "SESに自動更新の管理対象の鍵")
    give = f"To give SES our key again: `{PUT_BACK}`. " if event["active"] else ""
    give_ja = f"自社の鍵に戻す場合は `{PUT_BACK}` を実行します。" if event["active"] else ""
    replace = f'sesame dkim rotate --replace {selector} --reason "…"'
    return Message(
        f"DKIM: SES has a key for {domain} that this rotation did not make",
        Text(
            f"SES has {words_en} for {domain}, which this rotation did not make and could not give back. It is not replaced.",
            f"{give}To let a new key replace it: `{replace}`.",
            check[0],
            "SES keeps it, and no key is rotated.",
        ),
        Text(
            f"SESの{domain}に、自動更新の管理対象外の鍵（{words_ja}）が設定されています。その鍵は後から元に戻せないため、変更しません。",
            f"{give_ja}新しい鍵に置き換えてよい場合は `{replace}` を実行します。",
            check[1],
            "SESの鍵はこのままで、鍵は更新されません。",
        ),
        ("A key that is not ours", "管理対象外の鍵"),
    )


def signing_off(domain: str, _event: dict[str, Any]) -> Message:
    command = f"aws sesv2 put-email-identity-dkim-attributes --email-identity {domain} --signing-enabled"
    check = by_status("that signing is on", "署名が有効")
    return Message(
        f"DKIM: signing is switched off for {domain}",
        Text(
            f"Somebody has switched DKIM signing off in SES for {domain}. The rotation leaves it as it is.",
            f"to switch it on: `{command}`.",
            check[0],
            "mail leaves unsigned, and no key is switched.",
        ),
        Text(
            f"SESで{domain}のDKIM署名が無効にされています。自動では変更しません。",
            f"有効にする場合は `{command}` を実行します。",
            check[1],
            "メールは署名なしで送信され、鍵の切り替えも行われません。",
        ),
        ("Signing is off", "署名が無効の場合"),
    )


def identity_missing(domain: str, _event: dict[str, Any]) -> Message:
    check = by_status("that SES has the domain", "SESにドメインがあること")
    return Message(
        f"DKIM: SES has no identity {domain}",
        Text(f"SES has no identity {domain}.", "launch the SES stack again, or find out who deleted it.", check[0], "no mail can be sent, and no key is rotated."),
        Text(f"SESに{domain}のアイデンティティがありません。", "SESスタックをデプロイし直すか、削除の経緯を確認してください。", check[1], "メールを送信できず、鍵も更新されません。"),
        ("The identity is missing", "アイデンティティがない場合"),
    )


def state_not_counted(domain: str, _event: dict[str, Any]) -> Message:
    return Message(
        f"DKIM: a change by hand of the state of {domain} does not count",
        Text(
            "The state parameter was changed by hand and kept its `revision`, so the change does not count. The state before it is used.",
            "to change it, write it without `revision` (docs/dkim-rotation.md, \"Editing by hand\").",
            f"`{STATUS_COMMAND}` shows the change.",
            "the state before the change stays.",
        ),
        Text(
            "状態パラメーターの手動変更は、`revision`が残っていたため無視されました。変更前の状態で続行します。",
            "変更する場合は、`revision`を取り除いて書き込んでください（docs/dkim-rotation.md）。",
            f"`{STATUS_COMMAND}` に変更が表示されること。",
            "変更前の状態のままです。",
        ),
        ("The state was changed by hand", "状態を手動で変更した場合"),
    )
