"""What is lost between a face in a picture and the crop of a data set.

A data set's crop is cut by its makers; the product's comes from a detector's box, a rotation
and a margin. Both are scored on the same faces, so the difference is the path's doing and
nothing else's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.detectors import Detections, Detector, load_detector
from inference.evaluation.bootstrap import Interval, compare
from inference.evaluation.placed import Placement, is_in_place, place, strongest_in_place
from inference.evaluation.rules import plurality
from inference.labels import LABELS
from inference.pipeline import FacePipeline
from inference.quality import gate
from inference.results import FaceResult

#: Sides of the face in pixels and rotations in degrees of the table of the loss.
SIZES_PX: tuple[int, ...] = (48, 64, 100, 160)
ROLLS_DEG: tuple[float, ...] = (0.0, -15.0, 15.0, -30.0, 30.0)


def detect_placed(
    detector: Detector, faces_gray: NDArray[np.uint8], placement: Placement
) -> Iterator[tuple[int, NDArray[np.uint8], Detections]]:
    """Put faces in frames and look for them.

    Args:
        detector: any.
        faces_gray: ``(n, side, side)`` uint8.
        placement: where they are put.

    Yields:
        For each face that was found: its row, the ``(H, W)`` uint8 frame, and the one
        detection.
    """
    for row, frame in enumerate(place(faces_gray, placement)):
        best = strongest_in_place(detector.detect(frame), placement)
        if len(best):
            yield row, np.ascontiguousarray(frame[..., 0]), best


@dataclass(frozen=True, slots=True)
class PlacedScore:
    """Accuracy of one placement, on the faces that were found.

    Attributes:
        face_px: side of the face in the frame.
        roll_deg: its rotation, clockwise.
        frame_wh: size of the frame in pixels.
        n: faces placed.
        found: faces found; all that follows is of those.
        refused: share that the quality gate would not judge.
        bare: accuracy on the data set's own crops.
        placed: accuracy through detect, align and crop, without the gate.
        gain: ``placed - bare``, paired; a loss is below 0.
    """

    face_px: int
    roll_deg: float
    frame_wh: tuple[int, int]
    n: int
    found: int
    refused: float
    bare: float
    placed: float
    gain: Interval

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def score_placed(
    pipeline: FacePipeline,
    faces_gray: NDArray[np.uint8],
    truth: NDArray[np.int64],
    placements: Sequence[Placement],
    groups: NDArray[np.str_] | None = None,
) -> list[PlacedScore]:
    """Compare the product's crops with the data set's own.

    Args:
        pipeline: its detector and network are used, its gate only counts.
        faces_gray: ``(n, side, side)`` uint8.
        truth: ``(n,)`` indices into the bundle's labels, none below 0.
        placements: where the faces are put.
        groups: ``(n,)``, see ``bootstrap.resampled_counts``.

    Returns:
        One score a placement; one in which no face is found is left out.
    """
    detector = load_detector(pipeline.config.detector)
    quality, classes = pipeline.bundle.card.quality, len(pipeline.bundle.labels)
    bare = pipeline.classify(faces_gray).argmax(axis=1)
    scores = []
    for placement in placements:
        rows, crops, refused = [], [], 0
        for row, gray, found in detect_placed(detector, faces_gray, placement):
            crop = pipeline.crops(gray, found)[0]
            reason = gate(crop, found.boxes_xyxy[0], found.keypoints_xy[0], quality)
            refused += reason is not None
            rows.append(row)
            crops.append(crop)
        if not rows:
            continue
        predicted = pipeline.classify(np.stack(crops)).argmax(axis=1)
        scores.append(
            PlacedScore(
                face_px=placement.face_px,
                roll_deg=placement.roll_deg,
                frame_wh=placement.frame_wh,
                n=len(faces_gray),
                found=len(rows),
                refused=refused / len(rows),
                bare=float(np.mean(bare[rows] == truth[rows])),
                placed=float(np.mean(predicted == truth[rows])),
                gain=compare(
                    truth[rows],
                    bare[rows],
                    predicted,
                    classes,
                    groups=None if groups is None else groups[rows],
                ).accuracy,
            )
        )
    return scores


def near(face_px: int) -> Placement:
    """A face of this size in a frame in proportion, as 100 pixels in 320x240.

    How small a face the network can read is another question than how small a face the
    detector finds in a large frame.
    """
    return Placement(face_px=face_px, frame_wh=(round(face_px * 3.2), round(face_px * 2.4)))


def grid() -> list[Placement]:
    """Every size at every rotation in a 320x240 frame, as the live page sends it.

    A small face is hardly ever found in there, so it is also placed in a frame in proportion.
    """
    live = [Placement(face_px=px, roll_deg=roll) for px in SIZES_PX for roll in ROLLS_DEG]
    return [*(near(px) for px in SIZES_PX if px < Placement().face_px), *live]


@dataclass(frozen=True, slots=True)
class PlacedResult:
    """What the pipeline said of placed faces.

    Attributes:
        faces: for each frame the face where it was put, ``None`` where it was not found.
    """

    faces: list[FaceResult | None]

    def found(self) -> float:
        """Share of frames in which a face was found."""
        return float(np.mean([face is not None for face in self.faces]))

    def unsure(self) -> NDArray[np.bool_]:
        """``(n,)``: no label was given, for whatever reason."""
        return np.array([face is None or face.unsure is not None for face in self.faces])

    def probabilities(self) -> NDArray[np.float32]:
        """``(n, 8)``; zeros where the face was not scored."""
        nothing = np.zeros(len(LABELS), np.float32)
        return np.stack([nothing if f is None else f.probabilities for f in self.faces])


def analyse_placed(
    pipeline: FacePipeline, faces_gray: NDArray[np.uint8], placement: Placement
) -> PlacedResult:
    """Run placed faces through detect, align, crop, gate and network."""
    out: list[FaceResult | None] = []
    for frame in place(faces_gray, placement):
        found = pipeline.analyse(frame).faces
        in_place = (f for f in found if is_in_place(np.array(f.box_xyxy, np.float32), placement))
        out.append(max(in_place, key=lambda face: face.detection_score, default=None))
    return PlacedResult(out)


def gate_report(result: PlacedResult, votes: NDArray[np.float32]) -> dict[str, Any]:
    """How many are unsure, and what saying so is worth (plurality rule)."""
    truth = plurality(votes)
    used = truth >= 0
    unsure = result.unsure()
    predicted = result.probabilities().argmax(axis=1)
    scored = np.array([face is not None and face.scored for face in result.faces])
    right = (predicted == truth) & scored
    reasons: dict[str, int] = {}
    for face in result.faces:
        name = "no_face" if face is None else str(face.unsure or "sure")
        reasons[name] = reasons.get(name, 0) + 1
    return {
        "n": len(unsure),
        "found": result.found(),
        "unsure_share": float(unsure.mean()),
        "reasons": reasons,
        "accuracy_of_sure": _share(right[used & ~unsure]),
        "accuracy_of_all_scored": _share(right[used & scored]),
    }


def _share(right: NDArray[np.bool_]) -> float:
    return float(right.mean()) if right.size else float("nan")
