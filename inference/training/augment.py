"""Augmentation of small gray faces: what a webcam and a detector's crop do to a face."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.models.augmentation import AugmentConfig


def augment(
    faces_gray: NDArray[np.uint8], rng: np.random.Generator, config: AugmentConfig
) -> NDArray[np.uint8]:
    """Change each face at random.

    Args:
        faces_gray: ``(n, side, side)`` uint8, or ``(n, side, side, frames)``: the frames of
            a clip are changed alike; not changed in place.
        rng: source of all randomness.
        config: ranges.

    Returns:
        A new array of the same shape.
    """
    n, side = len(faces_gray), int(faces_gray.shape[1])
    out = np.empty_like(faces_gray)
    angles = rng.uniform(-config.rotation_deg, config.rotation_deg, n) * (np.pi / 180)
    zoom = rng.uniform(1 - config.scale, 1 + config.scale, n)
    aspect = rng.uniform(1 - config.scale / 3, 1 + config.scale / 3, n)
    shift = side * rng.uniform(-config.shift, config.shift, (n, 2))
    mirror = np.where((rng.random(n) < 0.5) & config.mirror, -1.0, 1.0)
    gamma = np.exp(rng.uniform(-config.gamma, config.gamma, n))
    chances = rng.random((n, 3))
    shear = np.tan(np.deg2rad(rng.uniform(-config.shear_deg, config.shear_deg, n)))
    ramp = np.linspace(0.0, 1.0, 256)
    centre = (side - 1) / 2
    for i in range(n):
        cos, sin = np.cos(angles[i]), np.sin(angles[i])
        linear = np.array(
            [
                [mirror[i] * zoom[i] * aspect[i] * cos, -zoom[i] * sin],
                [mirror[i] * zoom[i] * aspect[i] * sin, zoom[i] * cos],
            ]
        )
        linear = linear @ np.array([[1.0, shear[i]], [0.0, 1.0]])
        offset = centre + shift[i] - linear @ (centre, centre)
        face = cv2.warpAffine(
            faces_gray[i],
            np.column_stack([linear, offset]),
            (side, side),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        face = cv2.LUT(face, (255.0 * ramp ** gamma[i]).astype(np.uint8))
        if chances[i, 0] < config.degrade_chance:
            small = int(rng.integers(side // 2, side))
            face = cv2.resize(face, (small, small), interpolation=cv2.INTER_AREA)
            face = cv2.resize(face, (side, side), interpolation=cv2.INTER_LINEAR)
        if chances[i, 1] < config.noise_chance:
            noise = rng.normal(0.0, rng.uniform(2.0, 10.0), face.shape)
            face = np.clip(face + noise, 0, 255).astype(np.uint8)
        if chances[i, 2] < config.erase_chance:
            height, width = rng.integers(side // 8, side // 2, 2)
            top = int(rng.integers(0, side - height))
            left = int(rng.integers(0, side - width))
            face[top : top + height, left : left + width] = rng.integers(0, 256)
        out[i] = face
    return out


def mix(
    faces_gray: NDArray[np.uint8],
    targets: list[NDArray[np.float32]],
    rng: np.random.Generator,
    chance: float,
) -> tuple[NDArray[np.uint8], list[NDArray[np.float32]]]:
    """Blend some faces, and what is said of them, with others of the batch.

    Half of them wholly (Zhang et al., "mixup", ICLR 2018), half by a pasted rectangle (Yun
    et al., "CutMix", ICCV 2019); the share is drawn from Beta(0.4, 0.4).

    Args:
        faces_gray: ``(n, side, side)`` or ``(n, side, side, frames)`` uint8; not changed.
        targets: arrays ``(n, ...)`` to blend in the same shares.
        rng: source of all randomness.
        chance: of each face to be blended.

    Returns:
        New arrays of the same shapes.
    """
    n, side = len(faces_gray), int(faces_gray.shape[1])
    partner = rng.permutation(n)
    share = np.where(rng.random(n) < chance, rng.beta(0.4, 0.4, n), 1.0)
    paste = rng.random(n) < 0.5
    out = faces_gray.copy()
    for i in np.flatnonzero(share < 1.0):
        other = faces_gray[partner[i]]
        if paste[i]:
            edge = round(side * float(np.sqrt(1.0 - share[i])))
            top, left = rng.integers(0, side - edge + 1, 2)
            out[i, top : top + edge, left : left + edge] = other[
                top : top + edge, left : left + edge
            ]
            share[i] = 1.0 - (edge / side) ** 2
        else:
            out[i] = cv2.addWeighted(faces_gray[i], share[i], other, 1.0 - share[i], 0.0)
    blended = []
    for target in targets:
        own = share.reshape(-1, *[1] * (target.ndim - 1)).astype(np.float32)
        blended.append(own * target + (1.0 - own) * target[partner])
    return out, blended
