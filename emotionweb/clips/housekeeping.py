"""Files and rows that nothing needs any more."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from emotionweb.clips import files, tus
from emotionweb.clips.models import Clip, Job, Photo, Upload
from emotionweb.journal.models import CheckIn

logger = logging.getLogger(__name__)

#: A file without a row may be one whose row is about to be written.
ORPHAN_AFTER = timedelta(days=1)


def finish_whole_uploads(now: datetime) -> int:
    """Finish the uploads whose last piece came just before the server went down."""
    return tus.finish_whole(now)


def clean(now: datetime) -> int:
    """Remove what was given up.

    Returns:
        How many uploads, folders and files there were; a second call finds none.
    """
    found = tus.give_up_expired(now)
    for orphan in list(_orphans(now)):
        logger.warning("Removed %s, which belongs to nothing.", orphan)
        files.remove_folder(orphan) if orphan.is_dir() else files.remove(orphan)
        found += 1
    return found


def _orphans(now: datetime) -> Iterator[Path]:
    """Files and folders that no row names, a day after somebody last wrote to them."""
    root = files.media_root()
    known = set(map(str, Upload.objects.values_list("pk", flat=True)))
    for path in _old(root / files.UPLOADS, now):
        if path.name not in known:
            yield path
    for kind, model in ((files.CLIPS, Clip), (files.PHOTOS, Photo)):
        for person in _entries(root / kind):
            for folder in _old(person, now):
                if not _has_row(model, folder.name):
                    yield folder
                elif model is Clip:
                    yield from _strays(folder, now)
    for person in _entries(root / files.CHECK_INS):
        yield from _stray_photos(person, now)


def _strays(folder: Path, now: datetime) -> Iterator[Path]:
    """Half-written files in the folder of a clip that is there."""
    clip = Clip.objects.get(pk=folder.name)
    results = Job.objects.filter(clip=clip).values_list("result_path", flat=True)
    named = {Path(path).name for path in (clip.path, clip.proxy_path, *results) if path}
    if Job.objects.filter(clip=clip, state=Job.State.RUNNING).exists():
        return
    yield from (path for path in _old(folder, now) if path.name not in named)


def _stray_photos(person: Path, now: datetime) -> Iterator[Path]:
    """Photos of check-ins that are gone, and half-written ones."""
    named = CheckIn.objects.filter(photo__startswith=f"{files.CHECK_INS}/{person.name}/")
    known = {Path(path).name for path in named.values_list("photo", flat=True)}
    yield from (path for path in _old(person, now) if path.name not in known)


def _has_row(model: type[Clip] | type[Photo], name: str) -> bool:
    try:
        return model._default_manager.filter(pk=UUID(name)).exists()
    except ValueError:
        return False


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _old(folder: Path, now: datetime) -> Iterator[Path]:
    before = (now - ORPHAN_AFTER).timestamp()
    for path in _entries(folder):
        try:
            if path.stat().st_mtime < before:
                yield path
        except FileNotFoundError:
            continue
