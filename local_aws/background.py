"""The server as a background process: its pid, port and log are files of a state folder."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 60
STOP_SECONDS = 10


def start(folder: Path, options: list[str]) -> int:
    with _locked(folder):
        if endpoint := _endpoint(folder):
            print(endpoint)
            return 0
        _forget(folder)
        command = [sys.executable, "-m", "local_aws", "serve", "--port-file", str(folder / "port"), *options]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,  # a Ctrl-C in the terminal is not for it
            )  # fmt: skip
        (folder / "pid").write_text(str(process.pid))
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if (folder / "port").exists():
                print(_endpoint(folder))
                return 0
            time.sleep(0.05)
        process.kill()
        process.wait()
        _forget(folder)
    print(f"local AWS did not start; see {folder / 'log'}", file=sys.stderr)
    return 1


def stop(folder: Path) -> int:
    if not folder.is_dir():
        return 0
    with _locked(folder):
        pid = _running_pid(folder)
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            while _running_pid(folder) == pid and time.monotonic() < deadline:
                time.sleep(0.05)
            if _running_pid(folder) == pid:
                os.kill(pid, signal.SIGKILL)
        _forget(folder)
    return 0


def status(folder: Path) -> int:
    endpoint = _endpoint(folder)
    print(endpoint or "not running")
    return 0 if endpoint else 1


def _endpoint(folder: Path) -> str | None:
    port = folder / "port"
    if _running_pid(folder) is None or not port.exists():
        return None
    return f"http://127.0.0.1:{port.read_text()}"


def _running_pid(folder: Path) -> int | None:
    """The pid in the folder, if that process is really the server of this folder."""
    try:
        pid = int((folder / "pid").read_text())
    except (FileNotFoundError, ValueError):
        return None
    # A pid is given again after a while: the command line says whose it is.
    return pid if str(folder / "port") in _command_line(pid) else None


def _command_line(pid: int) -> list[str]:
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        try:
            return proc.read_text().split("\0")  # empty for a process that has ended
        except (FileNotFoundError, ProcessLookupError):
            return []
    answer = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
    return answer.stdout.split()


def _forget(folder: Path) -> None:
    for name in ("pid", "port"):
        (folder / name).unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Two starts at the same time make one server."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
