"""Whose a clip is, and what of it is shown.

Whatever changes a result holds the lock on the person, as everything does that changes their
journal: a track that is theirs is part of it.
"""

from __future__ import annotations

from uuid import UUID

from emotionweb.clips.models import Annotation, Clip, Track
from emotionweb.journal import services as journal


class NotThereError(LookupError):
    """The person has no such thing; of somebody else's nothing is learnt."""


def own_clip(user_id: int, clip_id: UUID) -> Clip:
    """A clip of this person with its annotation.

    Raises:
        NotThereError: There is none of that id, or it is another person's.
    """
    clips = Clip.objects.filter(user_id=user_id, pk=clip_id)
    clip = clips.select_related("annotation", "user").first()
    if clip is None:
        raise NotThereError
    return clip


def locked_clip(user_id: int, clip_id: UUID) -> Clip:
    """The same inside a transaction, with the person locked until it ends.

    Raises:
        NotThereError: As ``own_clip``.
    """
    if not journal.lock_person(user_id):
        raise NotThereError
    return own_clip(user_id, clip_id)


def shown(clip: Clip) -> Annotation:
    """The annotation that the page shows.

    Raises:
        NotThereError: The clip has not been looked at yet.
    """
    if clip.annotation is None:
        raise NotThereError
    return clip.annotation


def own_track(clip: Clip, track_id: int) -> Track:
    """A track of the annotation that is shown.

    Raises:
        NotThereError: It has none of that id; it may have been merged in another tab.
    """
    track = shown(clip).tracks.filter(pk=track_id).first()
    if track is None:
        raise NotThereError
    return track
