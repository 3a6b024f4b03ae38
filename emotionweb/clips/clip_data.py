"""Everything the player page knows of a clip, as one JSON; every change answers with it anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.services import has_consent
from emotionweb.clips import rows
from emotionweb.clips.agreement import Agreement, agreement
from emotionweb.clips.markers import length_s
from emotionweb.clips.models import Annotation, Clip, Correction, Job, Track
from emotionweb.clips.ranges import Range
from emotionweb.clips.reading import Reading, excluded_ranges, load
from emotionweb.clips.summary import TrackSummary, summarise_clip, summarise_track
from emotionweb.expressions import described_labels
from emotionweb.live.strings import reasons
from inference.labels import LABELS
from inference.video.samples import REASONS

#: Shares and means are rounded to so many digits: the page draws some hundred pixels of them.
_DIGITS = 4


def clip_data(clip: Clip, user: User) -> dict[str, Any]:
    """The player's data.

    Args:
        clip: Of this person, with its annotation.
        user: The person.

    Returns:
        As docs/clips-json.md describes for the parts that are exported too.
    """
    found: dict[str, Any] = {
        "annotation": None,
        "tracks": [],
        "corrections": [],
        "agreement": None,
        "summary": None,
        "exports": [],
    }
    if clip.annotation is not None:
        found |= _results(clip, clip.annotation)
    return {
        "clip": _clip(clip),
        "job": _job(clip),
        "labels": described_labels(),
        "reasons": [{"name": str(name), "title": reasons()[name]} for name in REASONS],
        "markers": [
            {"id": m.pk, "kind": m.kind, "start": m.start_s, "end": m.end_s, "text": m.text}
            for m in clip.markers.all()
        ],
        "renders": _renders(clip),
        "training_consent": has_consent(user, Consent.Kind.TRAINING),
        **found,
    }


def _results(clip: Clip, annotation: Annotation) -> dict[str, Any]:
    reading = load(annotation.pk)
    ranges = excluded_ranges(clip)
    tracks = list(annotation.tracks.all())
    corrections = list(Correction.objects.filter(track__annotation=annotation))
    return {
        "annotation": annotation_json(annotation),
        "tracks": [
            track_json(track, summarise_track(reading, track.parts, ranges))
            | {"thumbnail_url": _thumbnail_url(clip, track)}
            for track in tracks
        ],
        "corrections": [correction_json(one) for one in corrections],
        "agreement": agreement_json(agreement(reading, tracks, corrections, ranges)),
        "summary": summary_json(clip, reading, tracks, ranges),
        "exports": [
            {"kind": kind, "title": title, "url": reverse("clips:export", args=[clip.pk, kind])}
            for kind, title in (
                ("csv", _("Table (CSV)")),
                ("json", _("Everything (JSON)")),
                ("vtt", _("Subtitles (WebVTT)")),
                ("eaf", _("ELAN (EAF)")),
            )
        ],
    }


# === Parts that exports carry too ===


def annotation_json(annotation: Annotation) -> dict[str, Any]:
    """How the clip was looked at, and what could not be."""
    return {
        "id": str(annotation.pk),
        "model_version": annotation.model_version,
        "detector": annotation.detector,
        "rate": annotation.rate,
        "start": annotation.start_s,
        "end": annotation.end_s,
        "frames": annotation.frames,
        "frames_without_face": annotation.frames_without_face,
        "frames_damaged": annotation.frames_damaged,
        "finished_at": annotation.finished_at and annotation.finished_at.isoformat(),
    }


def track_json(track: Track, summary: TrackSummary) -> dict[str, Any]:
    """A track with its numbers."""
    return {
        "id": track.pk,
        "number": track.number,
        "name": track.name,
        "me": track.is_me,
        "excluded": track.excluded,
        "first": round(track.first_s, 6),
        "last": round(track.last_s, 6),
        "seconds": round(summary.seconds, 3),
        "unsure_s": round(summary.unsure_s, 3),
        "missed_s": round(summary.missed_s, 3),
        "share": _rounded(summary.share),
        "mean": _rounded(summary.mean),
        "transitions": summary.transitions,
    }


def correction_json(correction: Correction) -> dict[str, Any]:
    """What the person said of a stretch."""
    return {
        "id": str(correction.pk),
        "track": correction.track_id,
        "start": correction.start_s,
        "end": correction.end_s,
        "expression": LABELS.index(correction.expression),
        "source": correction.source,
    }


def agreement_json(found: Agreement | None) -> dict[str, Any] | None:
    """Agreement with the expressions that the person named at all."""
    if found is None:
        return None
    return {
        "n_s": round(found.n_s, 3),
        "kappa": found.kappa,
        "low": found.low,
        "high": found.high,
        "per_expression": [
            {"expression": index, "n_s": round(said, 3), "agree_s": round(agreed, 3)}
            for index, (said, agreed) in enumerate(zip(found.said_s, found.agree_s, strict=True))
            if said > 0
        ],
    }


def summary_json(
    clip: Clip, reading: Reading, tracks: Sequence[Track], ranges: tuple[Range, ...]
) -> dict[str, Any]:
    """The clip over all tracks that are not left out."""
    counted = [track.parts for track in tracks if not track.excluded]
    summary = summarise_clip(reading, counted, ranges)
    return {
        "duration": length_s(clip),
        "looked_at_s": round(summary.looked_at_s, 3),
        "with_face_s": round(summary.with_face_s, 3),
        "unsure_s": round(summary.unsure_s, 3),
        "missed_s": round(summary.missed_s, 3),
        "excluded_s": round(summary.excluded_s, 3),
        "share": _rounded(summary.share),
    }


def _rounded(values: Sequence[float]) -> list[float]:
    return [round(value, _DIGITS) for value in values]


# === Parts of the page alone ===


def _clip(clip: Clip) -> dict[str, Any]:
    plays = not clip.unplayable or clip.proxy_path
    return {
        "id": str(clip.pk),
        "name": clip.name,
        "duration": clip.duration_s,
        "width": clip.width,
        "height": clip.height,
        "frame_rate": clip.frame_rate,
        "recorded_at": clip.recorded_at and clip.recorded_at.isoformat(),
        "recorded_from": clip.recorded_from,
        "keep_thumbnails": clip.keep_thumbnails,
        # Before a job has opened the file nobody knows whether it plays.
        "video_url": reverse("clips:file", args=[clip.pk]) if plays and clip.width else None,
        "has_audio": clip.has_audio,
    }


def _job(clip: Clip) -> dict[str, Any] | None:
    """The newest reading of the clip, while it is not simply done."""
    job = clip.jobs.filter(kind=Job.Kind.ANNOTATE).select_related("clip", "photo").first()
    if job is None or (job.state == Job.State.DONE and not job.problem):
        return None
    row = rows.row_of(job, timezone.now())
    return {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "words": row.words,
        "stage": row.stage,
        "progress": row.progress,
        "eta_s": row.eta_s,
        "problem": row.problem,
        "retry_url": row.retry_url,
    }


def _renders(clip: Clip) -> list[dict[str, Any]]:
    return [
        {
            "job": str(job.pk),
            "state": job.state,
            "progress": round(job.progress, 4),
            "problem": rows.row_of(job, timezone.now()).problem,
            "url": reverse("clips:render-file", args=[clip.pk, job.pk])
            if job.result_path
            else None,
        }
        for job in clip.jobs.filter(kind=Job.Kind.RENDER).select_related("clip", "photo")
    ]


def _thumbnail_url(clip: Clip, track: Track) -> str | None:
    return reverse("clips:track-face", args=[clip.pk, track.pk]) if track.thumbnail else None
