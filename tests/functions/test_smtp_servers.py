"""Mail servers as there are: one reads the secret daily, one when it is told, a standby once a month.

What must hold whoever moves AWSCURRENT, and whatever IAM shows: the pair that a server read last works until the server's
people were told of its end, and the quiet period is over.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from .smtp_aws import FakeAws, Rotation

QUIET = timedelta(days=7)
IAM_ROUNDS = timedelta(minutes=15)


@dataclass
class Server:
    """A mail server, which logs in every `pause` days and reads the secret as its people do."""

    reads: str  # "daily", "when told" or "monthly"
    pause: int
    pair: str = ""
    read_at: datetime | None = None
    used_at: datetime | None = None


class World(FakeAws):
    """An AWS that looks, whenever a key ends, at every server that has it."""

    def __init__(self) -> None:
        super().__init__()
        self.all_servers: list[Server] = []
        self.told: dict[str, datetime] = {}  # when people were last told of the end of a key

    def sns_publish(self, TopicArn: str, Subject: str, Message: str) -> Any:
        if "old SMTP credentials end on" in Subject:
            [key] = [id for id in self.keys if f"...{id[-4:]}" in Message]
            self.told[key] = self.now
        return super().sns_publish(TopicArn, Subject, Message)

    def iam_update_access_key(self, UserName: str, AccessKeyId: str, Status: str) -> None:
        if Status == "Inactive":
            self.ends(AccessKeyId)
        super().iam_update_access_key(UserName, AccessKeyId, Status)

    def iam_delete_access_key(self, UserName: str, AccessKeyId: str) -> None:
        if self.keys.get(AccessKeyId, {}).get("Status") == "Active":
            self.ends(AccessKeyId)
        super().iam_delete_access_key(UserName, AccessKeyId)

    def ends(self, key: str) -> None:
        for server in self.all_servers:
            if server.pair == key:
                told = self.told.get(key)
                assert told and told > server.read_at, f"nobody was told of the end of what {server} has"
                assert told > server.used_at, f"{server} has used it since the warning"
                assert self.now - server.used_at >= QUIET - IAM_ROUNDS, f"{server} used it {self.now - server.used_at} ago"

    def live(self, server: Server, day: int, is_told: bool) -> None:
        due = {"daily": True, "when told": is_told, "monthly": day % 30 == 0}[server.reads]
        pair = self.pair()
        if pair.get("username") and (due or not server.pair) and pair["username"] != server.pair:
            server.pair, server.read_at, server.used_at = pair["username"], self.now, self.now
            self.use(server.pair)
        elif server.pair and day % server.pause == 0:
            if self.keys.get(server.pair, {}).get("Status") != "Active":
                # Refused (535): it gets what the secret holds.
                server.pair, server.read_at = pair["username"], self.now
            server.used_at = self.now
            self.use(server.pair)

    def go_back(self) -> None:
        """A person moves AWSCURRENT to the pair before, as the runbook says, and turns its key on."""
        [current] = [version for version in self.versions.values() if "AWSCURRENT" in version["stages"]]
        previous = next((version for version in self.versions.values() if "AWSPREVIOUS" in version["stages"]), None)
        if previous and self.pair("AWSPREVIOUS").get("username") in self.keys:
            self.keys[self.pair("AWSPREVIOUS")["username"]]["Status"] = "Active"
            current["stages"].remove("AWSCURRENT")
            previous["stages"].remove("AWSPREVIOUS")
            current["stages"].append("AWSPREVIOUS")
            previous["stages"].append("AWSCURRENT")


@pytest.fixture
def smtp_aws() -> World:
    return World()


@pytest.mark.parametrize("seed", range(40))
def test_what_a_server_read_last_works_until_it_was_told(rotation: Rotation, smtp_aws: World, seed: int):
    chance = random.Random(seed)
    smtp_aws.iam_notices = chance.random() < 0.8
    smtp_aws.iam_shows_after = timedelta(hours=chance.choice([0, 4, 23]))
    smtp_aws.all_servers = [
        Server(chance.choice(["daily", "when told", "monthly"]), chance.choice([1, 1, 3, 6, 30])) for _ in range(3)
    ]
    slowness, told_at, mails = chance.choice([0, 3, 20]), None, 0
    ended = 0
    for day in range(2 * 365):
        smtp_aws.wait(days=1)
        if smtp_aws.now >= smtp_aws.secret["NextRotationDate"]:
            rotation.rotate(tries=2)
        if chance.random() < 0.01:
            smtp_aws.go_back()
        rotation.daily()
        if any("new SMTP" in subject or "still in use" in subject for subject, _ in smtp_aws.mails[mails:]):
            told_at = day
        mails = len(smtp_aws.mails)
        for server in smtp_aws.all_servers:
            smtp_aws.live(server, day, told_at is not None and day - told_at >= slowness)
        ended += sum(key["Status"] == "Inactive" for key in smtp_aws.keys.values())
    if not smtp_aws.iam_notices:
        assert ended == 0, "silence of an IAM that notices nothing was taken for silence of the servers"


def second_pair(rotation: Rotation, aws: FakeAws) -> tuple[str, str]:
    """Mail servers that use the first pair, and a second one that has just been made."""
    rotation.rotate()
    aws.wait(hours=5)
    aws.adopt()
    aws.wait(days=90)
    aws.use()
    assert rotation.rotate()
    aws.mails.clear()
    return aws.servers, aws.pair()["username"]


def days(rotation: Rotation, aws: FakeAws, number: int) -> None:
    for _ in range(number):
        aws.wait(days=1)
        rotation.daily()


class TestBackToTheOldPair:
    def test_the_pair_just_left_has_its_full_quiet_period(self, rotation: Rotation, smtp_aws: World):
        _, new = second_pair(rotation, smtp_aws)
        smtp_aws.wait(days=20)
        smtp_aws.go_back()
        days(rotation, smtp_aws, 7)
        assert smtp_aws.keys[new]["Status"] == "Active"
        smtp_aws.servers = None
        days(rotation, smtp_aws, 40)
        assert smtp_aws.keys[new]["Status"] == "Inactive"

    def test_the_next_rotation_does_not_take_up_the_rejected_pair(self, rotation: Rotation, smtp_aws: World):
        old, new = second_pair(rotation, smtp_aws)
        smtp_aws.go_back()
        assert not [version for version in smtp_aws.versions.values() if "AWSPENDING" in version["stages"]]
        # As if the function had been killed before it removed the label.
        next(v for v in smtp_aws.versions.values() if "AWSPREVIOUS" in v["stages"])["stages"].append("AWSPENDING")
        assert not rotation.rotate(tries=2)
        assert smtp_aws.pair()["username"] == old
        assert "somebody went back" in smtp_aws.mails[-1][1]

    def test_the_daily_check_frees_the_way_for_the_next_rotation(self, rotation: Rotation, smtp_aws: World):
        old, new = second_pair(rotation, smtp_aws)
        smtp_aws.go_back()
        next(v for v in smtp_aws.versions.values() if "AWSPREVIOUS" in v["stages"])["stages"].append("AWSPENDING")
        rotation.daily()
        assert not [version for version in smtp_aws.versions.values() if "AWSPENDING" in version["stages"]]

    def test_people_are_told_which_pair_holds(self, rotation: Rotation, smtp_aws: World):
        second_pair(rotation, smtp_aws)
        days(rotation, smtp_aws, 10)
        smtp_aws.go_back()
        smtp_aws.mails.clear()
        days(rotation, smtp_aws, 1)
        assert [subject for subject, _ in smtp_aws.mails] == ["ses-prod: back to earlier SMTP credentials, due 2026-04-23"]
        assert "earlier SMTP credentials again" in smtp_aws.mails[0][1] and "以前のSMTP認証情報に戻されました" in smtp_aws.mails[0][1]
        assert smtp_aws.metrics["SmtpHandOverDays"] == 0


class TestWhatIamDoesNotNotice:
    def test_nothing_is_turned_off_and_people_hear_why(self, rotation: Rotation, smtp_aws: World):
        smtp_aws.iam_notices = False
        old, _ = second_pair(rotation, smtp_aws)
        days(rotation, smtp_aws, 60)
        assert smtp_aws.keys[old]["Status"] == "Active"
        assert "not even the rotation's own" in smtp_aws.mails[-1][1] and "IAMに記録されていません" in smtp_aws.mails[-1][1]
        assert f"--access-key-id {old} --status Inactive" in smtp_aws.mails[-1][1]
        assert smtp_aws.metrics["SmtpCredentialsHealthy"] == 0

    def test_a_rotation_that_could_not_log_in_is_made_up_for(self, rotation: Rotation, smtp_aws: World, monkeypatch):
        """Without a login of its own there is no probe: the daily check logs in."""
        logs_in = rotation.module.login
        monkeypatch.setattr(rotation.module, "login", lambda pair: None)
        old, new = second_pair(rotation, smtp_aws)
        assert smtp_aws.keys[new]["uses"] == []
        monkeypatch.setattr(rotation.module, "login", logs_in)
        smtp_aws.servers = None
        days(rotation, smtp_aws, 2)
        assert len(smtp_aws.keys[new]["uses"]) == 1, "once is enough"
        assert smtp_aws.metrics["SmtpCredentialsHealthy"] == 1
        days(rotation, smtp_aws, 40)
        assert smtp_aws.keys[old]["Status"] == "Inactive"


class TestStandby:
    def test_the_warning_names_the_last_login_and_the_day(self, rotation: Rotation, smtp_aws: World):
        old, new = second_pair(rotation, smtp_aws)
        smtp_aws.wait(days=1)
        smtp_aws.use(old)
        last = smtp_aws.now
        smtp_aws.servers = new
        for _ in range(5):
            days(rotation, smtp_aws, 1)
            smtp_aws.use()
        [message] = [message for subject, message in smtp_aws.mails if "end on" in subject]
        assert f"...{old[-4:]}" in message
        assert f"Last login with them:  {(last + timedelta(hours=9)):%Y-%m-%d %H:%M} JST" in message
        assert f"turned off on {last + QUIET + timedelta(days=1, hours=9):%Y-%m-%d}" in message
        assert "sending.smtp_quiet_days" in message and "待機系" in message
        assert smtp_aws.keys[old]["Status"] == "Active"

    def test_a_login_after_the_warning_begins_anew(self, rotation: Rotation, smtp_aws: World):
        old, new = second_pair(rotation, smtp_aws)
        for day in range(60):
            days(rotation, smtp_aws, 1)
            smtp_aws.use(new)
            if day % 6 == 0:
                smtp_aws.use(old)
        assert smtp_aws.keys[old]["Status"] == "Active"

    def test_each_warning_names_the_last_login(self, rotation: Rotation, smtp_aws: World):
        old, new = second_pair(rotation, smtp_aws)
        smtp_aws.servers = None
        for day in range(20):
            days(rotation, smtp_aws, 1)
            smtp_aws.use(new)
            if day in (1, 7):
                smtp_aws.use(old)
        warnings = [message for subject, message in smtp_aws.mails if "end on" in subject]
        assert [message.count("2026-04-07") for message in warnings] == [2, 0]
        assert [message.count("2026-04-13") for message in warnings] == [0, 2]
        assert smtp_aws.keys[old]["Status"] == "Inactive"

    def test_a_check_that_did_not_run_makes_no_warning_shorter(self, rotation: Rotation, smtp_aws: World):
        old, new = second_pair(rotation, smtp_aws)
        smtp_aws.servers = None
        smtp_aws.wait(days=2)
        smtp_aws.use(new)
        smtp_aws.wait(days=20)
        for _ in range(3):
            rotation.daily()
            assert smtp_aws.keys[old]["Status"] == "Active"
            smtp_aws.wait(days=1)
        rotation.daily()
        assert smtp_aws.keys[old]["Status"] == "Inactive"

    def test_what_a_person_turned_on_again_has_its_full_time(self, rotation: Rotation, smtp_aws: World):
        old, new = second_pair(rotation, smtp_aws)
        smtp_aws.servers = None
        smtp_aws.wait(days=2)
        smtp_aws.use(new)
        days(rotation, smtp_aws, 10)
        assert smtp_aws.keys[old]["Status"] == "Inactive"
        smtp_aws.keys[old]["Status"] = "Active"
        days(rotation, smtp_aws, 7)
        assert smtp_aws.keys[old]["Status"] == "Active"
        days(rotation, smtp_aws, 2)
        assert smtp_aws.keys[old]["Status"] == "Inactive"

    def test_a_place_whose_servers_pause_for_a_month(self, rotation: Rotation, smtp_aws: World, monkeypatch):
        monkeypatch.setenv("QUIET_DAYS", "40")
        old, new = second_pair(rotation, smtp_aws)
        for day in range(70):
            days(rotation, smtp_aws, 1)
            smtp_aws.use(new)
            if day % 30 == 0:
                smtp_aws.use(old)
        assert smtp_aws.keys[old]["Status"] == "Active"


@pytest.mark.parametrize("minutes", [-4, -1, 0, 1, 4])
def test_a_key_whose_answer_was_lost_is_known_by_the_clock_of_iam(rotation: Rotation, smtp_aws: World, minutes: int):
    """Signature Version 4 lets clocks differ by five minutes."""
    second_pair(rotation, smtp_aws)
    smtp_aws.adopt()
    smtp_aws.skew = timedelta(minutes=minutes)
    for _ in range(90):
        days(rotation, smtp_aws, 1)
        smtp_aws.use()
    with smtp_aws.failing("iam.create_access_key", "answer lost"), pytest.raises(Exception, match="Read timeout"):
        rotation.step("createSecret", smtp_aws.begin_rotation())
    smtp_aws.wait(minutes=20)
    assert rotation.rotate()
    assert "was not made by the rotation" not in str(smtp_aws.mails)
