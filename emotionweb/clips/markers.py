"""Remarks at a time, and stretches that count for nothing."""

from __future__ import annotations

import math
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from emotionweb.clips import mine
from emotionweb.clips.models import Clip, Marker
from emotionweb.clips.options import RefusedError
from emotionweb.clips.ownership import NotThereError, locked_clip

TEXT_LENGTH = 200
#: A clip with more remarks than this is not one that somebody makes by hand.
MAX_MARKERS = 5000


@transaction.atomic
def add(
    user_id: int, clip_id: UUID, *, kind: str, start_s: float, end_s: float, text: str
) -> Marker:
    """Keep a remark; a stretch that is left out is taken out of the journal too.

    Raises:
        NotThereError: The person has no such clip.
        RefusedError: A time outside of the clip, or a text that is too long.
    """
    clip = locked_clip(user_id, clip_id)
    start_s, end_s = checked_span(clip, start_s, end_s)
    if kind not in Marker.Kind.values:
        raise RefusedError(_("The server did not understand this page. Reload it."))
    if kind == Marker.Kind.EXCLUDED and end_s <= start_s:
        raise RefusedError(_("Mark a stretch first: from a moment to a later one."))
    text = text.strip()
    if len(text) > TEXT_LENGTH:
        raise RefusedError(_("A remark has at most %(max)d characters.") % {"max": TEXT_LENGTH})
    if clip.markers.count() >= MAX_MARKERS:
        raise RefusedError(_("There are too many remarks on this clip. Delete some first."))
    marker = clip.markers.create(kind=kind, start_s=start_s, end_s=end_s, text=text)
    if kind == Marker.Kind.EXCLUDED:
        mine.sync(clip)
    return marker


@transaction.atomic
def remove(user_id: int, clip_id: UUID, marker_id: int) -> None:
    """Delete a remark.

    Raises:
        NotThereError: The person has no such remark.
    """
    clip = locked_clip(user_id, clip_id)
    marker = clip.markers.filter(pk=marker_id).first()
    if marker is None:
        raise NotThereError
    marker.delete()
    if marker.kind == Marker.Kind.EXCLUDED:
        mine.sync(clip)


def checked_span(clip: Clip, start_s: float, end_s: float) -> tuple[float, float]:
    """A stretch of the clip; an end just behind the last frame becomes the end of the clip.

    Raises:
        RefusedError: It lies elsewhere, or ends before it starts.
    """
    duration = length_s(clip)
    if not (math.isfinite(start_s) and math.isfinite(end_s)) or not (
        0.0 <= start_s <= end_s and start_s <= duration
    ):
        raise RefusedError(_("This time is not in the clip."))
    return start_s, min(end_s, duration)


def length_s(clip: Clip) -> float:
    """How long the clip is: what the file says, or where the reading of it ended."""
    ends = [clip.duration_s, clip.annotation.end_s if clip.annotation else None]
    return max((end for end in ends if end is not None), default=0.0)
