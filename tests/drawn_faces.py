"""Drawn faces: eyes, brows, nose and mouth by parameters, for tests that learn something.

Every expression moves the parts as the facial action units of Ekman and Friesen (1978)
do: happiness lifts the corners of the mouth, surprise lifts the brows and drops the jaw...
Heads, pose, light and noise are random, so that a network has to look at the parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.data.faces import FaceSet
from inference.labels import LABELS

#: Drawn on a canvas this many times finer, then averaged down.
_OVERSAMPLING = 4
_VOTERS = 10


@dataclass(frozen=True)
class Parts:
    """Where the movable parts are; lengths in half-heights of the face, 0 is at rest."""

    brow_lift: float = 0.0
    brow_tilt: float = 0.0  # > 0: the inner ends go down, as in anger
    eye_open: float = 0.09
    mouth_width: float = 0.30
    mouth_curve: float = 0.0  # > 0: the corners go up
    mouth_open: float = 0.0
    mouth_skew: float = 0.0  # one corner goes up, the other stays
    mouth_lift: float = 0.0
    wrinkles: float = 0.0  # beside the nose


AT_REST = Parts()
EXPRESSIONS: dict[str, Parts] = {
    "neutral": AT_REST,
    "happiness": Parts(mouth_curve=0.22, mouth_width=0.40, eye_open=0.07),
    "surprise": Parts(brow_lift=0.16, eye_open=0.15, mouth_open=0.22, mouth_width=0.17),
    "sadness": Parts(brow_tilt=-0.14, mouth_curve=-0.18, eye_open=0.06, mouth_width=0.26),
    "anger": Parts(brow_lift=-0.06, brow_tilt=0.20, eye_open=0.06, mouth_width=0.22),
    "disgust": Parts(
        brow_lift=-0.05, eye_open=0.04, mouth_curve=-0.10, mouth_lift=0.10, wrinkles=1.0
    ),
    "fear": Parts(
        brow_lift=0.12, brow_tilt=-0.12, eye_open=0.14, mouth_open=0.09, mouth_width=0.38
    ),
    "contempt": Parts(mouth_skew=0.26, mouth_width=0.34, eye_open=0.07),
}


@dataclass(frozen=True)
class Person:
    """What stays the same from frame to frame."""

    skin: float
    ink: float
    background: float
    head_width: float
    eye_gap: float
    eye_width: float
    brow_thickness: float
    nose_length: float
    smirk_side: int

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Person:
        """A random person."""
        skin = rng.uniform(130, 215)
        return cls(
            skin=skin,
            ink=skin - rng.uniform(80, 120),
            background=rng.uniform(20, 235),
            head_width=rng.uniform(0.72, 0.86),
            eye_gap=rng.uniform(0.30, 0.37),
            eye_width=rng.uniform(0.14, 0.18),
            brow_thickness=rng.uniform(0.05, 0.075),
            nose_length=rng.uniform(0.20, 0.30),
            smirk_side=int(rng.choice((-1, 1))),
        )


@dataclass(frozen=True)
class Pose:
    """How the face lies in the picture; shifts in half-sides."""

    scale: float
    roll_deg: float
    shift_x: float
    shift_y: float
    exposure: float
    noise_sigma: float

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Pose:
        """A random pose in random light."""
        return cls(
            scale=rng.uniform(0.80, 0.98),
            roll_deg=rng.uniform(-10, 10),
            shift_x=rng.uniform(-0.08, 0.08),
            shift_y=rng.uniform(-0.08, 0.08),
            exposure=rng.uniform(0.65, 1.15),
            noise_sigma=rng.uniform(2, 9),
        )


def draw_face(
    parts: Parts, person: Person, pose: Pose, rng: np.random.Generator, side: int = 48
) -> NDArray[np.uint8]:
    """One face, ``(side, side)`` uint8; ``rng`` gives the noise of the sensor."""
    fine = side * _OVERSAMPLING
    canvas = np.full((fine, fine), person.background, np.uint8)
    roll = np.deg2rad(pose.roll_deg)
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    unit = pose.scale * fine / 2

    def place(points_xy: NDArray[np.float64]) -> NDArray[np.int32]:
        moved = points_xy @ turn.T * pose.scale + (1 + pose.shift_x, 1 + pose.shift_y)
        return np.rint(moved * fine / 2 * 16).astype(np.int32)  # 4 bits below the pixel

    def fill(points_xy: NDArray[np.float64], gray: float) -> None:
        cv2.fillPoly(canvas, [place(points_xy)], float(gray), cv2.LINE_AA, 4)

    def line(points_xy: NDArray[np.float64], thickness: float, gray: float) -> None:
        width = max(1, round(thickness * unit))
        cv2.polylines(canvas, [place(points_xy)], False, float(gray), width, cv2.LINE_AA, 4)

    fill(_oval(0, 0, person.head_width, 1.0), person.skin)
    for at in (-1, 1):
        x = at * person.eye_gap
        fill(_oval(x, -0.18, person.eye_width, parts.eye_open), min(person.skin + 45, 250))
        fill(_oval(x, -0.18, min(0.07, parts.eye_open), parts.eye_open * 0.9), person.ink)
        y = -0.40 - parts.brow_lift
        inner, outer = y + parts.brow_tilt / 2, y - parts.brow_tilt / 2
        ends = np.array([(x - at * 0.17, inner), (x + at * 0.19, outer)])
        line(ends, person.brow_thickness, person.ink)
        if parts.wrinkles > 0:
            for low in (0.06, 0.16):
                wrinkle = np.array([(at * 0.08, low - 0.08), (at * 0.24, low + 0.04)])
                line(wrinkle, 0.03 * parts.wrinkles, person.skin - 60 * parts.wrinkles)
    nose = np.array([(0, -0.08), (0.07, person.nose_length - 0.08), (-0.05, person.nose_length)])
    line(nose, 0.03, person.skin - 40)

    t = np.linspace(-1, 1, 21)
    bow = parts.mouth_curve * (t**2 - 0.4)
    skew = parts.mouth_skew * np.maximum(person.smirk_side * t, 0) ** 2
    middle = 0.50 - parts.mouth_lift - bow - skew
    x = parts.mouth_width * t
    if parts.mouth_open > 0.01:
        gape = parts.mouth_open * np.sqrt(1 - t**2)
        outline = np.concatenate(
            [np.stack([x, middle - gape], 1), np.stack([x, middle + gape], 1)[::-1]]
        )
        fill(outline, person.ink - 10)
    line(np.stack([x, middle], 1), 0.06, person.ink)

    small = cv2.resize(canvas, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = small * pose.exposure + rng.normal(0, pose.noise_sigma, small.shape)
    return np.clip(np.rint(small), 0, 255).astype(np.uint8)


def drawn_faces(
    n: int, *, labels: Sequence[str] = LABELS, side: int = 48, seed: int = 0
) -> FaceSet:
    """``n`` single faces of as many persons, the same number of each label, in random order.

    Own label and ten votes say the same.
    """
    rng = np.random.default_rng(seed)
    names = [labels[i % len(labels)] for i in rng.permutation(n)]
    faces = [
        draw_face(
            _mix(name, rng.uniform(0.75, 1.1), rng), Person.draw(rng), Pose.draw(rng), rng, side
        )
        for name in names
    ]
    index = [LABELS.index(name) for name in names]
    return FaceSet.of(
        _stacked(faces, side),
        np.array(index, np.int64),
        votes=_unanimous(index),
        source=[f"drawn {row}" for row in range(n)],
    )


def drawn_clips(
    n: int,
    frames: int = 3,
    *,
    labels: Sequence[str] = LABELS,
    side: int = 48,
    seed: int = 0,
) -> FaceSet:
    """``n`` clips of ``frames`` rows each: a face at rest goes over into an expression.

    Each person (``group``) shows every label once; the last frame shows it fully.
    """
    rng = np.random.default_rng(seed)
    faces, index, group, clip = [], [], [], []
    for number in range(n):
        label = number % len(labels)
        if label == 0:
            person = Person.draw(rng)
        pose = Pose.draw(rng)
        subject = f"P{number // len(labels):03d}"
        for strength in np.linspace(0.35, 1.0, frames) if frames > 1 else [1.0]:
            parts = _mix(labels[label], float(strength), rng)
            faces.append(draw_face(parts, person, pose, rng, side))
            index.append(LABELS.index(labels[label]))
            group.append(subject)
            clip.append(f"{subject}_{label:03d}")
    return FaceSet.of(
        _stacked(faces, side),
        np.array(index, np.int64),
        votes=_unanimous(index),
        group=group,
        clip=clip,
        source=[f"drawn {row}" for row in range(len(faces))],
    )


def _mix(name: str, strength: float, rng: np.random.Generator) -> Parts:
    """The parts between rest and an expression, each a little different every time."""
    rest, full = asdict(AT_REST), asdict(EXPRESSIONS[name])
    return Parts(
        **{
            part: rest[part]
            + strength * (full[part] - rest[part]) * rng.uniform(0.9, 1.1)
            + (rng.normal(0, 0.008) if part not in ("wrinkles", "mouth_open") else 0.0)
            for part in rest
        }
    )


def _oval(x: float, y: float, half_width: float, half_height: float) -> NDArray[np.float64]:
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    return np.stack([x + half_width * np.cos(t), y + max(half_height, 0.01) * np.sin(t)], axis=1)


def _stacked(faces: list[NDArray[np.uint8]], side: int) -> NDArray[np.uint8]:
    return np.stack(faces) if faces else np.empty((0, side, side), np.uint8)


def _unanimous(index: list[int]) -> NDArray[np.float32]:
    votes = np.zeros((len(index), len(LABELS) + 2), np.float32)
    votes[np.arange(len(index)), index] = _VOTERS
    return votes
