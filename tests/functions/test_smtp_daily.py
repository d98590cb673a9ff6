"""The daily check of the SMTP credentials: which key is turned off and when, what people are told, what is measured."""

import json

import pytest

from .smtp_aws import FakeAws, Rotation


@pytest.fixture(autouse=True)
def second_rotation(rotation: Rotation, smtp_aws: FakeAws) -> None:
    """Mail servers that use the first pair, and a second one that has just been made."""
    rotation.rotate()
    smtp_aws.wait(hours=5)
    smtp_aws.adopt()
    rotation.daily()
    smtp_aws.wait(days=90)
    smtp_aws.use()
    assert rotation.rotate()
    smtp_aws.mails.clear()


def day_by_day(rotation: Rotation, aws: FakeAws, days: int, *, mail: bool = True) -> None:
    for _ in range(days):
        aws.wait(days=1)
        if mail:
            aws.use()
        rotation.daily()


def subjects(aws: FakeAws) -> list[str]:
    return [subject.removeprefix("ses-prod: ") for subject, _ in aws.mails]


class TestHandOver:
    def test_the_old_key_is_turned_off_a_week_after_its_last_login(self, rotation: Rotation, smtp_aws: FakeAws):
        old = smtp_aws.servers
        smtp_aws.wait(days=2)
        smtp_aws.adopt()
        day_by_day(rotation, smtp_aws, 4)
        assert smtp_aws.keys[old]["Status"] == "Active"
        day_by_day(rotation, smtp_aws, 4)
        assert smtp_aws.keys[old]["Status"] == "Inactive"
        assert subjects(smtp_aws)[-1] == "old SMTP credentials turned off"
        [command] = {line for line in smtp_aws.mails[-1][1].splitlines() if "update-access-key" in line}
        assert old in command and command.endswith("--status Active")
        assert smtp_aws.metrics["SmtpHandOverDays"] == 0

    def test_two_mail_servers_of_which_one_is_forgotten(self, rotation: Rotation, smtp_aws: FakeAws):
        old = smtp_aws.servers
        smtp_aws.wait(days=1)
        for _ in range(60):
            smtp_aws.wait(days=1)
            smtp_aws.use(smtp_aws.pair()["username"])  # the other one
            smtp_aws.use(old)
            rotation.daily()
        assert smtp_aws.keys[old]["Status"] == "Active"
        assert smtp_aws.metrics["SmtpHandOverDays"] == 61

    def test_people_are_reminded(self, rotation: Rotation, smtp_aws: FakeAws):
        day_by_day(rotation, smtp_aws, 15)
        assert subjects(smtp_aws) == ["old SMTP credentials still in use, due 2026-04-12"] * 5  # 1, 3, 5, 7 and 14
        assert "(14 days)" in smtp_aws.mails[-1][1] and "（14日経過）" in smtp_aws.mails[-1][1]

    def test_once_a_day_however_often_it_runs(self, rotation: Rotation, smtp_aws: FakeAws):
        smtp_aws.wait(days=1)
        smtp_aws.use()
        for _ in range(3):
            rotation.daily()
        assert len(smtp_aws.mails) == 1

    def test_its_own_login_is_no_use_of_the_new_key(self, rotation: Rotation, smtp_aws: FakeAws):
        """testSecret has logged in with it, so that IAM says it was used."""
        new = smtp_aws.pair()["username"]
        assert smtp_aws.keys[new]["uses"]
        day_by_day(rotation, smtp_aws, 8)
        assert smtp_aws.metrics["SmtpHandOverDays"] == 8
        assert smtp_aws.keys[smtp_aws.servers]["Status"] == "Active"

    def test_where_nobody_sends_the_old_key_goes_after_the_grace_period(self, rotation: Rotation, smtp_aws: FakeAws):
        old, smtp_aws.servers = smtp_aws.servers, None
        day_by_day(rotation, smtp_aws, 29, mail=False)
        assert smtp_aws.keys[old]["Status"] == "Active"
        day_by_day(rotation, smtp_aws, 2, mail=False)
        assert smtp_aws.keys[old]["Status"] == "Inactive"

    def test_a_key_in_use_is_kept_after_the_grace_period(self, rotation: Rotation, smtp_aws: FakeAws):
        day_by_day(rotation, smtp_aws, 100)
        assert smtp_aws.keys[smtp_aws.servers]["Status"] == "Active"
        assert not rotation.rotate(tries=3)
        assert smtp_aws.keys[smtp_aws.servers]["Status"] == "Active"

    def test_the_next_rotation_deletes_what_was_turned_off(self, rotation: Rotation, smtp_aws: FakeAws):
        old = smtp_aws.servers
        smtp_aws.adopt()
        day_by_day(rotation, smtp_aws, 90)
        assert rotation.rotate()
        assert old not in smtp_aws.keys and len(smtp_aws.keys) == 2

    def test_people_turned_it_on_again(self, rotation: Rotation, smtp_aws: FakeAws):
        """A forgotten mail server came back: its key is in use again, and stays."""
        old = smtp_aws.servers
        smtp_aws.adopt()
        day_by_day(rotation, smtp_aws, 10)
        assert smtp_aws.keys[old]["Status"] == "Inactive"
        smtp_aws.keys[old]["Status"], smtp_aws.servers = "Active", old
        day_by_day(rotation, smtp_aws, 40)
        assert smtp_aws.keys[old]["Status"] == "Active"


    def test_nothing_is_turned_off_that_nobody_can_be_told_of(self, rotation: Rotation, smtp_aws: FakeAws):
        old = smtp_aws.servers
        smtp_aws.adopt()
        day_by_day(rotation, smtp_aws, 5)
        assert smtp_aws.keys[old]["Status"] == "Active" and "turned off on" in smtp_aws.mails[-1][1]
        smtp_aws.wait(days=5)
        smtp_aws.topic_exists = False
        with pytest.raises(Exception, match="NotFound"):
            rotation.daily()
        assert smtp_aws.keys[old]["Status"] == "Active"

    def test_nothing_is_deleted_that_was_not_turned_off_before(self, rotation: Rotation, smtp_aws: FakeAws):
        old = smtp_aws.servers
        smtp_aws.adopt()
        smtp_aws.wait(days=90)
        smtp_aws.use()
        assert not rotation.rotate(tries=2)
        assert smtp_aws.keys[old]["Status"] == "Active"
        day_by_day(rotation, smtp_aws, 4)
        assert rotation.rotate() and old not in smtp_aws.keys


