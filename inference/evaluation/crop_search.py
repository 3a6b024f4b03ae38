"""Which margin and alignment make the detector's box the crop that the network reads best.

Measured on faces held back from training: the crop is a choice like a threshold, and the
reporting set has no say in it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.align import CropConfig, crop_face, roll_degrees
from inference.bundle import Bundle
from inference.detectors import load_detector
from inference.errors import DataError
from inference.evaluation.bootstrap import Interval, compare
from inference.evaluation.end_to_end import detect_placed
from inference.evaluation.placed import Placement
from inference.runtime import load_runtime

SCALES: tuple[float, ...] = (1.05, 1.11, 1.17, 1.23, 1.29)
RAISES: tuple[float, ...] = (0.04, 0.07, 0.10, 0.13, 0.16)
#: Sizes and rotations a webcam's face has; extreme ones would decide for everyday ones.
PLACEMENTS: tuple[Placement, ...] = (
    Placement(face_px=100),
    Placement(face_px=100, roll_deg=-15.0),
    Placement(face_px=100, roll_deg=15.0),
)


@dataclass(frozen=True, slots=True)
class CropScore:
    """How well the network reads one kind of crop.

    Attributes:
        config: the crop.
        n: faces found, over all placements.
        accuracy: on those.
        gain: of accuracy against the bundle's present crop, paired.
    """

    config: CropConfig
    n: int
    accuracy: float
    gain: Interval

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class CropSearch:
    """All crops tried, best first, and the data set's own crops on the same faces."""

    scores: tuple[CropScore, ...]
    bare: float

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def candidates(
    present: CropConfig, scales: Sequence[float] = SCALES, raises: Sequence[float] = RAISES
) -> list[CropConfig]:
    """A grid of crops, upright and not, with the present one first."""
    tried = [
        CropConfig(scale, raise_by, upright)
        for upright, scale, raise_by in itertools.product((True, False), scales, raises)
    ]
    return [present, *(config for config in tried if config != present)]


def search(
    bundle: Bundle,
    faces_gray: NDArray[np.uint8],
    truth: NDArray[np.int64],
    configs: Sequence[CropConfig],
    *,
    placements: Sequence[Placement] = PLACEMENTS,
    detector: str = "blazeface-short",
) -> CropSearch:
    """Cut every face in every way and ask the network.

    Args:
        bundle: its network is used.
        faces_gray: ``(n, side, side)`` uint8, held back from training.
        truth: ``(n,)`` indices into the bundle's labels, none below 0.
        configs: the first is the one that gains are measured against.
        placements: where the faces are put.
        detector: key of ``inference.detectors.DETECTORS``.

    Raises:
        DataError: no face is found in any placement.
    """
    finder, runtime = load_detector(detector), load_runtime("litert", bundle)
    size, classes = bundle.card.input_size, len(bundle.labels)
    rows: list[int] = []
    answers: list[NDArray[np.int64]] = []
    for placement in placements:
        for row, gray, found in detect_placed(finder, faces_gray, placement):
            roll = roll_degrees(found.keypoints_xy[0])
            box = found.boxes_xyxy[0]
            crops = np.stack([crop_face(gray, box, roll, size, config) for config in configs])
            answers.append(runtime.logits(crops).argmax(axis=1))
            rows.append(row)
    if not rows:
        raise DataError("No face was found in any of the pictures made, so no crop can be chosen.")
    predicted, labels = np.stack(answers, axis=1), truth[rows]
    # A face turned three ways is still one face.
    groups = np.array(rows).astype(np.str_)
    scores = [
        CropScore(
            config=config,
            n=len(rows),
            accuracy=float(np.mean(said == labels)),
            gain=compare(labels, predicted[0], said, classes, groups=groups).accuracy,
        )
        for config, said in zip(configs, predicted, strict=True)
    ]
    bare = runtime.logits(faces_gray).argmax(axis=1)[rows]
    return CropSearch(
        scores=tuple(sorted(scores, key=lambda score: -score.accuracy)),
        bare=float(np.mean(bare == labels)),
    )
