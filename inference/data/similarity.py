"""Pairs of pictures that are (nearly) the same.

Two steps. Candidates are found as a perceptual hash finds them (Zauner, "Implementation and
Benchmarking of Perceptual Image Hash Functions", 2010): by the low frequencies of the cosine
transform, here as 60 real numbers in place of 64 bits, so that a threshold can be chosen. The
lowest are left out, which only say that faces are bright in the middle. Each candidate pair
is then held to the normalised correlation of its details (what is left when a blurred copy is
taken away), the one picture moved by up to two pixels each way. Brightness and contrast do not
count in either step, and mirrored pictures are found as well.

The thresholds come from the 31,528 faces of FER2013's Training and PublicTest (612 others,
near copies of PrivateTest, left out) and from copies of 1,500 of them made by hand. Of the
23,932 candidates (at any correlation above 0.6 of whole pixels) the correlations of details
have two peaks, at 0.45 for different people and above 0.95 for equal pictures, and fewest
pairs at 0.75 (430 from 0.70 to 0.75, 4,180 at the lower peak). Looking at twelve pairs
of each step of 0.05: all are the same picture from 0.75 on, eleven from 0.70 to 0.75, nine from
0.65 to 0.70, few below. At 0.75 there are 5,207 pairs, 42 of them mirrored, and 1,016 between
Training and PublicTest. Of the 600 studio faces of CK+, all cut alike, 186 pairs of different
persons, 162 of them with the same expression, reach 0.75 (one in a thousand) and 4 reach 0.80,
none 0.82: on such data a pair is a hint. A test set is protected at the cost of a few such
training pictures.

Of the copies made by hand, 99 % have at least: brightness and contrast 0.99, gamma of 1.5
0.97, JPEG of quality 30 0.90, moved by two pixels 0.98, noise of 10 gray levels 0.82, cut by one
pixel on each side 0.73. In the low frequencies 99 % have at least 0.90 when moved by one pixel
each way, and 95 % 0.81 when moved by two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

#: Correlation of low frequencies from which a pair is looked at.
CANDIDATE = 0.80
#: Correlation of details from which two pictures are the same.
SAME = 0.75

#: Frequencies u + v of the transform of a 48x48 picture that are compared.
_BAND = (3, 10)
_SIDE = 48
_MAX_SHIFT = 2
#: Of the blurred copy, in pixels: what is smaller than an eye is detail.
_BLUR_SIGMA = 4.0
#: Rows compared at a time: 256 x 36,000 correlations are 37 MB.
_BLOCK = 256
_PAIRS = 2048


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of faces that are the same picture, ``first < second``.

    Attributes:
        first: ``(m,)`` rows.
        second: ``(m,)`` rows.
        mirrored: ``(m,)`` whether one is the other's mirror image.
        correlation: ``(m,)`` of the details, at the best shift.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    mirrored: NDArray[np.bool_]
    correlation: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.first)

    def take(self, index: NDArray[np.intp] | NDArray[np.bool_]) -> Pairs:
        """Some of the pairs."""
        return Pairs(
            self.first[index], self.second[index], self.mirrored[index], self.correlation[index]
        )


def same_pictures(faces_gray: NDArray[np.uint8]) -> Pairs:
    """Every pair of (nearly) equal pictures, mirrored ones too.

    Args:
        faces_gray: ``(n, side, side)`` uint8.

    A picture of one gray level is never the same as another.
    """
    faces = _at_side(faces_gray)
    found = [_verify(faces, *candidates) for candidates in _candidates(faces)]
    empty = np.empty(0)
    columns = zip(*found, strict=True) if found else ([empty],) * 4
    first, second, mirrored, correlation = (np.concatenate(c) for c in columns)
    pairs = Pairs(
        first.astype(np.intp),
        second.astype(np.intp),
        mirrored.astype(np.bool_),
        correlation.astype(np.float32),
    )
    # A symmetric face equals another as it is and mirrored: the better of the two is kept.
    order = np.lexsort((pairs.mirrored, -pairs.correlation, pairs.second, pairs.first))
    pairs = pairs.take(order)
    new = np.ones(len(pairs), np.bool_)
    new[1:] = (np.diff(pairs.first) != 0) | (np.diff(pairs.second) != 0)
    return pairs.take(new)


def _at_side(faces_gray: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if faces_gray.shape[1:] == (_SIDE, _SIDE) or not len(faces_gray):
        return faces_gray
    how = cv2.INTER_AREA if faces_gray.shape[1] > _SIDE else cv2.INTER_LINEAR
    return np.stack([cv2.resize(f, (_SIDE, _SIDE), interpolation=how) for f in faces_gray])


def _frequencies(
    faces: NDArray[np.uint8],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The low frequencies of each face as unit vectors, ``(n, even)`` and ``(n, odd)``.

    Mirroring changes the sign of the odd ones (in x) and nothing else.
    """
    u, v = np.indices((_SIDE, _SIDE))
    inside = (u + v >= _BAND[0]) & (u + v <= _BAND[1])
    out = np.empty((len(faces), int(inside.sum())), np.float32)
    for row, face in enumerate(faces):
        out[row] = cv2.dct(face.astype(np.float32))[inside]
    length = np.linalg.norm(out, axis=1, keepdims=True)
    out /= np.maximum(length, 1e-6)
    # Rounding leaves a flat picture with frequencies of its own; it has none.
    out[length[:, 0] < 1.0] = 0.0
    odd = v[inside] % 2 == 1
    return np.ascontiguousarray(out[:, ~odd]), np.ascontiguousarray(out[:, odd])


