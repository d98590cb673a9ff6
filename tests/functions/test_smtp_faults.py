"""Each AWS call of a rotation and of a daily check fails once in each way: the next try comes to the same end.

That the mail servers can log in after every single call is checked by the fake itself.
"""

import random

import pytest

from .checked_aws import Killed
from .smtp_aws import FakeAws, Rotation, independent_password

WAYS = ["throttled", "answer lost", "killed before", "killed after"]


@pytest.fixture(autouse=True)
def in_use(rotation: Rotation, smtp_aws: FakeAws) -> None:
    """Mail servers with the first pair, and the old key of an earlier rotation, turned off."""
    for _ in range(2):
        rotation.rotate()
        smtp_aws.wait(hours=5)
        smtp_aws.adopt()
        for _ in range(20):
            smtp_aws.wait(days=1)
            smtp_aws.use()
            rotation.daily()
        smtp_aws.wait(days=69)
        smtp_aws.use()


def calls_of(rotation: Rotation, aws: FakeAws, action) -> int:
    with aws.failing(-1, ""):
        action()
        return len(aws.calls)


def assert_rotated(aws: FakeAws, old: str) -> None:
    current = aws.pair()
    assert current["username"] != old and aws.pair("AWSPREVIOUS")["username"] == old
    assert current["password"] == independent_password(aws.keys[current["username"]]["secret"])
    assert {id: key["Status"] for id, key in aws.keys.items()} == {old: "Active", current["username"]: "Active"}


def every_fault(rotation: Rotation, aws: FakeAws, prepare, action):
    """Each call of an action, in each way, on an AWS as it was before; who iterates looks at the end."""
    import copy

    prepare()
    before = copy.deepcopy(aws.__dict__)

    def restore() -> None:
        aws.__dict__.clear()
        aws.__dict__.update(copy.deepcopy(before))

    number = calls_of(rotation, aws, action)
    assert number > 5
    for call in range(number):
        for way in WAYS:
            restore()
            with aws.failing(call, way):
                try:
                    action()
                except (Exception, Killed):
                    pass
                said = f"{aws.calls[call]} {way}"
            yield said


def test_secrets_manager_tries_again(rotation: Rotation, smtp_aws: FakeAws):
    old = smtp_aws.servers

    def action() -> None:
        rotation.once(smtp_aws.begin_rotation())

    for said in every_fault(rotation, smtp_aws, lambda: None, action):
        smtp_aws.wait(minutes=20)
        switched = smtp_aws.pair()["username"] != old
        assert switched or rotation.rotate(tries=2), said
        smtp_aws.wait(days=1)
        smtp_aws.use()
        rotation.daily()
        assert_rotated(smtp_aws, old)
        assert [subject for subject, _ in smtp_aws.mails if "new SMTP" in subject][2:], said


def test_secrets_manager_gives_up_and_begins_another_rotation(rotation: Rotation, smtp_aws: FakeAws):
    old = smtp_aws.servers

    def action() -> None:
        rotation.once(smtp_aws.begin_rotation())

    for said in every_fault(rotation, smtp_aws, lambda: None, action):
        if smtp_aws.pair()["username"] != old:
            continue
        smtp_aws.abandon_rotation()
        smtp_aws.wait(days=1)
        smtp_aws.use()
        assert rotation.rotate(tries=2), said
        rotation.daily()
        assert_rotated(smtp_aws, old)


def test_a_daily_check_cleans_up_after_a_rotation_that_was_given_up(rotation: Rotation, smtp_aws: FakeAws):
    old = smtp_aws.servers

    def action() -> None:
        rotation.once(smtp_aws.begin_rotation())

    for said in every_fault(rotation, smtp_aws, lambda: None, action):
        if smtp_aws.pair()["username"] != old:
            continue
        smtp_aws.abandon_rotation()
        smtp_aws.wait(days=1)
        smtp_aws.use()
        rotation.daily()
        assert [id for id, key in smtp_aws.keys.items() if key["Status"] == "Active"] == [old], said


