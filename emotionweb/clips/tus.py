"""Files on their way, in pieces: the rules of tus 1.0 (https://tus.io/protocols/resumable-upload).

The length of the file on disk is how much has arrived; nothing else says so, and so nothing can
disagree with it after a crash. A whole upload becomes a clip or photo of the same id: a client
that missed the last answer and asks again is told that everything is there.
"""

from __future__ import annotations

import base64
import binascii
import errno
import fcntl
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import UnreadablePostError
from django.utils.translation import gettext as _

from emotionweb.accounts.models import User
from emotionweb.clips import files, jobs, services
from emotionweb.clips.models import Clip, Job, Photo, Upload
from emotionweb.clips.options import AnnotateOptions, RefusedError
from emotionweb.journal import services as journal

logger = logging.getLogger(__name__)

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination"
PIECE_TYPE = "application/offset+octet-stream"
#: An upload that got no piece for so long is given up.
EXPIRES_AFTER = timedelta(days=7)
#: The row is written again only when that moves it by so much.
EXPIRY_STEP = timedelta(hours=1)
#: Unfinished uploads of one person.
MAX_UNFINISHED = 200
_READ_BYTES = 256 * 1024

Purpose = Upload.Purpose


class TusError(Exception):
    """A request that is refused; the text is a sentence for the person.

    Args:
        status: HTTP status. Clients try 409, 423 and 5xx again and give up on other 4xx.
    """

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status = status


class Body(Protocol):
    """What is read of a request."""

    def read(self, size: int, /) -> bytes: ...


# === Beginning ===


def parse_metadata(header: str) -> dict[str, str]:
    """Read ``Upload-Metadata``: pairs of a key and its value in Base64, with commas between.

    Raises:
        TusError: It cannot be read.
    """
    found = {}
    for pair in filter(None, (pair.strip() for pair in header.split(","))):
        key, _space, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value.strip(), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise TusError(400, _("The description of the file cannot be read.")) from None
    return found


def begin(user: User, length: int, metadata: Mapping[str, str], now: datetime) -> Upload:
    """Make room for a file.

    Args:
        user: Whose it is.
        length: Bytes that will come.
        metadata: ``filename``; ``purpose`` "clip" or "photo"; for a clip also ``rate``,
            ``start_s``, ``end_s`` and ``keep_thumbnails`` "1".
        now: Time, aware.

    Raises:
        TusError: It is too large, there is no room, or an option cannot be used.
    """
    purpose = metadata.get("purpose") or Purpose.CLIP
    if purpose not in Purpose.values:
        raise TusError(400, _("The description of the file cannot be read."))
    options: dict[str, object] = {}
    if purpose == Purpose.CLIP:
        try:
            options = {**AnnotateOptions.parse(metadata).as_json()}
        except RefusedError as error:
            raise TusError(400, str(error)) from None
        options["keep_thumbnails"] = metadata.get("keep_thumbnails") == "1"
    _check_size(purpose, length)
    with transaction.atomic():
        if not journal.lock_person(user.pk):
            raise TusError(401, _("You are logged out. Log in to go on."))
        _check_room(user.pk, length)
        upload = Upload.objects.create(
            user=user,
            purpose=purpose,
            name=files.file_name(metadata.get("filename", "")) or _untitled(purpose),
            length=length,
            options=options,
            created_at=now,
            expires_at=now + EXPIRES_AFTER,
        )
        path = files.upload_path(upload.pk)
        files.make_folder(path.parent)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if length == 0:
        finish(upload, now)
    return upload


def _untitled(purpose: str) -> str:
    return _("Photo without a name") if purpose == Purpose.PHOTO else _("Clip without a name")


def _check_size(purpose: str, length: int) -> None:
    largest = settings.PHOTO_MAX_BYTES if purpose == Purpose.PHOTO else settings.CLIP_MAX_BYTES
    if length > largest:
        said = _("This file has %(size)s; one file may have %(largest)s.")
        raise TusError(413, said % {"size": _said(length), "largest": _said(largest)})


def _check_room(user_id: int, length: int) -> None:
    if Upload.objects.filter(user_id=user_id).count() >= MAX_UNFINISHED:
        raise TusError(403, _("Too many uploads are unfinished. Finish or cancel some first."))
    room = services.limits(user_id)
    if length > room.quota - room.used:
        left = _said(max(0, room.quota - room.used))
        said = _("This file has %(size)s, and you have %(left)s left. Delete something first.")
        raise TusError(413, said % {"size": _said(length), "left": left})
    if length > room.free:
        raise TusError(507, _no_room())


def _no_room() -> str:
    return _(
        "The disk of the server is full. What has arrived is kept; try again once the operator "
        "has made room."
    )


def _said(size: int) -> str:
    from django.template.defaultfilters import filesizeformat

    return filesizeformat(size)


# === Pieces ===


def own_upload(user_id: int, upload_id: UUID) -> Upload | None:
    """An unfinished upload of this person."""
    return Upload.objects.filter(user_id=user_id, pk=upload_id).first()


