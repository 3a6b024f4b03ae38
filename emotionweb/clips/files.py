"""Where the files of people lie, how much room they take, and how they go.

Below the media folder::

    uploads/<upload id>                                    on their way, see ``tus.py``
    clips/<user id>/<clip id>/source                       as it was uploaded
    clips/<user id>/<clip id>/proxy.mp4                    the same for browsers, where needed
    clips/<user id>/<clip id>/annotated-<job id>.mp4       made on request
    photos/<user id>/<photo id>/source
    checkins/<user id>/<check-in id>.jpg                   made smaller, see journal/photos.py

Names that people give are never part of a path. Rows hold paths relative to the media folder.
"""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from uuid import UUID

from django.conf import settings

CLIPS, PHOTOS, UPLOADS, CHECK_INS = "clips", "photos", "uploads", "checkins"
SOURCE, PROXY = "source", "proxy.mp4"
#: Left free on the disk for the database and everything else.
DISK_RESERVE_BYTES = 512 * 1024**2
NAME_LENGTH = 255
#: Signs that turn the direction of writing: "gpj.exe" could be made to look like "exe.jpg".
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# === Where ===


def media_root() -> Path:
    """The folder of all files of people."""
    return Path(settings.MEDIA_ROOT)


def absolute(relative: str) -> Path:
    """The place of a path that a row holds.

    Raises:
        ValueError: The path is empty or leads out of the media folder.
    """
    path = PurePosixPath(relative)
    if not relative or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{relative!r} is no path below the media folder.")
    return media_root() / path


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


def check_in_photo(user_id: int, check_in_id: UUID) -> str:
    """Relative path of the photo of a check-in."""
    return f"{CHECK_INS}/{user_id}/{check_in_id}.jpg"


def upload_path(upload_id: UUID) -> Path:
    """Where the pieces of an upload are put together."""
    return media_root() / UPLOADS / str(upload_id)


def make_folder(folder: Path) -> None:
    """Make a folder below the media folder, and those above it, for our own eyes only."""
    root = media_root()
    missing = [folder, *folder.parents]
    for part in reversed(missing[: missing.index(root) + 1] if root in missing else missing[:1]):
        part.mkdir(mode=0o700, parents=part == root, exist_ok=True)


# === How much ===


def used_bytes(user_id: int) -> int:
    """Bytes of everything finished that a person keeps: clips, proxies, exports, all photos."""
    folders = (media_root() / kind / str(user_id) for kind in (CLIPS, PHOTOS, CHECK_INS))
    return sum(size for folder in folders for size in _sizes(folder))


def size_of(path: Path) -> int:
    """Bytes of a file, 0 where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def free_bytes() -> int:
    """Bytes that may still be written to the disk of the media folder."""
    root = media_root()
    make_folder(root)
    return max(0, shutil.disk_usage(root).free - DISK_RESERVE_BYTES)


def _sizes(folder: Path) -> Iterator[int]:
    for place, _folders, names in os.walk(folder):
        for name in names:
            yield size_of(Path(place, name))


# === Moving and removing ===


def move(source: Path, target: Path) -> None:
    """Put a whole file where it belongs; after a crash it is at one of the two places."""
    make_folder(target.parent)
    source.replace(target)
    for folder in {source.parent, target.parent}:
        _sync_folder(folder)


def remove(path: Path) -> None:
    """Remove a file; one that is gone already is fine."""
    path.unlink(missing_ok=True)


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
