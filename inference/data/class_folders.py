"""Pictures in folders that are named after their class, on disk or in a zip archive.

Around the class folders there may be folders of splits (``train/happy/1.png``) and of
whatever else, inside them more folders. Frames that are named as CK+ names them,
``<subject>_<clip>_<frame>.png``, become clips of persons (Lucey et al., "The Extended
Cohn-Kanade Dataset (CK+)", CVPR Workshops 2010).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from inference.data.collect import Collector
from inference.data.names import expression_index, split_name
from inference.data.pictures import PictureError, decode_gray
from inference.data.report import Reason, printable
from inference.data.tree import Entry, is_junk
from inference.errors import DataError
from inference.labels import LABELS

FORMAT = "folders of classes"
FORMAT_CLIPS = "folders of classes with frames of clips (CK+)"

_CK_FRAME = re.compile(r"(?P<subject>S\d{2,4})_(?P<clip>\d{3})_(?P<frame>\d{1,9})", re.IGNORECASE)
_DIGITS = re.compile(r"(\d+)")


def read_class_folders(entries: Iterable[Entry], into: Collector) -> str:
    """Read every picture of a tree, in the order of the names.

    Args:
        entries: in any order.
        into: takes the faces.

    Returns:
        The format in words.

    Raises:
        DataError: the folder of a class or of a split has no file in it.
    """
    wanted = [entry for entry in entries if not is_junk(entry.path)]
    _refuse_empty_folders(wanted, into.name)
    clips = 0
    for entry in sorted(wanted, key=lambda entry: _natural(entry.path)):
        clips += _take(entry, into)
    return FORMAT_CLIPS if clips else FORMAT


def _take(entry: Entry, into: Collector) -> bool:
    """Take or skip one file; whether it was a frame of a clip."""
    source = str(entry.path)
    if entry.refused is not None:
        into.skip(source, entry.refused.reason, entry.refused.detail)
        return False
    if entry.is_folder:
        return False
    split, index, name = _place(entry.path.parent)
    if index < 0:
        why = f"“{name}”" if name else "not in the folder of a class"
        into.skip(source, Reason.UNKNOWN_CLASS, why)
        return False
    try:
        gray = decode_gray(entry.read())
    except PictureError as error:
        into.skip(source, error.reason, error.detail)
        return False
    frame = _CK_FRAME.fullmatch(entry.path.stem)
    if frame is None:
        into.take(gray, source, expression=index, split=split, once=True)
        return False
    subject = frame["subject"].upper()
    clip = f"{subject}_{frame['clip']}"
    # Frames of a face that does not move may be equal, and are still frames.
    into.take(gray, source, expression=index, split=split, group=subject, clip=clip)
    return True


def _place(folder: PurePosixPath) -> tuple[str, int, str]:
    """Split, index of the class and the class folder's name of a file in ``folder``.

    The innermost name of a class counts; where there is none, the innermost folder that is
    not a split is taken for a class we do not know.
    """
    parts = folder.parts
    split = next((s for s in map(split_name, reversed(parts)) if s is not None), "")
    for part in reversed(parts):
        index = expression_index(part)
        if index >= 0:
            return split, index, part
    others = [part for part in parts if split_name(part) is None]
    return split, -1, others[-1] if others else ""


def _refuse_empty_folders(entries: Iterable[Entry], name: str) -> None:
    """A class or a split without a single file is a mistake nobody should train on."""
    filled: dict[str, bool] = {}
    shown: dict[str, str] = {}
    for entry in entries:
        for part in entry.path.parts if entry.is_folder else entry.path.parent.parts:
            index, split = expression_index(part), split_name(part)
            for key in (LABELS[index] if index >= 0 else None, split):
                if key is not None:
                    filled[key] = filled.get(key, False) or not entry.is_folder
                    shown.setdefault(key, part)
    empty = [key for key, has_file in filled.items() if not has_file]
    if empty:
        kind = "class" if empty[0] in LABELS else "split"
        folder = printable(shown[empty[0]])
        raise DataError(f"The {kind} {folder} of {name} has no picture.")


def _natural(path: PurePosixPath) -> tuple[tuple[str | tuple[int, str], ...], ...]:
    """Order in which frame 9 comes before frame 10."""
    return tuple(
        # Text and numbers alternate, so that like is compared with like; a number is compared
        # by length first, as int() refuses very long ones.
        tuple(
            (len(p.lstrip("0")), p.lstrip("0")) if i % 2 else p
            for i, p in enumerate(_DIGITS.split(part))
        )
        for part in path.parts
    )
