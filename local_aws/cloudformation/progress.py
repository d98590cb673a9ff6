"""Operations that go on after the call has returned, as on AWS.

By default no resource takes time, and an operation is finished when the call returns. With seconds for each
resource, the call returns at once and the rest follows in a thread. Whoever comes meanwhile finds the stack in
progress; a client that goes away changes nothing.
"""

import threading
import time
from collections.abc import Callable
from typing import Any

# Stacks of one account may refer to one another, and moto is not made for threads.
one_at_a_time = threading.RLock()

seconds_per_resource = 0.0  # set once by the server when it starts


def go_on(work: Callable[..., None], *arguments: Any) -> None:
    """Does the rest of an operation whose first status is recorded already."""
    if not seconds_per_resource:
        work(*arguments)
        return
    threading.Thread(target=_alone, args=(work, *arguments), daemon=True).start()


def _alone(work: Callable[..., None], *arguments: Any) -> None:
    with one_at_a_time:
        work(*arguments)


def pause() -> None:
    """The time that one resource takes. Other calls have their turn meanwhile."""
    if not seconds_per_resource:
        return
    one_at_a_time.release()
    try:
        time.sleep(seconds_per_resource)
    finally:
        one_at_a_time.acquire()
