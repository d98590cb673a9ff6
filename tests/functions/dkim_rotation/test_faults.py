"""Every AWS call of every step, one after the other: it fails, it is throttled, its answer is lost, or the function dies right
before or right after it. The next calls come to the same end: nothing lost, no key pair orphaned, and nobody untold.
"""

import functools
from collections import Counter
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from ..checked_aws import Killed, no_answer, throttled
from .fake_ses import NEVER
from .world import PREFIX, World

FIRST = "ses-20261125-1"


def prepare(step: str) -> World:
    """The world at half an hour before the hour in which the step happens."""
    world = World()
    if step == "first":
        return world
    world.first_rotation()
    world.go_to(11)
    if step == "announce":
        return world
    world.hour()
    if step == "leak":
        return world
    if step == "overdue":
        world.go_to(12, days=1)
        return world
    world.publish()
    world.hours(2)
    world.go_to(12)
    world.hours(18)
    if step == "switch":
        return world
    if step == "put back":
        world.aws.ses.takes = lambda: NEVER if world.signing_selector() == FIRST else timedelta(seconds=40)
        world.hours(24)
        return world
    world.hour()
    if step == "promote":
        return world
    world.hour()
    if step == "adopt":
        world.give_by_hand(FIRST)
        world.hour()
    if step == "reapply":
        world.aws.ses.make_anew()
        world.hour()
    if step == "rescue":
        world.dns.txt.pop(f"{world.signing_selector()}._domainkey.goo.ne.jp")
    if step in ("retire", "discard"):
        to_time = world.modules["DKIMRotationOrchestrator"].to_time
        world.clock.moment = to_time(world.stored()["previous"][0]["retire_from"]) - timedelta(minutes=30)
    if step == "discard":
        del world.dns.txt[f"{FIRST}._domainkey.goo.ne.jp"]
    return world


def act(world: World, step: str) -> None:
    """The hour of the step. A person whose call was not answered asks for the same again."""
    request = {
        "leak": {"action": "rotate-now", "reason": "seen in a log", "leaked": True},
        "restore": {"action": "restore-previous"},
    }.get(step)
    for _ in range(2 if request else 0):
        try:
            world.call(by="hanako", id="wish-of-hanako", **request)
            break
        except (Exception, Killed):
            world.clock.sleep(60)
    world.hour()


def calls_of(step: str) -> list[tuple[str, str]]:
    world = prepare(step)
    before = len(world.aws.calls)
    act(world, step)
    assert world.failures == []
    return world.aws.calls[before:]


def mails_of(step: str) -> Counter[str]:
    """The mails of the step, and of the days after it, when nothing fails."""
    world = prepare(step)
    world.aws.mails.clear()
    act(world, step)
    finish(world)
    return Counter(world.kinds())


KINDS = ("refused", "throttled", "no answer", "killed before", "killed after")


@functools.cache
def points(step: str) -> list[int]:
    """The calls of a step; of a long row of the same call, while it waits for SES, the first and the last."""
    calls = STEPS[step]
    neighbours = [(calls[number - 1] if number else None, *calls[number + 1 : number + 2]) for number in range(len(calls))]
    return [number for number, call in enumerate(calls) if set(neighbours[number]) != {call}]


def hit(world: World, number: int, kind: str) -> None:
    """The fault hits the call with this number from now on, once."""
    count = -1

    def fault(service, name, effect):
        nonlocal count
        count += 1
        if count != number:
            return effect()
        if kind == "refused":
            raise ClientError({"Error": {"Code": "InternalFailure", "Message": "refused"}}, name)
        if kind == "throttled":
            raise throttled(service, name)
        if kind == "killed before":
            raise Killed
        effect()
        raise Killed if kind == "killed after" else no_answer(service)

    world.aws.fault = fault


def finish(world: World) -> None:
    """Nobody does anything for three hours. Then the administrator publishes what is asked for, and lets the rotation go on;
    five days pass, of which the nights and mornings are run."""
    for day in range(6):
        for part in range(2):
            for _ in range(3):
                publish_what_is_wanted(world, day)
                world.hour()
                world.check_invariant()
            start = world.clock.moment + timedelta(hours=2 if part else 12)
            world.clock.moment = start.replace(hour=23 if part else 17, minute=30, second=0)
        if day == 1 and world.stored()["hold"]:
            world.aws.ses.takes = lambda: timedelta(seconds=40)
            world.call(action="resume", by="hanako")


def publish_what_is_wanted(world: World, day: int) -> None:
    state = world.stored()
    for key in (state.get("active"), state.get("next")):
        if day and key and key["public_key"]:
            world.dns.txt[f"{key['selector']}._domainkey.goo.ne.jp"] = [f"p={key['public_key']}"]


STEPS = {
    step: calls_of(step)
    for step in (
        "first", "announce", "leak", "overdue", "switch", "promote", "put back", "rescue", "restore", "adopt", "reapply", "retire",
        "discard",
    )
}  # fmt: skip
MAILS = {step: mails_of(step) for step in STEPS}
PUT = ("sesv2", "put_email_identity_dkim_signing_attributes")


