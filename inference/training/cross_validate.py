"""Cross-validation of clip networks on folds that share no person."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.bundle import Bundle
from inference.data.faces import FaceSet, split_holdout
from inference.errors import DataError
from inference.files import write_atomically
from inference.models import architecture
from inference.training.examples import examples

logger = logging.getLogger(__name__)

#: Share of a fold's training part that decides when the rate falls; by persons too.
_WATCHED = 0.15


@dataclass(frozen=True, slots=True)
class FoldResult:
    """One fold: persons and clips tested, and how many clips were right."""

    fold: int
    persons: int
    clips: int
    right: int


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """All folds.

    Attributes:
        folds: in order.
        mean: of the folds' accuracies.
        standard_error: of that mean, from the folds' spread.
        clips: tested in all.
    """

    folds: list[FoldResult]
    mean: float
    standard_error: float
    clips: int

    @classmethod
    def of(cls, folds: list[FoldResult]) -> CrossValidation:
        """Summarise."""
        shares = np.array([fold.right / fold.clips for fold in folds])
        error = float(shares.std(ddof=1) / np.sqrt(len(shares)))
        return cls(folds, float(shares.mean()), error, sum(fold.clips for fold in folds))


def person_folds(
    classes: NDArray[np.int64], group: NDArray[np.str_], folds: int, seed: int
) -> NDArray[np.int64]:
    """The fold of each clip: no person in two, every class spread as evenly as that allows.

    Persons are dealt out in random order, those with most clips first, each to the fold
    that has least of what they bring.

    Args:
        classes: ``(n,)``.
        group: ``(n,)`` person of each clip.
        folds: how many.
        seed: of the order.

    Returns:
        ``(n,)`` int64 in ``0..folds - 1``.

    Raises:
        DataError: a clip without a person, or fewer persons than folds.
    """
    persons = np.unique(group)
    if "" in persons:
        raise DataError("Folds without shared persons need to know the person in every clip.")
    if len(persons) < folds:
        raise DataError(f"{len(persons)} persons cannot be dealt out to {folds} folds.")
    counts = np.array(
        [np.bincount(classes[group == person], minlength=classes.max() + 1) for person in persons]
    )
    order = np.random.default_rng(seed).permutation(len(persons))
    order = order[np.argsort(-counts[order].sum(axis=1), kind="stable")]
    filled = np.zeros((folds, counts.shape[1]))
    share = counts.sum(axis=0) / folds
    fold_of = {}
    for row in order:
        # A rare class weighs more; the total decides between equals.
        load = (filled * counts[row] / np.maximum(share, 1) ** 2).sum(axis=1)
        fold = int(np.lexsort((filled.sum(axis=1), load.round(6)))[0])
        filled[fold] += counts[row]
        fold_of[persons[row]] = fold
    return np.array([fold_of[person] for person in group], np.int64)


def cross_validate_clips(
    name: str, faces: FaceSet, out: Path, *, folds: int = 5, seed: int = 0, epochs: int | None
) -> CrossValidation:
    """Train a clip architecture once a fold by its recipe; finished folds are not repeated."""
    from inference.training.train import TrainConfig, train

    entry = architecture(name)
    config = TrainConfig.of(name, seed=seed, epochs=epochs)
    shown = examples(faces, config.recipe, entry.frames)
    persons = faces.group[shown.rows]
    which = person_folds(shown.targets["expression"].argmax(axis=1), persons, folds, seed)

    def fit(fold: int) -> NDArray[np.bool_]:
        tested = np.isin(faces.group, persons[which == fold])
        rest, watched = split_holdout(faces.take(np.flatnonzero(~tested)), _WATCHED, seed)
        model = train(rest, config, out / f"fold{fold}", validation=watched, resume=True)
        test = examples(
            faces.take(np.flatnonzero(tested)), config.recipe, entry.frames, every_class=False
        )
        logits = model.predict(test.inputs(slice(None)), verbose=0)["expression"]
        right: NDArray[np.bool_] = logits.argmax(axis=1) == test.targets["expression"].argmax(1)
        return right

    return _run(which, persons, fit, out)


def cross_validate_head(
    bundle: Bundle, faces: FaceSet, out: Path, *, folds: int = 5, seed: int = 0
) -> CrossValidation:
    """The temporal head over a face bundle, by the same folds."""
    from inference.training.temporal import TemporalConfig, embed_clips, train_head

    config = TemporalConfig(seed=seed)
    clips = embed_clips(bundle, faces, config)
    which = person_folds(clips.classes, clips.group, folds, seed)

    def fit(fold: int) -> NDArray[np.bool_]:
        model = train_head(clips, np.flatnonzero(which != fold), config)
        test = np.flatnonzero(which == fold)
        logits = model.predict(clips.embeddings[0, test], verbose=0)["expression"]
        right: NDArray[np.bool_] = logits.argmax(axis=1) == clips.classes[test]
        return right

    return _run(which, clips.group, fit, out)


def _run(
    which: NDArray[np.int64],
    group: NDArray[np.str_],
    fit: Callable[[int], NDArray[np.bool_]],
    out: Path,
) -> CrossValidation:
    """Do what is not done yet; ``folds.json`` has the finished folds."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "folds.json"
    done = [FoldResult(**row) for row in json.loads(path.read_text())] if path.exists() else []
    for fold in range(len(done), int(which.max()) + 1):
        right = fit(fold)
        persons = len(np.unique(group[which == fold]))
        done.append(FoldResult(fold, persons, len(right), int(right.sum())))
        logger.info("fold %d: %d of %d clips right", fold, done[-1].right, done[-1].clips)
        write_atomically(path, (json.dumps([asdict(f) for f in done], indent=1) + "\n").encode())
    return CrossValidation.of(done)
