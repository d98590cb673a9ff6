"""Every AWS call of every step, one after the other: it fails, it is throttled, its answer is lost, or the function dies right
before or right after it. The next calls come to the same end: nothing lost, no key pair orphaned, and nobody untold.
"""

import json
from collections import Counter
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from ..checked_aws import Killed, no_answer, throttled
from .world import PREFIX, World

FIRST = "ses-20261125-1"


def prepare(step: str) -> World:
    """The world at half an hour before the tick in which the step happens."""
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
    if step == "switch":
        return world
    if step == "put back":
        look = world.aws._look

        def only_the_old() -> None:
            world.aws.ses_is_blind = world.signing_selector() != FIRST
            look()

        world.aws._look = only_the_old
        return world
    world.hours(2)
    if step == "adopt":
        give_by_hand(world, FIRST)
        return world
    if step == "reapply":
        world.aws.ses = {"origin": "AWS_SES", "status": "PENDING", "tokens": ["x"] * 3, "signing": True}
        return world
    if step == "restore":
        world.dns.txt.pop(f"{world.signing_selector()}._domainkey.goo.ne.jp")
        return world
    to_time = world.modules["DKIMRotationOrchestrator"].to_time
    world.clock.moment = to_time(world.stored()["previous"][0]["retire_from"]) - timedelta(minutes=30)
    return world


def give_by_hand(world: World, selector: str) -> None:
    """A person gives SES a key of ours, without the functions."""
    secret = json.loads(world.aws.secrets[PREFIX + selector]["value"])
    world.aws.client("sesv2").put_email_identity_dkim_signing_attributes(
        EmailIdentity="goo.ne.jp", SigningAttributesOrigin="EXTERNAL",
        SigningAttributes={"DomainSigningSelector": selector, "DomainSigningPrivateKey": secret["private_key"]},
    )  # fmt: skip


def act(world: World, step: str) -> None:
    """The hour of the step. A person whose call was not answered asks for the same again."""
    if step == "leak":
        for _ in range(2):
            try:
                world.call(action="rotate-now", by="hanako", reason="seen in a log", leaked=True, id="wish-of-hanako")
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
    """Nobody does anything for three hours, and what keeps SES from seeing a record goes on. Then the administrator
    publishes what is asked for, on this day and the next two mornings."""
    for day in range(3):
        for _ in range(3):
            state = world.stored()
            for key in (state.get("active"), state.get("next")):
                if day and key and key["public_key"]:
                    world.dns.txt[f"{key['selector']}._domainkey.goo.ne.jp"] = [f"p={key['public_key']}"]
            world.hour()
            world.check_invariant()
        world.aws._look = type(world.aws)._look.__get__(world.aws)
        world.aws.ses_is_blind = False
        world.clock.moment = (world.clock.moment + timedelta(days=1)).replace(hour=23, minute=30, second=0)


STEPS = {
    step: calls_of(step)
    for step in ("first", "announce", "leak", "overdue", "switch", "put back", "restore", "adopt", "reapply", "retire")
}
MAILS = {step: mails_of(step) for step in STEPS}


def test_the_steps_are_what_they_are_called():
    for step, name in {
        "first": ("kms", "generate_data_key_pair"),
        "announce": ("secretsmanager", "create_secret"),
        "switch": ("sesv2", "put_email_identity_dkim_signing_attributes"),
        "put back": ("sesv2", "put_email_identity_dkim_signing_attributes"),
        "restore": ("sesv2", "put_email_identity_dkim_signing_attributes"),
        "retire": ("secretsmanager", "delete_secret"),
    }.items():
        assert name in STEPS[step], step
    assert STEPS["put back"].count(("sesv2", "put_email_identity_dkim_signing_attributes")) == 2
    for step, kind in {
        "first": "announce", "announce": "announce", "leak": "announce", "overdue": "overdue", "switch": "switched",
        "put back": "switch-failed", "restore": "restored", "adopt": "restored", "reapply": "reapplied", "retire": "delete-record",
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
        if step in ("switch", "put back"):
            assert state["active"]["selector"] != FIRST, where
        if step == "retire":
            assert world.aws.secrets[PREFIX + FIRST]["deleted"], where
        # Nobody is left untold, or told the same again and again.
        told = Counter(world.kinds())
        assert set(told) >= set(MAILS[step]) and max(told.values()) <= 2, f"{where}: {told}"


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
            world.check_invariant()
            finish(world)
            state = world.stored()
            assert world.orphans() == set() and state["effect"] is None and state["lease"] is None, where
            assert world.signs_and_verifies(), where
            assert len(world.aws.secrets) == state["sequence"] == (1 if step == "first" else 2), where
            announced = [mail["subject"] for mail in world.aws.mails if mail["kind"] == "announce"]
            assert len(announced) == len(set(announced)), where


def no_mail(service, name, effect):
    if service == "sns":
        raise throttled(service, name)
    return effect()


def test_mails_that_cannot_be_sent_keep_nothing_from_being_done(steady):
    """Nobody can be told for weeks: keys are switched and put back all the same, an alarm is up, and the mails come later.
    What is asked for is known from `status`."""
    steady.go_to(11)
    steady.aws.fault = no_mail
    steady.days(20, steady.check_invariant)
    assert "DKIMRotationOrchestratorErrorsAlarm" in steady.alarms and "DkimStuckAlarm" in steady.alarms
    following = steady.stored()["next"]
    name = f"{following['selector']}._domainkey.goo.ne.jp"
    steady.dns.txt[name] = [f"p={following['public_key']}"]
    steady.days(12, steady.check_invariant)
    assert steady.signing_selector() == following["selector"]
    del steady.dns.txt[name]
    steady.hours(2, steady.check_invariant)
    assert steady.signing_selector() == FIRST and steady.signs_and_verifies()
    steady.days(30, steady.check_invariant)
    assert steady.kinds() == []
    steady.aws.fault = None
    steady.hours(2)
    assert {"announce", "switched", "restored", "overdue"} <= set(steady.kinds())
    assert max(Counter(steady.kinds()).values()) == 1 and steady.stored()["outbox"] == []
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
