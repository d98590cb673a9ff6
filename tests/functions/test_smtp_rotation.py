"""The four steps of the rotation of the SMTP credentials, one at a time, and what they refuse."""

import base64
import json

import pytest

from .smtp_aws import REGION, SECRET_ARN, SECRET_NAME, FakeAws, Rotation, independent_password

EXAMPLE_SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize(
    ("region", "password"),
    [
        ("us-east-1", "BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9"),
        ("ap-northeast-1", "BEBMrlH2tcrvRtSfkd6WbOlpfHSCPAV60ZayJ9ZqHS5c"),
    ],
)
def test_password_of_the_published_algorithm(rotation: Rotation, region: str, password: str):
    assert rotation.module.smtp_password(EXAMPLE_SECRET, region) == password
    assert independent_password(EXAMPLE_SECRET, region) == password


class TestFirstRotation:
    def test_fills_the_secret(self, rotation: Rotation, smtp_aws: FakeAws):
        assert rotation.rotate()
        [(id, key)] = smtp_aws.keys.items()
        assert smtp_aws.pair() == {
            "username": id,
            "password": independent_password(key["secret"]),
            "endpoint": "email-smtp.ap-northeast-1.amazonaws.com",
            "port": 587,
        }
        assert key["Status"] == "Active"

    def test_tells_people_how_to_fetch_it_and_never_what_it_is(self, rotation: Rotation, smtp_aws: FakeAws):
        rotation.rotate()
        [(subject, message)] = smtp_aws.mails
        assert subject == "ses-prod: new SMTP credentials, due 2026-01-12"
        assert f"--secret-id {SECRET_NAME} " in message and f"--region {REGION}" in message
        assert "To be done by:     2026-01-12" in message and "対応期限：　　　　　2026-01-12" in message
        assert "If nothing is done, the mail servers cannot send." in message and "送信できません" in message
        assert "old" not in message and "古い" not in message
        [key] = smtp_aws.keys.values()
        assert key["secret"] not in message and smtp_aws.pair()["password"] not in message

    def test_without_a_topic_yet_the_daily_check_tells_them(self, rotation: Rotation, smtp_aws: FakeAws):
        """The SES stack is launched before the monitoring stack."""
        smtp_aws.topic_exists = False
        assert rotation.rotate()
        smtp_aws.topic_exists = True
        smtp_aws.wait(hours=9)
        rotation.daily()
        rotation.daily()
        assert [subject for subject, _ in smtp_aws.mails] == ["ses-prod: new SMTP credentials, due 2026-01-12"]

    def test_leaves_a_state_without_secrets(self, rotation: Rotation, smtp_aws: FakeAws):
        rotation.rotate()
        [(id, key)] = smtp_aws.keys.items()
        state = smtp_aws.state()
        assert state["attempt"] is None and set(state["keys"]) == {id}
        assert key["secret"] not in json.dumps(state) and smtp_aws.pair()["password"] not in json.dumps(state)


