"""Whole processes, from their start to their end: wall time and peak memory."""

import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

# What takes longer is run a few times only: its median moves little.
SLOW_SECONDS = 5.0
RUNS_WHEN_SLOW = 3


@dataclass(frozen=True)
class Command:
    """What is run: its words, where, and a file as its standard input."""

    words: tuple[str, ...]
    folder: Path = Path("/")
    stdin: Path = Path(os.devnull)


@dataclass(frozen=True)
class Measured:
    """Several runs of one command. The peak is the highest of all."""

    seconds: tuple[float, ...]
    peak_bytes: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


class Failed(Exception):
    """A command did not do its work: a time of it would say nothing."""


def measure(command: Command, runs: int) -> Measured:
    """Runs a command once to warm up, then `runs` times (fewer if it is slow)."""
    first, _ = _run(command)
    if first > SLOW_SECONDS:
        runs = min(runs, RUNS_WHEN_SLOW)
    results = [_run(command) for _ in range(runs)]
    return Measured(tuple(seconds for seconds, _ in results), max(peak for _, peak in results))


def _run(command: Command) -> tuple[float, int]:
    """One run: seconds and peak bytes. Its output goes nowhere, so no terminal slows it down."""
    with open(command.stdin, "rb") as stdin, open(os.devnull, "wb") as nowhere:
        actions = [
            (os.POSIX_SPAWN_DUP2, stdin.fileno(), 0),
            (os.POSIX_SPAWN_DUP2, nowhere.fileno(), 1),
            (os.POSIX_SPAWN_DUP2, nowhere.fileno(), 2),
        ]
        os.chdir(command.folder)
        started = time.perf_counter()
        child = os.posix_spawn(command.words[0], command.words, os.environ, file_actions=actions)
        _, status, usage = os.wait4(child, 0)
        seconds = time.perf_counter() - started
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        raise Failed(f"exit code {code} of `{' '.join(command.words)}` in {command.folder}")
    # Kibibytes, but bytes on macOS.
    return seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
