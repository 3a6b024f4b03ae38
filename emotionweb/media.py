"""The folder with the files of people: where it is, and how much is in it.

Below it each kind has a folder, and in that each person: ``clips`` and ``photos`` (see
``emotionweb.clips.files``), ``checkins`` (see ``emotionweb.journal.photos``), and ``uploads`` that
are still on their way. Names that people give are never part of a path; rows hold paths relative
to the media folder.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from django.conf import settings

CLIPS, PHOTOS, UPLOADS, CHECK_INS = "clips", "photos", "uploads", "checkins"
#: Left free on the disk for the database and everything else.
DISK_RESERVE_BYTES = 512 * 1024**2


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


def make_folder(folder: Path) -> None:
    """Make a folder below the media folder, and those above it, for our own eyes only."""
    root = media_root()
    missing = [folder, *folder.parents]
    for part in reversed(missing[: missing.index(root) + 1] if root in missing else missing[:1]):
        part.mkdir(mode=0o700, parents=part == root, exist_ok=True)


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


def remove(path: Path) -> None:
    """Remove a file; one that is gone already is fine."""
    path.unlink(missing_ok=True)
