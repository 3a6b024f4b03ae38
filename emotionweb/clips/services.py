"""Rules of clips: whose they are, what may be changed, and what is done with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from emotionweb.clips import files, jobs, mine
from emotionweb.clips.models import Clip, Job, Photo, Track, Upload
from emotionweb.clips.options import AnnotateOptions, RefusedError
from emotionweb.clips.rows import JobRow, job_rows, recent_jobs
from emotionweb.journal import services as journal
from emotionweb.journal.walltimes import NoSuchTimeError, instant

__all__ = ["AnnotateOptions", "JobRow", "RefusedError", "job_rows", "recent_jobs"]

#: Cameras that filmed before had no clock in their files.
EARLIEST_RECORDING = datetime(1970, 1, 2, tzinfo=UTC)


# === Whose ===


def own_clips(user_id: int) -> QuerySet[Clip]:
    """All clips of a person, newest first."""
    return Clip.objects.filter(user_id=user_id)


def own_clip(user_id: int, clip_id: UUID) -> Clip | None:
    """A clip of this person; ``None`` where it is another one's, or nobody's."""
    return own_clips(user_id).select_related("annotation").filter(pk=clip_id).first()


def own_photo(user_id: int, photo_id: UUID) -> Photo | None:
    """A photo of this person; ``None`` where it is another one's, or nobody's."""
    return Photo.objects.filter(user_id=user_id, pk=photo_id).first()


def own_job(user_id: int, thing_id: UUID, job_id: UUID) -> Job | None:
    """A job of this person, of that clip or photo; else ``None``."""
    job = Job.objects.filter(user_id=user_id, pk=job_id).first()
    return job if job and thing_id in (job.clip_id, job.photo_id) else None


# === How much ===


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be uploaded; all in bytes.

    Attributes:
        max_bytes: Of one clip.
        max_photo_bytes: Of one photo.
        quota: Of everything of one person together.
        used: Of the quota, with uploads that are still on their way.
        free: What is left of it, or of the disk where that is less.
        chunk_bytes: Of one piece of an upload.
    """

    max_bytes: int
    max_photo_bytes: int
    quota: int
    used: int
    free: int
    chunk_bytes: int


def limits(user_id: int) -> Limits:
    """How much this person may still upload."""
    on_the_way = list(Upload.objects.values_list("pk", "user_id", "length"))
    used = files.used_bytes(user_id) + sum(size for _pk, of, size in on_the_way if of == user_id)
    # What others have begun to upload will need its room on the disk, too.
    to_come = sum(
        max(0, size - files.size_of(files.upload_path(pk))) for pk, _of, size in on_the_way
    )
    return Limits(
        max_bytes=settings.CLIP_MAX_BYTES,
        max_photo_bytes=settings.PHOTO_MAX_BYTES,
        quota=settings.USER_QUOTA_BYTES,
        used=used,
        free=max(0, min(settings.USER_QUOTA_BYTES - used, files.free_bytes() - to_come)),
        chunk_bytes=settings.UPLOAD_CHUNK_BYTES,
    )


# === Changes ===


def rename(user_id: int, clip_id: UUID, name: str) -> Clip | None:
    """Give a clip another name.

    Raises:
        RefusedError: Nothing readable is left of the name.
    """
    clip = own_clip(user_id, clip_id)
    if clip is None:
        return None
    clean = files.clean_name(name)
    if not clean:
        raise RefusedError(_("A clip needs a name."))
    clip.name = clean
    clip.save(update_fields=["name"])
    return clip


@transaction.atomic
def delete_clip(user_id: int, clip_id: UUID) -> bool:
    """Delete a clip with its files, its results, and what the journal has of it.

    A job that reads it at this moment notices within seconds and writes nothing more.

    Returns:
        ``False`` where the person has no such clip.
    """
    journal.lock_person(user_id)
    clip = own_clips(user_id).filter(pk=clip_id).first()
    if clip is None:
        return False
    clip.delete()  # the receivers see to the files and to the journal
    return True