def test_the_daily_check_is_run_again(rotation: Rotation, smtp_aws: FakeAws):
    def prepare() -> None:
        rotation.rotate()
        smtp_aws.wait(hours=5)
        smtp_aws.adopt()
        for _ in range(6):
            smtp_aws.wait(days=1)
            smtp_aws.use()
            rotation.daily()
        smtp_aws.wait(days=3)

    for said in every_fault(rotation, smtp_aws, prepare, rotation.daily):
        rotation.daily()
        [old] = [id for id in smtp_aws.keys if id != smtp_aws.servers]
        assert smtp_aws.keys[old]["Status"] == "Inactive", said
        assert "old SMTP credentials turned off" in str(smtp_aws.mails), said
        assert smtp_aws.metrics["SmtpCredentialsHealthy"] == 1, said


def test_a_lost_answer_to_create_access_key_whose_key_iam_shows_only_later(rotation: Rotation, smtp_aws: FakeAws):
    old, list_keys = smtp_aws.servers, smtp_aws.iam_list_access_keys
    smtp_aws.wait(days=1)
    token, shown = smtp_aws.begin_rotation(), {old}
    with smtp_aws.failing("iam.create_access_key", "answer lost"), pytest.raises(Exception, match="Read timeout"):
        rotation.step("createSecret", token)
    smtp_aws.iam_list_access_keys = lambda UserName: {
        "AccessKeyMetadata": [k for k in list_keys(UserName)["AccessKeyMetadata"] if k["AccessKeyId"] in shown],
        "IsTruncated": False,
    }
    with pytest.raises(Exception, match="LimitExceeded"):
        rotation.step("createSecret", token)
    smtp_aws.iam_list_access_keys = list_keys
    smtp_aws.wait(minutes=2)
    assert rotation.rotate()
    assert_rotated(smtp_aws, old)


def test_a_key_made_by_hand_before_the_lost_answer_is_not_taken_for_it(rotation: Rotation, smtp_aws: FakeAws):
    old = smtp_aws.servers
    for id in set(smtp_aws.keys) - {old}:
        del smtp_aws.keys[id]
    by_hand = smtp_aws.make_key()
    for _ in range(3):
        assert not rotation.rotate(tries=2)
        smtp_aws.wait(days=1)
        smtp_aws.use()
        rotation.daily()
    assert set(smtp_aws.keys) == {old, by_hand}


@pytest.mark.parametrize("seed", range(12))
def test_three_years_with_slow_people_and_a_bad_network(rotation: Rotation, smtp_aws: FakeAws, seed: int):
    """Mail servers that get the new credentials at once, late or never, and one call in thirty that fails somehow.

    The fake checks after every call that the mail servers' key is active and that there are at most two keys. In the
    end, when people have caught up, a rotation works.
    """
    chance = random.Random(seed)
    slowness = chance.choice([0, 3, 40, 200])
    fresh_since, known = 0, smtp_aws.pair()["username"]

    def attempt(action) -> None:
        how = (chance.randrange(60), chance.choice(WAYS)) if chance.random() < 0.5 else (-1, "")
        with smtp_aws.failing(*how):
            try:
                action()
            except (Exception, Killed):
                pass

    for day in range(3 * 365):
        smtp_aws.wait(days=1)
        smtp_aws.use()
        if smtp_aws.now >= smtp_aws.secret["NextRotationDate"]:
            attempt(lambda: rotation.once(smtp_aws.begin_rotation()))
            if chance.random() < 0.1:
                smtp_aws.abandon_rotation()
        attempt(rotation.daily)
        if smtp_aws.pair()["username"] != known:
            fresh_since, known = day, smtp_aws.pair()["username"]
        if day - fresh_since == slowness:
            smtp_aws.adopt()
        # Nobody has to guess: whoever is behind has been told within two days.
        if smtp_aws.servers != known and day - fresh_since > 9:
            assert any("SMTP credentials" in subject for subject, _ in smtp_aws.mails)
        if "SmtpHandOverDays" in smtp_aws.metrics and smtp_aws.servers != known and day - fresh_since > 10:
            assert smtp_aws.metrics["SmtpHandOverDays"] > 7

    smtp_aws.adopt()
    for _ in range(9):
        smtp_aws.wait(days=1)
        smtp_aws.use()
        rotation.daily()
    before = smtp_aws.pair()
    assert rotation.rotate(tries=3)
    assert smtp_aws.pair() != before
    assert smtp_aws.pair()["password"] == independent_password(smtp_aws.keys[smtp_aws.pair()["username"]]["secret"])


