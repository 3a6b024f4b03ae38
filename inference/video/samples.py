"""What was seen of every face in every frame that was looked at, in columns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from inference.labels import LABELS
from inference.reasons import UnsureReason
from inference.video.columns import pack, unpack

if TYPE_CHECKING:
    from inference.results import FaceResult

#: A frame stands for the time since the one before it, but never for more than this, as live.
MAX_FRAME_S = 1.0
#: ``reason`` r > 0 stands for ``REASONS[r - 1]``.
REASONS: tuple[UnsureReason, ...] = tuple(UnsureReason)

_N = len(LABELS)
#: Type of each column and shape of its row, in the order of the fields.
_COLUMNS: tuple[tuple[DTypeLike, tuple[int, ...]], ...] = (
    (np.int32, ()),
    (np.float64, ()),
    (np.float32, (4,)),
    (np.float16, (_N,)),
    (np.int8, ()),
    (np.float16, ()),
    (np.uint8, ()),
    (np.uint8, ()),
    (np.float64, ()),
)
_VERSION = 1


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """``n`` faces in ``m`` frames, in order of time.

    Attributes:
        raw: ``(n,)`` int32, the tracker's number of the face.
        at_s: ``(n,)`` float64, time of its frame.
        box_xyxy: ``(n, 4)`` float32, pixels of the upright frame.
        probabilities: ``(n, 8)`` float16, calibrated, of this frame alone; zeros where the
            face was not scored.
        label: ``(n,)`` int8 index into ``LABELS``, -1 where unsure.
        confidence: ``(n,)`` float16, see ``pipeline.FaceResult``.
        reason: ``(n,)`` uint8, 0 where sure, else 1 + index into ``REASONS``.
        mixed: ``(n,)`` uint8, bit i set where ``LABELS[i]`` is part of a mixed expression.
        frames_s: ``(m,)`` float64, times of all frames looked at, with a face or without.
        before_s: time of the frame looked at before the first of these, ``nan`` if none was.
    """

    raw: NDArray[np.int32]
    at_s: NDArray[np.float64]
    box_xyxy: NDArray[np.float32]
    probabilities: NDArray[np.float16]
    label: NDArray[np.int8]
    confidence: NDArray[np.float16]
    reason: NDArray[np.uint8]
    mixed: NDArray[np.uint8]
    frames_s: NDArray[np.float64]
    before_s: float = field(default=math.nan, kw_only=True)

    def __post_init__(self) -> None:
        n = len(self.raw)
        for column, (dtype, shape) in zip(self._columns()[:-1], _COLUMNS[:-1], strict=True):
            if column.shape != (n, *shape) or column.dtype != dtype:
                raise ValueError(f"a column is {column.dtype} {column.shape}, not {dtype} of {n}")
        if self.frames_s.ndim != 1 or self.frames_s.dtype != np.float64:
            raise ValueError(f"frames_s is {self.frames_s.dtype} {self.frames_s.shape}")
        if (np.diff(self.at_s) < 0).any() or (np.diff(self.frames_s) <= 0).any():
            raise ValueError("samples and frames must be in order of time")

    def __len__(self) -> int:
        return len(self.raw)

    @classmethod
    def empty(cls) -> Samples:
        """No face in no frame."""
        return cls(*(np.zeros((0, *shape), dtype) for dtype, shape in _COLUMNS))

    @classmethod
    def of_faces(
        cls,
        faces: Sequence[tuple[float, FaceResult]],
        frames_s: Sequence[float],
        before_s: float = math.nan,
    ) -> Samples:
        """From what the pipeline said.

        Args:
            faces: time and result, in order of time.
            frames_s: times of all frames looked at.
            before_s: see the attribute.
        """
        n = len(faces)
        probabilities = [face.probabilities for _, face in faces]
        return cls(
            raw=np.fromiter((face.track_id for _, face in faces), np.int32, n),
            at_s=np.fromiter((at for at, _ in faces), np.float64, n),
            box_xyxy=np.array([face.box_xyxy for _, face in faces], np.float32).reshape(n, 4),
            probabilities=np.array(probabilities, np.float16).reshape(n, _N),
            label=np.fromiter((_index(face.label) for _, face in faces), np.int8, n),
            confidence=np.fromiter((face.confidence for _, face in faces), np.float16, n),
            reason=np.fromiter((_reason(face.unsure) for _, face in faces), np.uint8, n),
            mixed=np.fromiter((_bits(face.mixed) for _, face in faces), np.uint8, n),
            frames_s=np.array(frames_s, np.float64),
            before_s=before_s,
        )

    @classmethod
    def concat(cls, parts: Sequence[Samples]) -> Samples:
        """Stretches of one clip, put in order of time; frames that two share count once."""
        parts = sorted((p for p in parts if len(p) or len(p.frames_s)), key=_begin)
        if not parts:
            return cls.empty()
        columns = [np.concatenate(c) for c in zip(*(p._columns() for p in parts), strict=True)]
        order = np.argsort(columns[1], kind="stable")
        rows = [column[order] for column in columns[:-1]]
        return cls(*[*rows, np.unique(columns[-1])], before_s=parts[0].before_s)

    def take(self, mask: NDArray[np.bool_]) -> Samples:
        """Some of the faces, ``(n,)`` bool; the frames looked at stay, so do the weights."""
        rows = [column[mask] for column in self._columns()[:-1]]
        return Samples(*[*rows, self.frames_s], before_s=self.before_s)

    def weights_s(self) -> NDArray[np.float64]:
        """``(n,)`` seconds each face stands for: since the frame before its own, at most 1 s.

        The first frame of a clip stands for nothing, as ``journal.recorder`` counts live ones.
        """
        before = np.concatenate([[self.before_s], self.frames_s[:-1]])[: len(self.frames_s)]
        lengths = np.nan_to_num(np.clip(self.frames_s - before, 0.0, MAX_FRAME_S), nan=0.0)
        if not len(lengths):
            return np.zeros(len(self))
        rows = np.minimum(np.searchsorted(self.frames_s, self.at_s), len(lengths) - 1)
        weights: NDArray[np.float64] = np.where(
            self.frames_s[rows] == self.at_s, lengths[rows], 0.0
        )
        return weights

    def by_second(self) -> Seconds:
        """Sum up by face and whole second; a frame's time is divided where it spans two."""
        weights, n = self.weights_s(), len(self)
        sure = self.reason == 0
        last = np.floor(self.at_s).astype(np.int32)
        in_last = np.minimum(self.at_s - last, weights)
        raw = np.concatenate([self.raw, self.raw])
        second = np.concatenate([last, last - 1])
        length = np.concatenate([in_last, weights - in_last])
        # A face in the first frame of a clip weighs nothing, but its second is known.
        kept = (length > 0) | (np.arange(2 * n) < n)
        probabilities = np.concatenate([self.probabilities, self.probabilities])
        sure = np.concatenate([sure, sure])
        return Seconds.summed(
            raw[kept],
            second[kept],
            np.where(sure, length, 0.0)[kept],
            np.where(sure, 0.0, length)[kept],
            probabilities[kept].astype(np.float64),
        )

    def to_bytes(self) -> bytes:
        """As bytes for a database; some 40 a face."""
        before = np.array([self.before_s], np.float64)
        return pack(b"EWsa", _VERSION, [*self._columns(), before])

    @classmethod
    def from_bytes(cls, data: bytes) -> Samples:
        """Read ``to_bytes``.

        Raises:
            DataError: not whole, or of another version.
        """
        *columns, before = unpack(data, b"EWsa", _VERSION, [*_COLUMNS, (np.float64, ())])
        return cls(*columns, before_s=float(before[0]))

    def _columns(self) -> list[NDArray[Any]]:
        return [getattr(self, column.name) for column in fields(self)][:-1]