@transaction.atomic
def set_recorded_at(user_id: int, clip_id: UUID, wall: str, now: datetime) -> Clip | None:
    """Say when a clip was recorded; the journal moves what it has of it.

    Args:
        user_id: The person.
        clip_id: The clip.
        wall: Local date and time as browsers give it, "2026-11-21T14:03"; "" for unknown.
        now: Time, aware.

    Raises:
        RefusedError: It cannot be read, or lies in the future.
    """
    journal.lock_person(user_id)
    clip = own_clip(user_id, clip_id)
    if clip is None:
        return None
    clip.recorded_at = _recorded_at(wall, clip.timezone, now) if wall else None
    clip.recorded_from = Clip.RecordedFrom.PERSON if wall else Clip.RecordedFrom.UNKNOWN
    clip.save(update_fields=["recorded_at", "recorded_from"])
    mine.sync(clip)
    return clip


def _recorded_at(wall: str, timezone: str, now: datetime) -> datetime:
    try:
        # The first of an hour that comes twice: one hour of the year, and only for the order.
        at = instant(datetime.fromisoformat(wall).replace(tzinfo=None), timezone, fold=0)
    except NoSuchTimeError:
        said = _("The clocks went forward past this time. Choose another one.")
        raise RefusedError(said) from None
    except (ValueError, OverflowError):
        raise RefusedError(_("Give the day and the time of the recording.")) from None
    if not EARLIEST_RECORDING <= at <= now:
        raise RefusedError(_("A recording lies in the past."))
    return at


def set_keep_thumbnails(user_id: int, clip_id: UUID, keep: bool) -> Clip | None:
    """Keep pictures of the faces of a clip from the next reading on, or remove them now."""
    clip = own_clip(user_id, clip_id)
    if clip is None:
        return None
    clip.keep_thumbnails = keep
    clip.save(update_fields=["keep_thumbnails"])
    if not keep:
        Track.objects.filter(annotation__clip=clip).update(thumbnail=None)
    return clip


# === Work ===


@transaction.atomic
def request_annotation(
    user_id: int, clip_id: UUID, options: AnnotateOptions, now: datetime
) -> Job | None:
    """Have a clip read (again); what was found before stays until the new reading is done.

    Raises:
        RefusedError: It is being read.
    """
    journal.lock_person(user_id)
    clip = own_clip(user_id, clip_id)
    if clip is None:
        return None
    of_clip = Job.objects.filter(clip=clip)
    if of_clip.filter(kind=Job.Kind.ANNOTATE, state__in=jobs.OPEN).exists():
        raise RefusedError(_("This clip is being read. Cancel that first."), status=409)
    for render in of_clip.filter(kind=Job.Kind.RENDER, state__in=jobs.OPEN):
        jobs.cancel(user_id, render.pk, now)  # it would draw what is about to be replaced
    of_clip.filter(
        kind=Job.Kind.ANNOTATE, state__in=(Job.State.FAILED, Job.State.CANCELLED)
    ).delete()
    return jobs.enqueue(user_id, Job.Kind.ANNOTATE, clip, dict(options.as_json()), now)


@transaction.atomic
def request_render(user_id: int, clip_id: UUID, now: datetime) -> Job | None:
    """Have the annotated video of a clip made, or return the job that is making it.

    Raises:
        RefusedError: There is nothing to draw yet, or no room.
    """
    journal.lock_person(user_id)
    clip = own_clip(user_id, clip_id)
    if clip is None:
        return None
    reading = Job.objects.filter(clip=clip, kind=Job.Kind.ANNOTATE, state__in=jobs.OPEN)
    if clip.annotation is None or reading.exists():
        raise RefusedError(
            _("The annotated video can be made once the clip has been read."), status=409
        )
    if limits(user_id).free < clip.size:
        raise RefusedError(
            _("There is not enough room for it. Delete something first."), status=409
        )
    done = Job.objects.filter(clip=clip, kind=Job.Kind.RENDER).exclude(state__in=jobs.OPEN)
    for job in done:  # one at a time, so that each takes its file with it
        job.delete()
    return jobs.enqueue(user_id, Job.Kind.RENDER, clip, {}, now)
