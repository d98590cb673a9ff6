"""The phases as docs/dkim-rotation.md has them: what happens when, and what does not."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from ..checked_aws import Killed, no_answer
from .fake_ses import NEVER, Identity
from .world import PARAMETER, PREFIX, World

FIRST = "ses-20261125-1"


def easy_dkim(world: World) -> None:
    """SES has a key of its own, verified by its CNAME records."""
    world.aws.ses.identity = Identity(status="SUCCESS")
    world.dns.aliases = {f"{token}._domainkey.goo.ne.jp" for token in world.aws.ses.identity.tokens}


def days_before_due(world: World, mail: dict) -> int:
    due = world.modules["DKIMRotationOrchestrator"].to_time(world.stored()["next"]["due"])
    return round((due - mail["at"]) / timedelta(days=1))


class TestFirstKey:
    def test_is_announced_at_once(self, world):
        world.hour()
        state = world.stored()
        assert (state["phase"], state["next"]["selector"], state["next"]["trigger"]) == ("waiting-for-dns", FIRST, "first")
        assert world.kinds() == ["announce"]
        assert list(world.aws.secrets) == [PREFIX + FIRST]

    def test_does_not_reach_ses_before_its_record_is_seen(self, world):
        world.days(3, world.check_invariant)
        assert world.signing_selector() is None
        assert ("sesv2", "put_email_identity_dkim_signing_attributes") not in world.aws.calls

    def test_signs_once_its_record_has_stood_for_an_hour(self, world):
        world.dns.negative_ttl = 3 * 3600
        world.hour()
        world.publish()
        world.hour()
        assert world.signing_selector() is None, "a cache that holds the absence of a first key is waited for, but an hour only"
        world.hours(2)
        assert world.signing_selector() == FIRST
        state = world.stored()
        assert (state["phase"], state["active"]["selector"], state["next"], state["lease"]) == ("steady", FIRST, None, None)
        assert world.kinds() == ["announce", "switched"]
        assert world.orphans() == set()

    def test_is_overdue_after_thirty_days(self, world):
        world.days(32, world.check_invariant)
        assert world.stored()["phase"] == "overdue"
        assert "DkimOverdueAlarm" in world.alarms
        assert world.kinds() == ["announce", "reminder", "reminder", "reminder", "reminder", "overdue"]
        world.publish()
        world.hours(3)
        assert world.signing_selector() == FIRST
        assert "DkimOverdueAlarm" not in world.alarms

    def test_of_easy_dkim_is_put_back_if_ses_does_not_verify(self, world):
        easy_dkim(world)
        world.aws.ses.is_blind = True
        world.hour()
        world.publish()
        world.days(1)
        assert world.signing_selector() == FIRST and world.stored()["phase"] == "switch"
        world.days(2)
        assert (world.aws.ses.identity.origin, world.ses_status()) == ("AWS_SES", "SUCCESS")
        assert world.kinds()[:2] == ["announce", "verifying"] and world.kinds()[-1] == "held"
        world.aws.ses.is_blind = False
        world.days(9)
        assert world.signing_selector() is None, "it holds until a person lets it go on"
        world.call(action="resume", by="hanako")
        world.days(2)
        assert world.signing_selector() == FIRST and world.stored()["phase"] == "steady"

    def test_waits_in_ses_if_there_is_nothing_to_put_back(self, world):
        world.aws.ses.is_blind = True
        world.hour()
        world.publish()
        world.hours(5)
        assert (world.stored()["phase"], world.ses_status()) == ("switch", "PENDING")
        assert world.kinds() == ["announce", "verifying"]
        world.aws.ses.is_blind = False
        world.hours(2)
        assert (world.stored()["phase"], world.signing_selector()) == ("steady", FIRST)

    def test_that_signs_before_it_is_promoted_is_watched(self, world):
        """A stop may be in force when SES verifies it, and its record may be gone by then."""
        world.aws.ses.is_blind = True
        world.hour()
        name = world.publish()
        world.hours(5)
        world.call(action="stop", by="hanako", reason="wait")
        world.aws.ses.is_blind = False
        world.hours(1)
        assert world.signing_selector() == FIRST and world.signs()
        assert "DkimFailureRateAlarm" not in world.alarms
        del world.dns.txt[name]
        world.hours(2)
        assert "DkimFailureRateAlarm" in world.alarms

    def test_that_ses_has_given_up_on_is_given_again(self, world):
        world.aws.ses.is_blind = True
        world.hour()
        world.publish()
        world.days(7)
        assert [why["why"] for why in world.stored()["puts"]][-1] == "again" and len(world.aws.ses.puts) == 3
        world.aws.ses.is_blind = False
        world.days(1)
        assert world.signing_selector() == FIRST and world.signs()

    def test_enables_signing(self, world):
        world.aws.ses.identity = replace(world.aws.ses.identity, signing=False)
        world.first_rotation()
        assert world.aws.ses.identity.signing

    def test_waits_for_the_identity(self, world):
        ses, world.aws.ses.identity = world.aws.ses.identity, None
        world.days(2)
        assert world.stored()["next"] is None and world.kinds()[0] == "identity-missing"
        assert "DkimFailureRateAlarm" in world.alarms
        world.aws.ses.identity = ses
        world.hour()
        assert world.kinds()[-1] == "announce"


class TestYearlyRotation:
    def test_begins_at_eleven_months(self, steady):
        steady.go_to(11, days=-1)
        steady.days(1)
        assert (steady.stored()["phase"], steady.kinds()) == ("steady", [])
        steady.hour()
        state = steady.stored()
        assert (state["phase"], state["next"]["trigger"]) == ("waiting-for-dns", "yearly")
        assert state["next"]["selector"] == "ses-20271025-2"
        assert (steady.signing_selector(), steady.kinds()) == (FIRST, ["announce"])

    def test_switches_at_twelve_months_in_the_next_quiet_hour_of_tokyo(self, steady):
        steady.go_to(11)
        steady.hour()
        new = steady.publish().partition(".")[0]
        while steady.signing_selector() == FIRST:
            steady.hour()
            steady.check_invariant()
        assert steady.signing_selector() == new
        assert steady.aws.ses.puts[-1][0].isoformat().startswith("2027-11-25T18:30")
        steady.hour()
        assert steady.stored()["active"]["activated"].startswith("2027-11-25T19:30")
        assert steady.kinds() == ["announce", "switched"]

    def test_reminds_14_7_3_and_1_days_before(self, steady):
        steady.go_to(11)
        steady.days(32)
        reminders = [mail for mail in steady.aws.mails if mail["kind"] == "reminder"]
        assert [days_before_due(steady, mail) for mail in reminders] == [14, 7, 3, 1]
        assert all("00:00" <= mail["at"].strftime("%H:%M") < "00:30" for mail in reminders)

    def test_does_not_remind_of_what_is_there(self, steady):
        steady.go_to(11)
        steady.hour()
        steady.publish()
        steady.days(30)
        assert "reminder" not in steady.kinds()

    def test_overdue_keeps_the_old_key_and_reminds_weekly(self, steady):
        steady.go_to(11)
        steady.days(31 + 40, steady.check_invariant)
        assert steady.stored()["phase"] == "overdue"
        assert steady.signing_selector() == FIRST and steady.signs_and_verifies()
        assert steady.alarms == {"DkimOverdueAlarm"}
        assert steady.kinds().count("overdue") == 6
        steady.publish()
        steady.days(1)
        assert steady.aws.ses.puts[-1][0].hour == 18, "a planned switch waits for the quiet hour, also when it is late"
        assert steady.signing_selector() == "ses-20271025-2"
        # The next one comes twelve months after this switch.
        assert steady.stored()["active"]["activated"] > "2028-01-03"

    def test_retires_the_old_key_after_seven_days(self, steady):
        steady.go_to(11)
        steady.hour()
        steady.publish()
        steady.days(32)
        assert steady.stored()["phase"] == "retire"
        assert "delete-record" not in steady.kinds()
        assert steady.aws.secrets[PREFIX + FIRST]["deleted"] is None
        steady.days(7)
        assert steady.kinds() == ["announce", "switched", "delete-record"]
        assert steady.aws.secrets[PREFIX + FIRST]["deleted"] is None, "its record stands, so its key may be wanted"
        steady.days(29)
        assert steady.kinds().count("delete-record") == 1
        mail = steady.aws.mails[-1]
        del steady.dns.txt[f"{FIRST}._domainkey.goo.ne.jp"]
        steady.hour()
        assert f"{FIRST}._domainkey.goo.ne.jp" in mail["text"] and "TXT" in mail["text"]
        # The private half can be had back for 30 days.
        assert steady.aws.secrets[PREFIX + FIRST]["deleted"] - steady.clock.moment >= timedelta(days=29)
        state = steady.stored()
        assert (state["phase"], state["previous"]) == ("steady", [])

    def test_does_not_retire_while_the_new_key_does_not_verify(self, steady):
        steady.go_to(11)
        steady.hour()
        steady.publish()
        steady.days(32)
        # Both records go: there is nothing to go back to, and nothing is deleted.
        steady.dns.txt = {name: value for name, value in steady.dns.txt.items() if "_domainkey" not in name}
        steady.days(10, steady.check_invariant)
        assert "delete-record" not in steady.kinds() and steady.aws.secrets[PREFIX + FIRST]["deleted"] is None
        assert "DkimFailureRateAlarm" in steady.alarms and "record-missing" in steady.kinds()

    def test_an_unfinished_deletion_leaves_a_key_alone_that_signs_again(self, steady):
        """The run was killed before the key's deletion, and somebody gave SES the key by hand."""
        steady.go_to(11)
        steady.hour()
        steady.publish()
        steady.days(32)

        def dies(_service, operation, effect):
            if operation == "delete_secret":
                raise Killed
            return effect()

        steady.aws.fault = dies
        record = steady.dns.txt.pop(f"{FIRST}._domainkey.goo.ne.jp")
        steady.days(8)
        steady.aws.fault = None
        assert steady.stored()["discard"] == [FIRST]
        steady.dns.txt[f"{FIRST}._domainkey.goo.ne.jp"] = record
        steady.give_by_hand(FIRST)
        steady.hours(3, steady.check_invariant)
        assert steady.stored()["discard"] == [] and steady.aws.secrets[PREFIX + FIRST]["deleted"] is None
        assert steady.stored()["active"]["selector"] == FIRST and steady.signs_and_verifies()

    def test_a_key_that_ses_has_given_up_on_is_given_again_once_its_record_is_back(self, steady):
        name = f"{FIRST}._domainkey.goo.ne.jp"
        record = steady.dns.txt.pop(name)
        steady.hours(2)
        steady.aws.ses.identity = replace(steady.aws.ses.identity, status="FAILED")
        steady.hours(2)
        assert "reapplied" not in steady.kinds()
        steady.dns.txt[name] = record
        steady.hours(2)
        assert "reapplied" in steady.kinds() and steady.signs_and_verifies()

    def test_too_few_servers_that_answer_are_a_failed_check(self, steady):
        steady.hours(2)
        assert "DkimFailureRateAlarm" not in steady.alarms
        steady.dns.silent = set(steady.dns.servers[:1])
        steady.hours(2)
        assert "DkimFailureRateAlarm" not in steady.alarms
        steady.dns.silent = set(steady.dns.servers[:2])
        steady.hours(2)
        assert "DkimFailureRateAlarm" in steady.alarms

    def test_the_plan_has_the_due_date_and_the_quiet_hour_after_it(self, steady):
        steady.go_to(11)
        steady.hour()
        assert [step["what"].split()[0] for step in steady.call(action="status")["plan"]] == ["overdue,", "give"]

    def test_a_wrong_record_is_reported_daily_and_ses_is_not_touched(self, steady):
        steady.go_to(11)
        steady.hour()
        name, value = steady.requested()
        steady.dns.txt[name] = [value[:255]]
        steady.days(2)
        mails = [mail for mail in steady.aws.mails if mail["kind"] == "wrong-record"]
        assert len(mails) == 3 and "cut off" in mails[0]["text"]
        assert all(later["at"] - mail["at"] >= timedelta(hours=20) for mail, later in zip(mails, mails[1:]))
        steady.days(31, steady.check_invariant)
        assert (steady.stored()["phase"], steady.signing_selector()) == ("overdue", FIRST)

    def test_a_slow_server_is_waited_for(self, steady):
        steady.go_to(11)
        steady.hour()
        steady.dns.behind = {"ns3.example.net": dict(steady.dns.txt)}
        steady.publish()
        steady.days(32)
        assert steady.signing_selector() == FIRST
        steady.dns.behind = {}
        steady.days(1)
        assert steady.signing_selector() != FIRST

    @pytest.mark.parametrize(("silent", "switches"), [(1, True), (2, False)])
    def test_more_than_half_of_the_servers_must_answer(self, steady, silent, switches):
        steady.go_to(11)
        steady.hour()
        steady.publish()
        steady.dns.silent = set(steady.dns.servers[:silent])
        steady.days(32)
        assert (steady.signing_selector() != FIRST) is switches

    def test_the_old_key_comes_back_once_if_ses_does_not_verify_the_new_one(self, steady):
        steady.go_to(11)
        steady.hour()
        new = steady.publish().partition(".")[0]
        steady.aws.ses.takes = lambda: NEVER if steady.signing_selector() == FIRST else timedelta(minutes=20)
        steady.days(34, steady.check_invariant)
        assert [selector for _, selector, _ in steady.aws.ses.puts] == [FIRST, new, FIRST]
        given, back = (at for at, _, _ in steady.aws.ses.puts[1:])
        assert timedelta(hours=24) <= back - given < timedelta(hours=26), "the patience"
        assert steady.signs_and_verifies() and steady.stored()["hold"]["why"] == "not-verified"
        assert steady.kinds().count("held") == 1 and "DkimWaitsForPersonAlarm" in steady.alarms
        steady.days(20, steady.check_invariant)
        assert len(steady.aws.ses.puts) == 3, "it waits for a person"
        steady.aws.ses.takes = lambda: timedelta(minutes=20)
        steady.call(action="resume", by="hanako")
        steady.days(1)
        assert steady.signing_selector() == new and steady.signs_and_verifies()

    def test_a_record_that_is_replaced_instead_of_added_makes_the_switch_come_early(self, steady):
        """The usual mistake: the new record takes the place of the one in use."""
        steady.go_to(11)
        steady.hour()
        new = steady.publish()
        del steady.dns.txt[f"{FIRST}._domainkey.goo.ne.jp"]
        steady.hours(4)
        assert f"{steady.signing_selector()}._domainkey.goo.ne.jp" == new
        assert steady.signs_and_verifies()

    def test_the_old_key_comes_back_if_the_new_record_vanishes(self, steady):
        steady.go_to(11)
        steady.hour()
        name = steady.publish()
        steady.days(32)
        value = steady.dns.txt.pop(name)
        steady.hours(2)
        assert steady.signing_selector() == FIRST and steady.signs_and_verifies()
        assert steady.kinds()[-2:] == ["rescued", "announce"]
        steady.check_invariant()
        steady.dns.txt[name] = value
        steady.days(2, steady.check_invariant)
        assert steady.signing_selector() == FIRST, "the switch was less than 72 hours ago"
        steady.days(2, steady.check_invariant)
        assert steady.signing_selector() == name.partition(".")[0]
        steady.days(8, steady.check_invariant)
        assert steady.kinds()[-1] == "delete-record" and steady.orphans() == set()

    def test_a_planned_switch_waits_for_spf_and_an_alarm_is_up(self, steady):
        steady.go_to(11)
        steady.hour()
        steady.publish()
        steady.dns.txt["bounce.goo.ne.jp"] = ["v=spf1 -all"]
        steady.days(34)
        assert steady.signing_selector() == FIRST and steady.kinds().count("put-off") == 3
        assert {"DkimWaitsForPersonAlarm", "SpfFailureRateAlarm"} <= steady.alarms
        steady.dns.txt["bounce.goo.ne.jp"] = ["v=spf1 include:amazonses.com ~all"]
        steady.days(1)
        assert steady.signing_selector() != FIRST
        assert "DkimWaitsForPersonAlarm" not in steady.alarms


