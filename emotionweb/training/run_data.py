"""What a run learns from: its data sets and the accepted given faces, without any test face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from emotionweb.training import datasets, review, test_sets, words
from emotionweb.training.errors import TrainingError
from emotionweb.training.models import Run
from inference.data.faces import FaceSet, split_holdout
from inference.data.stored import joined, named
from inference.data.test_part import best_labels
from inference.labels import LABELS

#: Fewer faces teach nothing.
LEAST_FACES = 20
#: Share held back for stopping and temperatures: of few faces more, so that it says something.
HOLDOUT, HOLDOUT_OF_FEW, FEW = 0.05, 0.1, 5000
#: A part smaller than this says nothing: then the last pass is kept.
LEAST_HELD_BACK = 20


class NothingToLearnError(TrainingError):
    """Too few faces; ``kept`` is the sentence as a row keeps it."""

    def __init__(self, kept: str) -> None:
        super().__init__(words.said(kept))
        self.kept = kept


@dataclass(frozen=True, slots=True)
class RunData:
    """Faces of a run.

    Attributes:
        learn: to learn from.
        held_back: for stopping and temperatures; may be empty.
        crops: ids of the given faces among them.
        account: what the model's card shall say.
    """

    learn: FaceSet
    held_back: FaceSet
    crops: list[str]
    account: dict[str, Any]


def gather(run: Run) -> RunData:
    """Read everything; the same faces in the same order each time, unless some were taken back.

    Raises:
        NothingToLearnError: fewer than ``LEAST_FACES`` faces are left.
        inference.errors.DataError: a data set or a test set cannot be read.
    """
    chosen = list(run.datasets.order_by("pk"))
    parts = [named(datasets.faces_of(row), f"data set {row.pk}") for row in chosen]
    crops: list[str] = []
    if run.with_corrections:
        given, crops = given_faces()
        parts.append(given)
    everything = joined([part for part in parts if len(part)])
    labelled = everything.take((best_labels(everything) >= 0) | everything.votes.any(axis=1))
    faces, dropped = test_sets.without_test_faces(labelled)
    if not len(faces):
        raise NothingToLearnError(words.keep("no_faces"))
    if len(faces) < LEAST_FACES:
        raise NothingToLearnError(words.keep("few_faces", n=len(faces), least=LEAST_FACES))
    share = HOLDOUT if len(faces) >= FEW else HOLDOUT_OF_FEW
    learn, held_back = split_holdout(faces, share, run.seed)
    newest = test_sets.newest()
    account = {
        "data": [{"name": row.name, "sha256": row.sha256, "faces": row.faces} for row in chosen],
        "given_faces": len(crops),
        "faces": len(learn),
        "held_back_for_thresholds": len(held_back),
        "left_out_for_the_test_set": dropped,
        "test_set": newest.number if newest else None,
    }
    return RunData(learn, held_back, crops, account)


def given_faces(side: int = 48) -> tuple[FaceSet, list[str]]:
    """The accepted given faces with their labels, and their ids; a person is a group."""
    import cv2

    from inference.data.pictures import PictureError, to_face

    pictures, labels, groups, ids = [], [], [], []
    people: dict[int, str] = {}
    for crop in review.accepted().iterator():
        gray = cv2.imdecode(np.frombuffer(bytes(crop.crop), np.uint8), cv2.IMREAD_GRAYSCALE)
        if gray is None:
            continue
        try:
            face, _ = to_face(np.asarray(gray, np.uint8), side)
        except PictureError:
            continue
        pictures.append(face)
        labels.append(LABELS.index(crop.label))
        # A number of this reading only: nothing that is stored points at a person.
        groups.append(people.setdefault(crop.user_id, f"giver {len(people)}"))
        ids.append(str(crop.pk))
    if not pictures:
        return joined([], side), []
    faces = FaceSet.of(np.stack(pictures), labels, group=groups, source="given face")
    return faces, ids
