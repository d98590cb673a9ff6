"""Operations that go on after the call has returned, as on AWS.

By default no resource takes time, and an operation is finished when the call returns. With seconds for each resource,
or while its stack is held, the call returns at once and the rest follows in a thread. Whoever comes meanwhile finds the
stack in progress; a client that goes away changes nothing.
"""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Stacks of one account may refer to one another, and moto is not made for threads.
one_at_a_time = threading.RLock()

# Set once by the server when it starts.
seconds_per_resource = 0.0
hold: Path | None = None  # a folder: the stack whose name is a file in it goes no further

_this_thread = threading.local()


def go_on(stack_name: str, work: Callable[..., None], *arguments: Any) -> None:
    """Does the rest of an operation whose first status is recorded already."""
    if seconds_per_resource or _is_held(stack_name):
        threading.Thread(target=_alone, args=(work, *arguments), daemon=True).start()
    else:
        work(*arguments)


def _alone(work: Callable[..., None], *arguments: Any) -> None:
    _this_thread.takes_time = True
    with one_at_a_time:
        work(*arguments)


def pause(stack_name: str) -> None:
    """The time that one resource takes. Other calls have their turn meanwhile."""
    if not getattr(_this_thread, "takes_time", False):
        return
    one_at_a_time.release()
    try:
        time.sleep(seconds_per_resource)
        while _is_held(stack_name):
            time.sleep(0.02)
    finally:
        one_at_a_time.acquire()


def _is_held(stack_name: str) -> bool:
    return hold is not None and (hold / stack_name).exists()
