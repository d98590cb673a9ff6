"""Whoever waits for another waits longer than the other may take, and a lease lasts no longer than it must."""

import pytest

from . import deployed

CALLED = [name for name in deployed.FUNCTIONS if name != "DKIMRotationOrchestrator"]


@pytest.fixture(autouse=True)
def region(monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")


def seconds(logical_id: str) -> int:
    return int(deployed.template()["Resources"][logical_id]["Properties"]["Timeout"])


@pytest.mark.parametrize("logical_id", CALLED)
def test_the_orchestrator_waits_for_the_whole_run_of_a_function_and_calls_it_once(logical_id):
    config = deployed.load("DKIMRotationOrchestrator").client("lambda").meta.config
    assert seconds(logical_id) < config.read_timeout < seconds("DKIMRotationOrchestrator")
    assert config.retries["total_max_attempts"] == 1


def test_the_updater_ends_by_itself_when_its_calls_are_slow():
    config = deployed.load("SESConfigUpdater").client("sesv2").meta.config
    call = config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout)
    # It reads the key, asks SES, gives the key, and turns signing on.
    assert 4 * call <= seconds("SESConfigUpdater")


def test_a_lease_is_longer_than_any_run_and_over_before_the_next():
    orchestrator = deployed.load("DKIMRotationOrchestrator")
    assert orchestrator.LEASE.total_seconds() >= 2 * seconds("DKIMRotationOrchestrator")
    # The watch of half past eight may die, and the tick of nine has its reminders to send.
    assert orchestrator.LEASE.total_seconds() < 1800
