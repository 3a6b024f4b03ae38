"""Tracks as the person puts them together: names, "this is me", left out, merged, split.

The samples themselves never change; a track only says which of them are its own. So whatever is
merged can be split again, and a day in the journal follows from what is said now, not from the
order in which it was said.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from emotionweb.clips import mine
from emotionweb.clips.carrying import carry_over
from emotionweb.clips.models import Annotation, Clip, Track
from emotionweb.clips.options import RefusedError
from emotionweb.clips.ownership import locked_clip, own_track, shown
from emotionweb.clips.reading import load

__all__ = [
    "carry_over",
    "forget_thumbnails",
    "make_tracks",
    "merge",
    "nobody_is_me",
    "rename",
    "set_excluded",
    "set_me",
    "split",
]

NAME_LENGTH = 80
#: The tracker may see one face twice for a moment; more than this are two people.
SLIPS_S = 0.5


@transaction.atomic
def make_tracks(annotation: Annotation, thumbnails: Mapping[int, bytes] | None = None) -> None:
    """Make a track of every face that the tracker followed; those that were there are replaced.

    Args:
        annotation: Whose samples are all stored.
        thumbnails: JPEG of the face by the tracker's number, where the person wants them kept.
    """
    samples = load(annotation.pk).samples
    thumbnails = thumbnails or {}
    annotation.tracks.all().delete()
    raws, first = np.unique(samples.raw, return_index=True)
    # In order of time, so the last appearance is the first one from behind.
    _raws, from_behind = np.unique(samples.raw[::-1], return_index=True)
    rows = zip(
        raws.tolist(),
        samples.at_s[first].tolist(),
        samples.at_s[::-1][from_behind].tolist(),
        strict=True,
    )
    Track.objects.bulk_create(
        Track(
            annotation=annotation,
            number=number,
            parts=[[raw, None, None]],
            first_s=first_s,
            last_s=last_s,
            thumbnail=thumbnails.get(raw),
        )
        for number, (raw, first_s, last_s) in enumerate(
            sorted(rows, key=lambda row: (row[1], row[0])), start=1
        )
    )


@transaction.atomic
def rename(user_id: int, clip_id: UUID, track_id: int, name: str) -> None:
    """Give a track a name; an empty one takes it away.

    Raises:
        NotThereError: The person has no such track.
        RefusedError: The name is too long.
    """
    track = own_track(locked_clip(user_id, clip_id), track_id)
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip()
    if len(name) > NAME_LENGTH:
        raise RefusedError(_("A name has at most %(max)d characters.") % {"max": NAME_LENGTH})
    track.name = name
    track.save(update_fields=["name"])


@transaction.atomic
def set_me(user_id: int, clip_id: UUID, track_id: int, value: bool) -> None:
    """Say that a track is the person themself, or is not; the journal follows.

    Raises:
        NotThereError: The person has no such track.
        RefusedError: It is not known when the clip was recorded (``code`` is "recorded_at").
    """
    clip = locked_clip(user_id, clip_id)
    track = own_track(clip, track_id)
    if value and clip.recorded_at is None:
        raise RefusedError(
            _("When was this recorded? The file does not say, and the journal needs a day."),
            status=409,
            code="recorded_at",
        )
    track.is_me = value
    track.save(update_fields=["is_me"])
    mine.sync(clip)


@transaction.atomic
def nobody_is_me(user_id: int, clip_id: UUID) -> None:
    """Take a clip out of the journal: no track is the person any more.

    Raises:
        NotThereError: The person has no such clip.
    """
    clip = locked_clip(user_id, clip_id)
    Track.objects.filter(annotation__clip=clip).update(is_me=False)
    mine.sync(clip)


@transaction.atomic
def set_excluded(user_id: int, clip_id: UUID, track_id: int, value: bool) -> None:
    """Leave a track out of everything that is counted, or take it in again.

    Raises:
        NotThereError: The person has no such track.
    """
    clip = locked_clip(user_id, clip_id)
    track = own_track(clip, track_id)
    track.excluded = value
    track.save(update_fields=["excluded"])
    mine.sync(clip)


@transaction.atomic
def merge(user_id: int, clip_id: UUID, track_id: int, into_id: int) -> None:
    """Make two tracks one: what was said of either holds for both.

    Raises:
        NotThereError: The person has no such tracks.
        RefusedError: It is the same track, or both are seen at the same time: two people.
    """
    clip = locked_clip(user_id, clip_id)
    track, into = own_track(clip, track_id), own_track(clip, into_id)
    if track.pk == into.pk:
        raise RefusedError(_("A track cannot be merged with itself."))
    if _seconds_together(track, into) > SLIPS_S:
        raise RefusedError(
            _("Both faces are seen at the same time, so they are two people. Nothing was changed.")
        )
    into.parts = tidied([*into.parts, *track.parts])
    into.name = into.name or track.name
    into.is_me = into.is_me or track.is_me
    into.first_s = min(into.first_s, track.first_s)
    into.last_s = max(into.last_s, track.last_s)
    into.thumbnail = into.thumbnail or track.thumbnail
    track.corrections.update(track=into)
    track.delete()
    into.save()
    mine.sync(clip)


def _seconds_together(one: Track, other: Track) -> float:
    """For how long both tracks are seen in the same frames."""
    reading = load(one.annotation_id)
    frames = [set(reading.row[reading.faces_of(each.parts)].tolist()) for each in (one, other)]
    shared = sorted(frames[0] & frames[1])
    lengths = reading.samples.frames_s - reading.frame_start_s
    return float(lengths[shared].sum()) if shared else 0.0


@transaction.atomic
def split(user_id: int, clip_id: UUID, track_id: int, at_s: float) -> Track:
    """Cut a track in two; what was said of it holds for both until it is said otherwise.

    Args:
        user_id: The person.
        clip_id: Their clip.
        track_id: Of it.
        at_s: The first moment of the second track.

    Returns:
        The second track.

    Raises:
        NotThereError: The person has no such track.
        RefusedError: The face was seen on one side only.
    """
    clip = locked_clip(user_id, clip_id)
    track = own_track(clip, track_id)
    reading = load(track.annotation_id)
    times = reading.samples.at_s[reading.faces_of(track.parts)]
    before, after = times[times < at_s], times[times >= at_s]
    if not len(before) or not len(after):
        raise RefusedError(_("There is nothing to split here: the face is on one side only."))
    second = Track(
        annotation_id=track.annotation_id,
        number=_next_number(shown(clip)),
        name=track.name,
        is_me=track.is_me,
        excluded=track.excluded,
        parts=_cut(track.parts, at_s, None),
        first_s=float(after[0]),
        last_s=float(after[-1]),
        thumbnail=track.thumbnail,
    )
    second.save()
    track.parts = _cut(track.parts, None, at_s)
    track.first_s, track.last_s = float(before[0]), float(before[-1])
    track.save()
    _divide_corrections(track, second, at_s)
    mine.sync(clip)
    return second


@transaction.atomic
def forget_thumbnails(clip: Clip) -> None:
    """Remove the pictures of faces: the person does not want them kept."""
    Track.objects.filter(annotation__clip=clip).update(thumbnail=None)


def tidied(parts: list[Any]) -> list[list[Any]]:
    """The same samples in as few parts as can be: what was split and merged again is whole."""
    out: list[list[Any]] = []
    for raw, start, end in sorted(parts, key=lambda part: (part[0], _low(part[1]))):
        if out and out[-1][0] == raw and _low(start) <= _high(out[-1][2]):
            out[-1][2] = None if None in (end, out[-1][2]) else max(end, out[-1][2])
        else:
            out.append([raw, start, end])
    return out


def _cut(parts: list[Any], low: float | None, high: float | None) -> list[list[Any]]:
    """What of the parts lies between two times."""
    out = []
    for raw, start, end in parts:
        begin = start if low is None or _low(start) >= low else low
        until = end if high is None or _high(end) <= high else high
        if _low(begin) < _high(until):
            out.append([raw, begin, until])
    return out


def _divide_corrections(first: Track, second: Track, at_s: float) -> None:
    """Each half keeps what was said about its own time."""
    first.corrections.filter(start_s__gte=at_s).update(track=second)
    for correction in first.corrections.filter(end_s__gt=at_s):
        end_s, correction.end_s = correction.end_s, at_s
        correction.save(update_fields=["end_s"])
        second.corrections.create(
            start_s=at_s,
            end_s=end_s,
            expression=correction.expression,
            source=correction.source,
            created_at=correction.created_at,
        )


def _next_number(annotation: Annotation) -> int:
    highest = annotation.tracks.aggregate(Max("number"))["number__max"]
    return int(highest or 0) + 1


def _low(value: float | None) -> float:
    return -np.inf if value is None else float(value)


def _high(value: float | None) -> float:
    return np.inf if value is None else float(value)