class TestByHand:
    def rotate(self, world: World, **more: object) -> dict:
        return world.call(action="rotate-now", by="hanako", reason="the key has leaked", **more)

    def test_a_rotation_starts_today_with_the_same_checks(self, steady):
        answer = self.rotate(steady)
        assert answer["did"] == ["generate", "announce"]
        assert steady.stored()["next"]["trigger"] == "by-hand"
        steady.hours(5)
        assert steady.signing_selector() == FIRST
        steady.publish()
        steady.hours(2)
        assert steady.signing_selector() == answer["state"]["next"]["selector"]
        steady.days(8, steady.check_invariant)
        assert steady.stored()["phase"] == "retire" and steady.kinds()[-1] == "delete-record"

    def test_it_is_overdue_after_three_days(self, steady):
        self.rotate(steady)
        steady.days(4)
        assert "DkimOverdueAlarm" in steady.alarms and steady.signing_selector() == FIRST

    def test_the_record_of_a_leaked_key_goes_after_a_day(self, steady):
        self.rotate(steady, leaked=True)
        assert "URGENT" in steady.aws.mails[-1]["text"]
        steady.publish()
        steady.hours(3)
        assert steady.signing_selector() != FIRST
        steady.days(2)
        assert steady.kinds()[-1] == "delete-record"

    def test_it_takes_the_key_that_is_announced_already(self, steady):
        steady.go_to(11)
        steady.hour()
        announced = steady.stored()["next"]["selector"]
        steady.publish()
        self.rotate(steady)
        steady.hours(3)
        assert steady.signing_selector() == announced

    def test_it_can_give_that_key_up(self, steady):
        steady.go_to(11)
        steady.hour()
        announced = steady.stored()["next"]["selector"]
        self.rotate(steady, discard_next=True)
        state = steady.stored()
        assert state["next"]["selector"] != announced
        steady.publish()
        steady.days(9, steady.check_invariant)
        assert steady.signing_selector() == state["next"]["selector"]
        assert steady.aws.secrets[PREFIX + announced]["deleted"]
        assert steady.orphans() == set()

    def test_twice_is_once(self, steady):
        self.rotate(steady)
        selector = steady.stored()["next"]["selector"]
        self.rotate(steady)
        assert steady.stored()["next"]["selector"] == selector
        assert len(steady.aws.secrets) == 2

    @pytest.mark.parametrize("lost", ["the answer", "nothing but time"])
    def test_a_repeat_of_the_same_request_begins_nothing_and_has_the_same_answer(self, steady, lost):
        steady.go_to(11)
        steady.hour()
        first = self.rotate(steady, discard_next=True, id="wish-0001")
        steady.clock.sleep(60 if lost == "the answer" else 3600)
        again = self.rotate(steady, discard_next=True, id="wish-0001")
        assert (first["did"], first["result"]) == (again["did"], again["result"])
        assert again["did"] == ["discard-next", "generate", "announce", "discard"]
        assert steady.stored()["next"]["selector"] == first["state"]["next"]["selector"]
        assert len(steady.aws.secrets) == 3 and steady.stored()["request"] is None

    def test_a_new_request_of_the_same_person_is_a_new_wish(self, steady):
        first = self.rotate(steady, id="wish-0001")
        self.rotate(steady, discard_next=True, id="wish-0002")
        assert steady.stored()["next"]["selector"] != first["state"]["next"]["selector"]
        # A late repeat of the first is still known.
        third = steady.stored()["next"]["selector"]
        self.rotate(steady, discard_next=True, id="wish-0001")
        assert steady.stored()["next"]["selector"] == third

    def test_a_repeat_while_the_request_is_noted_is_the_same_request(self, steady):
        lease = {"run": "another", "until": "2026-11-25T23:00:00Z"}
        module = steady.modules["DKIMRotationOrchestrator"]
        store = module.StateStore(steady.aws.client("ssm"), PARAMETER)
        store.write(store.read() | {"lease": lease})
        asked = steady.clock.moment.strftime("%Y-%m-%dT%H:%M:%SZ")
        for _ in range(2):
            assert self.rotate(steady, id="wish-0001")["result"] == "busy"
            steady.clock.sleep(60)
        assert steady.stored()["request"]["id"] == "wish-0001"
        assert steady.stored()["request"]["at"] == asked
        steady.days(1)
        assert len(steady.aws.secrets) == 2 and self.rotate(steady, id="wish-0001")["result"] == "done"
        assert len(steady.aws.secrets) == 2

    def test_few_requests_are_remembered(self, steady):
        for number in range(30):
            self.rotate(steady, id=f"wish-{number:04}")
        assert list(steady.stored()["answered"])[-1] == "wish-0029" and len(steady.stored()["answered"]) == 4

    def test_stop_stops_everything_but_the_checks(self, steady):
        steady.go_to(11)
        steady.call(action="stop", by="hanako", reason="DNS is being moved")
        steady.days(40, steady.check_invariant)
        assert steady.stored()["next"] is None and steady.kinds() == []
        assert {"DkimStuckAlarm", "DkimOverdueAlarm"} <= steady.alarms
        assert steady.call(action="tick")["result"] == "stopped"
        steady.call(action="resume", by="hanako")
        steady.days(1)
        assert steady.kinds() == ["announce"]
        # People get at least a week.
        assert steady.stored()["next"]["due"] > "2027-12-10"

    def test_stop_leaves_a_half_done_switch_as_ses_has_it(self, steady):
        self.begin_switch(steady)

        def dies(service, name, effect):
            if name == "put_email_identity_dkim_signing_attributes":
                effect()
                raise no_answer(service)
            return effect()

        steady.aws.fault = dies
        steady.days(1)
        steady.aws.fault = None
        steady.call(action="stop", by="hanako", reason="wait")
        steady.hours(2)
        assert steady.signs_and_verifies() and steady.stored()["effect"] is None
        assert len(steady.aws.ses.puts) == 2 and steady.stored()["active"]["selector"] != FIRST

    def begin_switch(self, steady: World) -> str:
        """To the hour before the quiet one."""
        steady.go_to(11)
        steady.hour()
        name = steady.publish()
        steady.go_to(12)
        steady.hours(3)
        return name

    def test_an_interrupted_switch_looks_at_the_record_again(self, steady):
        name = self.begin_switch(steady)

        def dies(_service, operation, effect):
            if operation == "get_secret_value" and steady.stored()["effect"]:
                del steady.dns.txt[name]
                steady.aws.fault = None
                raise RuntimeError("killed before SES was asked")
            return effect()

        steady.aws.fault = dies
        steady.days(1, steady.check_invariant)
        assert name not in steady.dns.txt
        assert len(steady.aws.ses.puts) == 1 and steady.stored()["effect"] is None and steady.stored()["puts"][-1]["selector"] == FIRST

    def test_the_older_key_is_put_back_on_request_and_stays(self, steady):
        self.begin_switch(steady)
        steady.days(3)
        new = steady.signing_selector()
        assert new != FIRST
        answer = steady.call(action="restore-previous", by="hanako")
        assert answer["did"][0] == "restore" and steady.signing_selector() == FIRST
        steady.days(40, steady.check_invariant)
        assert steady.signing_selector() == FIRST and steady.stored()["hold"]["why"] == "restored"
        assert "publish" not in "".join(mail["subject"] for mail in steady.aws.mails if mail["kind"] == "restored")
        steady.call(action="resume", by="hanako")
        steady.days(2)
        assert steady.signing_selector() == new and steady.stored()["hold"] is None

    def test_without_an_older_key_nothing_is_put_back(self, steady):
        with pytest.raises(Exception, match="no older key"):
            steady.call(action="restore-previous", by="hanako")
        steady.hours(2)
        assert steady.signing_selector() == FIRST and steady.stored()["lease"] is None

    def test_a_repeat_of_a_request_that_was_refused_is_refused(self, steady):
        for _ in range(2):
            with pytest.raises(Exception, match="no older key"):
                steady.call(action="restore-previous", by="hanako", id="wish-0001")
        steady.hours(2)
        assert steady.stored()["request"] is None and steady.stored()["lease"] is None

    def test_a_repeat_does_not_restore_twice(self, steady):
        steady.go_to(11)
        steady.hour()
        steady.publish()
        steady.days(33)
        first, again = (steady.call(action="restore-previous", by="hanako", id="wish-0001") for _ in range(2))
        assert first["did"] == again["did"] == ["restore", "restored"]
        assert steady.signing_selector() == FIRST

    def test_a_restore_is_not_forgotten_when_the_run_is_killed(self, steady):
        steady.go_to(11)
        steady.hour()
        steady.publish()
        steady.days(32)
        writes = 0

        def dies(_service, operation, effect):
            nonlocal writes
            writes += operation == "put_parameter"
            if writes == 3:  # the request, the lease with the request taken up, and then nothing more
                raise Killed
            return effect()

        steady.aws.fault = dies
        with pytest.raises(Killed):
            steady.call(action="restore-previous", by="hanako")
        steady.aws.fault = None
        steady.hours(2)
        assert steady.signing_selector() == FIRST

    def test_status_changes_nothing(self, steady):
        versions = len(steady.aws.parameters[PARAMETER])
        answer = steady.call(action="status")
        assert answer["plan"][0] == {"at": "2027-10-25T00:00:00Z", "what": "make and announce the next key"}
        assert answer["findings"]["dkim"]["healthy"]
        assert len(steady.aws.parameters[PARAMETER]) == versions

    @pytest.mark.parametrize(
        ("event", "message"),
        [
            ({"action": "delete"}, "unknown action"),
            ({"action": "tick", "domain": "example.com"}, "looks after goo.ne.jp"),
            ({"action": "rotate-now", "reason": "x"}, "needs `by`"),
            ({"action": "rotate-now", "by": "x"}, "needs `reason`"),
            ({"action": "stop", "by": "x", "reason": " "}, "needs `reason`"),
            ({"action": "resume"}, "needs `by`"),
            ({"action": "restore-previous", "by": "x", "key": "ses-1 or 2"}, "`key` is not a selector"),
            ({"action": "rotate-now", "by": "x", "reason": "x", "replace": "s" * 64}, "`replace` is not a selector"),
            ({"action": "rotate-now", "by": "x", "reason": "x", "id": "short"}, "`id`"),
            ({"action": "rotate-now", "by": "x", "reason": "x", "id": 12345678}, "`id`"),
            ({"action": "restore-previous", "by": "x", "id": "wish of hanako"}, "`id`"),
        ],
    )
    def test_what_is_refused(self, steady, event, message):
        before = list(steady.aws.parameters[PARAMETER])
        with pytest.raises(ValueError, match=message):
            steady.run(event)
        assert steady.aws.parameters[PARAMETER] == before


def test_quiet_days_write_nothing(steady):
    """Parameter Store keeps a hundred versions: they are for what happened, not for the passing of time."""
    steady.hour()
    versions = len(steady.aws.parameters[PARAMETER])
    steady.days(60)
    assert len(steady.aws.parameters[PARAMETER]) == versions