def _candidates(
    faces: NDArray[np.uint8],
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp], bool]]:
    """Blocks of pairs ``first < second`` that are alike in their low frequencies."""
    even, odd = _frequencies(faces)
    for start in range(0, len(faces), _BLOCK):
        rows = slice(start, start + _BLOCK)
        same_sign, other_sign = even[rows] @ even[start:].T, odd[rows] @ odd[start:].T
        for mirrored, correlation in (
            (False, same_sign + other_sign),
            (True, same_sign - other_sign),
        ):
            at = np.flatnonzero(correlation > CANDIDATE)
            first, second = np.divmod(at, correlation.shape[1])
            above = second > first
            first, second = first[above] + start, second[above] + start
            for i in range(0, len(first), _PAIRS):
                yield first[i : i + _PAIRS], second[i : i + _PAIRS], mirrored


def _verify(
    faces: NDArray[np.uint8],
    first: NDArray[np.intp],
    second: NDArray[np.intp],
    mirrored: bool,
) -> tuple[NDArray[Any], ...]:
    """Those of the pairs that are the same picture: first, second, mirrored, correlation."""
    a, b = _details(faces[first]), _details(faces[second])
    if mirrored:
        b = b[:, :, ::-1]
    inner = slice(_MAX_SHIFT, _SIDE - _MAX_SHIFT)
    standing = _unit(b[:, inner, inner])
    best = np.full(len(first), -1.0, np.float32)
    for dy in range(2 * _MAX_SHIFT + 1):
        for dx in range(2 * _MAX_SHIFT + 1):
            size = _SIDE - 2 * _MAX_SHIFT
            moved = _unit(a[:, dy : dy + size, dx : dx + size])
            np.maximum(best, np.einsum("np,np->n", moved, standing), out=best)
    same = best > SAME
    return first[same], second[same], np.full(int(same.sum()), mirrored), best[same]


def _details(faces: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Pictures less their blurred copies."""
    out = faces.astype(np.float32)
    for face in out:
        face -= cv2.GaussianBlur(face, (0, 0), _BLUR_SIGMA)
    return out


def _unit(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean 0 and length 1, ``(n, pixels)``."""
    flat = pictures.reshape(len(pictures), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6))