def test_the_steps_are_what_they_are_called():
    for step, name in {
        "first": ("kms", "generate_data_key_pair"),
        "announce": ("secretsmanager", "create_secret"),
        "switch": PUT, "put back": PUT, "rescue": PUT, "restore": PUT, "reapply": PUT,
        "discard": ("secretsmanager", "delete_secret"),
    }.items():  # fmt: skip
        assert STEPS[step].count(name) == 1, step
    assert all(PUT not in STEPS[step] for step in ("first", "announce", "overdue", "promote", "adopt", "retire"))
    for step, kind in {
        "first": "announce", "announce": "announce", "leak": "announce", "overdue": "overdue", "promote": "switched",
        "put back": "held", "rescue": "rescued", "restore": "restored", "adopt": "by-hand", "reapply": "reapplied",
        "retire": "delete-record",
    }.items():  # fmt: skip
        assert MAILS[step][kind] == 1, step


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", STEPS)
def test_every_call_may_fail(step, kind):
    for number in points(step):
        call = STEPS[step][number]
        world = prepare(step)
        world.aws.mails.clear()
        hit(world, number, kind)
        act(world, step)
        world.aws.fault = None
        world.check_invariant()
        finish(world)
        state, where = world.stored(), f"{kind} at call {number} of {step}: {call}"
        assert state["effect"] is None and state["lease"] is None, where
        assert world.signs_and_verifies(), where
        assert world.orphans() == set(), where
        assert world.signing_selector() == state["active"]["selector"], where
        # One pair for each selector, and no selector skipped.
        expected = {"first": 1, "announce": 2}.get(step, 2)
        assert state["sequence"] == expected and len(world.aws.secrets) == expected, where
        assert PREFIX + state["active"]["selector"] in world.aws.secrets, where
        if step in ("switch", "promote", "put back"):
            assert state["active"]["selector"] != FIRST, where
        if step == "discard":
            assert world.aws.secrets[PREFIX + FIRST]["deleted"], where
        # An answer that got lost is looked for, and no key is given twice.
        assert len(world.aws.ses.puts) <= puts_of(step), where
        # Nobody is left untold, or told the same again and again.
        told = Counter(world.kinds())
        assert set(told) >= set(MAILS[step]) and max(told.values(), default=0) <= 2, f"{where}: {told}"


@pytest.mark.parametrize("step", STEPS)
def test_a_second_run_at_any_point_does_nothing_twice(step):
    """Another run begins and ends while the first one waits for a call: before it, and after it."""
    for number in points(step):
        for after in (False, True):
            world = prepare(step)
            count = -1

            def fault(service, name, effect, world=world, number=number, after=after):
                nonlocal count
                count += 1
                if count != number:
                    return effect()
                world.aws.fault = None
                answer = effect() if after else None
                moment = world.clock.moment
                world.attempt("tick")
                world.clock.moment = max(moment, world.clock.moment)
                return answer if after else effect()

            world.aws.fault = fault
            act(world, step)
            world.aws.fault = None
            where = f"a second run at call {number} of {step}: {STEPS[step][number]}, after it: {after}"
            finish(world)
            state = world.stored()
            assert world.orphans() == set() and state["effect"] is None and state["lease"] is None, where
            assert world.signs_and_verifies(), where
            assert len(world.aws.secrets) == state["sequence"] == (1 if step == "first" else 2), where
            announced = [mail["subject"] for mail in world.aws.mails if mail["kind"] == "announce"]
            assert len(announced) == len(set(announced)), where


@functools.cache
def puts_of(step: str) -> int:
    """Of the whole life, when nothing fails."""
    world = prepare(step)
    act(world, step)
    finish(world)
    return len(world.aws.ses.puts)


def no_mail(service, name, effect):
    if service == "sns":
        raise throttled(service, name)
    return effect()


def test_mails_that_cannot_be_sent_keep_nothing_from_being_done(steady):
    """Nobody can be told for weeks: keys are switched and rescued all the same, an alarm is up, and the mails come later.
    What is asked for is known from `status`."""
    steady.go_to(11)
    steady.aws.fault = no_mail
    steady.days(20, steady.check_invariant)
    assert "DKIMRotationOrchestratorErrorsAlarm" in steady.alarms and "DkimStuckAlarm" in steady.alarms
    following = steady.stored()["next"]
    name = f"{following['selector']}._domainkey.goo.ne.jp"
    steady.dns.txt[name] = [f"p={following['public_key']}"]
    steady.days(14, steady.check_invariant)
    assert steady.signing_selector() == following["selector"]
    del steady.dns.txt[name]
    steady.hours(3, steady.check_invariant)
    assert steady.signing_selector() == FIRST and steady.signs_and_verifies()
    steady.days(30, steady.check_invariant)
    assert steady.kinds() == []
    steady.aws.fault = None
    steady.days(2)
    assert {"announce", "rescued", "overdue"} <= set(steady.kinds())
    assert max(Counter(steady.kinds()).values()) <= 2 and steady.stored()["outbox"] == []
    assert steady.alarms == {"DkimOverdueAlarm"}


def test_a_mail_about_a_key_that_was_given_up_meanwhile_is_not_sent(steady):
    steady.go_to(11)
    steady.aws.fault = no_mail
    steady.hour()
    given_up = steady.stored()["next"]["selector"]
    with pytest.raises(Exception, match="mails could not be sent"):
        steady.call(action="rotate-now", by="hanako", reason="seen in a log", discard_next=True)
    steady.aws.fault = None
    steady.hour()
    [mail] = [mail for mail in steady.aws.mails if mail["kind"] == "announce"]
    assert given_up not in mail["text"] and steady.stored()["next"]["selector"] in mail["text"]
