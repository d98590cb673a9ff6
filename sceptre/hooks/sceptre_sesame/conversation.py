"""One run of the binary: one JSON document a line, in both directions, with a time limit.

Each conversation has its own process and its own state, so hooks in several threads do not disturb each other.
No error text quotes what the binary printed: it may hold a secret.
"""

import json
import math
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

from .errors import SesameError

TIMEOUT_VARIABLE = "SESAME_TIMEOUT_SECONDS"
DEFAULT_TIMEOUT_SECONDS = 300.0
# How long a binary that has said everything may take to end.
_GRACE_SECONDS = 5.0
# A template is at most 1 MB, an answer of AWS a few: more than this is a binary gone wrong.
_LONGEST_LINE_BYTES = 64 * 1024 * 1024
# How often to look whether the binary has ended while one of its children still holds its output.
_POLL_SECONDS = 1.0


def converse(
    command: list[str], context: dict[str, Any], answer: Callable[[Any], dict[str, Any]]
) -> dict[str, Any]:
    """Starts the binary, gives it the context, answers its AWS calls, and returns what it says at the end."""
    with _Binary(command, _time_limit()) as binary:
        binary.send(context)
        while True:
            message = binary.receive()
            if "done" in message:
                done = _checked(message["done"])
                binary.finish()
                return done
            if "call" not in message:
                raise SesameError("the binary sent a message that is neither a call nor a result")
            binary.send(answer(message["call"]))


def _checked(done: Any) -> dict[str, Any]:
    if isinstance(done, dict) and isinstance(done.get("ok"), bool) and isinstance(done.get("summary"), str):
        return done
    raise SesameError("the binary sent a result without `ok` and `summary`")


def _time_limit() -> float:
    text = os.environ.get(TIMEOUT_VARIABLE, "")
    if not text:
        return DEFAULT_TIMEOUT_SECONDS
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise SesameError(f"{TIMEOUT_VARIABLE} must be a number of seconds above 0, got `{text}`")
    return seconds


class _Binary:
    """The running binary. Reading and writing take turns in one loop, so that neither side waits for the other."""

    def __init__(self, command: list[str], limit: float) -> None:
        self._limit = limit
        self._outgoing = bytearray()
        self._incoming = bytearray()
        try:
            # A session of its own, so that the children of the binary can be ended with it.
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
            )
        except (OSError, ValueError) as error:
            raise SesameError(f"cannot start {command[0]}: {error}") from error
        self._selector = selectors.DefaultSelector()
        for pipe in (self._process.stdin, self._process.stdout):
            os.set_blocking(pipe.fileno(), False)
        self._selector.register(self._process.stdout, selectors.EVENT_READ)

    def __enter__(self) -> "_Binary":
        return self

    def __exit__(self, *_: object) -> None:
        """Whatever happened, nothing of the binary stays."""
        self._selector.close()
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass  # Nobody is left in its session.
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()

    def send(self, document: dict[str, Any]) -> None:
        """Puts a line in the queue; it is written while the next message is awaited."""
        line = json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"
        if not self._outgoing:
            self._selector.register(self._process.stdin, selectors.EVENT_WRITE)
        self._outgoing += line.encode("utf-8", errors="replace")

    def receive(self) -> dict[str, Any]:
        """The next message. The time limit starts anew with each one."""
        deadline = time.monotonic() + self._limit
        searched = 0
        while (end := self._incoming.find(b"\n", searched)) < 0:
            searched = len(self._incoming)
            if searched > _LONGEST_LINE_BYTES:
                raise SesameError("the binary printed a line without an end")
            self._exchange(deadline)
        line = bytes(self._incoming[:end])
        del self._incoming[: end + 1]
        try:
            message = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise SesameError("the binary printed something that is not a message of the protocol")
        return message

    def finish(self) -> None:
        """Lets the binary end by itself: it has nothing more to say and nothing more to hear."""
        self._process.stdin.close()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            pass  # Its result counts; `__exit__` ends it.

    def _exchange(self, deadline: float) -> None:
        """Waits until one of the two pipes is ready, and moves what it can."""
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            raise SesameError(
                f"the binary gave no answer for {self._limit:g} seconds and was ended "
                f"({TIMEOUT_VARIABLE} changes the limit)"
            )
        ready = self._selector.select(min(remaining, _POLL_SECONDS))
        if not ready and self._process.poll() is not None:
            raise self._ended()
        for key, _ in ready:
            if key.fileobj is self._process.stdout:
                self._read()
            else:
                self._write()

    def _read(self) -> None:
        chunk = os.read(self._process.stdout.fileno(), 1 << 16)
        if not chunk:
            raise self._ended()
        self._incoming += chunk

    def _write(self) -> None:
        try:
            written = os.write(self._process.stdin.fileno(), self._outgoing[: 1 << 16])
        except BrokenPipeError:
            # It reads no more; what it has to say may still come.
            self._outgoing.clear()
        else:
            del self._outgoing[:written]
        if not self._outgoing:
            self._selector.unregister(self._process.stdin)

    def _ended(self) -> SesameError:
        try:
            code = self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            return SesameError("the binary closed its output without a result")
        if code < 0:
            return SesameError(f"the binary was ended by signal {-code} ({signal.strsignal(-code)})")
        return SesameError(f"the binary ended without a result (exit code {code})")
