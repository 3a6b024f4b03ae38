"""What a network is shown, and what it should say of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.data.faces import FaceSet, targets
from inference.errors import DataError
from inference.labels import FER2013_LABELS, LABEL_SETS, LABELS
from inference.models import Recipe
from inference.runtime.base import as_input

#: Name of the product's eight labels among ``LABEL_SETS``.
PRODUCT_LABELS = "ferplus8"


def heads_of(recipe: Recipe) -> dict[str, int]:
    """Name of each output of the network -> its number of classes."""
    heads = {"expression": len(LABEL_SETS[recipe.label_set])}
    if recipe.fer2013_weight > 0 and recipe.label_set == PRODUCT_LABELS:
        heads["fer2013"] = len(FER2013_LABELS)
    return heads


@dataclass(frozen=True, slots=True)
class Examples:
    """Pictures with what each head should say of them.

    Attributes:
        pictures: ``(n, side, side)`` uint8, or ``(n, side, side, frames)`` for clips.
        targets: head -> ``(n, classes)`` float32 distributions.
        weights: head -> ``(n,)`` float32.
        rows: ``(n,)``: where each stands in the data; of a clip, its last frame.
    """

    pictures: NDArray[np.uint8]
    targets: dict[str, NDArray[np.float32]]
    weights: dict[str, NDArray[np.float32]]
    rows: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.pictures)

    def inputs(self, index: NDArray[np.intp] | slice) -> NDArray[np.float32]:
        """Some pictures as the network takes them."""
        return as_input(self.pictures[index])

    def taught(self, said: dict[str, NDArray[np.float32]], share: float) -> Examples:
        """The same with a teacher's word mixed into the targets."""
        blended = {
            head: (1 - share) * target + share * said[head] if head in said else target
            for head, target in self.targets.items()
        }
        return Examples(self.pictures, blended, self.weights, self.rows)


def examples(
    faces: FaceSet, recipe: Recipe, frames: int = 1, *, every_class: bool = True
) -> Examples:
    """The faces that a recipe's label set has a class for, with targets.

    Args:
        faces: their side must be the recipe's input size.
        recipe: decides labels and balance.
        frames: of a clip; the last ``frames`` of each clip are one example.
        every_class: refuse data that lack a class, as training must.

    Raises:
        DataError: other size, no usable face, or a class without any.
    """
    if faces.faces_gray.shape[1] != recipe.input_size:
        raise DataError(
            f"The faces are {faces.faces_gray.shape[1]} pixels wide; "
            f"the recipe wants {recipe.input_size}."
        )
    distribution, weight = label_targets(faces, recipe.label_set)
    names = list(LABEL_SETS[recipe.label_set])
    pictures, rows = faces.faces_gray, np.arange(len(faces))
    if frames > 1:
        of_clips = clip_rows(faces, frames)
        pictures, rows = np.moveaxis(faces.faces_gray[of_clips], 1, 3), of_clips[:, -1]
        distribution, weight = distribution[rows], weight[rows]
    used = np.flatnonzero(weight > 0)
    if not len(used):
        raise DataError(f"No face has a label of the set “{recipe.label_set}”.")
    pictures, rows = pictures[used], rows[used]
    distribution, weight = distribution[used], weight[used]
    mass = (distribution * weight[:, None]).sum(axis=0)
    if every_class and not mass.all():
        missing = ", ".join(name for name, m in zip(names, mass, strict=True) if not m)
        raise DataError(f"There is no picture of: {missing}.")
    balance = (mass.mean() / np.maximum(mass, 1.0)) ** recipe.class_balance
    # The mean weight stays what it was, and with it the meaning of the learning rate.
    balance /= float((mass * balance).sum() / mass.sum())
    out_targets = {"expression": distribution}
    out_weights = {"expression": (weight * (distribution @ balance)).astype(np.float32)}
    if "fer2013" in heads_of(recipe):
        own = faces.fer2013[rows]
        out_targets["fer2013"] = np.eye(len(FER2013_LABELS), dtype=np.float32)[np.maximum(own, 0)]
        out_weights["fer2013"] = (own >= 0).astype(np.float32)
    return Examples(pictures, out_targets, out_weights, rows)


def label_targets(
    faces: FaceSet, label_set: str
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Distributions ``(n, classes)`` over a label set and weights ``(n,)``; 0 where it has none.

    The product's eight take the votes where people voted; another set takes the data set's
    own label, as the older systems did.
    """
    if label_set == PRODUCT_LABELS:
        return targets(faces)
    column = np.full(len(LABELS) + 1, -1, np.int64)
    for k, members in enumerate(LABEL_SETS[label_set].values()):
        for member in members:
            column[LABELS.index(member.value)] = k
    classes = column[faces.expression]  # -1, no label, finds the extra last entry
    rows = np.eye(len(LABEL_SETS[label_set]), dtype=np.float32)[np.maximum(classes, 0)]
    return rows, (classes >= 0).astype(np.float32)


def clip_rows(faces: FaceSet, frames: int) -> NDArray[np.intp]:
    """Rows of the last ``frames`` frames of each clip, ``(clips, frames)``.

    Raises:
        DataError: there is no clip of so many frames.
    """
    of_clip: dict[str, list[int]] = {}
    for row, name in enumerate(faces.clip):
        if name:
            of_clip.setdefault(str(name), []).append(row)
    rows = [numbers[-frames:] for numbers in of_clip.values() if len(numbers) >= frames]
    if not rows:
        raise DataError(f"The data have no clip of {frames} frames, which this network needs.")
    return np.array(rows, np.intp)
