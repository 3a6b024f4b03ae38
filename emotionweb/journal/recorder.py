"""From frames to ten-second observations: sums in memory, no picture and no database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from emotionweb.journal.drafts import ObservationDraft
from inference.labels import LABELS

WINDOW_S = 10.0
#: A frame stands for the time since the one before it, but never for more than this.
MAX_FRAME_S = 1.0


class Face(Protocol):
    """What the recorder reads of ``inference.pipeline.FaceResult``."""

    @property
    def probabilities(self) -> NDArray[np.float32]: ...
    @property
    def unsure(self) -> str | None: ...
    @property
    def calibration(self) -> str: ...


class Recorder:
    """Sums up the person's own face over windows of ten seconds.

    A window opens with a face and spans from there to the last moment a face was in sight.
    Lengths come from the monotonic clock, only the start of a window from the wall clock, and
    a window never starts before the one before it ended. So a wall clock that jumps moves
    later windows but makes none overlap, repeat or last a negative time.

    Args:
        wall_clock: Returns the time now, aware.
        not_before: Aware; until then another socket of the session recorded.
        first_window_s: Length of the first window. Sockets that were opened together, as after a
            restart, would otherwise write together every ten seconds.
    """

    def __init__(
        self,
        wall_clock: Callable[[], datetime],
        not_before: datetime,
        first_window_s: float = WINDOW_S,
    ) -> None:
        self._wall_clock = wall_clock
        self._not_before = not_before.astimezone(UTC)
        self._next_window_s = first_window_s
        self._previous_at: float | None = None
        self._window: _Window | None = None

    def add(self, at: float, face: Face | None, model_version: str) -> list[ObservationDraft]:
        """Count one frame.

        Args:
            at: When it arrived, seconds of a monotonic clock.
            face: The person's own face; ``None`` where it was not in the frame.
            model_version: Of the model that saw it.

        Returns:
            The observations that are complete now, mostly none.
        """
        previous = self._previous_at
        if previous is not None and at <= previous:
            return []
        self._previous_at = at
        if previous is None:
            return []
        start = max(previous, at - MAX_FRAME_S)
        done: list[ObservationDraft] = []
        window = self._window
        if window is not None and (
            window.is_of_another(face, model_version) or start >= window.closes_at
        ):
            done += self.flush()
            window = None
        if window is not None and at > window.closes_at:
            window.add(face, window.closes_at - start, window.closes_at)
            start = window.closes_at
            done += self.flush()
            window = None
        if window is None:
            if face is None:
                return done
            window = self._window = self._open(start, at, model_version, face.calibration)
        window.add(face, at - start, at)
        return done

    def flush(self) -> list[ObservationDraft]:
        """Close the window, if one is open; returns its observation."""
        window, self._window = self._window, None
        if window is None:
            return []
        draft = window.draft()
        self._not_before = draft.end
        # Less than a microsecond is no time, and the next window would start at the same one.
        return [draft] if draft.end > draft.start else []

    def pause(self) -> list[ObservationDraft]:
        """Close the window; the time until the next frame counts for nothing."""
        self._previous_at = None
        return self.flush()

    def _open(self, start: float, at: float, model_version: str, calibration: str) -> _Window:
        wall = self._wall_clock().astimezone(UTC) - timedelta(seconds=at - start)
        length, self._next_window_s = self._next_window_s, WINDOW_S
        return _Window(start, length, max(wall, self._not_before), model_version, calibration)


class _Window:
    def __init__(
        self,
        opened_at: float,
        length: float,
        started: datetime,
        model_version: str,
        calibration: str,
    ) -> None:
        self.opened_at = opened_at
        self.closes_at = opened_at + length
        self.until = opened_at
        self.started = started
        self.model_version = model_version
        self.calibration = calibration
        self.seconds = 0.0
        self.unsure_seconds = 0.0
        self.weighted = np.zeros(len(LABELS))

    def is_of_another(self, face: Face | None, model_version: str) -> bool:
        """Whether this answer is another model's, or went through another baseline."""
        other_baseline = face is not None and face.calibration != self.calibration
        return other_baseline or model_version != self.model_version

    def add(self, face: Face | None, seconds: float, until: float) -> None:
        if face is None:
            return
        self.until = until
        if face.unsure is not None:
            self.unsure_seconds += seconds
            return
        self.seconds += seconds
        self.weighted += face.probabilities * seconds

    def draft(self) -> ObservationDraft:
        means = self.weighted / self.seconds if self.seconds > 0.0 else self.weighted
        return ObservationDraft(
            start=self.started,
            end=self.started + timedelta(seconds=self.until - self.opened_at),
            seconds=self.seconds,
            unsure_seconds=self.unsure_seconds,
            means=tuple(means.tolist()),
            model_version=self.model_version,
            calibration=self.calibration,
        )
