"""An archive between the look at it and the decision: a file that goes after a day."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

from emotionweb.clips import files

FOLDER = "imports"
#: Seconds after which a file that nobody decided about is removed.
KEPT_S = 24 * 3600


def keep(user_id: int, pieces: Iterable[bytes]) -> UUID:
    """Store a file; returns the key to it.

    Raises:
        OSError: The disk is full.
    """
    key = uuid4()
    path = _path(user_id, key)
    files.make_folder(path.parent)
    try:
        with path.open("xb") as out:
            for piece in pieces:
                out.write(piece)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return key


def find(user_id: int, key: UUID) -> Path | None:
    """The file of this person under this key."""
    path = _path(user_id, key)
    return path if path.is_file() else None


def forget(user_id: int, key: UUID) -> None:
    """Remove a file."""
    _path(user_id, key).unlink(missing_ok=True)


def clean(now: float | None = None) -> int:
    """Remove what nobody decided about in a day; returns how many."""
    oldest = (time.time() if now is None else now) - KEPT_S
    removed = 0
    for path in (files.media_root() / FOLDER).glob("*/*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
                removed += 1
    return removed


def forget_person(user_id: int) -> None:
    """Remove all files of a person."""
    files.remove_folder(files.media_root() / FOLDER / str(user_id))


def _path(user_id: int, key: UUID) -> Path:
    return files.media_root() / FOLDER / str(user_id) / str(key)
