"""How a socket behaves: floods are throttled, then cut off; so is a stream of bad input."""

from __future__ import annotations

from enum import Enum, auto


class Pace(Enum):
    """What to do with a message, judged by how fast they come."""

    FINE = auto()
    #: Too many in this second; the first one of it is told so.
    TELL = auto()
    #: Too many in this second, and it was told.
    IGNORE = auto()
    #: Too many for several seconds on end.
    GIVE_UP = auto()


class Conduct:
    """Counts for one socket.

    Args:
        per_second: Messages of any kind that are accepted in one second. A page that keeps to
            two unanswered frames stays far below.
        flooded_seconds: So many seconds on end above that are enough.
        bad_in_a_row: So many unusable messages on end are enough.
    """

    def __init__(
        self, per_second: int = 60, flooded_seconds: int = 5, bad_in_a_row: int = 10
    ) -> None:
        self._per_second = per_second
        self._flooded_seconds = flooded_seconds
        self._bad_in_a_row = bad_in_a_row
        self._second = -1
        self._count = 0
        self._flooded = 0
        self._bad = 0

    def message(self, at: float) -> Pace:
        """Count a message that arrived at this time, seconds of a monotonic clock."""
        if int(at) != self._second:
            quiet = self._count <= self._per_second or int(at) > self._second + 1
            self._flooded = 0 if quiet else self._flooded
            self._second, self._count = int(at), 0
        self._count += 1
        if self._count <= self._per_second:
            return Pace.FINE
        if self._count > self._per_second + 1:
            return Pace.IGNORE
        self._flooded += 1
        return Pace.GIVE_UP if self._flooded >= self._flooded_seconds else Pace.TELL

    def bad(self) -> bool:
        """Count an unusable message; returns whether it was one too many."""
        self._bad += 1
        return self._bad >= self._bad_in_a_row

    def good(self) -> None:
        """A usable message: the count of bad ones starts anew."""
        self._bad = 0
