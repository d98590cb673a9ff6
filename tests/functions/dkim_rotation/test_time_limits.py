"""Whoever waits for another waits longer than the other may take, and whoever changes SES has time left to change it back."""

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


def test_the_updater_has_time_to_put_the_old_key_back_when_its_calls_are_slow():
    updater = deployed.load("SESConfigUpdater")
    config = updater.client("sesv2").meta.config
    call = config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout)
    # The new key is given, SES is asked for the last time, the old key is given.
    assert updater.SECONDS_FOR_NEW + 3 * call <= seconds("SESConfigUpdater")


def test_a_lease_is_longer_than_any_run():
    orchestrator = deployed.load("DKIMRotationOrchestrator")
    assert orchestrator.LEASE.total_seconds() >= 2 * seconds("DKIMRotationOrchestrator")
