"""Faces in a parquet file: encoded pictures with a label, votes, or both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference.data.collect import Collector
from inference.data.faces import VOTE_COLUMNS
from inference.data.names import expression_index, split_name
from inference.data.pictures import PictureError, decode_gray
from inference.data.report import Reason
from inference.data.table import lacking
from inference.data.votes import VoteJoin, Votes
from inference.errors import DataError

FORMAT = "a parquet file of pictures"
#: Rows held as Python objects at a time.
_BATCH = 256
_MAX_COLUMN_BYTES = 8 * 2**30

#: What a column may be called.
_IMAGE, _LABEL, _SPLIT, _ROW = ("image",), ("emotion", "label"), ("usage", "split"), ("row",)


def read_parquet(path: Path, into: Collector, votes: Votes | None = None) -> str:
    """Read a parquet file in batches.

    Args:
        path: columns ``image`` (encoded bytes, or a struct with ``bytes``), and ``emotion``
            or ``label`` (names) or one column of votes for each of ``VOTE_COLUMNS`` or both;
            ``usage`` or ``split``, and ``row``, where there are some.
        into: takes the faces.
        votes: joined by ``row``, or by position where there is no such column; they
            replace the file's own.

    Returns:
        The format in words.

    Raises:
        DataError: damaged, columns missing, or votes of other pictures.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            columns = _columns(file.schema_arrow.names, into.name)
            size = sum(
                file.metadata.row_group(i).total_byte_size
                for i in range(file.metadata.num_row_groups)
            )
            if size > _MAX_COLUMN_BYTES:
                raise DataError(f"{into.name} says that it unpacks to {size >> 30} GB, too much.")
            join = VoteJoin(votes)
            for position, row in _rows(file, columns):
                _take(row, position, columns, join, into)
    except (pa.ArrowException, OSError, ValueError, TypeError, MemoryError, OverflowError):
        # Arrow's own words speak of thrift and page headers.
        raise DataError(
            f"{into.name} is not a parquet file of faces that can be read to its end."
        ) from None
    join.check(into.name)
    return FORMAT


def _columns(names: list[str], name: str) -> dict[str, str]:
    """What is wanted -> the column it is in."""
    found = {}
    for key, known in (("image", _IMAGE), ("label", _LABEL), ("split", _SPLIT), ("row", _ROW)):
        column = next((c for c in known if c in names), None)
        if column is not None:
            found[key] = column
    missing = [] if "image" in found else ["image"]
    lacked = [c for c in VOTE_COLUMNS if c not in names]
    if not lacked:
        found |= {c: c for c in VOTE_COLUMNS}
    elif len(lacked) < len(VOTE_COLUMNS):
        missing += lacked
    elif "label" not in found:
        missing.append("emotion")
    if missing:
        raise lacking(name, missing)
    return found


def _rows(file: Any, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, Any]]]:
    position = 0
    small = [column for key, column in columns.items() if key != "image"]
    for batch in file.iter_batches(batch_size=_BATCH, columns=list(columns.values())):
        pictures = batch.column(columns["image"])
        others = batch.select(small).to_pylist() if small else [{}] * batch.num_rows
        for i, row in enumerate(others):
            # One by one: the pictures of a batch are never Python objects all at once.
            yield position, {**row, columns["image"]: pictures[i].as_py()}
            position += 1


def _take(
    row: dict[str, Any],
    position: int,
    columns: Mapping[str, str],
    join: VoteJoin,
    into: Collector,
) -> None:
    number = row.get(columns.get("row", ""), position)
    number = number if isinstance(number, int) and number >= 0 else position
    source = f"{into.name}, row {number}"
    label = -1
    if "label" in columns:
        name = row[columns["label"]]
        label = expression_index(name) if isinstance(name, str) else -1
        if label < 0 and name is not None:
            into.skip(source, Reason.UNKNOWN_CLASS, f"“{str(name)[:40]}”")
            return
    split = ""
    if "split" in columns:
        known = split_name(str(row[columns["split"]]))
        if known is None:
            into.skip(source, Reason.UNKNOWN_SPLIT, f"“{str(row[columns['split']])[:40]}”")
            return
        split = known
    image = row[columns["image"]]
    if isinstance(image, dict):
        image = image.get("bytes")
    if not isinstance(image, bytes):
        into.skip(source, Reason.MISSING_PIXELS)
        return
    try:
        gray = decode_gray(image)
    except PictureError as error:
        into.skip(source, error.reason, error.detail)
        return
    cast, remark = join.of(number, split)
    if remark:
        into.remark(remark)
    own = _own_votes(row) if "NF" in columns else None
    into.take(gray, source, expression=label, votes=own if cast is None else cast, split=split)


def _own_votes(row: dict[str, Any]) -> NDArray[np.float32]:
    try:
        votes = np.array([row[c] for c in VOTE_COLUMNS], np.float32)
    except (TypeError, ValueError):
        return np.zeros(len(VOTE_COLUMNS), np.float32)
    usable = bool(np.isfinite(votes).all()) and bool((votes >= 0).all())
    return votes if usable else np.zeros_like(votes)
