"""What must be true at every hour, for years of simulated hours, whatever the DNS administrator does:

    At every hour, the key that SES signs with has its record in DNS, or the alarm on it is up, and the private half of every
    key that is, was just, or will be in use is kept.

And the end: once people have done what the mails ask for, the domain signs with a key that is not older than twelve months,
no alarm of the rotation is up, and no key pair is left that nobody will delete.
"""

from dataclasses import dataclass

import pytest

from .world import World


@dataclass(frozen=True)
class Administrator:
    """How somebody answers the mails of one rotation."""

    answers_after_days: int = 0
    first_gets_it_wrong: str | None = None  # what is published first, for two days
    deletes_old_after_days: int | None = None  # from the announcement on, without being asked
    loses_new_after_days: int | None = None  # the new record vanishes some time after the announcement, for two days
    replaces: bool = False  # puts the new record in the place of the old one

    def acts(self, world: World, hour: int, name: str, value: str, old: str | None) -> None:
        day = hour / 24
        txt = world.dns.txt
        if day >= self.answers_after_days:
            wrong = self.first_gets_it_wrong and day < self.answers_after_days + 2
            lost = self.loses_new_after_days is not None and 0 <= day - self.loses_new_after_days < 2
            txt[name] = [mistakes(value)[self.first_gets_it_wrong]] if wrong else [value]
            if lost:
                del txt[name]
            if self.replaces and old:
                txt.pop(old, None)
        if self.deletes_old_after_days is not None and day >= self.deletes_old_after_days and old:
            txt.pop(old, None)


def mistakes(value: str) -> dict[str | None, str]:
    return {
        "cut off": value[:255],
        "space": f"{value[:255]} {value[255:]}",
        "quotes": f'"{value[:255]}" "{value[255:]}"',
        "another": "p=AAAA" + value[6:],
        "empty": "",
    }


def rotate(world: World, administrator: Administrator, days: int) -> None:
    """One yearly rotation, hour by hour, from its announcement on."""
    before = world.stored()["active"]["selector"]
    old = f"{before}._domainkey.goo.ne.jp"
    world.go_to(11)
    announced = None
    for hour in range(24 * days):
        if announced:
            administrator.acts(world, hour, *announced, old)
        world.hour()
        world.check_invariant()
        following = world.stored()["next"]
        if announced is None and following and following.get("announced"):
            announced = world.requested(following["selector"])


def comes_to_rest(world: World) -> None:
    """Everybody does what is asked for from now on."""
    for _ in range(24 * 16):
        following = world.stored()["next"]
        for mail in world.aws.mails:
            if mail["kind"] == "delete-record":
                world.dns.txt.pop(f"{mail['subject'].split('record ')[1].split()[0]}._domainkey.goo.ne.jp", None)
        for key in (world.stored()["active"], following):
            if key and key["public_key"]:
                world.dns.txt[f"{key['selector']}._domainkey.goo.ne.jp"] = [f"p={key['public_key']}"]
        world.hour()
        world.check_invariant()
    state = world.stored()
    assert (state["phase"], state["next"], state["previous"], state["effect"], state["lease"]) == ("steady", None, [], None, None)
    assert world.signs_and_verifies() and world.signing_selector() == state["active"]["selector"]
    assert world.alarms == set()
    assert world.orphans() == set()


ANSWERS = [
    Administrator(),
    Administrator(answers_after_days=3),
    Administrator(answers_after_days=40),
    Administrator(first_gets_it_wrong="cut off"),
    Administrator(answers_after_days=29, first_gets_it_wrong="another"),
    Administrator(deletes_old_after_days=0),
    Administrator(answers_after_days=5, deletes_old_after_days=1),
    Administrator(deletes_old_after_days=32),
    Administrator(loses_new_after_days=33),
    Administrator(loses_new_after_days=29, answers_after_days=20),
    Administrator(replaces=True),
    Administrator(answers_after_days=40, replaces=True, first_gets_it_wrong="space"),
]


@pytest.mark.parametrize("administrator", ANSWERS, ids=repr)
def test_one_rotation(steady, administrator):
    rotate(steady, administrator, 44)
    comes_to_rest(steady)
    assert steady.signing_selector() != "ses-20261125-1"


def test_three_years_hour_by_hour(world):
    """The usual administrator needs three days for everything, and one time forty."""
    world.hour()
    for year, delay in enumerate((3, 3, 40, 0)):
        name, value = world.requested()
        world.hours(24 * delay, world.check_invariant)
        world.dns.txt[name] = [value]
        # Hour by hour until the old key is retired; then nothing happens until the next announcement.
        world.days(40, world.check_invariant)
        keep = f"{world.stored()['active']['selector']}._domainkey.goo.ne.jp"
        for record in [record for record in world.dns.txt if "_domainkey" in record and record != keep]:
            del world.dns.txt[record]  # as a mail has asked
        world.hour()
        if year < 3:
            world.go_to(11)
            world.hour()
            assert world.kinds()[-1] == "announce"
    assert world.clock.now().year == 2029
    assert world.kinds().count("switched") == 4
    assert world.orphans() == set()
