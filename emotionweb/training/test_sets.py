"""Frozen test sets: faces that versions are compared on and that nothing ever learns from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from emotionweb.training import audit, datasets, files
from emotionweb.training.errors import TestSetRefused
from emotionweb.training.models import Dataset, TestSet
from inference.data.faces import FaceSet
from inference.data.stored import joined, load_faces, named, save_faces
from inference.errors import DataError
from inference.files import file_sha256
from inference.labels import LABELS

if TYPE_CHECKING:
    from emotionweb.accounts.models import User

#: Share of the new data that is set apart.
FRACTION = 0.2
#: Fewer faces say nothing about a model.
LEAST_FACES = 40


def newest() -> TestSet | None:
    """The one that versions are compared on."""
    return TestSet.objects.order_by("-number").first()


def faces_of(test_set: TestSet) -> FaceSet:
    """Its faces.

    Raises:
        inference.errors.DataError: the file is gone, damaged, or not the one that was frozen.
    """
    path = files.absolute(test_set.path) / files.FACES
    try:
        faces = load_faces(path)
    except DataError as error:
        raise DataError(f"Test set {test_set.number}: {error}") from error
    if file_sha256(path) != test_set.sha256:
        raise DataError(f"The faces of test set {test_set.number} are not those that were frozen.")
    return faces


def freeze(chosen: Sequence[Dataset], by: User | None) -> TestSet:
    """Freeze a fifth of these data as a new test set; an older one's faces stay in it.

    Takes a second, since what belongs together was found by the check.

    Args:
        chosen: ready data sets; those that the newest test set is made of already are left.
        by: who wants it; ``None``: the command line.

    Raises:
        TestSetRefused: data that are not ready, too few faces, or data that a version has
            learnt from already.
        inference.errors.DataError: the faces cannot be read.
    """
    former = newest()
    new = _new_ones(chosen, former)
    parts = [faces_of(former)] if former else []
    parts += [_fifth_of(dataset) for dataset in new]
    faces = joined(parts)
    added = sum(len(part) for part in parts[1 if former else 0 :])
    if len(faces) < LEAST_FACES or not added:
        raise TestSetRefused(
            _("A fifth of these data are %(n)s faces; below %(least)s they say nothing.")
            % {"n": added, "least": LEAST_FACES}
        )
    path = files.new_folder(files.TEST_SETS)
    try:
        save_faces(files.absolute(path) / files.FACES, faces)
        return _create(path, faces, [*(former.datasets.all() if former else []), *new], former, by)
    except BaseException:
        files.remove(path)
        raise


def _new_ones(chosen: Sequence[Dataset], former: TestSet | None) -> list[Dataset]:
    known = set(former.datasets.values_list("pk", flat=True)) if former else set()
    new = [dataset for dataset in chosen if dataset.pk not in known]
    if not new:
        raise TestSetRefused(_("These data are in the newest test set already."))
    for dataset in new:
        if dataset.state != Dataset.State.READY:
            raise TestSetRefused(_("%(name)s has not passed its check.") % {"name": dataset.name})
        learnt = dataset.runs.exclude(state="failed").first()
        if learnt is not None:
            raise TestSetRefused(
                _(
                    "%(run)s has learnt from %(name)s; faces that a model knows say nothing about "
                    "it. Freeze a test set before data are used, or upload other data."
                )
                % {"run": learnt, "name": dataset.name}
            )
    return new


def _fifth_of(dataset: Dataset) -> FaceSet:
    from inference.data.test_part import pick_test_part

    faces = datasets.faces_of(dataset)
    try:
        unit = np.load(files.absolute(dataset.path) / files.UNITS, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise DataError(f"The check of {dataset.name} left no units: {error}") from error
    picked = pick_test_part(faces, FRACTION, unit=unit)
    return named(faces.take(picked), f"data set {dataset.pk}")


def _create(
    path: str,
    faces: FaceSet,
    made_of: list[Dataset],
    former: TestSet | None,
    by: User | None,
) -> TestSet:
    from inference.data.test_part import best_labels

    counts = np.bincount(best_labels(faces), minlength=len(LABELS))
    try:
        with transaction.atomic():
            rows = {
                d.pk: d
                for d in Dataset.objects.select_for_update().filter(
                    pk__in=[dataset.pk for dataset in made_of]
                )
            }
            if len(rows) < len(made_of):
                raise TestSetRefused(_("One of these data sets was deleted meanwhile."))
            test_set = TestSet.objects.create(
                number=former.number + 1 if former else 1,
                created_by=by,
                created_at=timezone.now(),
                path=path,
                sha256=file_sha256(files.absolute(path) / files.FACES),
                faces=len(faces),
                counts={name: int(n) for name, n in zip(LABELS, counts, strict=True)},
            )
            test_set.datasets.set(made_of)
            audit.record(by, "test_set.frozen", test_set, faces=len(faces), datasets=sorted(rows))
    except IntegrityError as error:
        raise TestSetRefused(_("Another test set was frozen at this moment.")) from error
    return test_set


def kept_apart() -> FaceSet:
    """The faces of every test set, each once: nothing may learn from them.

    Raises:
        inference.errors.DataError: one cannot be read; without it nothing may be trained.
    """
    # A later set holds the faces of the one before it, so the newest holds them all.
    last = newest()
    return faces_of(last) if last else joined([])


def without_test_faces(faces: FaceSet) -> tuple[FaceSet, int]:
    """The faces that may be learnt from, and how many were left out.

    Left out is what is (nearly) a face of any test set, or of a person who is in one.
    """
    from inference.data.test_part import alike

    hit = alike(faces, kept_apart())
    return faces.take(~hit), int(hit.sum())
