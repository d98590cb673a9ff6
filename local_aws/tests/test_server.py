"""The processes: one in the foreground, one in the background with its state folder."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT, wait_for


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local_aws", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc/self").exists() or bool(Path(f"/proc/{pid}/cmdline").read_text())


def test_start_and_stop_can_be_repeated(folder: Path) -> None:
    state = ("--state-dir", str(folder))
    assert run("stop", *state).returncode == 0
    assert not folder.exists()
    assert run("status", *state).returncode == 1
    first = run("start", *state)
    try:
        assert first.returncode == 0, first.stderr
        assert first.stdout == f"http://127.0.0.1:{(folder / 'port').read_text()}\n"
        pid = int((folder / "pid").read_text())
        again = run("start", *state)
        assert (again.returncode, again.stdout) == (0, first.stdout)
        assert int((folder / "pid").read_text()) == pid
        assert run("status", *state).stdout == first.stdout
        assert "Traceback" not in (folder / "log").read_text()
    finally:
        stopped = run("stop", *state)
    assert stopped.returncode == 0
    assert not is_alive(pid)
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "log"]
    assert run("stop", *state).returncode == 0


def test_stop_leaves_other_processes_alone(folder: Path) -> None:
    """The pid file of a server that died may name somebody else's process."""
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        folder.mkdir()
        (folder / "pid").write_text(str(other.pid))
        (folder / "port").write_text("1")
        assert run("status", "--state-dir", str(folder)).returncode == 1
        assert run("stop", "--state-dir", str(folder)).returncode == 0
        assert other.poll() is None
        assert not (folder / "pid").exists()
    finally:
        other.kill()
        other.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_server_ends_when_told(tmp_path: Path, number: int) -> None:
    port_file = tmp_path / "port"
    command = [sys.executable, "-m", "local_aws", "serve", "--port-file", str(port_file)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: port_file.exists() or server.poll() is not None)
        server.send_signal(number)
        assert server.wait(10) == 0
        assert not port_file.exists()
    finally:
        server.kill()
        server.wait()


def test_a_port_in_use_is_an_error(endpoint: str) -> None:
    answer = run("serve", "--port", endpoint.rpartition(":")[2])
    assert answer.returncode == 1
    assert "in use" in answer.stderr
