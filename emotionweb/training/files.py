"""Where the files of training lie, and how they go.

Below the media folder::

    training/datasets/<token>/          source, votes, faces.npz, units.npy, samples.json
    training/test_sets/<number>/        faces.npz
    training/runs/<token>/              config.json, curves.json, log.txt, backup/, trained.keras
    training/versions/<token>/          a bundle; it outlives its run
    training/said/<version>-<set>.npz   what a version says of a test set

Names that people give are never part of a path. Rows hold paths relative to the media folder.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path, PurePosixPath
from uuid import uuid4

from django.conf import settings

ROOT = "training"
DATASETS, TEST_SETS, RUNS = f"{ROOT}/datasets", f"{ROOT}/test_sets", f"{ROOT}/runs"
VERSIONS, SAID = f"{ROOT}/versions", f"{ROOT}/said"

SOURCE, VOTES, FACES = "source", "votes", "faces.npz"
UNITS, SAMPLES, LOG = "units.npy", "samples.json", "log.txt"
#: Left free on the disk for the database and everything else.
DISK_RESERVE_BYTES = 512 * 1024**2


def absolute(relative: str) -> Path:
    """The place of a path that a row holds.

    Raises:
        ValueError: The path is empty or leads out of the media folder.
    """
    path = PurePosixPath(relative)
    if not relative or path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{relative!r} is no path below the media folder.")
    return Path(settings.MEDIA_ROOT) / path


def new_folder(kind: str) -> str:
    """Make a folder that only this account may look into; returns its relative path."""
    relative = f"{kind}/{uuid4().hex}"
    made = absolute(relative)
    made.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made.mkdir(mode=0o700)
    return relative


def remove(relative: str) -> None:
    """Remove a folder or file with all that is in it; what is gone already is no error."""
    if not relative:
        return
    path = absolute(relative)
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def free_bytes() -> int:
    """Room on the disk of the media folder, less what is kept free."""
    root = Path(settings.MEDIA_ROOT)
    while not root.exists():
        root = root.parent
    return max(0, shutil.disk_usage(root).free - DISK_RESERVE_BYTES)


def remove_orphans(kind: str, known: Iterable[str], older_than: float) -> int:
    """Remove the folders of one kind that no row names, as a killed upload leaves them.

    Args:
        kind: ``DATASETS`` and so on.
        known: relative paths that rows name.
        older_than: seconds since the epoch; a younger folder may be about to get its row.

    Returns:
        How many went.
    """
    kept, gone = set(known), 0
    root = absolute(kind)
    for path in root.iterdir() if root.exists() else ():
        relative = f"{kind}/{path.name}"
        if relative not in kept and path.stat().st_mtime < older_than:
            remove(relative)
            gone += 1
    return gone
