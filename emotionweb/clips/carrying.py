"""What was said about tracks, carried over to a new reading of the same clip.

A face is the same where its boxes lie over each other at the same times. Each new track is given,
moment by moment, to the old track that it lies over, so what had been merged is merged again and
what had been split is split again, wherever the new tracker began and ended its own tracks.
Tracks that nobody has said anything about carry nothing over, and split nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from emotionweb.clips.models import Annotation, Correction, Track
from emotionweb.clips.reading import Reading, load
from inference.video.samples import Samples

#: Intersection over union from which two boxes are taken for the same face.
SAME_FACE = 0.3
#: Two samples are compared when they are no further apart in time.
SAME_TIME_S = 0.35
#: A run of moments that lies over another old track for less than this is a slip, not a cut.
SHORTEST_RUN_S = 1.0

#: Where nothing old lies under a face.
_NOBODY = -1


@dataclass(slots=True)
class _Group:
    """A new track in the making."""

    old: Track | None
    parts: list[list[Any]] = field(default_factory=list)
    first_s: float = np.inf
    last_s: float = -np.inf
    thumbnail: bytes | memoryview | None = None


@transaction.atomic
def carry_over(old: Annotation, new: Annotation) -> None:
    """Move names, "me", what is left out, and corrections from an old reading to a new one.

    Args:
        old: Finished; it keeps its tracks but loses its corrections.
        new: Finished, with the tracks of ``make_tracks``; they are made anew.
    """
    olds = [track for track in old.tracks.all() if _is_touched(track)]
    if not olds:
        return
    before, after = load(old.pk), load(new.pk)
    fresh = list(new.tracks.all())
    groups = _groups(before, after, olds, fresh)
    new.tracks.all().delete()
    rows = [_row(new, group) for group in sorted(groups, key=lambda group: group.first_s)]
    for number, row in enumerate(rows, start=1):
        row.number = number
    Track.objects.bulk_create(rows)
    _move_corrections(olds, rows, [group.old for group in sorted(groups, key=_by_first)])


def _by_first(group: _Group) -> float:
    return group.first_s


def _is_touched(track: Track) -> bool:
    """Whether the person has said anything about it, or put it together."""
    whole = len(track.parts) == 1 and track.parts[0][1:] == [None, None]
    said = track.name or track.is_me or track.excluded or not whole
    return bool(said) or track.corrections.exists()


def _groups(before: Reading, after: Reading, olds: list[Track], fresh: list[Track]) -> list[_Group]:
    """The new tracks: one for each old one that is found again, and one for each other face."""
    found: dict[int, _Group] = {}
    others: list[_Group] = []
    old_samples = [before.samples.take(_only(before, track)) for track in olds]
    for track in fresh:
        rows = after.faces_of(track.parts)
        owners = _owners(after.samples.take(_mask(after, rows)), old_samples)
        times = after.samples.at_s[rows]
        rest = _Group(None)
        for first, last, owner in _runs(owners, times):
            group = rest if owner == _NOBODY else found.setdefault(owner, _Group(olds[owner]))
            low = None if first == 0 else float(times[first])
            high = None if last + 1 == len(times) else float(times[last + 1])
            group.parts += [[raw, low, high] for raw, _low, _high in track.parts]
            group.first_s = min(group.first_s, float(times[first]))
            group.last_s = max(group.last_s, float(times[last]))
            group.thumbnail = group.thumbnail or track.thumbnail
        if rest.parts:
            others.append(rest)
    lost = [
        _Group(track, first_s=track.first_s, last_s=track.last_s)
        for number, track in enumerate(olds)
        # Without its face a name says nothing any more, but a correction is the person's word.
        if number not in found and track.corrections.exists()
    ]
    return [*found.values(), *others, *lost]


def _owners(new: Samples, olds: list[Samples]) -> NDArray[np.int64]:
    """The old track that each sample of a new one lies over: ``(n,)`` index or ``_NOBODY``."""
    best = np.full(len(new), SAME_FACE)
    owners = np.full(len(new), _NOBODY, np.int64)
    for number, old in enumerate(olds):
        if not len(old) or not len(new):
            continue
        right = np.clip(np.searchsorted(old.at_s, new.at_s), 0, len(old) - 1)
        left = np.maximum(right - 1, 0)
        nearer = np.abs(old.at_s[left] - new.at_s) < np.abs(old.at_s[right] - new.at_s)
        row = np.where(nearer, left, right)
        apart = np.abs(old.at_s[row] - new.at_s)
        # Of two that lie there, as where a track was split, the one of that very moment.
        shared = _overlaps(new.box_xyxy, old.box_xyxy[row]) - 0.1 * apart
        shared[apart > SAME_TIME_S] = 0.0
        better = shared > best
        owners[better], best[better] = number, shared[better]
    return owners


def _runs(owners: NDArray[np.int64], times: NDArray[np.float64]) -> list[tuple[int, int, int]]:
    """Stretches of one owner: first row, last row, owner.

    What lies over nothing goes on as the run before it, since the new tracker says that it is the
    same face; a run that is too short is a slip of one of the two.
    """
    if not len(owners):
        return []
    known = owners != _NOBODY
    if not known.any():
        return [(0, len(owners) - 1, _NOBODY)]
    places = np.maximum.accumulate(np.where(known, np.arange(len(owners)), -1))
    filled = owners[np.where(places < 0, int(np.argmax(known)), places)]
    edges = [0, *(np.flatnonzero(np.diff(filled)) + 1).tolist(), len(filled)]
    runs = [(a, b - 1, int(filled[a])) for a, b in pairwise(edges)]
    longest = max(runs, key=lambda run: times[run[1]] - times[run[0]])
    kept = [
        run for run in runs if run is longest or times[run[1]] - times[run[0]] >= SHORTEST_RUN_S
    ]
    out: list[tuple[int, int, int]] = []
    for position, (first, _last, owner) in enumerate(kept):
        start = 0 if position == 0 else first
        end = len(owners) - 1 if position + 1 == len(kept) else kept[position + 1][0] - 1
        if out and out[-1][2] == owner:
            out[-1] = (out[-1][0], end, owner)
        else:
            out.append((start, end, owner))
    return out


def _overlaps(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float64]:
    """Intersection over union of ``(n, 4)`` and ``(n, 4)`` boxes: ``(n,)``."""
    low, high = np.maximum(a[:, :2], b[:, :2]), np.minimum(a[:, 2:], b[:, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=1).astype(np.float64)
    areas = (a[:, 2:] - a[:, :2]).prod(axis=1) + (b[:, 2:] - b[:, :2]).prod(axis=1)
    union = areas - shared
    out: NDArray[np.float64] = np.zeros_like(shared)
    np.divide(shared, union, out=out, where=union > 0)
    return out


def _row(annotation: Annotation, group: _Group) -> Track:
    old = group.old
    return Track(
        annotation=annotation,
        name=old.name if old else "",
        is_me=bool(old and old.is_me),
        excluded=bool(old and old.excluded),
        parts=group.parts,
        first_s=group.first_s,
        last_s=group.last_s,
        thumbnail=group.thumbnail,
    )


def _move_corrections(olds: list[Track], rows: list[Track], of: list[Track | None]) -> None:
    target = {old.pk: row for old, row in zip(of, rows, strict=True) if old is not None}
    by_track: dict[int, list[Correction]] = defaultdict(list)
    for correction in Correction.objects.filter(track__in=olds):
        by_track[correction.track_id].append(correction)
    for old_id, corrections in by_track.items():
        for correction in corrections:
            correction.track = target[old_id]
    moved = [one for corrections in by_track.values() for one in corrections]
    Correction.objects.bulk_update(moved, ["track"], batch_size=500)


def _only(reading: Reading, track: Track) -> NDArray[np.bool_]:
    return _mask(reading, reading.faces_of(track.parts))


def _mask(reading: Reading, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    out = np.zeros(len(reading.samples), bool)
    out[rows] = True
    return out