def finished_size(user_id: int, upload_id: UUID) -> int | None:
    """Bytes of the clip or photo that an upload of this person became."""
    for model in (Clip, Photo):
        found = model._default_manager.filter(user_id=user_id, pk=upload_id)
        size: int | None = found.values_list("size", flat=True).first()
        if size is not None:
            return size
    return None


def arrived(upload: Upload) -> int:
    """How many bytes of an upload are here."""
    path = files.upload_path(upload.pk)
    return files.size_of(path if path.exists() else _target(upload))


def append(upload: Upload, offset: int, body: Body, announced: int, now: datetime) -> int:
    """Add a piece at the end of what has arrived.

    What comes in before the line breaks is kept.

    Args:
        upload: To what.
        offset: Where the client believes that the piece begins.
        body: The piece.
        announced: Bytes of it, as the client says.
        now: Time, aware.

    Returns:
        How many bytes have arrived now.

    Raises:
        TusError: The client is wrong about the offset, another request is writing, more came than
            was announced at the beginning, or the disk is full.
    """
    if offset + announced > upload.length:
        raise TusError(413, _("More bytes came than the file has."))
    with _locked(upload) as handle:
        size = os.fstat(handle).st_size
        if offset != size:
            raise TusError(409, _("This piece does not belong here. Ask how much has arrived."))
        size += _copy(body, handle, offset, announced)
    if now + EXPIRES_AFTER - upload.expires_at > EXPIRY_STEP:
        Upload.objects.filter(pk=upload.pk).update(expires_at=now + EXPIRES_AFTER)
    return size


def _copy(body: Body, handle: int, offset: int, announced: int) -> int:
    os.lseek(handle, offset, os.SEEK_SET)
    written = 0
    try:
        while written < announced:
            try:
                piece = body.read(min(_READ_BYTES, announced - written))
            except UnreadablePostError:  # the line broke
                break
            if not piece:
                break
            view = memoryview(piece)
            while view:
                count = os.write(handle, view)
                written += count
                view = view[count:]
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise TusError(507, _no_room()) from error
    finally:
        os.fsync(handle)
    return written


@contextmanager
def _locked(upload: Upload) -> Iterator[int]:
    """The file, with nobody else writing to it; two tabs may send the same upload."""
    path = files.upload_path(upload.pk)
    try:
        handle = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        raise TusError(409, _gone()) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            said = _("Another window is sending this file at the moment.")
            raise TusError(423, said) from None
        if not _is_same(handle, path):  # it became whole while we waited
            raise TusError(409, _gone())
        yield handle
    finally:
        os.close(handle)


def _gone() -> str:
    return _("This upload is complete already, or was cancelled.")


def _is_same(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


# === The end ===


def finish(upload: Upload, now: datetime) -> None:
    """Make a whole upload a clip or photo and put its job into the line.

    Called twice, or again after a crash in the middle, it does what is left to do.
    """
    target = _target(upload)
    path = files.upload_path(upload.pk)
    if path.exists():
        with _locked(upload):
            files.move(path, target)
    with transaction.atomic():
        person = journal.lock_person(upload.user_id)
        row = Upload.objects.filter(pk=upload.pk).select_related("user").first()
        if person and row is not None:
            _make_thing(row, now)
            row.delete()
            return
    if finished_size(upload.user_id, upload.pk) is None:  # it was cancelled at this moment
        files.remove_folder(target.parent)


def _make_thing(upload: Upload, now: datetime) -> None:
    shared = {"id": upload.pk, "user": upload.user, "name": upload.name, "size": upload.length}
    if upload.purpose == Purpose.PHOTO:
        path = files.photo_source(upload.user_id, upload.pk)
        photo = Photo.objects.create(**shared, path=path, created_at=now)
        jobs.enqueue(upload.user_id, Job.Kind.PHOTO, photo, {}, now)
        return
    options = {**upload.options}
    clip = Clip.objects.create(
        **shared,
        path=files.clip_source(upload.user_id, upload.pk),
        created_at=now,
        timezone=upload.user.timezone,
        day_start_hour=upload.user.day_start_hour,
        keep_thumbnails=bool(options.pop("keep_thumbnails", False)),
    )
    jobs.enqueue(upload.user_id, Job.Kind.ANNOTATE, clip, options, now)


def _target(upload: Upload) -> Path:
    if upload.purpose == Purpose.PHOTO:
        return files.absolute(files.photo_source(upload.user_id, upload.pk))
    return files.absolute(files.clip_source(upload.user_id, upload.pk))


def finish_whole(now: datetime) -> int:
    """Finish the uploads whose last piece came just before the server went down.

    Returns:
        How many there were.
    """
    whole = [upload for upload in Upload.objects.all() if arrived(upload) == upload.length]
    for upload in whole:
        try:
            finish(upload, now)
        except TusError as error:  # it is being finished
            logger.info("Upload %s is left alone: %s", upload.pk, error)
    return len(whole)


def give_up_expired(now: datetime) -> int:
    """Remove the uploads that got no piece for too long.

    Returns:
        How many there were.
    """
    expired = list(Upload.objects.filter(expires_at__lt=now))
    for upload in expired:
        upload.delete()  # receivers.py sees to the file
    return len(expired)
