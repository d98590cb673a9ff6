"""The mails: in both languages, for the right people, with everything that has to be done and nothing that is secret."""

import json
import logging
import re

import pytest

from . import deployed, keys
from .world import World

VALUE = "A" * 392
KEY = {"selector": "ses-20271025-2", "public_key": VALUE}
OLD = {"selector": "ses-20261125-1", "public_key": VALUE}
NEW_FACTS = {
    "key": KEY, "trigger": "yearly", "leaked": False, "due": "2027-11-25T00:00:00Z", "switch_from": "2027-11-25T00:00:00Z",
    "active": "ses-20261125-1",
}  # fmt: skip
RECORD = {"hint": "cut-off", "servers_answered": 3, "servers_with_value": 1}
FACTS = {
    "announce": NEW_FACTS,
    "reminder": NEW_FACTS | {"days": 3},
    "overdue": NEW_FACTS,
    "wrong-record": NEW_FACTS | {"record": RECORD},
    "switched": {"key": KEY, "old": "ses-20261125-1", "retire_from": "2027-12-02T00:00:00Z", "next_rotation": "2028-10-25T00:00:00Z"},
    "switch-failed": NEW_FACTS | {"outcome": "old", "status": "PENDING", "error": None},
    "delete-record": {"key": OLD, "active": "ses-20271025-2"},
    "restored": {"key": OLD, "lost": KEY, "due": "2027-12-02T00:00:00Z"},
    "reapplied": {"key": KEY},
    "record-missing": {"key": KEY, "record": RECORD},
    "foreign-key": {"selector": "other"},
    "identity-missing": {},
    "state-not-counted": {},
}
FOR_DNS = {"announce", "reminder", "overdue", "wrong-record", "delete-record", "record-missing", "restored"}
WITH_RECORD = FOR_DNS - {"delete-record"}


def sent(kind: str, **facts: object) -> dict:
    world = World()
    world.aws.functions[deployed.FUNCTIONS["NotificationManager"]]({"kind": kind, **FACTS[kind], **facts}, None)
    [mail] = world.aws.mails
    return mail


def test_every_kind_is_tested():
    assert set(FACTS) == set(deployed.load("NotificationManager").MESSAGES)


@pytest.mark.parametrize("kind", FACTS)
class TestEveryMail:
    def test_is_in_both_languages(self, kind):
        japanese, english, *_ = sent(kind)["text"].split("-" * 64)
        assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", japanese)
        assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", english) and len(english.split()) > 8

    def test_says_which_environment_and_which_domain(self, kind):
        mail = sent(kind)
        assert mail["subject"].startswith("[ses-prod] DKIM: ") and "goo.ne.jp" in mail["subject"]
        assert mail["text"].endswith("-- ses-prod\n") and "\n\n\n" not in mail["text"]
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
        "2027-11-25 09:00 JST までに", "by 2027-11-25 09:00 JST", "登録されない場合", "If nothing is done: mail goes on being signed",
        "ses-20261125-1._domainkey.goo.ne.jp は、まだ削除しないでください", "do not delete the present record",
    ):  # fmt: skip
        assert part in text
    assert "URGENT" not in text and "URGENT" in sent("announce", leaked=True)["text"]
    assert "without a DKIM signature" in sent("announce", active=None, trigger="first")["text"]


def test_the_mail_about_the_old_record_names_it_and_the_one_to_keep():
    text = sent("delete-record")["text"]
    assert "Name  : ses-20261125-1._domainkey.goo.ne.jp\nType  : TXT" in text and "dig +short TXT ses-20261125-1" in text
    assert "CNAME" not in text
    assert "do not delete ses-20271025-2._domainkey.goo.ne.jp" in text


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
    world.dns.txt[f"{KEY['selector']}._domainkey.goo.ne.jp"] = published
    record = monitor.look_up(world.dns.zone_of(monitor)("x"), "goo.ne.jp", KEY)
    assert record["state"] == ("different" if published else "absent")
    assert hint in sent("wrong-record", record=record)["text"]


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
        world.aws.ses_is_blind = True
        world.hours(3)
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
