"""Columns of numbers as bytes: compact, versioned and checked."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from inference.errors import DataError

#: Magic, version, number of columns, checksum of what follows.
_HEADER = struct.Struct("<4sBBI")
_LENGTH = struct.Struct("<I")


def pack(magic: bytes, version: int, columns: Sequence[NDArray[Any]]) -> bytes:
    """Write columns one after another, deflated.

    The first bytes of all values are stored together, then the second ones, and so on
    ("shuffling", as in HDF5): neighbours in time differ in their last bytes only, so this
    halves what deflating alone leaves.

    Args:
        magic: four bytes that name the kind.
        version: of its layout.
        columns: arrays of any shape, little endian; the first dimension is the row.
    """
    parts = []
    for column in columns:
        parts.append(_LENGTH.pack(len(column)))
        # One file for every machine: big-endian ones swap.
        little = np.ascontiguousarray(column).astype(column.dtype.newbyteorder("<"), copy=False)
        parts.append(little.view(np.uint8).reshape(-1, column.dtype.itemsize).T.tobytes())
    body = zlib.compress(b"".join(parts), 6)
    return _HEADER.pack(magic, version, len(columns), zlib.crc32(body)) + body


def unpack(
    data: bytes,
    magic: bytes,
    version: int,
    layout: Sequence[tuple[DTypeLike, tuple[int, ...]]],
) -> list[NDArray[Any]]:
    """Read what ``pack`` wrote.

    Args:
        data: the bytes.
        magic: of the kind that is expected.
        version: that is understood.
        layout: of each column its type and the shape of one row.

    Raises:
        DataError: another kind or version, or not whole.
    """
    data = bytes(data)  # databases hand out memory views
    if len(data) < _HEADER.size:
        raise DataError("The samples are cut off.")
    found, number, columns, checksum = _HEADER.unpack_from(data)
    if found != magic or number != version or columns != len(layout):
        raise DataError("The samples were written by another version of this program.")
    if zlib.crc32(data[_HEADER.size :]) != checksum:
        raise DataError("The samples are damaged.")
    body = zlib.decompress(data[_HEADER.size :])
    out, offset = [], 0
    for kind, shape in layout:
        dtype = np.dtype(kind).newbyteorder("<")
        (rows,) = _LENGTH.unpack_from(body, offset)
        offset += _LENGTH.size
        values = rows * int(np.prod(shape, dtype=int))
        raw = np.frombuffer(body, np.uint8, values * dtype.itemsize, offset)
        offset += raw.size
        whole = np.ascontiguousarray(raw.reshape(dtype.itemsize, values).T)
        out.append(whole.view(dtype).reshape(rows, *shape).astype(np.dtype(kind), copy=False))
    if offset != len(body):
        raise DataError("The samples are damaged.")
    return out
