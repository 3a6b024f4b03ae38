"""FER2013 as Kaggle hands it out: ``fer2013.csv`` and ``icml_face_data.csv``.

Goodfellow et al., "Challenges in Representation Learning: A report on three machine
learning contests", ICONIP 2013. One row a face: ``emotion`` 0..6, ``pixels`` 2,304 gray
levels with spaces between, ``Usage`` the split; the second file has spaces in its header.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from inference.data.collect import Collector
from inference.data.names import expression_index, split_name
from inference.data.pictures import PictureError
from inference.data.report import Reason
from inference.data.table import Table
from inference.data.votes import VoteJoin, Votes
from inference.labels import FER2013_LABELS, LABELS

FORMAT = "a table of pixels (FER2013)"
COLUMNS = ("emotion", "pixels", "Usage")
SIDE = 48

_LEVELS = {str(level): level for level in range(256)}


def is_table_of_pixels(columns: Sequence[str]) -> bool:
    """Whether a header is meant to be one of these files, perhaps with a column missing."""
    return "pixels" in columns or {"emotion", "usage"} <= set(columns)


def read_csv(stream: BinaryIO, into: Collector, votes: Votes | None = None) -> str:
    """Read row by row; a row is never held longer than it takes to become 48x48 bytes.

    Args:
        stream: of the file.
        into: takes the faces; ``source`` counts rows from 0, as FER+ does.
        votes: joined by row.

    Returns:
        The format in words.

    Raises:
        DataError: columns missing, or votes of other pictures.
    """
    table = Table.open(stream)
    emotion, pixels, usage = table.index(COLUMNS, into.name)
    join = VoteJoin(votes)
    for row, cells in enumerate(table.rows()):
        source = f"{into.name}, row {row}"
        if cells is None:
            into.skip(source, Reason.UNREADABLE, "not a line of a table")
            continue
        if len(cells) <= max(emotion, pixels, usage):
            into.skip(source, Reason.MISSING_PIXELS, f"{len(cells)} columns")
            continue
        split = split_name(cells[usage])
        if split is None:
            into.skip(source, Reason.UNKNOWN_SPLIT, f"“{cells[usage].strip()[:40]}”")
            continue
        label = _expression(cells[emotion])
        if label < 0:
            into.skip(source, Reason.UNKNOWN_CLASS, f"“{cells[emotion].strip()[:40]}”")
            continue
        try:
            face = parse_pixels(cells[pixels])
        except PictureError as error:
            into.skip(source, error.reason, error.detail)
            continue
        cast, remark = join.of(row, split)
        if remark:
            into.remark(remark)
        into.take(face, source, expression=label, votes=cast, split=split)
    table.release()
    join.check(into.name)
    return FORMAT


def _expression(cell: str) -> int:
    """Index into ``LABELS`` of FER2013's 0..6 or of a name."""
    cell = cell.strip()
    if cell in _FER2013_NUMBERS:
        return _FER2013_NUMBERS[cell]
    return expression_index(cell)


_FER2013_NUMBERS = {str(i): LABELS.index(name) for i, name in enumerate(FER2013_LABELS)}


def parse_pixels(text: str) -> NDArray[np.uint8]:
    """2,304 gray levels with spaces between as a ``(48, 48)`` uint8 picture.

    Raises:
        PictureError: another number of them, or not gray levels.
    """
    tokens = text.split()
    if not tokens:
        raise PictureError(Reason.MISSING_PIXELS, "no pixels")
    if len(tokens) != SIDE * SIDE:
        detail = f"{len(tokens):,} pixels in place of {SIDE * SIDE:,}"
        raise PictureError(Reason.WRONG_SIZE, detail)
    try:
        # Twice as fast as int(), and there are 83 million of them.
        levels = bytes(map(_LEVELS.__getitem__, tokens))
    except KeyError:
        levels = bytes(map(_level, tokens))
    return np.frombuffer(levels, np.uint8).reshape(SIDE, SIDE)


def _level(token: str) -> int:
    """A gray level that is spelt unusually: ``007``, ``12.0``."""
    try:
        value = float(token)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 255 or value != int(value):
        raise PictureError(Reason.BAD_PIXELS, f"“{token[:20]}” is not a gray level")
    return int(value)
