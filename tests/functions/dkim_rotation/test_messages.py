"""The mails: in both languages, for the right people, with everything that has to be done and nothing that is secret."""

import json
import logging
import re
from pathlib import Path

import pytest

from . import deployed, keys
from .world import World

VALUE = "A" * 392
KEY, OLD = "ses-20271025-2", "ses-20261125-1"
RECORD = {"state": "different", "hint": "cut-off", "servers_answered": 3, "servers_with_value": 1}
NOW = {
    "at": "2027-11-25T18:30:00Z", "holds": KEY, "ours": True, "status": "PENDING", "status_since": "2027-11-25T18:30:00Z",
    "signing_enabled": True, "record": RECORD, "signed": False, "unsigned_since": "2027-11-25T18:30:00Z", "carried_by": "spf",
    "waits_for": "ses", "until": None, "needs_person": False,
}  # fmt: skip
EVENT = {
    "about": KEY, "more": None, "public_key": VALUE, "active": OLD, "record": RECORD, "hold": None, "now": NOW,
    "next": {"trigger": "yearly", "due": "2027-11-25T00:00:00Z", "switch_from": "2027-11-25T18:00:00Z", "urgent": False, "seen": None},
    "retire": [{"selector": OLD, "retire_from": "2027-12-02T00:00:00Z"}], "next_rotation": "2028-10-25T00:00:00Z",
}  # fmt: skip
HOLD = {"why": "not-verified", "by": None, "at": "2027-11-26T18:30:00Z"}
FACTS = {
    "announce": {},
    "reminder": {"more": "3"},
    "overdue": {},
    "wrong-record": {},
    "record-missing": {},
    "delete-record": {"about": OLD, "active": KEY},
    "switched": {"next": None, "active": KEY},
    "verifying": {},
    "held": {"hold": HOLD},
    "rescued": {"about": OLD, "more": KEY},
    "restored": {"about": OLD, "hold": HOLD | {"why": "restored", "by": "hanako"}},
    "by-hand": {"about": OLD, "hold": HOLD | {"why": "by-hand"}},
    "reapplied": {},
    "put-off": {},
    "put-refused": {"more": "AccessDenied"},
    "foreign-key": {"about": "other", "public_key": None, "next": None},
    "signing-off": {"about": "goo.ne.jp"},
    "identity-missing": {"about": "goo.ne.jp"},
    "state-not-counted": {"about": "parameter"},
}
FOR_DNS = {"announce", "reminder", "overdue", "wrong-record", "delete-record", "record-missing"}
WITH_RECORD = FOR_DNS - {"delete-record"}
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
DOCS = Path(__file__).parents[3] / "docs"


def sent(kind: str, **facts: object) -> dict:
    world = World()
    event = {"kind": kind, **EVENT, **FACTS[kind], **facts}
    world.aws.functions[deployed.FUNCTIONS["NotificationManager"]](event, None)
    [mail] = world.aws.mails
    return mail


def test_every_kind_is_tested():
    assert set(FACTS) == set(deployed.load("NotificationManager").MESSAGES)


