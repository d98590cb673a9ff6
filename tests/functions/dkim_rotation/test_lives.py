"""Random lives of a domain, in which nothing happens that must not (docs/dkim-rotation.md, "What must always hold").

A few in the normal tests, many with `make simulate`. A counterexample is a seed: Life(seed).run().story tells it.
"""

import os
from collections.abc import Callable
from types import ModuleType

import pytest

from . import deployed
from .life import Life

LIVES = int(os.environ.get("DKIM_LIVES", "6"))


@pytest.mark.parametrize("seed", range(LIVES))
def test_in_no_life_anything_happens_that_must_not(seed):
    result = Life(seed).run(episodes=1)
    assert result.violations == [], "\n".join(result.story)
    assert result.puts >= 1 and result.days > 20


@pytest.mark.parametrize("seed", range(LIVES // 2))
def test_nor_with_a_name_server_that_lambda_cannot_reach(seed):
    result = Life(seed, ipv6_only=True).run(episodes=1)
    assert result.violations == [], "\n".join(result.story)
    assert result.puts >= 1


def is_found(seed: int, break_it: Callable[[ModuleType], None]) -> set[str]:
    """What the checks say of a rotation that is broken on purpose, in a life without SPF."""
    life = Life(seed, faults=False)
    life.world.dns.txt["bounce.goo.ne.jp"] = ["v=spf1 -all"]
    for module in life.world.modules.values():
        break_it(module)
    return set(life.run(episodes=1).violations)


def without_spf(module):
    if hasattr(module, "mail_from_checks"):
        module.mail_from_checks = lambda ses: {"healthy": True, "failure_rate": 0.0, "mx": True, "spf": True}


def blind(module):
    if hasattr(module, "look_up"):
        right = module.look_up
        module.look_up = lambda zone, domain, key: right(zone, domain, key) | {"state": "published", "servers_with_value": 3}


@pytest.mark.parametrize(
    ("break_it", "violation"),
    [(without_spf, "a planned switch without SPF"), (blind, "put of a key whose record was not seen")],
)
def test_the_checks_find_what_is_broken_on_purpose(break_it, violation):
    found: set[str] = set()
    for seed in range(12):
        found |= is_found(seed, break_it)
        if violation in found:
            return
    raise AssertionError(f"{violation} was not found: {found}")


def test_every_function_is_the_deployed_one():
    assert set(Life(0).world.modules) == set(deployed.FUNCTIONS)
