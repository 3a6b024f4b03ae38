"""Asking the clip model about stretches in which a face kept one expression."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from inference.clip_opinion import ClipOpinion, is_asked
from inference.pipeline import FacePipeline
from inference.results import FaceResult, SeenFace

#: Shorter ones are blinks of the reading rather than of the face.
MIN_STRETCH_S = 0.4
#: A face that was away for longer begins a new stretch.
_MAX_GAP_S = 1.0
#: Crops kept of a stretch; of longer ones every second, fourth, ... frame.
_MAX_CROPS = 48


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """What the clip model says of one stretch.

    It has learnt from posed expressions and knows no neutral face: a second opinion, shown
    as such, see ``inference.clip_opinion``.

    Attributes:
        raw: the tracker's number of the face.
        start_s: of the stretch.
        end_s: of the stretch.
        label: what the face model called it, sure, all the time.
        said: ``(5,)`` float32 in the order of ``clip_opinion.LABELS_OF_CLIPS``.
    """

    raw: int
    start_s: float
    end_s: float
    label: str
    said: NDArray[np.float32]


@dataclass(slots=True)
class _Stretch:
    label: str
    start_s: float
    end_s: float
    last: NDArray[np.uint8]
    step: int = 1
    count: int = 0
    crops: list[tuple[float, NDArray[np.uint8]]] = field(default_factory=list)

    def add(self, at_s: float, crop: NDArray[np.uint8]) -> None:
        if self.count % self.step == 0:
            if len(self.crops) == _MAX_CROPS:
                self.crops = self.crops[::2]
                self.step *= 2
            if self.count % self.step == 0:
                self.crops.append((at_s, crop))
        self.count += 1
        self.end_s = at_s
        self.last = crop


class Opinions:
    """Gathers stretches while a clip is annotated, and asks about each when it ends."""

    def __init__(self, head: ClipOpinion, pipeline: FacePipeline) -> None:
        self._head = head
        self._pipeline = pipeline
        self._open: dict[int, _Stretch] = {}

    def add(
        self, at_s: float, seen: tuple[SeenFace, ...], faces: tuple[FaceResult, ...]
    ) -> list[Opinion]:
        """Take one frame; returns what is said of the stretches that ended by it."""
        ended: list[tuple[int, _Stretch]] = []
        for look, face in zip(seen, faces, strict=True):
            raw = face.track_id
            stretch = self._open.get(raw)
            if stretch is not None and stretch.label != face.label:
                ended.append((raw, self._open.pop(raw)))
                stretch = None
            if face.label is not None and is_asked(face):
                if stretch is None:
                    stretch = self._open[raw] = _Stretch(face.label, at_s, at_s, look.crop)
                stretch.add(at_s, look.crop)
        lost = [raw for raw, stretch in self._open.items() if at_s - stretch.end_s > _MAX_GAP_S]
        ended += [(raw, self._open.pop(raw)) for raw in lost]
        return self._ask(ended)

    def flush(self) -> list[Opinion]:
        """At the end of the clip."""
        ended, self._open = list(self._open.items()), {}
        return self._ask(ended)

    def _ask(self, ended: list[tuple[int, _Stretch]]) -> list[Opinion]:
        return [
            Opinion(raw, stretch.start_s, stretch.end_s, stretch.label, self._said(stretch))
            for raw, stretch in ended
            if stretch.end_s - stretch.start_s >= MIN_STRETCH_S
        ]

    def _said(self, stretch: _Stretch) -> NDArray[np.float32]:
        """Frames evenly from the begin to the end, as the model was taught (three of them)."""
        times = np.array([at for at, _ in stretch.crops])
        wanted = np.linspace(stretch.start_s, stretch.end_s, self._head.frames)
        crops = [stretch.crops[int(np.abs(times - at).argmin())][1] for at in wanted]
        crops[-1] = stretch.last
        embeddings = self._pipeline.embeddings(np.stack(crops))
        said: NDArray[np.float32] = self._head.probabilities(embeddings[None])[0]
        return said
