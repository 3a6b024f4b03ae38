"""What clips and photos keep about a person; see ``emotionweb.privacy.holdings``."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from emotionweb.accounts.models import User
from emotionweb.clips import photos, services
from emotionweb.clips.models import (
    Annotation,
    Clip,
    Correction,
    Job,
    Marker,
    Photo,
    SampleBlock,
    Track,
    Upload,
)
from emotionweb.journal.days import local_day
from emotionweb.privacy.holdings import Holding, register


def register_holdings() -> None:
    """Tell the privacy pages what there is."""
    register(
        Holding(
            key="clips",
            title=_("Clips with what was found in them"),
            models=(Clip, Job, Annotation, SampleBlock, Track, Correction, Marker),
            count=lambda user: Clip.objects.filter(user=user).count(),
            erase=_erase_clips,
            order=30,
        )
    )
    register(
        Holding(
            key="photos",
            title=_("Photos with what was found in them"),
            models=(Photo,),
            count=lambda user: Photo.objects.filter(user=user).count(),
            erase=_erase_photos,
            order=31,
        )
    )
    register(
        Holding(
            key="uploads",
            title=_("Uploads that are not finished"),
            models=(Upload,),
            count=lambda user: Upload.objects.filter(user=user).count(),
            erase=_erase_uploads,
            order=32,
        )
    )


def _erase_clips(user: User, first: date, last: date) -> int:
    ids = _of_days(Clip.objects.filter(user=user), user, first, last)
    return sum(services.delete_clip(user.pk, clip_id) for clip_id in ids)


def _erase_photos(user: User, first: date, last: date) -> int:
    ids = _of_days(Photo.objects.filter(user=user), user, first, last)
    for photo_id in ids:
        photos.delete(user.pk, photo_id)
    return len(ids)


def _erase_uploads(user: User, first: date, last: date) -> int:
    ids = _of_days(Upload.objects.filter(user=user), user, first, last)
    return Upload.objects.filter(user=user, pk__in=ids).delete()[0]


def _of_days(
    rows: QuerySet[Clip] | QuerySet[Photo] | QuerySet[Upload], user: User, first: date, last: date
) -> list[UUID]:
    """Ids of what came on these days."""
    came: list[tuple[UUID, datetime]] = list(rows.values_list("pk", "created_at"))
    return [
        pk for pk, at in came if first <= local_day(at, user.timezone, user.day_start_hour) <= last
    ]
