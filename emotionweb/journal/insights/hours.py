"""The hour on the wall at many instants at once."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from emotionweb.accounts.timezones import zone

DAY_S = 86_400


def local_hours(epochs: NDArray[np.int64], timezone: str) -> NDArray[np.int64]:
    """Return the hour of 0..23 that a clock in a zone showed.

    The distance from UTC is looked up at both ends of each day (of UTC) and only where they differ
    at each instant: ten years of check-ins need some thousand look-ups.

    Args:
        epochs: ``(n,)`` seconds since 1970 in UTC.
        timezone: IANA name.
    """
    place = zone(timezone)

    def offset(epoch: int) -> int:
        away = datetime.fromtimestamp(epoch, UTC).astimezone(place).utcoffset()
        return int(away.total_seconds()) if away is not None else 0

    days, which = np.unique(epochs // DAY_S, return_inverse=True)
    known: dict[int, int] = {}
    for day in days.tolist():
        for edge in (day, day + 1):
            if edge not in known:
                known[edge] = offset(edge * DAY_S)
    starts = np.array([known[day] for day in days.tolist()], dtype=np.int64)
    ends = np.array([known[day + 1] for day in days.tolist()], dtype=np.int64)
    offsets = starts[which] if len(days) else np.zeros(0, dtype=np.int64)
    for at in np.flatnonzero((starts != ends)[which] if len(days) else offsets):
        offsets[at] = offset(int(epochs[at]))
    return ((epochs + offsets) // 3600) % 24
