"""Where the files of people lie, how much room they take, and how they go.

Below the media folder::

    uploads/<upload id>                                    on their way, see ``tus.py``
    clips/<user id>/<clip id>/source                       as it was uploaded
    clips/<user id>/<clip id>/proxy.mp4                    the same for browsers, where needed
    clips/<user id>/<clip id>/annotated-<job id>.mp4       made on request
    photos/<user id>/<photo id>/source

Names that people give are never part of a path. Rows hold paths relative to the media folder.
"""

from __future__ import annotations

import os
import shutil
import unicodedata
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from emotionweb.media import (
    CHECK_INS,
    CLIPS,
    PHOTOS,
    UPLOADS,
    absolute,
    free_bytes,
    make_folder,
    media_root,
    remove,
    size_of,
    used_bytes,
)

#: Handed on from the folder that is shared with the journal.
__all__ = [
    "CHECK_INS",
    "CLIPS",
    "PHOTOS",
    "UPLOADS",
    "absolute",
    "free_bytes",
    "make_folder",
    "media_root",
    "remove",
    "size_of",
    "used_bytes",
]

SOURCE, PROXY = "source", "proxy.mp4"
NAME_LENGTH = 255
#: Signs that turn the direction of writing: "gpj.exe" could be made to look like "exe.jpg".
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# === Where ===


def clip_source(user_id: int, clip_id: UUID) -> str:
    """Relative path of a clip's file."""
    return f"{CLIPS}/{user_id}/{clip_id}/{SOURCE}"


def clip_proxy(user_id: int, clip_id: UUID) -> str:
    """Relative path of the file that browsers can play."""
    return f"{CLIPS}/{user_id}/{clip_id}/{PROXY}"


def clip_render(user_id: int, clip_id: UUID, job_id: UUID) -> str:
    """Relative path of an annotated video."""
    return f"{CLIPS}/{user_id}/{clip_id}/annotated-{job_id}.mp4"


def photo_source(user_id: int, photo_id: UUID) -> str:
    """Relative path of a photo's file."""
    return f"{PHOTOS}/{user_id}/{photo_id}/{SOURCE}"


def upload_path(upload_id: UUID) -> Path:
    """Where the pieces of an upload are put together."""
    return media_root() / UPLOADS / str(upload_id)


# === Moving and removing ===


def move(source: Path, target: Path) -> None:
    """Put a whole file where it belongs; after a crash it is at one of the two places."""
    make_folder(target.parent)
    source.replace(target)
    for folder in {source.parent, target.parent}:
        _sync_folder(folder)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all in it, and the one above it where that was the last.

    A worker may put a file into it at this very moment: what stays is found by the daily clean.
    """
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):  # others are in it, or it is gone
        folder.parent.rmdir()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# === Names ===


def clean_name(given: str) -> str:
    """A name as it may be shown: no control signs, none that turn the text, not too long.

    Args:
        given: Of a file on the person's device, or typed by them.

    Returns:
        At most ``NAME_LENGTH`` characters; "" where nothing readable is left.
    """
    text = unicodedata.normalize("NFC", given)
    kept = (" " if sign.isspace() else sign for sign in text if _is_shown(sign))
    name = " ".join("".join(kept).split())
    if len(name) <= NAME_LENGTH:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 8:
        return name[:NAME_LENGTH]
    return stem[: NAME_LENGTH - len(ending) - 1] + dot + ending


def file_name(given: str) -> str:
    """The last part of a path as a clean name: some browsers send folders along."""
    return clean_name(given.replace("\\", "/").rpartition("/")[2])


def _is_shown(sign: str) -> bool:
    if sign in _TURNING:
        return False
    return sign.isspace() or unicodedata.category(sign) not in {"Cc", "Cs", "Co", "Cn"}
