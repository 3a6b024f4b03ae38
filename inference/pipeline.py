"""The one path from a frame to what is said about its faces.

    frame -> detect or follow -> align + crop -> quality -> classify -> calibrate -> smooth

Live frames, clips, photos and evaluation all go through here, so a number measured in one
of them is true in the others.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.align import crop_face, roll_degrees
from inference.bundle import Bundle
from inference.calibrate import confidence, labels_above, softmax
from inference.detectors import Detections, Detector, load_detector
from inference.flow import follow
from inference.frames import DEFAULT_LIMITS, FrameLimits, decode_jpeg
from inference.labels import LABELS
from inference.quality import gate
from inference.reasons import UnsureReason
from inference.results import FaceResult, FrameResult, SeenFace
from inference.runtime import Runtime, load_runtime
from inference.stream import FaceStream
from inference.tracking import Track


@dataclass(frozen=True, slots=True)
class PipelineConfig:
    """How frames are analysed.

    Attributes:
        detector: key of ``inference.detectors.DETECTORS``.
        runtime: key of ``inference.runtime.RUNTIMES``.
        redetect_s: between detections the known faces are followed; a new face appears
            after at most this many seconds. 0 detects in every frame.
        limits: of a live frame.
    """

    detector: str = "blazeface-short"
    runtime: str = "litert"
    redetect_s: float = 0.35
    limits: FrameLimits = DEFAULT_LIMITS


class FacePipeline:
    """A detector and a network; one instance belongs to one thread."""

    def __init__(
        self, bundle: Bundle, detector: Detector, runtime: Runtime, config: PipelineConfig
    ) -> None:
        self.bundle = bundle
        self.config = config
        self._detector = detector
        self._runtime = runtime

    @classmethod
    def load(cls, bundle: Path | Bundle, config: PipelineConfig | None = None) -> FacePipeline:
        """Open a bundle with the configured detector and runtime.

        Raises:
            BundleError: the bundle cannot be used.
            UnknownNameError: no such detector or runtime.
        """
        config = config or PipelineConfig()
        loaded = bundle if isinstance(bundle, Bundle) else Bundle.load(bundle)
        return cls(
            loaded, load_detector(config.detector), load_runtime(config.runtime, loaded), config
        )

    def analyse_jpeg(self, data: bytes, stream: FaceStream, at: float) -> FrameResult:
        """Analyse one live frame.

        Args:
            data: a JPEG.
            stream: the session's memory.
            at: time of the frame in seconds of a monotonic clock.

        Raises:
            FrameError: the bytes are not a picture we accept.
        """
        started = time.perf_counter()
        detection_due = at - stream.detected_at >= self.config.redetect_s
        frame = decode_jpeg(data, colour=detection_due, limits=self.config.limits)
        decoded = time.perf_counter()
        followed = None if detection_due else self._follow(frame, stream, at)
        if followed is not None:
            gray, tracks = frame, followed
        else:
            if not detection_due:
                frame = decode_jpeg(data, limits=self.config.limits)
            gray, tracks = self._detect(frame, stream, at)
        return self._describe(gray, tracks, stream, at, started, decoded)

    def analyse(
        self, frame_bgr: NDArray[np.uint8], stream: FaceStream | None = None, at: float = 0.0
    ) -> FrameResult:
        """Analyse a decoded frame; without a stream it stands alone, as a photo does.

        Args:
            frame_bgr: ``(H, W, 3)`` uint8 BGR.
            stream: memory of the clip.
            at: time of the frame in seconds.
        """
        started = time.perf_counter()
        stream = stream or FaceStream()
        gray, tracks = self._locate(lambda: _gray(frame_bgr), lambda: frame_bgr, stream, at)
        return self._describe(gray, tracks, stream, at, started, started)

    def look(
        self,
        gray: Callable[[], NDArray[np.uint8]],
        bgr: Callable[[], NDArray[np.uint8]],
        stream: FaceStream,
        at: float,
    ) -> tuple[SeenFace, ...]:
        """The first half of ``analyse``: find, follow and cut out, but do not classify yet.

        One thread may look while another one classifies what was seen before. All frames
        of a stream are looked at in order of time.

        Args:
            gray: gives the frame as ``(H, W)`` uint8.
            bgr: gives it as ``(H, W, 3)``; called only where faces are detected anew.
            stream: memory of the clip.
            at: time of the frame in seconds.
        """
        picture, tracks = self._locate(gray, bgr, stream, at)
        stream.last_gray, stream.last_at = picture, at
        return self._cut_out(picture, tracks)

    def judge(self, seen: tuple[SeenFace, ...], at: float) -> tuple[FaceResult, ...]:
        """The second half: classify what was seen in one frame; in order of time."""
        scored = [face.crop for face in seen if face.refused is None]
        rows = iter(self.classify(np.stack(scored)) if scored else ())
        return tuple(
            self._face(face, next(rows) if face.refused is None else None, at) for face in seen
        )

    def embeddings(self, faces_gray: NDArray[np.uint8]) -> NDArray[np.float32]:
        """What the network's heads look at: ``(n, side, side)`` uint8 -> ``(n, width)``.

        Raises:
            BundleIncompatibleError: it has no such output.
        """
        return self._runtime.embeddings(faces_gray)

    def classify(self, faces_gray: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Calibrated probabilities of bare crops: ``(n, side, side)`` uint8 -> ``(n, 8)``."""
        return softmax(self._runtime.logits(faces_gray), self.bundle.card.temperature)

    def crops(self, gray: NDArray[np.uint8], detections: Detections) -> NDArray[np.uint8]:
        """The crops of all detections as the network sees them: ``(n, side, side)`` uint8."""
        card = self.bundle.card
        out = np.empty((len(detections), card.input_size, card.input_size), np.uint8)
        for row in range(len(detections)):
            roll = roll_degrees(detections.keypoints_xy[row])
            out[row] = crop_face(gray, detections.boxes_xyxy[row], roll, card.input_size, card.crop)
        return out

    def _locate(
        self,
        gray: Callable[[], NDArray[np.uint8]],
        bgr: Callable[[], NDArray[np.uint8]],
        stream: FaceStream,
        at: float,
    ) -> tuple[NDArray[np.uint8], list[Track]]:
        picture = gray()
        if at - stream.detected_at < self.config.redetect_s:
            followed = self._follow(picture, stream, at)
            if followed is not None:
                return picture, followed
        tracks = stream.tracker.update(self._detector.detect(bgr()), at)
        stream.detected_at = at
        return picture, tracks

    def _detect(
        self, frame_bgr: NDArray[np.uint8], stream: FaceStream, at: float
    ) -> tuple[NDArray[np.uint8], list[Track]]:
        tracks = stream.tracker.update(self._detector.detect(frame_bgr), at)
        stream.detected_at = at
        return _gray(frame_bgr), tracks

    def _follow(self, gray: NDArray[np.uint8], stream: FaceStream, at: float) -> list[Track] | None:
        """Move the known faces; ``None`` where one of them cannot be followed."""
        before = stream.last_gray
        if before is None or before.shape != gray.shape:
            return None
        tracks = stream.tracker.visible(stream.last_at)
        moves = []
        for track in tracks:
            move = follow(before, gray, track.box_xyxy)
            if move is None:
                return None
            moves.append(move)
        for track, move in zip(tracks, moves, strict=True):
            track.box_xyxy = move.move_box(track.box_xyxy)
            track.keypoints_xy = move.move_points(track.keypoints_xy)
            track.seen_at = at
        return tracks

    def _describe(
        self,
        gray: NDArray[np.uint8],
        tracks: list[Track],
        stream: FaceStream,
        at: float,
        started: float,
        decoded: float,
    ) -> FrameResult:
        located = time.perf_counter()
        stream.last_gray, stream.last_at = gray, at
        height, width = gray.shape
        if stream.baseline is not None:
            own = stream.tracker.own(at, (width, height))
            for track in tracks:
                track.baseline = stream.baseline if track is own else None
        faces = self.judge(self._cut_out(gray, tracks), at)
        finished = time.perf_counter()
        return FrameResult(
            width,
            height,
            faces,
            {
                "decode": (decoded - started) * 1e3,
                "detect": (located - decoded) * 1e3,
                "classify": (finished - located) * 1e3,
                "total": (finished - started) * 1e3,
            },
            self.bundle.version,
        )

    def _cut_out(self, gray: NDArray[np.uint8], tracks: list[Track]) -> tuple[SeenFace, ...]:
        card = self.bundle.card
        faces = []
        for track in tracks:
            roll = roll_degrees(track.keypoints_xy)
            crop = crop_face(gray, track.box_xyxy, roll, card.input_size, card.crop)
            reason = gate(crop, track.box_xyxy, track.keypoints_xy, card.quality)
            x1, y1, x2, y2 = track.box_xyxy.tolist()
            faces.append(SeenFace(track, (x1, y1, x2, y2), roll, track.score, crop, reason))
        return tuple(faces)

    def _face(
        self, face: SeenFace, probabilities: NDArray[np.float32] | None, at: float
    ) -> FaceResult:
        card, reason = self.bundle.card, face.refused
        baseline = face.track.baseline
        if baseline is not None and baseline.model_version != self.bundle.version:
            baseline = None
        if probabilities is not None and baseline is not None:
            probabilities = baseline.apply(probabilities)
        if probabilities is None:
            smoothed, chance = _NOTHING, 0.0
            label: str | None = None
            mixed: tuple[str, ...] = ()
        else:
            smoothed = face.track.smooth(probabilities, at)
            top = int(np.argmax(smoothed))
            above = labels_above(smoothed, card.mixed_above)
            chance = float(confidence(smoothed, card.confidence_exponent))
            sure = chance >= card.unsure_below
            label = LABELS[top] if sure else None
            mixed = above if sure and len(above) > 1 else ()
            reason = None if sure else UnsureReason.NOT_CONFIDENT
        return FaceResult(
            track_id=face.track.id,
            box_xyxy=face.box_xyxy,
            roll_deg=face.roll_deg,
            detection_score=face.score,
            probabilities=_NOTHING if probabilities is None else probabilities,
            smoothed=smoothed,
            confidence=chance,
            label=label,
            mixed=mixed,
            unsure=reason,
            scored=probabilities is not None,
            calibration=baseline.id if baseline is not None else "",
        )


_NOTHING = np.zeros(len(LABELS), np.float32)
_NOTHING.setflags(write=False)


def _gray(frame_bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    gray: NDArray[np.uint8] = cv2.cvtColor(frame_bgr, cv2.COLOR_BGR2GRAY)
    return gray
