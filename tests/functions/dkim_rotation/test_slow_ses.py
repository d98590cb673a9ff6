"""SES takes its time, and people have their way: what made outages and untrue mails once, each with the world that did it."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from ..checked_aws import Killed, throttled
from . import keys
from .fake_ses import NEVER, Identity
from .world import PARAMETER, PREFIX, World

FIRST = "ses-20261125-1"
NAME = f"{FIRST}._domainkey.goo.ne.jp"
PUT = "put_email_identity_dkim_signing_attributes"


@pytest.fixture
def switched(steady: World) -> World:
    """A yearly switch is verified; the old record still stands."""
    due(steady)
    steady.days(2)
    assert steady.stored()["phase"] == "retire"
    return steady


def due(world: World) -> str:
    """To the morning before the night of the switch; the record is published."""
    world.go_to(11)
    world.hour()
    name = world.publish()
    world.hour()
    world.go_to(12)
    return name


def unsigned_hours(world: World, hours: int) -> int:
    count = 0
    for _ in range(hours):
        world.hour()
        count += not world.signs()
    return count


class TestVerificationTakesItsTime:
    @pytest.mark.parametrize("hours", [1, 2, 10, 20])
    def test_a_switch_is_unsigned_once_for_as_long_as_ses_takes(self, steady, hours):
        due(steady)
        steady.aws.ses.takes = lambda: timedelta(hours=hours)
        assert unsigned_hours(steady, 24 * 14) <= hours
        assert len(steady.aws.ses.puts) == 2 and steady.stored()["phase"] == "retire"

    def test_a_vanished_record_costs_one_verification(self, switched):
        new = switched.signing_selector()
        switched.aws.ses.takes = lambda: timedelta(minutes=90)
        del switched.dns.txt[f"{new}._domainkey.goo.ne.jp"]
        assert unsigned_hours(switched, 48) <= 2
        assert [selector for _, selector, _ in switched.aws.ses.puts][-1] == FIRST and len(switched.aws.ses.puts) == 3

    def test_a_replaced_record_costs_one_verification_and_the_dead_key_is_not_put_back(self, steady):
        name = due(steady)
        del steady.dns.txt[NAME]
        steady.aws.ses.takes = lambda: timedelta(hours=30)
        unsigned_hours(steady, 72)
        assert [selector for _, selector, _ in steady.aws.ses.puts] == [FIRST, name.partition(".")[0]]
        assert steady.signs_and_verifies()

    def test_easy_dkim_before_is_left_once(self, world):
        world.aws.ses.identity = Identity(status="SUCCESS")
        world.aws.ses.takes = lambda: timedelta(hours=2)
        world.hour()
        world.publish()
        assert unsigned_hours(world, 24 * 7) <= 3 and len(world.aws.ses.puts) == 1

    def test_easy_dkim_that_was_verified_after_the_announcement_is_put_back(self, world):
        world.hour()
        world.aws.ses.identity = Identity(status="SUCCESS")
        world.dns.aliases = {f"{token}._domainkey.goo.ne.jp" for token in world.aws.ses.identity.tokens}
        world.aws.ses.takes = lambda: NEVER
        world.publish()
        world.days(4)
        assert world.aws.ses.identity.origin == "AWS_SES" and world.signs() and "held" in world.kinds()

    def test_easy_dkim_whose_records_are_gone_is_not_put_back(self, world):
        world.aws.ses.identity = Identity(status="SUCCESS")
        world.aws.ses.takes = lambda: NEVER
        world.hour()
        world.publish()
        world.days(3)
        assert world.signing_selector() == FIRST and len(world.aws.ses.puts) == 1

    def test_an_hour_of_verification_rings_and_is_told_with_its_time(self, steady):
        due(steady)
        steady.aws.ses.takes = lambda: timedelta(hours=5)
        steady.hours(22)
        assert "DkimUnsignedAlarm" in steady.alarms
        [mail] = [mail for mail in steady.aws.mails if mail["kind"] == "verifying"]
        assert "says PENDING since 2027-11-26 03:30 JST" in mail["text"] and "SPF carries it" in mail["text"]
        steady.hours(4)
        assert "DkimUnsignedAlarm" not in steady.alarms


class TestMailsAreTrue:
    def test_the_old_key_that_is_put_back_is_not_said_to_sign(self, steady):
        due(steady)
        steady.aws.ses.takes = lambda: NEVER
        steady.hours(44)
        [mail] = [mail for mail in steady.aws.mails if mail["kind"] == "held"]
        assert f"SES has the key {FIRST} and says PENDING" in mail["text"]
        assert "Mail is signed" not in mail["text"] and "may leave unsigned" in mail["text"]

    def test_what_was_refused_is_not_said_to_be_given(self, steady):
        steady.aws.ses.make_anew()

        def refuses(service, name, effect):
            if name == PUT:
                raise throttled(service, name)
            return effect()

        steady.aws.fault = refuses
        steady.days(2)
        assert "reapplied" not in steady.kinds() and 2 <= steady.kinds().count("put-refused") <= 3
        assert steady.stored()["puts"][-1]["why"] == "switch" and steady.stored()["effect"] is None
        steady.aws.fault = None
        steady.hours(2)
        assert steady.signs_and_verifies() and "reapplied" in steady.kinds()

    def test_one_stale_answer_changes_nothing(self, switched):
        """SES shows for seconds what it had before."""
        ses = switched.aws.ses
        old = replace(ses.identity, tokens=(FIRST,))
        switched.hours(2)
        switched.aws.mails.clear()
        ses.is_stale, ses.before, ses.changed = True, old, switched.clock.moment + timedelta(hours=1)
        switched.hour()
        ses.is_stale = False
        switched.hours(3)
        assert switched.kinds() == [] and switched.stored()["active"]["selector"] != FIRST and switched.stored()["other"] is None

    def test_the_next_date_is_that_of_the_plan(self, steady):
        due(steady)
        steady.hours(22)
        [mail] = [mail for mail in steady.aws.mails if mail["kind"] == "switched"]
        plan = [step["at"] for step in steady.call(action="status")["plan"] if "announce the next key" in step["what"]]
        assert f"announced on {plan[0][:10]}." in mail["text"]

    def test_publish_again_and_delete_are_not_asked_of_one_key(self, switched):
        new = switched.signing_selector()
        switched.aws.mails.clear()
        del switched.dns.txt[f"{new}._domainkey.goo.ne.jp"]
        switched.days(20)
        asked = {kind: [mail["subject"] for mail in switched.aws.mails if mail["kind"] == kind] for kind in ("announce", "delete-record")}
        assert len(asked["announce"]) == 1 and asked["delete-record"] == []


class TestPeopleDecide:
    def test_a_restore_stays(self, switched):
        switched.call(action="restore-previous", by="hanako")
        switched.days(60)
        assert switched.signing_selector() == FIRST and len(switched.aws.ses.puts) == 3

    def test_so_does_one_in_the_console_and_after_a_stop(self, switched):
        switched.call(action="stop", by="hanako", reason="look into it")
        switched.give_by_hand(FIRST)
        switched.days(3)
        switched.call(action="resume", by="hanako")
        switched.days(20)
        assert switched.signing_selector() == FIRST and switched.stored()["hold"]["why"] == "by-hand"

    def test_easy_dkim_by_hand_is_not_replaced_and_ours_can_be_given_again(self, steady):
        steady.aws.ses.who = "hand"
        steady.aws.ses.give_easy_dkim("PENDING")
        steady.aws.ses.who = "rotation"
        steady.days(10)
        assert steady.signing_selector() is None and "foreign-key" in steady.kinds()
        steady.call(action="restore-previous", by="hanako")
        steady.hours(2)
        assert steady.signing_selector() == FIRST and steady.signs_and_verifies()

    def test_a_foreign_key_gives_way_to_ours_without_a_new_record(self, steady):
        steady.give_by_hand("other", keys.base64.b64encode(keys.pair(7)[0]).decode())
        steady.days(3)
        assert steady.signing_selector() == "other"
        steady.call(action="restore-previous", by="hanako")
        assert steady.signing_selector() == FIRST

    def test_signing_that_was_switched_off_stays_off_and_is_called_so(self, steady):
        steady.aws.ses.change(replace(steady.aws.ses.identity, signing=False))
        steady.days(3)
        assert "signing-off" in steady.kinds() and "foreign-key" not in steady.kinds()
        assert not steady.aws.ses.identity.signing and "DkimUnsignedAlarm" in steady.alarms
        due(steady)
        steady.days(3)
        assert steady.signing_selector() == FIRST

    def test_both_keys_leaked_while_ses_verifies_the_first(self, world):
        world.aws.ses.takes = lambda: timedelta(hours=5)
        world.hour()
        world.publish()
        world.hours(3)
        assert world.signing_selector() == FIRST
        world.call(action="rotate-now", by="hanako", reason="seen in a log", leaked=True, discard_next=True)
        versions = len(world.aws.parameters[PARAMETER])
        world.days(1)
        assert len(world.aws.parameters[PARAMETER]) - versions < 10 and len(world.aws.mails) < 8
        new = world.publish().partition(".")[0]
        world.days(3)
        assert world.signing_selector() == new and world.stored()["active"]["selector"] == new
        del world.dns.txt[NAME]
        world.days(2)
        assert world.aws.secrets[PREFIX + FIRST]["deleted"] and world.signs_and_verifies()

    def test_a_leaked_key_is_not_given_again_when_the_new_record_vanishes(self, steady):
        steady.call(action="rotate-now", by="hanako", reason="seen in a log", leaked=True)
        name = steady.publish()
        steady.hours(3)
        value = steady.dns.txt.pop(name)
        steady.hours(3)
        steady.dns.txt[name] = value
        steady.days(1)
        assert [selector for _, selector, _ in steady.aws.ses.puts].count(FIRST) == 1 and steady.signs_and_verifies()

    def test_a_key_that_comes_back_before_its_deletion_is_known_again(self, switched):
        switched.days(9)
        record = switched.dns.txt.pop(NAME)
        switched.days(2)
        assert switched.aws.secrets[PREFIX + FIRST]["deleted"] and switched.stored()["previous"] == []
        with pytest.raises(Exception, match="is not seen"):
            switched.call(action="restore-previous", by="hanako", key=FIRST)
        switched.dns.txt[NAME] = record
        switched.call(action="restore-previous", by="hanako", key=FIRST)
        switched.hours(2)
        assert switched.signing_selector() == FIRST and switched.aws.secrets[PREFIX + FIRST]["deleted"] is None
        assert switched.stored()["active"]["selector"] == FIRST

    def test_a_leaked_rotation_does_not_wait_for_caches(self, steady):
        steady.dns.negative_ttl = 86400
        steady.call(action="rotate-now", by="hanako", reason="seen in a log", leaked=True)
        name = steady.publish()
        steady.hour()
        assert f"{steady.signing_selector()}._domainkey.goo.ne.jp" == name

    def test_many_rotations_in_a_day_fit_into_the_state(self, steady):
        for number in range(15):
            steady.call(action="rotate-now", by="h" * 300, reason="理由" * 300, discard_next=True, id=f"wish-{number:04}-{'x' * 50}")
        steady.days(2)
        assert len(steady.aws.parameters[PARAMETER][-1].encode()) < 4096
        assert steady.orphans() == set() and len(steady.stored()["previous"]) == 0

    def test_many_switches_in_a_day_fit_into_the_state(self, steady):
        for _ in range(5):
            steady.call(action="rotate-now", by="hanako", reason="test")
            steady.publish()
            steady.hours(4)
        state = steady.stored()
        assert len(state["previous"]) == 2 and steady.orphans() == set()
        assert max(len(text.encode()) for text in steady.aws.parameters[PARAMETER]) < 4096


class TestOneFailureBlocksNothingElse:
    def test_a_key_that_cannot_be_made_blocks_no_rescue_and_no_mail(self, switched):
        switched.go_to(11)

        def fails(service, name, effect):
            if service == "kms":
                raise throttled(service, name)
            return effect()

        switched.aws.fault = fails
        switched.hours(2)
        assert switched.stored()["phase"] == "notice"
        del switched.dns.txt[f"{switched.signing_selector()}._domainkey.goo.ne.jp"]
        switched.hours(3)
        assert {"record-missing", "rescued"} & set(switched.kinds())

    def test_a_watch_that_dies_at_half_past_eight_costs_no_reminder(self, steady):
        steady.go_to(11)
        steady.hour()
        steady.go_to(12, days=-1)
        assert steady.clock.moment.strftime("%H:%M") == "23:30"
        count = 0

        def dies(_service, name, effect):
            nonlocal count
            count += name == "put_parameter"
            if count == 2:
                raise Killed
            return effect()

        state = steady.stored() | {"lease": {"run": "dead", "until": "2027-11-23T23:50:00Z"}}
        state.pop("revision")
        steady.aws.parameters[PARAMETER].append(json.dumps(state))
        steady.hour()
        assert "reminder" in steady.kinds()

    def test_mails_are_no_flood(self, switched):
        del switched.dns.txt[NAME]
        del switched.dns.txt[f"{switched.signing_selector()}._domainkey.goo.ne.jp"]
        switched.aws.mails.clear()
        switched.days(5)
        kinds = Counter(switched.kinds())
        assert 5 <= kinds["record-missing"] <= 7 and max(kinds.values()) <= 7
