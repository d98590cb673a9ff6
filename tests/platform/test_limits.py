"""Every alarm rings at its limit and not before: the pictures of tests/signals/limits.py, played period by period."""

from collections.abc import Callable, Iterator
from itertools import permutations

import pytest

from local_aws.semantics.alarm import ALARM, MORE, OK, TRAINING, state
from local_aws.semantics.metrics import Metrics

from ..signals.limits import QUIET, RINGS, STAYS, Band, Limit, Picture, limits
from .cloudformation import ACCOUNT, ENVIRONMENTS, REGION, names, stack, stacks

END = 1_760_054_400  # midnight in UTC: every period ends then
assert END % 86_400 == 0


def alarms(environment: str) -> dict[str, dict]:
    return {
        properties["AlarmName"].removeprefix(f"ses-{environment}-"): properties
        for current in stacks(environment)
        for properties in current.all("AWS::CloudWatch::Alarm").values()
    }


def rows(environment: str) -> dict[str, Limit | Band]:
    return limits(bool(stack(environment, "security").ids("AWS::KMS::Key")))


def of_kind(kind: type) -> list[tuple[str, str]]:
    return [
        (environment, name)
        for environment in ENVIRONMENTS
        for name, row in rows(environment).items()
        if isinstance(row, kind)
    ]


def naming(environment: str) -> Callable[[str], str]:
    """A namespace is ses/prod/Name, a physical name ses-prod-name; others stand as they are."""

    def named(thing: str) -> str:
        if thing == "":
            return f"ses/{environment}/"
        return f"ses-{environment}{thing}" if thing.startswith("-") else thing

    return named


def test_every_alarm_has_a_limit_and_every_limit_an_alarm():
    for environment in ENVIRONMENTS:
        found = {name.removeprefix(f"ses-{environment}-") for name in names(environment, "AWS::CloudWatch::Alarm")}
        assert found == set(rows(environment))


class Played:
    """An alarm, and its metrics in the periods that end at END."""

    def __init__(self, environment: str, name: str):
        self.row, self.alarm = rows(environment)[name], alarms(environment)[name]
        self.named = naming(environment)

    def state(self, *pictures: Picture, before: str = OK) -> str:
        """After these periods, the oldest first."""
        metrics, seconds = Metrics(), self.row.seconds
        for number, picture in enumerate(reversed(pictures), 1):
            begin = END - number * seconds
            for name, values in picture.items():
                # One value stands at the beginning of its period; several reach from there to its end.
                for place, value in enumerate(values):
                    second = begin + place * (seconds - 1) // max(1, len(values) - 1)
                    metrics.put(self.row.metric(name, self.named), second, value)
        return state(self.alarm, metrics, END, before)


def orders(pictures: tuple[Picture, ...]) -> Iterator[Picture]:
    """Each picture with its values in every order."""
    for picture in pictures:
        forms = [dict(zip(picture, values, strict=True)) for values in zip(*map(each_order, picture.values()), strict=False)]
        yield from forms or [picture]


def each_order(values: tuple[float, ...]) -> list[tuple[float, ...]]:
    found = sorted(set(permutations(values)))
    return [found[index % len(found)] for index in range(6)]


@pytest.mark.parametrize(("environment", "name"), of_kind(Limit))
class TestLimit:
    def test_rings_at_its_limit(self, environment, name):
        played = Played(environment, name)
        row = played.row
        for bad in orders(row.rings):
            # Where there is no data, CloudWatch takes older periods as long as it sees one.
            needed = row.periods if any(bad.values()) else row.periods + MORE
            for good in row.quiet:
                assert played.state(*[good] * 5, *[bad] * needed) == ALARM, bad

    def test_does_not_ring_below_it(self, environment, name):
        played = Played(environment, name)
        for good in orders(played.row.quiet):
            assert played.state(*[good] * (played.row.periods + 5)) == OK, good

    def test_does_not_ring_before_all_periods_are_bad(self, environment, name):
        played = Played(environment, name)
        row = played.row
        for bad in orders(row.rings):
            needed = row.periods if any(bad.values()) else row.periods + MORE
            for good in row.quiet:
                assert played.state(*[good] * 5, *[bad] * (needed - 1)) == OK, bad
                assert played.state(*[bad] * 5, good, *[bad] * (needed - 1)) == OK, bad

    def test_ends_with_the_first_good_period(self, environment, name):
        played = Played(environment, name)
        for bad in orders(played.row.rings):
            for good in orders(played.row.quiet):
                assert played.state(*[bad] * (played.row.periods + 5), good, before=ALARM) == OK, (bad, good)

    def test_silence(self, environment, name):
        played = Played(environment, name)
        expected = {QUIET: (OK, OK), STAYS: (OK, ALARM), RINGS: (ALARM, ALARM)}[played.row.silence]
        assert (played.state(), played.state(before=ALARM)) == expected


@pytest.mark.parametrize(("environment", "name"), of_kind(Band))
class TestBand:
    def played(self, environment: str, name: str, *values: float) -> str:
        """After a usual time: 100 in a period on average, with a standard deviation of 10, in two parts."""
        usual = [{"value": (each / 2, each / 2)} for each in (90.0, 110.0) * (TRAINING // 2 + 2)]
        played = Played(environment, name)
        return played.state(*usual, *({"value": (each,)} for each in values))

    def test_rings_outside_the_band_for_long_enough(self, environment, name):
        row = rows(environment)[name]
        above, below = 100 + 10 * (row.width + 0.5), 100 - 10 * (row.width + 0.5)
        assert self.played(environment, name, *[above] * row.periods) == ALARM
        assert self.played(environment, name, *[below] * row.periods) == (ALARM if row.below else OK)
        assert self.played(environment, name, 100, *[above] * (row.periods - 1)) == OK
        assert self.played(environment, name, *[above] * row.periods, 100) == OK

    def test_does_not_ring_within_it(self, environment, name):
        row = rows(environment)[name]
        for sign in (1, -1):
            assert self.played(environment, name, *[100 + sign * 10 * (row.width - 0.5)] * row.periods) == OK

    def test_silence_is_quiet(self, environment, name):
        played = Played(environment, name)
        assert (played.state(), played.state(before=ALARM)) == (OK, OK)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_alarm_tells_the_topic_when_it_rings_and_when_it_ends_and_a_level_does_if_it_is_the_third(environment):
    """One incident is one mail: of the levels only the one that somebody must act on at once mails beside its alarms."""
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:ses-{environment}-alerts"
    for current in stacks(environment):
        for properties in current.all("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm").values():
            told = [] if properties["AlarmName"].endswith(("-level-1", "-level-2")) else [topic]
            assert properties.get("AlarmActions", []) == properties.get("OKActions", []) == told
            assert properties.get("ActionsEnabled", True) is True
