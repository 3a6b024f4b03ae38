"""Data sets: uploaded, checked by a job, never changed once something has used them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import UploadedFile

from emotionweb.training.models import Dataset, Run, TestSet
from inference.data.faces import FaceSet

if TYPE_CHECKING:
    from emotionweb.accounts.models import User


def create(
    files: Sequence[UploadedFile | Path], name: str, by: User | None, *, freeze: bool = True
) -> Dataset:
    """Take in a data set and ask for its check.

    Args:
        files: one file, or ``fer2013.csv`` with ``fer2013new.csv`` in any order.
        name: for people; "" takes that of the file.
        by: who brought it; ``None``: the command line.
        freeze: where there is no test set yet, freeze one from it when it is ready.

    Raises:
        DatasetRefused: nothing, too much, or no room; the sentence says which.
    """
    raise NotImplementedError


def delete(dataset: Dataset, by: User | None) -> None:
    """Remove a data set that nothing has used, with its files.

    Raises:
        DatasetRefused: a run or a test set has used it, or it is being checked.
    """
    raise NotImplementedError


def used_by(dataset: Dataset) -> tuple[list[Run], list[TestSet]]:
    """The runs and test sets that keep it from being deleted."""
    raise NotImplementedError


def faces_of(dataset: Dataset) -> FaceSet:
    """The faces of a ready data set.

    Raises:
        inference.errors.DataError: the file is gone or damaged.
    """
    raise NotImplementedError


def samples(dataset: Dataset) -> dict[str, list[str]]:
    """Expression -> a few of its faces as ``data:`` addresses of PNG pictures, for its page."""
    raise NotImplementedError