class TestProblems:
    def problems(self, rotation: Rotation, aws: FakeAws) -> str:
        rotation.daily()
        assert aws.metrics["SmtpCredentialsHealthy"] == 0
        return next(message for subject, message in aws.mails if "need attention" in subject)

    def test_none(self, rotation: Rotation, smtp_aws: FakeAws):
        rotation.daily()
        assert smtp_aws.metrics["SmtpCredentialsHealthy"] == 1 and smtp_aws.mails == []

    def test_the_current_key_was_deleted(self, rotation: Rotation, smtp_aws: FakeAws):
        del smtp_aws.keys[smtp_aws.pair()["username"]]
        message = self.problems(rotation, smtp_aws)
        assert "mail servers cannot log in" in message and "ログインできません" in message

    def test_the_current_key_was_turned_off(self, rotation: Rotation, smtp_aws: FakeAws):
        smtp_aws.keys[smtp_aws.pair()["username"]]["Status"] = "Inactive"
        assert "missing or inactive" in self.problems(rotation, smtp_aws)

    def test_the_secret_was_overwritten(self, rotation: Rotation, smtp_aws: FakeAws):
        [current] = [version for version in smtp_aws.versions.values() if "AWSCURRENT" in version["stages"]]
        current["value"] = json.dumps({"username": "", "password": "", "placeholder": "y"})
        assert "holds no credentials" in self.problems(rotation, smtp_aws)
        assert {key["Status"] for key in smtp_aws.keys.values()} == {"Active"}

    def test_rotation_was_switched_off(self, rotation: Rotation, smtp_aws: FakeAws):
        smtp_aws.secret["RotationEnabled"] = False
        assert "Rotation of the secret is switched off" in self.problems(rotation, smtp_aws)

    def test_a_rotation_that_does_not_end(self, rotation: Rotation, smtp_aws: FakeAws):
        smtp_aws.begin_rotation()
        rotation.daily()
        assert smtp_aws.metrics["SmtpCredentialsHealthy"] == 1  # it may have begun just now
        smtp_aws.wait(days=1)
        message = self.problems(rotation, smtp_aws)
        assert "not finished" in message and "完了していません" in message

    def test_one_rotation_after_the_other_is_no_problem(self, rotation: Rotation, smtp_aws: FakeAws):
        smtp_aws.begin_rotation()
        rotation.daily()
        smtp_aws.abandon_rotation()
        smtp_aws.wait(days=1)
        smtp_aws.begin_rotation()
        rotation.daily()
        assert smtp_aws.metrics["SmtpCredentialsHealthy"] == 1

    def test_a_key_made_by_hand_is_reported_and_never_touched(self, rotation: Rotation, smtp_aws: FakeAws):
        old = smtp_aws.servers
        smtp_aws.adopt()
        day_by_day(rotation, smtp_aws, 10)
        del smtp_aws.keys[old]
        by_hand = smtp_aws.make_key()
        assert by_hand[-4:] in self.problems(rotation, smtp_aws)
        day_by_day(rotation, smtp_aws, 100)
        assert smtp_aws.keys[by_hand]["Status"] == "Active"
        assert not rotation.rotate(tries=3)
        assert by_hand in smtp_aws.keys

    def test_the_state_was_deleted(self, rotation: Rotation, smtp_aws: FakeAws):
        """What the labels of the versions say is enough."""
        old = smtp_aws.servers
        smtp_aws.adopt()
        smtp_aws.parameters.clear()
        day_by_day(rotation, smtp_aws, 91)
        assert old in smtp_aws.keys
        assert rotation.rotate() and old not in smtp_aws.keys

    @pytest.mark.parametrize("broken", ["", "no json", "[]", "{}"])
    def test_the_state_is_broken(self, rotation: Rotation, smtp_aws: FakeAws, broken: str):
        smtp_aws.parameters = dict.fromkeys(smtp_aws.parameters, broken)
        rotation.daily()
        assert set(smtp_aws.state()["keys"]) == {smtp_aws.pair()["username"]}

    def test_people_went_back_to_the_old_pair(self, rotation: Rotation, smtp_aws: FakeAws):
        """They moved AWSCURRENT by hand: the newer key is now the one that goes."""
        newer = smtp_aws.pair()["username"]
        smtp_aws.adopt()
        current, previous = (
            next(version for version in smtp_aws.versions.values() if stage in version["stages"])
            for stage in ("AWSCURRENT", "AWSPREVIOUS")
        )
        current["stages"], previous["stages"] = ["AWSPREVIOUS"], ["AWSCURRENT"]
        smtp_aws.adopt()
        day_by_day(rotation, smtp_aws, 9)
        assert smtp_aws.keys[newer]["Status"] == "Inactive"
        assert rotation.rotate() and newer not in smtp_aws.keys


def test_metrics(rotation: Rotation, smtp_aws: FakeAws):
    smtp_aws.wait(days=9, hours=12)
    rotation.daily()
    assert set(smtp_aws.metrics) == set(rotation.module.METRICS)
    assert smtp_aws.metrics == {
        "SmtpCredentialsHealthy": 1,
        "SmtpCredentialsAgeDays": 9.5,
        "SmtpDaysUntilRotation": 80.5,
        "SmtpHandOverDays": 9,
    }


def test_metrics_before_the_first_rotation(rotation: Rotation, smtp_aws: FakeAws):
    empty = FakeAws()
    rotation.module.client = empty.client
    smtp_aws.now = empty.now
    rotation.daily()
    assert empty.metrics["SmtpCredentialsHealthy"] == 0 and empty.metrics["SmtpCredentialsAgeDays"] == 0