_SECOND_COLUMNS: tuple[tuple[DTypeLike, tuple[int, ...]], ...] = (
    (np.int32, ()),
    (np.int32, ()),
    (np.float32, ()),
    (np.float32, ()),
    (np.float16, (_N,)),
)


@dataclass(frozen=True, slots=True, eq=False)
class Seconds:
    """``k`` rows, one for each face and whole second in which it was seen, by second and face.

    Attributes:
        raw: ``(k,)`` int32, the tracker's number of the face.
        second: ``(k,)`` int32; row ``s`` covers the time from ``s`` to ``s + 1``.
        seconds: ``(k,)`` float32, time with a sure reading.
        unsure: ``(k,)`` float32, time with a face but without one.
        means: ``(k, 8)`` float16, mean probabilities over ``seconds``, weighted by time;
            zeros where there are none.
    """

    raw: NDArray[np.int32]
    second: NDArray[np.int32]
    seconds: NDArray[np.float32]
    unsure: NDArray[np.float32]
    means: NDArray[np.float16]

    def __post_init__(self) -> None:
        k = len(self.raw)
        for column, (dtype, shape) in zip(self._columns(), _SECOND_COLUMNS, strict=True):
            if column.shape != (k, *shape) or column.dtype != dtype:
                raise ValueError(f"a column is {column.dtype} {column.shape}, not {dtype} of {k}")

    def __len__(self) -> int:
        return len(self.raw)

    @classmethod
    def empty(cls) -> Seconds:
        """No face at any time."""
        return cls(*(np.zeros((0, *shape), dtype) for dtype, shape in _SECOND_COLUMNS))

    @classmethod
    def summed(
        cls,
        raw: NDArray[np.int32],
        second: NDArray[np.int32],
        seconds: NDArray[np.floating[Any]],
        unsure: NDArray[np.floating[Any]],
        means: NDArray[np.floating[Any]],
    ) -> Seconds:
        """From rows of which several may belong to one face and second."""
        if not len(raw):
            return cls.empty()
        key = second.astype(np.int64) << 32 | raw.astype(np.int64)
        keys, rows = np.unique(key, return_inverse=True)
        sure = np.bincount(rows, seconds, len(keys))
        sums = np.stack(
            [np.bincount(rows, seconds * column, len(keys)) for column in means.T], axis=1
        )
        return cls(
            (keys & 0xFFFFFFFF).astype(np.int32),
            (keys >> 32).astype(np.int32),
            sure.astype(np.float32),
            np.bincount(rows, unsure, len(keys)).astype(np.float32),
            np.divide(sums, sure[:, None], out=np.zeros_like(sums), where=sure[:, None] > 0).astype(
                np.float16
            ),
        )

    @classmethod
    def concat(cls, parts: Sequence[Seconds]) -> Seconds:
        """Blocks of one clip; a second that two of them share becomes one row."""
        if not parts:
            return cls.empty()
        columns = [np.concatenate(c) for c in zip(*(p._columns() for p in parts), strict=True)]
        raw, second, seconds, unsure, means = columns
        return cls.summed(raw, second, seconds, unsure, means.astype(np.float64))

    def take(self, mask: NDArray[np.bool_]) -> Seconds:
        """Some of the rows, ``(k,)`` bool."""
        return Seconds(*(column[mask] for column in self._columns()))

    def to_bytes(self) -> bytes:
        """As bytes for a database."""
        return pack(b"EWse", _VERSION, self._columns())

    @classmethod
    def from_bytes(cls, data: bytes) -> Seconds:
        """Read ``to_bytes``.

        Raises:
            DataError: not whole, or of another version.
        """
        return cls(*unpack(data, b"EWse", _VERSION, _SECOND_COLUMNS))

    def _columns(self) -> list[NDArray[Any]]:
        return [getattr(self, column.name) for column in fields(self)]


def _begin(samples: Samples) -> float:
    return float(samples.frames_s[0] if len(samples.frames_s) else samples.at_s[0])


def _index(label: str | None) -> int:
    return -1 if label is None else LABELS.index(label)


def _reason(unsure: UnsureReason | None) -> int:
    return 0 if unsure is None else 1 + REASONS.index(unsure)


def _bits(mixed: tuple[str, ...]) -> int:
    return sum(1 << LABELS.index(label) for label in mixed)
