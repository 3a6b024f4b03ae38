"""What the person says a face shows, beside what the machine said; neither changes the other."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from emotionweb.clips.markers import checked_span
from emotionweb.clips.models import Clip, Correction
from emotionweb.clips.options import RefusedError
from emotionweb.clips.ownership import NotThereError, locked_clip, own_track, shown
from inference.labels import LABELS

MAX_CORRECTIONS = 20_000


@transaction.atomic
def say(
    user_id: int, clip_id: UUID, *, track_id: int, start_s: float, end_s: float, expression: int
) -> Correction:
    """Keep what a face shows over a stretch, or in one frame.

    Where two stretches overlap, what was said last holds.

    Args:
        user_id: The person.
        clip_id: Their clip.
        track_id: Of it.
        start_s: First moment.
        end_s: Last moment; the same where one frame is meant.
        expression: Index into ``LABELS``.

    Raises:
        NotThereError: The person has no such track.
        RefusedError: A time outside of the clip, or no such expression.
    """
    clip = locked_clip(user_id, clip_id)
    track = own_track(clip, track_id)
    start_s, end_s = checked_span(clip, start_s, end_s)
    if not 0 <= expression < len(LABELS):
        raise RefusedError(_("The server did not understand this page. Reload it."))
    if of_clip(clip).count() >= MAX_CORRECTIONS:
        raise RefusedError(_("There are too many corrections on this clip. Delete some first."))
    return track.corrections.create(
        start_s=start_s,
        end_s=end_s,
        expression=LABELS[expression],
        created_at=timezone.now(),
    )


@transaction.atomic
def remove(user_id: int, clip_id: UUID, correction_id: UUID) -> None:
    """Delete one.

    Raises:
        NotThereError: The person has no such correction.
    """
    clip = locked_clip(user_id, clip_id)
    if not of_clip(clip).filter(pk=correction_id).delete()[0]:
        raise NotThereError


def of_clip(clip: Clip) -> QuerySet[Correction]:
    """All corrections of the annotation that is shown, in order of time."""
    return Correction.objects.filter(track__annotation=shown(clip))
