"""A track that is the person themself becomes part of their journal.

The observations of a clip follow from what is said about it now: they are removed and made anew
with every change, in the transaction of the change. A second counts once: what a live session or
a clip that was uploaded earlier has recorded is theirs; when such a clip changes, the later ones
that touch the same time are made anew too. A live session that is deleted afterwards leaves its
time uncounted until something about the clip is said again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from django.db import transaction
from django.db.models import Max, Min, Q, QuerySet
from numpy.typing import NDArray

from emotionweb.clips.models import Clip, Correction, Track
from emotionweb.clips.ranges import Range, covered, union, without
from emotionweb.clips.reading import Part, Reading, excluded_ranges, load
from emotionweb.journal import services as journal
from emotionweb.journal.days import local_day
from emotionweb.journal.drafts import ObservationDraft
from emotionweb.journal.models import Observation
from emotionweb.journal.recorder import Recorder
from emotionweb.live import calibration
from inference.personal import Baseline
from inference.video.samples import REASONS

SOURCE_KIND = "clip"

Span = tuple[datetime, datetime]


@transaction.atomic
def sync(clip: Clip) -> None:
    """Bring the journal up to date with what is said about a clip.

    To be called after every change of ``recorded_at``, of the annotation that is shown, of the
    tracks or of the stretches left out; calling it once more changes nothing.
    """
    if not journal.lock_person(clip.user_id):
        return
    _rebuild_later(clip, _rebuild(clip))


@transaction.atomic
def forget(clip: Clip) -> None:
    """Take a clip that is about to be deleted out of the journal."""
    if not journal.lock_person(clip.user_id):
        return
    before = _span(clip)
    if before is None:
        return
    journal.remove_source(clip.user_id, SOURCE_KIND, clip.pk)
    _rebuild_later(clip, [before])


def is_in_journal(clip: Clip) -> bool:
    """Whether the journal has something from this clip."""
    return _observations(clip).exists()


@transaction.atomic
def forget_days(user_id: int, first: date, last: date) -> None:
    """Say of no clip that was recorded on these days that it shows the person.

    For days that the person erases: the clips themselves stay, but the next change of one of them
    would bring its part of the day back.
    """
    if not journal.lock_person(user_id):
        return
    clips = Clip.objects.filter(user_id=user_id, annotation__tracks__is_me=True)
    for clip in clips.exclude(recorded_at=None).select_related("annotation").distinct():
        if any(first <= day <= last for day in _days(clip)):
            Track.objects.filter(annotation__clip=clip).update(is_me=False)
            sync(clip)


def _days(clip: Clip) -> set[date]:
    """The days on which a clip begins and ends."""
    assert clip.recorded_at is not None
    length = max((track.last_s for track in _me(clip)), default=0.0)
    ends = (clip.recorded_at, clip.recorded_at + timedelta(seconds=length))
    return {local_day(end, clip.timezone, clip.day_start_hour) for end in ends}


def corrected_days(user_id: int, first: date, last: date) -> set[date]:
    """The days, from the first to the last given one, whose clips the person has corrected.

    Only corrections of tracks that are the person: others say nothing about their days.
    """
    # A day lies within 14 hours of the same one in UTC, and may start late; a clip may be long.
    low = datetime.combine(first, time.min, UTC) - timedelta(days=2)
    high = datetime.combine(last, time.max, UTC) + timedelta(days=2)
    said = Correction.objects.filter(
        track__is_me=True,
        track__annotation__clip__user_id=user_id,
        track__annotation__clip__recorded_at__range=(low, high),
    ).values_list(
        "start_s",
        "track__annotation__clip__recorded_at",
        "track__annotation__clip__timezone",
        "track__annotation__clip__day_start_hour",
    )
    days = {
        local_day(recorded_at + timedelta(seconds=start_s), timezone, day_start_hour)
        for start_s, recorded_at, timezone, day_start_hour in said
        if recorded_at is not None
    }
    return {day for day in days if first <= day <= last}


def _rebuild(clip: Clip) -> list[Span]:
    """Make the observations of one clip anew; returns the times that may have changed."""
    touched = [span for span in (_span(clip),) if span]
    if touched:
        journal.remove_source(clip.user_id, SOURCE_KIND, clip.pk)
    tracks = _me(clip)
    annotation = clip.annotation
    if not tracks or clip.recorded_at is None or annotation is None:
        return touched
    reading = load(annotation.pk)
    parts = [part for track in tracks for part in track.parts]
    left_out = union([*excluded_ranges(clip), *_others(clip, reading)])
    found = drafts(
        reading,
        parts,
        left_out,
        clip.recorded_at,
        annotation.model_version,
        calibration.in_use(clip.user_id),
    )
    journal.add_observations(
        clip.user_id,
        found,
        kind=SOURCE_KIND,
        source_id=clip.pk,
        timezone=clip.timezone,
        day_start_hour=clip.day_start_hour,
    )
    return [*touched, (found[0].start, found[-1].end)] if found else touched


def _rebuild_later(clip: Clip, touched: list[Span]) -> None:
    """Later clips may take the time that this one gave up, and give up what it took."""
    if not touched:
        return
    for later in _later(clip).exclude(recorded_at=None).order_by("created_at", "pk"):
        last = max((track.last_s for track in _me(later)), default=None)
        if last is None or later.recorded_at is None:
            continue
        end = later.recorded_at + timedelta(seconds=last)
        if any(start < end and later.recorded_at < until for start, until in touched):
            touched = [*touched, *_rebuild(later)]


def _later(clip: Clip) -> QuerySet[Clip]:
    after = Q(created_at__gt=clip.created_at) | Q(created_at=clip.created_at, pk__gt=clip.pk)
    return Clip.objects.filter(after, user_id=clip.user_id).select_related("annotation")


def _others(clip: Clip, reading: Reading) -> list[Range]:
    """What other sources have of the time of the clip, in its own seconds."""
    assert clip.recorded_at is not None
    frames = reading.samples.frames_s
    if not len(frames):
        return []
    zero = clip.recorded_at
    theirs = (
        Observation.objects.filter(
            user_id=clip.user_id,
            start__lt=zero + timedelta(seconds=float(frames[-1])),
            end__gt=zero + timedelta(seconds=float(reading.frame_start_s[0])),
        )
        .exclude(source_kind=SOURCE_KIND, source_id=clip.pk)
        .exclude(source_kind=SOURCE_KIND, source_id__in=_later(clip).values("pk"))
    )
    return [
        ((start - zero).total_seconds(), (end - zero).total_seconds())
        for start, end in theirs.values_list("start", "end")
    ]


def _me(clip: Clip) -> list[Track]:
    if clip.annotation_id is None:
        return []
    tracks = Track.objects.filter(annotation_id=clip.annotation_id, is_me=True, excluded=False)
    return list(tracks.defer("thumbnail"))


def _observations(clip: Clip) -> QuerySet[Observation]:
    return Observation.objects.filter(
        user_id=clip.user_id, source_kind=SOURCE_KIND, source_id=clip.pk
    )


def _span(clip: Clip) -> Span | None:
    found = _observations(clip).aggregate(first=Min("start"), last=Max("end"))
    return (found["first"], found["last"]) if found["first"] else None


# === From samples to observations ===


@dataclass(frozen=True, slots=True)
class _Face:
    """What the recorder reads of a face."""

    probabilities: NDArray[np.float32]
    unsure: str | None
    calibration: str


class _Clock:
    """The wall clock at the time of the recording."""

    def __init__(self, started: datetime) -> None:
        self._started = started
        self.at_s = 0.0

    def __call__(self) -> datetime:
        return self._started + timedelta(seconds=self.at_s)


def drafts(
    reading: Reading,
    parts: list[Part],
    left_out: tuple[Range, ...],
    recorded_at: datetime,
    model_version: str,
    baseline: Baseline | None = None,
) -> list[ObservationDraft]:
    """Observations of ten seconds, by the recorder that live sessions use.

    Args:
        reading: The whole clip.
        parts: Of all tracks that are the person; a frame counts once, see ``faces_of``.
        left_out: Stretches that count for nothing; a window ends where one begins.
        recorded_at: Wall clock at second 0 of the clip, aware.
        model_version: That made the samples.
        baseline: Of the person. Clips are read without it, since who is who in them is said
            afterwards; here it is known. Which frames are unsure stays as it was read.
    """
    if baseline is not None and baseline.model_version != model_version:
        baseline = None
    faces = _faces(reading, parts, baseline)
    start, end = reading.frame_start_s, reading.samples.frames_s
    cut = covered(start, end, left_out) > 0
    clock = _Clock(recorded_at)
    recorder = Recorder(clock, not_before=recorded_at)
    out: list[ObservationDraft] = []

    def add(at_s: float, face: _Face | None) -> None:
        clock.at_s = at_s
        out.extend(recorder.add(at_s, face, model_version))

    position = -np.inf
    for row, frame in enumerate(zip(start.tolist(), end.tolist(), cut.tolist(), strict=True)):
        low, high, is_cut = frame
        for begin, until in without((low, high), left_out) if is_cut else [(low, high)]:
            if begin > position:
                if any(a < begin and b > position for a, b in left_out):
                    out.extend(recorder.pause())
                add(begin, None)
            add(until, faces.get(row))
            position = until
    out.extend(recorder.flush())
    return out


def _faces(reading: Reading, parts: list[Part], baseline: Baseline | None) -> dict[int, _Face]:
    """The person's own face by frame."""
    samples = reading.samples
    rows = reading.faces_of(parts)
    said = samples.probabilities[rows].astype(np.float32)
    scored = said.any(axis=1)
    if baseline is not None and scored.any():
        said[scored] = baseline.apply(said[scored])
    name = baseline.id if baseline is not None else ""
    return {
        frame: _Face(probabilities, None if label >= 0 else REASONS[max(reason, 1) - 1], name)
        for frame, probabilities, label, reason in zip(
            reading.row[rows].tolist(),
            said,
            samples.label[rows].tolist(),
            samples.reason[rows].tolist(),
            strict=True,
        )
    }
