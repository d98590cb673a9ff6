"""Fixtures of the DKIM rotation."""

import pytest

from .world import World


@pytest.fixture
def world() -> World:
    """A domain without a key of ours."""
    return World()


@pytest.fixture
def steady() -> World:
    """A domain that signs with its first key, two hours old."""
    world = World()
    world.first_rotation()
    world.aws.mails.clear()
    return world
