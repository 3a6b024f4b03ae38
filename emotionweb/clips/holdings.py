"""What clips and photos keep about a person; see ``emotionweb.privacy.holdings``."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from emotionweb.accounts.models import User
from emotionweb.clips import files, services
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
from emotionweb.privacy.tables import StoredFile, Table


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
            tables=_clip_tables(),
            derived={Job: "what was done is in the annotation; a job belongs to this server"},
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
            tables=(
                Table(
                    name="photos",
                    model=Photo,
                    rows=lambda user: Photo.objects.filter(user=user),
                    file=StoredFile("path", files.photo_source),
                ),
            ),
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
            derived={Upload: "not finished"},
        )
    )


def _clip_tables() -> tuple[Table, ...]:
    return (
        Table(
            name="clips",
            model=Clip,
            rows=lambda user: Clip.objects.filter(user=user),
            # The shown annotation comes after the clip; the proxy is made again where needed.
            left_out=frozenset({"annotation", "proxy_path"}),
            file=StoredFile("path", files.clip_source),
            after=_show_newest,
        ),
        Table(
            name="annotations",
            model=Annotation,
            rows=lambda user: Annotation.objects.filter(clip__user=user).exclude(finished_at=None),
            left_out=frozenset({"job"}),
        ),
        Table(
            name="samples",
            model=SampleBlock,
            rows=lambda user: SampleBlock.objects.filter(
                annotation__clip__user=user, annotation__finished_at__isnull=False
            ),
            identity=("annotation_id", "index"),
        ),
        Table(
            name="tracks",
            model=Track,
            rows=lambda user: Track.objects.filter(
                annotation__clip__user=user, annotation__finished_at__isnull=False
            ),
            identity=("annotation_id", "number"),
        ),
        Table(
            name="corrections",
            model=Correction,
            rows=lambda user: Correction.objects.filter(track__annotation__clip__user=user),
        ),
        Table(
            name="markers",
            model=Marker,
            rows=lambda user: Marker.objects.filter(clip__user=user),
            identity=("clip_id", "kind", "start_s", "end_s", "text"),
        ),
    )


def _show_newest(user: User) -> None:
    """Clips that came back show their newest annotation."""
    for clip in Clip.objects.filter(user=user, annotation=None):
        newest = clip.annotations.exclude(finished_at=None).order_by("finished_at").last()
        if newest is not None:
            Clip.objects.filter(pk=clip.pk).update(annotation=newest)


def _erase_clips(user: User, first: date, last: date) -> int:
    ids = _of_days(Clip.objects.filter(user=user), user, first, last)
    return sum(services.delete_clip(user.pk, clip_id) for clip_id in ids)


def _erase_photos(user: User, first: date, last: date) -> int:
    from emotionweb.clips import photos  # brings OpenCV, which no web process needs at its start

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
