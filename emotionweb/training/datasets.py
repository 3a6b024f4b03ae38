"""Data sets: uploaded, checked by a job, never changed once something has used them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from emotionweb.training import audit, files, jobs
from emotionweb.training.errors import DatasetRefused
from emotionweb.training.models import Dataset, Run, TestSet
from inference.data.faces import FaceSet
from inference.data.stored import load_faces
from inference.errors import DataError

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from emotionweb.accounts.models import User

    #: What a browser sends, or a file on this machine.
    Upload = UploadedFile[bytes] | Path

State = Dataset.State
_PIECE = 1024**2
_NAME = 80


def create(
    uploads: Sequence[Upload], name: str, by: User | None, *, freeze: bool = True
) -> Dataset:
    """Take in a data set and ask for its check.

    Args:
        uploads: one file, or ``fer2013.csv`` with ``fer2013new.csv`` in any order.
        name: for people; "" takes that of the file.
        by: who brought it; ``None``: the command line.
        freeze: where there is no test set yet, freeze one from it when it is ready.

    Raises:
        DatasetRefused: nothing, too much, or no room; the sentence says which.
    """
    _refuse_sizes(uploads)
    path = files.new_folder(files.DATASETS)
    try:
        stored = [_store(upload, files.absolute(path), i) for i, upload in enumerate(uploads)]
        source, votes = _in_order(stored)
        dataset = Dataset(
            name=(name.strip() or source.name)[:_NAME],
            created_by=by,
            created_at=timezone.now(),
            path=path,
            file_name=source.name[:255],
            votes_name=votes.name[:255] if votes else "",
            size=sum(part.size for part in stored),
            sha256=source.sha256 if votes is None else _both(source, votes),
            freeze_wanted=freeze,
        )
        source.path.rename(files.absolute(path) / files.SOURCE)
        if votes is not None:
            votes.path.rename(files.absolute(path) / files.VOTES)
        with transaction.atomic():
            dataset.save()
            audit.record(by, "dataset.uploaded", dataset, name=dataset.name, sha256=dataset.sha256)
            jobs.wake("training.check")
    except BaseException as error:
        files.remove(path)
        if isinstance(error, OSError):
            raise DatasetRefused(_cannot_store(error)) from error
        raise
    return dataset


def _refuse_sizes(uploads: Sequence[Upload]) -> None:
    if not 1 <= len(uploads) <= 2:
        raise DatasetRefused(
            _("Give one file, or fer2013.csv together with the votes of fer2013new.csv.")
        )
    for upload in uploads:
        if isinstance(upload, Path) and not upload.is_file():
            raise DatasetRefused(_("There is no file %(name)s.") % {"name": upload})
    size = sum(_size(upload) for upload in uploads)
    if size == 0:
        raise DatasetRefused(_("The file is empty."))
    if size > settings.TRAINING_DATASET_MAX_BYTES:
        raise DatasetRefused(
            _("The file has %(size)s MB; at most %(most)s are taken.")
            % {"size": size >> 20, "most": settings.TRAINING_DATASET_MAX_BYTES >> 20}
        )
    # As much again for the faces that are read from it.
    if 2 * size > files.free_bytes():
        raise DatasetRefused(
            _("There is no room for it: %(free)s MB are free, and it needs %(need)s.")
            % {"free": files.free_bytes() >> 20, "need": 2 * size >> 20}
        )


def _size(upload: Upload) -> int:
    return upload.stat().st_size if isinstance(upload, Path) else int(upload.size or 0)


class _Stored:
    """A file as it came, under a name of ours."""

    def __init__(self, path: Path, name: str, size: int, sha256: str) -> None:
        self.path, self.name, self.size, self.sha256 = path, name, size, sha256


def _store(upload: Upload, folder: Path, number: int) -> _Stored:
    target = folder / f"upload-{number}"
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as out:
        for piece in _pieces(upload):
            digest.update(piece)
            size += len(piece)
            out.write(piece)
    name = Path(upload.name or "data").name
    return _Stored(target, name, size, digest.hexdigest())


def _pieces(upload: Upload) -> Iterator[bytes]:
    if isinstance(upload, Path):
        with upload.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece
    else:
        yield from upload.chunks(_PIECE)


def _in_order(stored: list[_Stored]) -> tuple[_Stored, _Stored | None]:
    """The data and, of two files, the votes; which is which stands in the first line."""
    if len(stored) == 1:
        return stored[0], None
    votes = [_is_votes(part.path) for part in stored]
    if votes == [True, False]:
        return stored[1], stored[0]
    if votes == [False, True]:
        return stored[0], stored[1]
    raise DatasetRefused(
        _("Of two files, one must be a table of FER+ votes, as fer2013new.csv is.")
    )


def _is_votes(path: Path) -> bool:
    with path.open("rb") as file:
        line = file.readline(64 * 1024).decode("utf-8", "replace").lower()
    names = {cell.strip(' "\ufeff\r\n') for cell in line.replace(";", ",").split(",")}
    return {"nf", "contempt", "usage"} <= names and "pixels" not in names


def _both(source: _Stored, votes: _Stored) -> str:
    return hashlib.sha256(f"{source.sha256} {votes.sha256}".encode()).hexdigest()


def _cannot_store(error: OSError) -> str:
    return _("The file could not be stored: %(why)s.") % {"why": error.strerror or error}


# === What there is ===


def used_by(dataset: Dataset) -> tuple[list[Run], list[TestSet]]:
    """The runs and test sets that keep it from being changed and deleted."""
    return list(dataset.runs.all()), list(dataset.test_sets.all())


def faces_of(dataset: Dataset) -> FaceSet:
    """The faces of a ready data set.

    Raises:
        inference.errors.DataError: the file is gone or damaged.
    """
    try:
        return load_faces(files.absolute(dataset.path) / files.FACES)
    except DataError as error:  # it names a file of ours; people know the data set
        raise DataError(f"{dataset.name}: {error}") from error


def samples(dataset: Dataset) -> dict[str, list[str]]:
    """Expression -> a few of its faces as ``data:`` addresses of PNG pictures, for its page."""
    try:
        text = (files.absolute(dataset.path) / files.SAMPLES).read_text()
        found: dict[str, list[str]] = json.loads(text)
    except (OSError, ValueError):
        return {}
    return found


# === What is done to them ===


@transaction.atomic
def delete(dataset: Dataset, by: User | None) -> None:
    """Remove a data set that nothing has used, with its files.

    Raises:
        DatasetRefused: a run or a test set has used it, or it is being checked.
    """
    row = _locked(dataset)
    if row.state == State.CHECKING:
        raise DatasetRefused(_("It is being checked at this moment; try again when that is over."))
    path = row.path
    audit.record(by, "dataset.deleted", row, name=row.name, sha256=row.sha256)
    row.delete()
    transaction.on_commit(lambda: files.remove(path))


@transaction.atomic
def check_again(dataset: Dataset, by: User | None) -> None:
    """Check a data set that failed once more, as after making room on the disk.

    Raises:
        DatasetRefused: it did not fail, or something has used it.
    """
    row = _locked(dataset)
    if row.state != State.FAILED:
        raise DatasetRefused(_("Only a data set whose check failed can be checked again."))
    row.state, row.problem, row.attempts, row.progress = State.WAITING, "", 0, 0.0
    row.save()
    audit.record(by, "dataset.checked_again", row)
    jobs.wake("training.check")


def _locked(dataset: Dataset) -> Dataset:
    row = Dataset.objects.select_for_update().filter(pk=dataset.pk).first()
    if row is None:
        raise DatasetRefused(_("This data set is gone."))
    runs, test_sets = used_by(row)
    if runs or test_sets:
        uses = [f"{run}" for run in runs] + [f"{test_set}" for test_set in test_sets]
        raise DatasetRefused(
            _("It is used by: %(uses)s. What was learnt or measured must stay traceable.")
            % {"uses": ", ".join(uses)}
        )
    return row