class TestAtTheSameTime:
    def test_a_daily_check_while_a_key_is_on_its_way_into_the_secret(self, rotation: Rotation, smtp_aws: FakeAws):
        put = smtp_aws.secretsmanager_put_secret_value

        def check_and_put(**parameters):
            rotation.daily()
            return put(**parameters)

        smtp_aws.secretsmanager_put_secret_value = check_and_put
        old = smtp_aws.servers
        assert rotation.rotate()
        assert_rotated(smtp_aws, old)

    def test_a_daily_check_between_two_steps_leaves_the_pending_key_alone(self, rotation: Rotation, smtp_aws: FakeAws):
        old, token = smtp_aws.servers, smtp_aws.begin_rotation()
        rotation.step("createSecret", token)
        smtp_aws.wait(hours=1)
        rotation.daily()
        rotation.once(token)
        assert_rotated(smtp_aws, old)


class TestWhatIsNotOurs:
    def test_a_key_made_by_hand_in_the_second_of_the_first_rotation(self, rotation: Rotation, smtp_aws: FakeAws):
        empty = FakeAws()
        rotation.module.client = empty.client
        by_hand, token = empty.make_key(), empty.begin_rotation()
        rotation.module.now = lambda: empty.now
        with empty.failing("iam.create_access_key", "killed before"), pytest.raises(Killed):
            rotation.step("createSecret", token)
        rotation.step("createSecret", token)
        assert by_hand in empty.keys and len(empty.keys) == 2

    @pytest.mark.parametrize("later", [{"minutes": 5}, {"days": 1}])
    def test_a_key_made_by_hand_after_an_attempt_that_was_killed(
        self, rotation: Rotation, smtp_aws: FakeAws, later: dict[str, int]
    ):
        token = smtp_aws.begin_rotation()
        with smtp_aws.failing("iam.create_access_key", "killed before"), pytest.raises(Killed):
            rotation.step("createSecret", token)
        smtp_aws.wait(**later)
        smtp_aws.use()
        by_hand = smtp_aws.make_key()
        with pytest.raises(RuntimeError, match="was not made by the rotation"):
            rotation.step("createSecret", token)
        smtp_aws.wait(hours=1)
        rotation.daily()
        assert by_hand in smtp_aws.keys

    def test_a_pending_pair_that_people_have_given_to_the_mail_servers(self, rotation: Rotation, smtp_aws: FakeAws):
        rotation.step("createSecret", smtp_aws.begin_rotation())
        smtp_aws.wait(hours=2)
        smtp_aws.servers = smtp_aws.pair("AWSPENDING")["username"]
        smtp_aws.use()
        smtp_aws.abandon_rotation()
        for _ in range(40):
            smtp_aws.wait(days=1)
            smtp_aws.use()
            rotation.daily()
        assert smtp_aws.keys[smtp_aws.servers]["Status"] == "Active"


def test_people_are_told_when_the_switch_is_all_that_was_done(rotation: Rotation, smtp_aws: FakeAws):
    token = smtp_aws.begin_rotation()
    for name in ("createSecret", "testSecret"):
        rotation.step(name, token)
    told = len(smtp_aws.mails)
    with smtp_aws.failing("secretsmanager.update_secret_version_stage", "killed after"), pytest.raises(Killed):
        rotation.step("finishSecret", token)
    for _ in range(2):
        rotation.step("finishSecret", token)
    assert len(smtp_aws.mails) == told + 1
    assert smtp_aws.state()["keys"][smtp_aws.pair()["username"]]["current_since"]