@pytest.mark.parametrize("kind", FACTS)
class TestEveryMail:
    def test_is_in_both_languages_english_first(self, kind):
        english, japanese, *_ = sent(kind)["text"].split("-" * 60)
        assert JAPANESE.search(japanese)
        assert not JAPANESE.search(english) and len(english.split()) > 8

    def test_has_the_same_parts_in_the_same_order(self, kind):
        english, japanese, *_ = sent(kind)["text"].split("-" * 60)
        for text, parts in (
            (english, ["What to do: ", "How to check: ", "If nothing is done: ", "At 2027-11-26 03:30 JST: ", "Runbook: "]),
            (japanese, ["対応：", "確認方法：", "対応しない場合：", "2027-11-26 03:30 JST時点の状況：", "手順書："]),
        ):
            places = [text.index(f"\n{part}") for part in parts]
            assert places == sorted(places) and all(text.count(f"\n{part}") == 1 for part in parts)

    def test_japanese_has_its_own_punctuation(self, kind):
        japanese = re.sub(r"`[^`]*`", "", sent(kind)["text"].split("-" * 60)[1])
        assert not re.search(r"[(),;:!?](?![0-9])", re.sub(r"[A-Za-z0-9]+[:/.,][A-Za-z0-9/.]+", "", japanese)), japanese
        for wrong in ("自動化が管理", "予告は", "署名は継続", "終わるまで署名", "戻すことができない"):
            assert wrong not in japanese

    def test_names_a_section_of_both_runbooks(self, kind):
        text = sent(kind)["text"]
        english, japanese = re.search(r'runbook-dkim.md, "(.+)"', text)[1], re.search(r"runbook-dkim.ja.md「(.+)」", text)[1]
        assert f"\n## {english}\n" in (DOCS / "runbook-dkim.md").read_text(encoding="utf-8")
        assert f"\n## {japanese}\n" in (DOCS / "runbook-dkim.ja.md").read_text(encoding="utf-8")

    def test_promises_nothing_of_ses(self, kind):
        text = sent(kind)["text"]
        assert "Until SES says SUCCESS mail may leave unsigned" in text and "検証が完了するまで署名なしで送信される可能性" in text
        assert "Mail is signed" not in text and "メールは署名されています" not in text

    def test_says_which_environment_and_which_domain(self, kind):
        mail = sent(kind)
        assert mail["subject"].startswith("[ses-prod] DKIM: ") and "goo.ne.jp" in mail["subject"]
        assert mail["text"].endswith("-- ses-prod\n") and "\n\n\n" not in mail["text"] and "None" not in mail["text"]
        assert mail["topic"] == "arn:aws:sns:ap-northeast-1:123456789012:ses-prod-alerts"

    def test_reaches_who_has_to_act(self, kind):
        assert sent(kind)["audience"] == ("dns-administrators" if kind in FOR_DNS else "administrators")

    def test_has_the_record_in_every_form_if_it_asks_for_one(self, kind):
        text = sent(kind)["text"]
        forms = ("Name  : ses-20271025-2._domainkey.goo.ne.jp", "Type  : TXT", "[BIND]", "[Route 53]", "dig +short TXT ")
        assert [form in text for form in forms] == [kind in WITH_RECORD] * 5 or kind == "delete-record"
        assert all(len(part) <= 255 for part in re.findall(r'"([^"\\{}]*)"', text))


def test_an_announcement_says_by_when_and_what_if_not():
    text = sent("announce")["text"]
    for part in (
        "2027-11-25 09:00 JSTまでに", "by 2027-11-25 09:00 JST", "対応しない場合：SESの鍵は", "If nothing is done: SES keeps the key",
        "at 2027-11-26 03:00 JST at the earliest", f"Do not delete {OLD}._domainkey.goo.ne.jp",
    ):  # fmt: skip
        assert part in text
    urgent = EVENT["next"] | {"urgent": True, "trigger": "by-hand"}
    assert "URGENT" not in text and "URGENT" in sent("announce", next=urgent)["text"]
    assert "SES gets no key of our own" in sent("announce", active=None)["text"]


def test_the_mail_about_the_old_record_names_it_and_the_one_to_keep():
    text = sent("delete-record")["text"]
    assert f"Name  : {OLD}._domainkey.goo.ne.jp\nType  : TXT" in text and f"dig +short TXT {OLD}" in text
    assert "CNAME" not in text
    assert f"Do not delete {KEY}._domainkey.goo.ne.jp" in text


def test_a_foreign_key_has_its_commands():
    for about, command in (("other", "--replace other"), ("None", "--replace easy-dkim")):
        text = sent("foreign-key", about=about)["text"]
        assert f'`sesame dkim rotate {command} --reason "…"`' in text and "`sesame dkim restore`" in text and "{" not in text


@pytest.mark.parametrize(
    ("now", "english", "japanese"),
    [
        ({}, "Until SES says SUCCESS mail may leave unsigned (so since 2027-11-26 03:30 JST). SPF carries it", "SPF（MAIL FROMドメイン）は検証済み"),
        ({"signed": True, "status": "SUCCESS", "carried_by": "dkim"}, "Mail is signed.", "メールは署名されています。"),
        ({"signing_enabled": False}, "Signing is switched off: mail leaves unsigned", "署名が無効のため"),
        ({"carried_by": None}, "Nothing is seen that carries it instead", "代わりにDMARCを合格させるもの"),
        ({"holds": "easy-dkim", "record": None}, "SES has Easy DKIM and says PENDING since", "SESにはEasy DKIMが設定されており"),
        ({"holds": None}, "SES has no identity for this domain", "アイデンティティがなく"),
        ({"status_since": None}, "says PENDING. ", "状態はPENDINGです。"),
    ],
)
def test_the_situation_says_what_was_seen_and_no_more(now, english, japanese):
    text = sent("verifying", now=NOW | now)["text"]
    assert english in text and japanese in text
    assert ("Mail is signed." in text) is bool(now.get("signed"))


