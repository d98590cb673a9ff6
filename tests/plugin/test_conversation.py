"""The conversation with a binary that does not do what it should."""

import json
import os
import time

import pytest

from sceptre_sesame import conversation
from sceptre_sesame.errors import SesameError

from .conftest import TEMPLATE


@pytest.mark.parametrize(
    "point, message",
    [
        ("prints-garbage", "the binary printed something that is not a message of the protocol"),
        ("prints-a-list", "the binary printed something that is not a message of the protocol"),
        ("prints-latin-1", "the binary printed something that is not a message of the protocol"),
        ("ends-early", "the binary ended without a result (exit code 3)"),
        ("is-killed", "the binary was ended by signal 9 (Killed)"),
        ("sends-an-unknown-message", "the binary sent a message that is neither a call nor a result"),
        ("sends-a-bad-result", "the binary sent a result without `ok` and `summary`"),
        (
            "sends-a-bad-call",
            "the binary made an AWS call that is not of the form id, service, operation, parameters",
        ),
    ],
)
def test_what_goes_wrong_is_said(run_hook, point, message):
    with pytest.raises(SesameError) as caught:
        run_hook(point)
    assert str(caught.value) == f"prod/ses: {point}: {message}"


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"  # a zombie waits for its parent only
    except FileNotFoundError:
        return False


def wait_until_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 20
    while any(map(is_running, pids)):
        assert time.monotonic() < deadline, f"still running: {pids}"
        time.sleep(0.01)


@pytest.mark.parametrize(
    "point, message",
    [
        (
            "hangs",
            "the binary gave no answer for 2 seconds and was ended (SESAME_TIMEOUT_SECONDS changes the limit)",
        ),
        ("leaves-a-child", "the binary ended without a result (exit code 0)"),
    ],
)
def test_the_binary_and_its_children_are_ended(run_hook, tmp_path, monkeypatch, point, message):
    pids = tmp_path / "pids"
    monkeypatch.setenv("FAKE_PIDS", str(pids))
    monkeypatch.setenv("SESAME_TIMEOUT_SECONDS", "2" if point == "hangs" else "60")
    started = time.monotonic()
    with pytest.raises(SesameError) as caught:
        run_hook(point)
    assert str(caught.value) == f"prod/ses: {point}: {message}"
    assert time.monotonic() - started < 20
    wait_until_gone([int(pid) for pid in pids.read_text().split()])


def test_a_binary_that_closes_its_output_is_ended(run_hook, monkeypatch):
    monkeypatch.setattr(conversation, "_GRACE_SECONDS", 0.1)
    with pytest.raises(SesameError, match="closed its output without a result"):
        run_hook("closes-its-output")


def test_a_binary_that_has_said_all_but_stays_counts(run_hook, monkeypatch, caplog):
    caplog.set_level("INFO", logger="sceptre")
    monkeypatch.setattr(conversation, "_GRACE_SECONDS", 0.1)
    started = time.monotonic()
    run_hook("stays")
    assert caplog.messages == ["prod/ses - sesame stays: said all"]
    assert time.monotonic() - started < 20


def test_a_line_without_an_end_is_refused(run_hook, monkeypatch):
    monkeypatch.setattr(conversation, "_LONGEST_LINE_BYTES", 1_000_000)
    with pytest.raises(SesameError, match="printed a line without an end"):
        run_hook("never-ends-a-line")


BIG = TEMPLATE + "# 日本語\n" * 100_000  # more than 1 MB


def test_big_messages_in_both_directions_at_once(run_hook, make_stack, caplog):
    caplog.set_level("INFO", logger="sceptre")
    run_hook("shouts-first", make_stack(body=BIG))
    assert caplog.messages == [f"prod/ses - sesame shouts-first: {len('---' + chr(10) + BIG)} 1000000"]


def test_what_a_binary_says_before_it_stops_listening_counts(run_hook, make_stack):
    with pytest.raises(SesameError, match="^prod/ses: deaf: heard enough$"):
        run_hook("deaf", make_stack(body=BIG))


@pytest.mark.parametrize("text", ["0", "-1", "soon", "nan", "inf"])
def test_a_time_limit_that_is_none_is_refused(run_hook, monkeypatch, text):
    monkeypatch.setenv("SESAME_TIMEOUT_SECONDS", text)
    with pytest.raises(SesameError, match=f"SESAME_TIMEOUT_SECONDS must be .*, got `{text}`$"):
        run_hook("before_create")


def test_the_time_limit_starts_anew_with_each_call(run_hook, make_stack, monkeypatch, caplog):
    # Three calls of 1.2 s each under a limit of 3 s: AWS may take its time, the binary may not.
    caplog.set_level("INFO", logger="sceptre")
    monkeypatch.setenv("SESAME_TIMEOUT_SECONDS", "3")
    call = {"service": "s", "operation": "wait", "parameters": {}}
    monkeypatch.setenv("FAKE_CALLS", json.dumps([call] * 3))
    stack = make_stack(answers={"wait": lambda: (time.sleep(1.2), {"Slept": True})[1]})
    run_hook("asks", stack)
    assert len(stack.connection_manager.calls) == 3
    assert '"Slept": true' in caplog.text


def test_no_file_stays_open(run_hook):
    run_hook("before_create")
    before = sorted(os.listdir("/proc/self/fd"))
    for point in ("before_create", "ends-early", "deaf", "prints-garbage"):
        try:
            run_hook(point)
        except SesameError:
            pass
    assert sorted(os.listdir("/proc/self/fd")) == before
