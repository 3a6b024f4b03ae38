"""The photo of a check-in: made small, without what the camera wrote into it, kept beside it."""

from __future__ import annotations

import io
import os
import struct
import uuid
from functools import partial
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from emotionweb import media
from emotionweb.journal.checkins import CheckInError
from emotionweb.journal.models import CheckIn
from emotionweb.journal.services import lock_person

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 16 * 1024**2
#: As the header says, before anything is decoded: a small file can hold a picture that fills the
#: memory. The cameras of phones take up to about fifty million.
MAX_PIXELS = 64_000_000
#: Of the longer side, stored.
SIDE = 1600
QUALITY = 85
_UNREADABLE = (OSError, ValueError, SyntaxError, struct.error, EOFError)


class PhotoError(CheckInError):
    """The photo cannot be taken; says why in a sentence for the person."""


# === Reading ===


def small_jpeg(file: BinaryIO, size: int) -> bytes:
    """Make a photo anew: upright, at most ``SIDE`` pixels, on white, and nothing but its pixels.

    Place, time and camera that stand in a photo (EXIF, XMP, comments) are not taken over.

    Args:
        file: As it was sent.
        size: Of it in bytes.

    Returns:
        A JPEG.

    Raises:
        PhotoError: It is too large, no picture, or damaged.
    """
    if size > MAX_BYTES:
        raise PhotoError(_("This picture has more than 16 MB. Choose a smaller one."))
    too_many = _("This picture has more than 64 million pixels. Choose a smaller one.")
    try:
        image = Image.open(file, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoError(too_many) from None
    except (UnidentifiedImageError, *_UNREADABLE):
        raise PhotoError(
            _("This is no picture that can be read. JPEG, PNG and WebP can.")
        ) from None
    with image:
        if image.width * image.height > MAX_PIXELS:
            raise PhotoError(too_many)
        try:
            return _encoded(image)
        except _UNREADABLE:
            raise PhotoError(_("This picture is damaged and cannot be read.")) from None


def _encoded(image: Image.Image) -> bytes:
    from inference.video.photo import opaque

    image.draft("RGB", (SIDE, SIDE))  # a large JPEG is decoded at a half, a quarter, an eighth
    image.load()
    upright = opaque(ImageOps.exif_transpose(image))
    upright.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()


# === Keeping ===


def relative_path(user_id: int, check_in_id: UUID) -> str:
    """Where the photo of a check-in lies in the media folder."""
    return f"{media.CHECK_INS}/{user_id}/{check_in_id}.jpg"


@transaction.atomic
def attach(user_id: int, check_in_id: UUID, jpeg: bytes) -> None:
    """Keep a photo with a check-in, in the place of the one before.

    The row says so before the file is there, and both are given up where the file cannot be
    written; a file without a row goes with the daily clean.

    Raises:
        PhotoError: There is no room for it.
    """
    no_room = _("There is no room left for the photo. The check-in is saved without it.")
    lock_person(user_id)
    path = relative_path(user_id, check_in_id)
    room = settings.USER_QUOTA_BYTES - media.used_bytes(user_id)
    if len(jpeg) > min(room, media.free_bytes()):
        raise PhotoError(no_room)
    if CheckIn.objects.filter(user_id=user_id, pk=check_in_id).update(photo=path):
        try:
            _write(media.absolute(path), jpeg)
        except OSError:
            raise PhotoError(no_room) from None


@transaction.atomic
def detach(user_id: int, check_in_id: UUID) -> None:
    """Remove the photo of a check-in for good; without one, do nothing."""
    lock_person(user_id)
    row = CheckIn.objects.filter(user_id=user_id, pk=check_in_id).exclude(photo="").first()
    if row is not None:
        transaction.on_commit(partial(media.remove, media.absolute(row.photo)))
        row.photo = ""
        row.save(update_fields=["photo"])


def _write(target: Path, content: bytes) -> None:
    """Write a file that is either whole or not there."""
    media.make_folder(target.parent)
    half = target.with_name(f"{target.name}.{uuid.uuid4()}")
    try:
        with half.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(target)
    except OSError:
        media.remove(half)
        raise
