"""What the player draws: expressions over time in as many bins as it has pixels, and boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotionweb.clips.models import Clip, Track
from emotionweb.clips.ownership import shown
from emotionweb.clips.reading import Part, Reading, load, load_seconds
from inference.labels import LABELS
from inference.video.samples import Seconds

MAX_BINS = 2000
#: Longest stretch of boxes that is sent at once.
MAX_BOXES_S = 120.0
#: Bins of this length and more are summed from whole seconds, which are far fewer.
COARSE_BIN_S = 2.0
#: Boxes are sent in parts of the width and height of the picture.
BOX_SCALE = 10_000

Floats = NDArray[np.float64]


def timeline(
    clip: Clip, tracks: Sequence[Track], start_s: float, end_s: float, bins: int
) -> dict[str, Any]:
    """Bins of a stretch for each track.

    Args:
        clip: With an annotation.
        tracks: Of it.
        start_s: Where the first bin begins.
        end_s: Where the last one ends; later than ``start_s``.
        bins: 1..``MAX_BINS``.

    Returns:
        For each track ``mean`` (``bins`` x 8, probability 0..255 over the sure time of the bin),
        ``seen`` and ``unsure`` (per cent of the length of the bin in which the face was in sight,
        and in which it was but could not be read).
    """
    edges = np.linspace(start_s, end_s, bins + 1)
    drawn = []
    if (end_s - start_s) / bins >= COARSE_BIN_S:
        seconds = load_seconds(shown(clip).pk, start_s, end_s)
        drawn = [_bins(*_from_seconds(seconds, track.parts), edges) for track in tracks]
    else:
        # A second more at the end: a frame stands for the time before it.
        reading = load(shown(clip).pk, start_s, end_s + 1.0)
        drawn = [_bins(*_from_samples(reading, track.parts), edges) for track in tracks]
    return {
        "from": start_s,
        "to": end_s,
        "bins": bins,
        "tracks": [
            {"id": track.pk, **bins_of} for track, bins_of in zip(tracks, drawn, strict=True)
        ],
    }


def boxes(clip: Clip, tracks: Sequence[Track], start_s: float, end_s: float) -> dict[str, Any]:
    """The faces of every frame of a stretch, as columns for each track.

    Args:
        clip: With an annotation.
        tracks: Of it.
        start_s: First moment.
        end_s: Last moment, at most ``MAX_BOXES_S`` later.
    """
    reading = load(shown(clip).pk, start_s, end_s)
    frames = reading.samples.frames_s
    frames = frames[(frames >= start_s) & (frames <= end_s)]
    columns = [_columns(reading, track, clip, start_s, end_s) for track in tracks]
    return {
        "from": start_s,
        "to": end_s,
        "frames": _rounded(frames, 6),
        "tracks": [one for one in columns if one["t"]],
    }


def _columns(
    reading: Reading, track: Track, clip: Clip, start_s: float, end_s: float
) -> dict[str, Any]:
    samples = reading.samples
    rows = reading.faces_of(track.parts)
    rows = rows[(samples.at_s[rows] >= start_s) & (samples.at_s[rows] <= end_s)]
    size = np.array([clip.width, clip.height, clip.width, clip.height], np.float64)
    scaled = samples.box_xyxy[rows] / np.maximum(size, 1.0) * BOX_SCALE
    return {
        "id": track.pk,
        "t": _rounded(samples.at_s[rows], 6),
        "box": np.clip(np.rint(scaled), 0, BOX_SCALE).astype(int).tolist(),
        "label": samples.label[rows].tolist(),
        "confidence": _percent(samples.confidence[rows].astype(np.float64)),
        "reason": samples.reason[rows].tolist(),
        "mixed": samples.mixed[rows].tolist(),
    }


def _from_samples(
    reading: Reading, parts: Sequence[Part]
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Stretches of one track in order, none over another: start, end, sure, unsure, means."""
    rows = reading.faces_of(parts)
    samples, frames = reading.samples, reading.row[rows]
    start, end = reading.frame_start_s[frames], samples.frames_s[frames]
    sure = samples.label[rows] >= 0
    length = end - start
    means = samples.probabilities[rows].astype(np.float64)
    return start, end, np.where(sure, length, 0.0), np.where(sure, 0.0, length), means


def _from_seconds(
    seconds: Seconds, parts: Sequence[Part]
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """The same from whole seconds; one that a part begins or ends in counts in proportion."""
    sure, unsure = np.zeros(0), np.zeros(0)
    means, second = np.zeros((0, len(LABELS))), np.zeros(0, np.int64)
    for raw, begin, until in parts:
        own = seconds.take(seconds.raw == raw)
        low = np.maximum(own.second, -np.inf if begin is None else float(begin))
        high = np.minimum(own.second + 1.0, np.inf if until is None else float(until))
        kept = np.maximum(high - low, 0.0)
        sure = np.concatenate([sure, own.seconds * kept])
        unsure = np.concatenate([unsure, own.unsure * kept])
        means = np.concatenate([means, own.means.astype(np.float64)])
        second = np.concatenate([second, own.second.astype(np.int64)])
    keys, group = np.unique(second, return_inverse=True)
    sums = np.stack([np.bincount(group, sure * column, len(keys)) for column in means.T], axis=1)
    sure = np.bincount(group, sure, len(keys)).astype(np.float64)
    unsure = np.bincount(group, unsure, len(keys)).astype(np.float64)
    mean = np.divide(sums, sure[:, None], out=np.zeros_like(sums), where=sure[:, None] > 0)
    begins = keys.astype(np.float64)
    return begins, begins + 1.0, sure, unsure, mean


def _bins(
    start_s: Floats, end_s: Floats, sure: Floats, unsure: Floats, means: Floats, edges: Floats
) -> dict[str, list[int]]:
    """Spread stretches evenly over bins.

    The sums up to any time are a broken line through the ends of the stretches, so a bin is the
    difference of two points on it: exact however bins and stretches lie, at any zoom.
    """
    bins = len(edges) - 1
    columns = np.concatenate([sure[:, None] * means, sure[:, None], unsure[:, None]], axis=1)
    if not len(columns):
        return {"mean": [0] * (bins * len(LABELS)), "seen": [0] * bins, "unsure": [0] * bins}
    at = np.stack([start_s, end_s], axis=1).ravel()
    so_far = np.zeros((len(at), columns.shape[1]))
    so_far[1::2] = np.cumsum(columns, axis=0)
    so_far[2::2] = so_far[1:-1:2]
    sums = np.stack([np.diff(np.interp(edges, at, line)) for line in so_far.T], axis=1)
    weighted, sure_s, unsure_s = sums[:, :-2], sums[:, -2], sums[:, -1]
    mean = np.divide(
        weighted, sure_s[:, None], out=np.zeros_like(weighted), where=sure_s[:, None] > 1e-9
    )
    length = np.diff(edges)
    return {
        "mean": np.clip(np.rint(mean * 255.0), 0, 255).astype(int).ravel().tolist(),
        "seen": _percent((sure_s + unsure_s) / length),
        "unsure": _percent(unsure_s / length),
    }


def _percent(share: Floats) -> list[int]:
    out: list[int] = np.clip(np.rint(share * 100.0), 0, 100).astype(int).tolist()
    return out


def _rounded(values: Floats, digits: int) -> list[float]:
    out: list[float] = np.round(values, digits).tolist()
    return out