class TestRotation:
    @pytest.fixture(autouse=True)
    def first(self, rotation: Rotation, smtp_aws: FakeAws):
        rotation.rotate()
        smtp_aws.wait(hours=5)
        smtp_aws.adopt()
        smtp_aws.wait(days=90)
        smtp_aws.use()
        smtp_aws.mails.clear()

    def test_the_old_key_goes_on_working(self, rotation: Rotation, smtp_aws: FakeAws):
        old = smtp_aws.servers
        assert rotation.rotate()
        assert smtp_aws.pair("AWSPREVIOUS")["username"] == old
        assert {id: key["Status"] for id, key in smtp_aws.keys.items()} == {
            old: "Active",
            smtp_aws.pair()["username"]: "Active",
        }

    def test_each_step_twice(self, rotation: Rotation, smtp_aws: FakeAws):
        token = smtp_aws.begin_rotation()
        for name in ("createSecret", "setSecret", "testSecret", "finishSecret"):
            rotation.step(name, token)
            rotation.step(name, token)
        assert len(smtp_aws.keys) == 2 and len(smtp_aws.mails) == 1
        rotation.once(token)
        assert len(smtp_aws.keys) == 2 and len(smtp_aws.mails) == 1

    def test_steps_are_also_called_in_snake_case(self, rotation: Rotation, smtp_aws: FakeAws):
        token = smtp_aws.begin_rotation()
        for name in ("create_secret", "set_secret", "test_secret", "finish_secret"):
            rotation.step(name, token)
        assert smtp_aws.versions[token]["stages"] == ["AWSCURRENT"]

    @pytest.mark.parametrize("name", ["finishSecret"])
    def test_nothing_is_switched_before_there_is_a_pair(self, rotation: Rotation, smtp_aws: FakeAws, name: str):
        before = smtp_aws.pair()
        with pytest.raises(RuntimeError, match="no pending pair"):
            rotation.step(name, smtp_aws.begin_rotation())
        assert smtp_aws.pair() == before

    def test_the_try_out_of_a_schedule_that_does_not_rotate_at_once(self, rotation: Rotation, smtp_aws: FakeAws):
        """Secrets Manager calls testSecret alone: with an empty version, or with a copy of the current one."""
        token = smtp_aws.begin_rotation()
        rotation.step("testSecret", token)
        smtp_aws.versions[token]["value"] = json.dumps(smtp_aws.pair())
        rotation.step("testSecret", token)
        smtp_aws.keys[smtp_aws.servers]["Status"], smtp_aws.servers = "Inactive", None
        with pytest.raises(RuntimeError, match="current credentials is not active"):
            rotation.step("testSecret", token)

    def test_a_pending_key_that_somebody_deleted(self, rotation: Rotation, smtp_aws: FakeAws):
        token = smtp_aws.begin_rotation()
        rotation.step("createSecret", token)
        del smtp_aws.keys[smtp_aws.pair("AWSPENDING")["username"]]
        for name in ("testSecret", "finishSecret"):
            with pytest.raises(RuntimeError):
                rotation.step(name, token)
        smtp_aws.wait(hours=2)
        with pytest.raises(RuntimeError, match="start the rotation again"):
            rotation.step("createSecret", token)
        assert "A rotation was given up" in smtp_aws.mails[-1][1] and "ローテーションを中止" in smtp_aws.mails[-1][1]
        # The next rotation starts anew.
        assert rotation.rotate()
        assert smtp_aws.begin_rotation() != token

    def test_a_new_key_that_iam_does_not_list_yet(self, rotation: Rotation, smtp_aws: FakeAws):
        """IAM User Guide, "Changes that I make are not always immediately visible": the rotation goes on later."""
        before, list_keys = set(smtp_aws.keys), smtp_aws.iam_list_access_keys
        token = smtp_aws.begin_rotation()
        rotation.step("createSecret", token)
        smtp_aws.iam_list_access_keys = lambda UserName: {
            "AccessKeyMetadata": [k for k in list_keys(UserName)["AccessKeyMetadata"] if k["AccessKeyId"] in before],
            "IsTruncated": False,
        }
        with pytest.raises(RuntimeError, match="does not show the new access key yet"):
            rotation.step("createSecret", token)
        smtp_aws.iam_list_access_keys = list_keys
        smtp_aws.wait(minutes=20)
        assert rotation.rotate() and smtp_aws.versions[token]["stages"] == ["AWSCURRENT"]

    def test_a_key_that_the_endpoint_refuses_is_not_switched_to(self, rotation: Rotation, smtp_aws: FakeAws, monkeypatch):
        before = smtp_aws.pair()
        monkeypatch.setattr(rotation.module, "login", lambda pair: pair == before)
        assert not rotation.rotate(tries=3)
        assert smtp_aws.pair() == before and len(smtp_aws.keys) == 2

    @pytest.mark.parametrize("answer", [None, False], ids=["no answer", "everybody is refused"])
    def test_a_place_that_cannot_log_in_does_not_stop_the_rotation(self, rotation, smtp_aws, monkeypatch, caplog, answer):
        monkeypatch.setattr(rotation.module, "login", lambda pair: answer)
        assert rotation.rotate()
        assert "login not possible from here" in caplog.text

    def test_a_key_that_iam_does_not_know_everywhere_yet(self, rotation: Rotation, smtp_aws: FakeAws, monkeypatch):
        answers = [False, False, True]
        monkeypatch.setattr(rotation.module, "login", lambda pair: answers.pop(0))
        assert rotation.rotate() and answers == []

    def test_a_password_that_was_changed_by_hand(self, rotation: Rotation, smtp_aws: FakeAws):
        token = smtp_aws.begin_rotation()
        rotation.step("createSecret", token)
        pair = smtp_aws.pair("AWSPENDING") | {"password": base64.b64encode(b"something else").decode()}
        smtp_aws.versions[token]["value"] = json.dumps(pair)
        with pytest.raises(ValueError, match="not one that SES could accept"):
            rotation.step("testSecret", token)


class TestRefusals:
    def event(self, token: str, **changes: str) -> dict[str, str]:
        return {"Step": "createSecret", "SecretId": SECRET_ARN, "ClientRequestToken": token} | changes

    @pytest.mark.parametrize("step", ["createSecret", "setSecret", "testSecret", "finishSecret"])
    def test_another_secret(self, rotation: Rotation, smtp_aws: FakeAws, step: str):
        """Its permission names the account alone, so Secrets Manager may call it for any secret."""
        event = self.event(smtp_aws.begin_rotation(), Step=step, SecretId=SECRET_ARN + "x")
        before = len(smtp_aws.calls)
        with pytest.raises(PermissionError):
            rotation.module.handler(event, None)
        assert smtp_aws.calls[before:] == ["secretsmanager.describe_secret"]

    def test_the_secret_by_its_name(self, rotation: Rotation, smtp_aws: FakeAws):
        rotation.module.handler(self.event(smtp_aws.begin_rotation(), SecretId=SECRET_NAME), None)

    def test_a_version_that_does_not_exist(self, rotation: Rotation):
        with pytest.raises(ValueError, match="no such version"):
            rotation.module.handler(self.event("00000000-0000-0000-0000-000000000000"), None)

    def test_a_version_that_is_not_pending(self, rotation: Rotation, smtp_aws: FakeAws):
        token = smtp_aws.begin_rotation()
        smtp_aws.versions[token]["stages"] = ["MINE"]
        with pytest.raises(ValueError, match="AWSPENDING"):
            rotation.module.handler(self.event(token), None)

    def test_rotation_that_is_switched_off(self, rotation: Rotation, smtp_aws: FakeAws):
        smtp_aws.secret["RotationEnabled"] = False
        with pytest.raises(ValueError, match="switched off"):
            rotation.module.handler(self.event(smtp_aws.begin_rotation()), None)

    @pytest.mark.parametrize("event", [{}, {"Step": "dropSecret"}, {"task": "weekly"}])
    def test_what_is_no_step(self, rotation: Rotation, smtp_aws: FakeAws, event: dict[str, str]):
        with pytest.raises(KeyError):
            rotation.module.handler(event, None)
        assert smtp_aws.calls == []
