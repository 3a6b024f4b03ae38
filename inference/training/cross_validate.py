"""Cross-validation of clip networks on folds that share no person."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inference.data.faces import FaceSet, split_holdout
from inference.files import write_atomically
from inference.models import architecture
from inference.training.examples import examples
from inference.training.folds import person_folds

if TYPE_CHECKING:
    from inference.training.temporal import EmbeddedClips, TemporalConfig

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
    out.mkdir(parents=True, exist_ok=True)

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


def validate_head(
    clips: EmbeddedClips, config: TemporalConfig, *, folds: int = 5
) -> CrossValidation:
    """The temporal head over embeddings, by the same folds; it takes seconds."""
    from inference.training.temporal import train_head

    which = person_folds(clips.classes, clips.group, folds, config.seed)

    def fit(fold: int) -> NDArray[np.bool_]:
        model = train_head(clips, np.flatnonzero(which != fold), config)
        test = np.flatnonzero(which == fold)
        logits = model.predict(clips.embeddings[0, test], verbose=0)["expression"]
        right: NDArray[np.bool_] = logits.argmax(axis=1) == clips.classes[test]
        return right

    return _run(which, clips.group, fit, None)


def _run(
    which: NDArray[np.int64],
    group: NDArray[np.str_],
    fit: Callable[[int], NDArray[np.bool_]],
    out: Path | None,
) -> CrossValidation:
    """Do what is not done yet; ``folds.json`` in the folder has the finished folds."""
    done: list[FoldResult] = []
    path = out / "folds.json" if out else None
    if path and path.exists():
        done = [FoldResult(**row) for row in json.loads(path.read_text())]
    for fold in range(len(done), int(which.max()) + 1):
        right = fit(fold)
        persons = len(np.unique(group[which == fold]))
        done.append(FoldResult(fold, persons, len(right), int(right.sum())))
        logger.info("fold %d: %d of %d clips right", fold, done[-1].right, done[-1].clips)
        if path:
            text = json.dumps([asdict(result) for result in done], indent=1) + "\n"
            write_atomically(path, text.encode())
    return CrossValidation.of(done)
