"""CSV: one row a face and frame that was looked at, and one for each frame without a face."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emotionweb.clips.exports.content import Content, in_chunks
from emotionweb.clips.models import Track
from emotionweb.clips.ranges import inside
from inference.labels import LABELS
from inference.video.samples import REASONS

COLUMNS = (
    "time_s",
    "stands_for_s",
    "track",
    "name",
    "me",
    "left_out",
    "x1",
    "y1",
    "x2",
    "y2",
    *LABELS,
    "expression",
    "confidence",
    "mixed",
    "unsure",
    "correction",
    "model",
    "detector",
    "samples_per_second",
)
Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

#: In the column ``unsure`` of a frame in which no face was found.
NO_FACE = "no_face"
#: A spreadsheet takes a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(text: str) -> str:
    """A text that no spreadsheet runs; one that would be gets an apostrophe in front."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def table(content: Content) -> Iterator[bytes]:
    """The file in chunks, UTF-8 with the mark that spreadsheets want to see."""
    return in_chunks(_lines(content))


class _Line:
    """A file for ``csv.writer`` that hands each line on."""

    def write(self, line: str) -> str:
        return line


def _lines(content: Content) -> Iterator[str]:
    write = csv.writer(_Line()).writerow
    yield "\ufeff" + write(COLUMNS)
    for row in _rows(content):
        yield write(row)


def _rows(content: Content) -> Iterator[list[Any]]:
    """All rows in order of time."""
    annotation = content.annotation
    how = [annotation.model_version, annotation.detector, f"{annotation.rate:g}"]
    lengths = content.reading.frame_lengths_s()
    frames = content.reading.samples.frames_s
    at, lines = [], []
    for track in content.tracks:
        rows = content.reading.faces_of(track.parts)
        at.append(content.reading.samples.at_s[rows])
        lines.append(_of_track(content, track, rows, lengths, how))
    missed = content.missed_frames()
    at.append(missed)
    weights = lengths[np.searchsorted(frames, missed)]
    lines.append(_of_missed(content, missed, weights, how))
    # Each track is in order, so the next row of all is the next row of the right one.
    turn = np.argsort(np.concatenate(at), kind="stable") if at else np.zeros(0, np.int64)
    of = np.repeat(np.arange(len(at)), [len(times) for times in at])
    for index in of[turn].tolist():
        yield next(lines[index])


def _of_track(
    content: Content, track: Track, rows: Rows, lengths: Floats, how: list[str]
) -> Iterator[list[Any]]:
    samples = content.reading.samples
    out = inside(samples.at_s[rows], content.ranges) | track.excluded
    head = [track.number, guarded(track.name), int(track.is_me)]
    columns = zip(
        samples.at_s[rows].tolist(),
        lengths[content.reading.row[rows]].tolist(),
        out.astype(int).tolist(),
        samples.box_xyxy[rows].tolist(),
        samples.probabilities[rows].astype(np.float64).tolist(),
        samples.label[rows].tolist(),
        samples.confidence[rows].tolist(),
        samples.mixed[rows].tolist(),
        samples.reason[rows].tolist(),
        content.said(track, rows).tolist(),
        strict=True,
    )
    for at, length, left_out, box, mix, label, sure, mixed, reason, said in columns:
        yield [
            f"{at:.6f}",
            f"{length:.6f}",
            *head,
            left_out,
            *(f"{edge:.1f}" for edge in box),
            *(f"{share:.4f}" for share in mix),
            LABELS[label] if label >= 0 else "",
            f"{sure:.4f}",
            "|".join(name for bit, name in enumerate(LABELS) if mixed >> bit & 1),
            REASONS[reason - 1] if reason else "",
            LABELS[said] if said >= 0 else "",
            *how,
        ]


def _of_missed(
    content: Content, at_s: Floats, weights: Floats, how: list[str]
) -> Iterator[list[Any]]:
    out = inside(at_s, content.ranges).astype(int)
    empty = [""] * (4 + len(LABELS))
    columns = zip(at_s.tolist(), weights.tolist(), out.tolist(), strict=True)
    for at, length, left_out in columns:
        yield [
            f"{at:.6f}",
            f"{length:.6f}",
            *("", "", ""),
            left_out,
            *empty,
            *("", "", "", NO_FACE, ""),
            *how,
        ]
