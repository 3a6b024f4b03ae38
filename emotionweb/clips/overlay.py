"""What is drawn over a clip or photo: boxes that move with the faces, and what is read of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from emotionweb.clips.agreement import said_by
from emotionweb.clips.models import Annotation, Correction, Track
from emotionweb.clips.reading import Reading, excluded_ranges, load
from emotionweb.clips.summary import summarise_clip
from emotionweb.expressions import expression_mark
from inference.labels import LABELS, Expression
from inference.video.draw import Label

if TYPE_CHECKING:
    from emotionweb.clips.photos import FaceRecord

#: Where the next sample is further away, the face was away in between and nothing is drawn.
BRIDGED_S = 1.0
#: English, as the labels of the model: the font that is drawn with has Latin letters only.
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        Expression.NEUTRAL: "neutral",
        Expression.HAPPINESS: "happy",
        Expression.SURPRISE: "surprised",
        Expression.SADNESS: "sad",
        Expression.ANGER: "angry",
        Expression.DISGUST: "disgusted",
        Expression.FEAR: "afraid",
        Expression.CONTEMPT: "contemptuous",
    }
)
#: The colours that ``static/css/tokens.css`` has for dark surroundings, as RGB; a test compares.
COLOURS: Mapping[str, str] = MappingProxyType(
    {
        Expression.NEUTRAL: "9AA2AC",
        Expression.HAPPINESS: "F0B429",
        Expression.SURPRISE: "E08DBC",
        Expression.SADNESS: "5AA9E6",
        Expression.ANGER: "FF8A4C",
        Expression.DISGUST: "3CC79A",
        Expression.FEAR: "A892F0",
        Expression.CONTEMPT: "C9A27A",
    }
)
_UNSURE_COLOUR = COLOURS[Expression.NEUTRAL]


def labels(annotation: Annotation) -> Callable[[float], list[Label]]:
    """What to draw at any time of a clip.

    A box moves evenly between two samples; the words are those of the sample before it, with
    what the person said in its place where they did. Tracks that are left out are not drawn.

    Args:
        annotation: Finished.
    """
    reading = load(annotation.pk)
    corrections = list(Correction.objects.filter(track__annotation=annotation))
    drawn = [
        _Drawn(reading, track, [one for one in corrections if one.track_id == track.pk])
        for track in annotation.tracks.filter(excluded=False).defer("thumbnail")
    ]

    def at(at_s: float) -> list[Label]:
        found = (track.at(at_s) for track in drawn)
        return [label for label in found if label is not None]

    return at


def about(annotation: Annotation) -> str:
    """What an annotated video says of itself: the model, how it looked, and what it missed."""
    clip = annotation.clip
    reading = load(annotation.pk)
    counted = [track.parts for track in annotation.tracks.filter(excluded=False)]
    summary = summarise_clip(reading, counted, excluded_ranges(clip))
    return (
        f"Facial expressions as read by model {annotation.model_version}, detector "
        f"{annotation.detector}, {annotation.rate:g} samples a second (0 is every frame). "
        f"Looked at {summary.looked_at_s:.1f} s; unsure {summary.unsure_s:.1f} s; no face found "
        f"{summary.missed_s:.1f} s; left out {summary.excluded_s:.1f} s; damaged frames "
        f"{annotation.frames_damaged}."
    )


def photo_label(face: FaceRecord) -> Label:
    """What is drawn at a face of a photo."""
    x1, y1, x2, y2 = face["box"]
    said = face.get("correction")
    return _label((x1, y1, x2, y2), "", face["label"], face["confidence"], said)


class _Drawn:
    """One track, ready to be looked up by time."""

    def __init__(self, reading: Reading, track: Track, corrections: list[Correction]) -> None:
        rows = reading.faces_of(track.parts)
        samples = reading.samples
        self._name = _latin(track.name) or f"face {track.number}"
        self._at: NDArray[np.float64] = samples.at_s[rows]
        self._boxes: NDArray[np.float64] = samples.box_xyxy[rows].astype(np.float64)
        self._label = samples.label[rows]
        self._confidence = samples.confidence[rows]
        said = said_by(self._at, corrections)
        words = [one.expression for one in corrections]
        self._said: list[str | None] = [words[i] if i >= 0 else None for i in said.tolist()]

    def at(self, at_s: float) -> Label | None:
        # A frame is meant that is shown from its time on; both times were rounded on the way.
        row = int(np.searchsorted(self._at, at_s + 1e-3, side="right")) - 1
        if row < 0:
            return None
        box = self._boxes[row]
        if row + 1 < len(self._at) and self._at[row + 1] - self._at[row] <= BRIDGED_S:
            part = (at_s - self._at[row]) / (self._at[row + 1] - self._at[row])
            box = box + min(max(part, 0.0), 1.0) * (self._boxes[row + 1] - box)
        elif at_s - self._at[row] > self._held_s(row):
            return None
        index = int(self._label[row])
        x1, y1, x2, y2 = box.tolist()
        return _label(
            (x1, y1, x2, y2),
            self._name,
            LABELS[index] if index >= 0 else None,
            float(self._confidence[row]),
            self._said[row],
        )

    def _held_s(self, row: int) -> float:
        """How long the last box before a gap stays: half of what lies between two samples."""
        if row == 0:
            return 0.1
        return min(float(self._at[row] - self._at[row - 1]), BRIDGED_S) / 2


def _label(
    box: tuple[float, float, float, float],
    name: str,
    expression: str | None,
    confidence: float,
    said: str | None,
) -> Label:
    if said is not None:
        words = f"{_WORDS[said]} (corrected)"
    elif expression is not None:
        words = f"{_WORDS[expression]} {round(confidence * 100)} %"
    else:
        words = "unsure"
    shown = said or expression
    red, green, blue = bytes.fromhex(COLOURS[shown] if shown else _UNSURE_COLOUR)
    text = f"{name}: {words}" if name else words
    return Label(
        box_xyxy=box, text=text, colour_bgr=(blue, green, red), mark=expression_mark(shown)
    )


def _latin(name: str) -> str:
    """A name that the font can draw, or nothing."""
    try:
        name.encode("latin-1")
    except UnicodeEncodeError:
        return ""
    return name