@pytest.mark.parametrize(
    ("published", "hint"),
    [
        ([], "there is no TXT record"),
        (["p=" + "B" * 392], "another one"),
        (["p=" + "A" * 253], "cut off"),
        (["A" * 139], "first part"),
        (["p=" + "A" * 253 + " " + "A" * 139], "quotes or spaces"),
        (['"p=' + "A" * 253 + '" "' + "A" * 139 + '"'], "quotes or spaces"),
        (["v=DKIM1; k=rsa; p=" + "A" * 392], "tags in front"),
        (["p=" + "A" * 392, "other"], "second TXT record"),
    ],
)
def test_the_usual_mistakes_are_named(published, hint):
    monitor = deployed.load("ValidationMonitor")
    world = World()
    world.dns.txt[f"{KEY}._domainkey.goo.ne.jp"] = published
    record = monitor.look_up(world.dns.zone_of(monitor)("x"), "goo.ne.jp", {"selector": KEY, "public_key": VALUE})
    assert record["state"] == ("different" if published else "absent")
    assert hint in sent("wrong-record", record=record)["text"]


def test_a_cname_and_a_record_on_some_servers_are_mistakes_too():
    monitor, world = deployed.load("ValidationMonitor"), World(servers=2)
    name, key = f"{KEY}._domainkey.goo.ne.jp", {"selector": KEY, "public_key": VALUE}
    world.dns.aliases = {name}
    record = monitor.look_up(world.dns.zone_of(monitor)("x"), "goo.ne.jp", key)
    assert record["state"] == "different" and "is a CNAME" in sent("wrong-record", record=record)["text"]
    world.dns.aliases = set()
    world.dns.behind = {"ns1.example.net": {}}
    world.dns.txt[name] = [f"p={VALUE}"]
    record = monitor.look_up(world.dns.zone_of(monitor)("x"), "goo.ne.jp", key)
    mail = sent("record-missing", record=record)
    assert record["state"] == "split" and "not right on every server" in mail["subject"] and "1 of the 2" in mail["text"]


def test_an_unknown_kind_is_refused():
    world = World()
    with pytest.raises(ValueError, match="unknown kind"):
        world.aws.functions[deployed.FUNCTIONS["NotificationManager"]]({"kind": "hello"}, None)


def test_a_private_key_is_nowhere_but_in_its_secret_and_in_ses(caplog):
    """Logs with everything that they carry, mails, state, and what the functions say to each other, also when they fail."""
    world = World()
    for module in world.modules.values():
        module.LOG.setLevel(logging.DEBUG)
    said: list[str] = []
    invoke = world.aws.lambda_invoke

    def listening(**parameters):
        answer = invoke(**parameters)
        body = answer["Payload"].read()
        answer["Payload"].seek(0)
        said.extend([parameters["Payload"].decode(), body.decode()])
        return answer

    world.aws.lambda_invoke = listening
    with caplog.at_level(logging.DEBUG):
        world.first_rotation()
        world.call(action="rotate-now", by="hanako", reason="test")
        world.publish()
        world.aws.ses.is_blind = True
        world.hours(3)
        world.call(action="rotate-now", by="hanako", reason="test", discard_next=True)
        world.publish()
        selector = world.stored()["next"]["selector"]
        secret = world.aws.secrets[f"/ses/prod/dkim/goo.ne.jp/{selector}"]
        right = secret["value"]
        secret["value"] = json.dumps({"selector": selector, "private_key": "not a key, but secret-canary"})
        world.days(1)
        assert any("does not hold its key" in failure for failure in world.failures)
        secret["value"] = right
    everything = said + [json.dumps(mail, default=str) for mail in world.aws.mails] + world.aws.parameters["/ses/prod/dkim/goo.ne.jp"]
    everything += [str(record.__dict__) for record in caplog.records] + world.failures
    assert len(everything) > 100
    for number in range(world.aws.pairs_made):
        private = keys.base64.b64encode(keys.pair(number)[0]).decode()
        assert any(private in secret["value"] for secret in world.aws.secrets.values())
        assert not any(private[40:120] in text for text in everything)
    assert not any("secret-canary" in text for text in everything)
