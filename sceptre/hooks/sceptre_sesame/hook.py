"""`!sesame <point or action>` in `hooks:`."""

import time

from sceptre.hooks import Hook

from .aws import answer_call
from .binary import find_binary
from .context import hook_context
from .conversation import converse
from .dependencies import POINTS, refuse_in_progress
from .errors import SesameError, one_line
from .report import append_report


class SesameHook(Hook):
    """Runs the checks that belong to a hook point, or one action by its name."""

    def run(self) -> None:
        point = self.argument
        if not isinstance(point, str) or not point:
            raise self._failure("!sesame", "expected a hook point or an action, such as `!sesame before_create`")
        started, clock = time.time(), time.monotonic()
        try:
            ok, summary = self._run(point)
        except SesameError as error:
            ok, summary = False, str(error)
        try:
            append_report(self.stack.name, point, ok, summary, started, time.monotonic() - clock)
        except OSError as error:
            self.logger.warning("sesame %s: cannot write the report: %s", point, error)
        if not ok:
            raise self._failure(point, summary)
        self.logger.info("sesame %s: %s", point, summary)

    def _failure(self, what: str, why: str) -> SesameError:
        """Sceptre ends with one exception of all its threads. So that no failure is lost, each has a line of its own."""
        self.logger.error("sesame %s failed: %s", what, one_line(why))
        return SesameError(f"{self.stack.name}: {what}: {why}")

    def _run(self, point: str) -> tuple[bool, str]:
        if point in POINTS:
            refuse_in_progress(self.stack)
        done = converse(
            [find_binary(), "hook", point],
            hook_context(self.stack, point),
            lambda call: answer_call(call, self.stack.connection_manager),
        )
        return done["ok"], one_line(done["summary"])
