"""JSON: everything that is known of a clip; docs/clips-json.md is its description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotionweb.clips.agreement import agreement
from emotionweb.clips.clip_data import (
    agreement_json,
    annotation_json,
    correction_json,
    summary_json,
    track_json,
)
from emotionweb.clips.exports.content import Content
from emotionweb.clips.models import Track
from emotionweb.clips.summary import summarise_track
from inference.labels import LABELS
from inference.video.samples import REASONS

FORMAT = "emotionweb-clip"
VERSION = 1


def document(content: Content) -> Iterator[bytes]:
    """The file in chunks: what it is about first, then one track after the other."""
    head = _compact(_about(content))
    yield f'{head[:-1]},"tracks":['.encode()
    for number, track in enumerate(content.tracks):
        yield (b"," if number else b"") + _compact(_track(content, track)).encode()
    yield b"]}\n"


def _about(content: Content) -> dict[str, Any]:
    clip, samples = content.clip, content.reading.samples
    found = agreement(content.reading, content.tracks, content.corrections, content.ranges)
    return {
        "format": FORMAT,
        "version": VERSION,
        "clip": {
            "name": clip.name,
            "duration_s": clip.duration_s,
            "width": clip.width,
            "height": clip.height,
            "frame_rate": clip.frame_rate,
            "recorded_at": clip.recorded_at and clip.recorded_at.isoformat(),
        },
        "annotation": annotation_json(content.annotation),
        "labels": list(LABELS),
        "reasons": [str(reason) for reason in REASONS],
        "summary": summary_json(clip, content.reading, content.tracks, content.ranges),
        "agreement": agreement_json(found),
        "excluded": [{"start": start, "end": end} for start, end in content.ranges],
        "markers": [
            {"kind": m.kind, "start": m.start_s, "end": m.end_s, "text": m.text}
            for m in content.markers
        ],
        "frames": {
            "t": _rounded(samples.frames_s, 6),
            "stands_for": _rounded(content.reading.frame_lengths_s(), 6),
        },
    }


def _track(content: Content, track: Track) -> dict[str, Any]:
    samples, reading = content.reading.samples, content.reading
    rows = reading.faces_of(track.parts)
    described = track_json(track, summarise_track(reading, track.parts, content.ranges))
    own = [correction_json(one) for one in content.corrections_of(track)]
    return {
        **described,
        "corrections": [
            {name: value for name, value in one.items() if name != "track"} for one in own
        ],
        "samples": {
            "frame": reading.row[rows].tolist(),
            "box": np.round(samples.box_xyxy[rows].astype(np.float64), 1).tolist(),
            "probabilities": _rounded(samples.probabilities[rows].astype(np.float64), 4),
            "label": samples.label[rows].tolist(),
            "confidence": _rounded(samples.confidence[rows].astype(np.float64), 4),
            "reason": samples.reason[rows].tolist(),
            "mixed": samples.mixed[rows].tolist(),
            "correction": content.said(track, rows).tolist(),
        },
    }


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _rounded(values: NDArray[np.float64], digits: int) -> list[Any]:
    out: list[Any] = np.round(values, digits).tolist()
    return out
