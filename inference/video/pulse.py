"""Telling how far long work has come, and asking whether to go on."""

from __future__ import annotations

import time
from collections.abc import Callable

from inference.errors import StoppedError

#: At most this often.
TELL_S = 0.2


class Pulse:
    """Tells progress and asks whether to stop, but not at every frame.

    Args:
        at_s: where the work begins.
        on_progress: told the time of the clip that was reached.
        should_stop: ``True`` ends the work.
    """

    def __init__(
        self,
        at_s: float,
        on_progress: Callable[[float], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self._at_s = at_s
        self._on_progress, self._should_stop = on_progress, should_stop
        self._next = 0.0

    def beat(self, at_s: float | None) -> None:
        """The work goes on and has reached this time; ``None`` where it waits.

        Raises:
            StoppedError: it is to stop.
        """
        if at_s is not None:
            self._at_s = at_s
        now = time.monotonic()
        if now >= self._next:
            self._next = now + TELL_S
            self.now(self._at_s)

    def now(self, at_s: float) -> None:
        """The same at once."""
        if self._should_stop is not None and self._should_stop():
            raise StoppedError
        if self._on_progress is not None:
            self._on_progress(at_s)
