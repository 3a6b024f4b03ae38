"""What the structure of a file says without decoding it: whole or cut, indexed or not.

Only the lengths of the outermost elements are read, a few dozen bytes of each.
ISO base media files (MP4, MOV) are ISO/IEC 14496-12; Matroska and WebM are RFC 9559 in RFC 8794;
AVI is RIFF.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_MAX_ELEMENTS = 200_000

#: Boxes of the outermost level; behind anything else the file is not read on.
_BOXES = {
    b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"uuid", b"meta", b"moof",
    b"mfra", b"sidx", b"ssix", b"styp", b"emsg", b"prft", b"pdin", b"udta", b"idat", b"junk",
}  # fmt: skip

_EBML, _SEGMENT, _CLUSTER = 0x1A45DFA3, 0x18538067, 0x1F43B675
_CUES, _SEEK_HEAD, _DOC_TYPE = 0x1C53BB6B, 0x114D9B74, 0x4282


@dataclass(frozen=True, slots=True)
class Layout:
    """What was found.

    Attributes:
        kind: "mp4", "mov", "webm", "mkv", "avi", or "" where the structure is another.
        cut: the file ends before what it announces.
        indexed: it says where its pictures are, so that a browser can seek in it.
    """

    kind: str = ""
    cut: bool = False
    indexed: bool = True

    @property
    def known(self) -> bool:
        """Whether it begins as a video of these kinds does."""
        return bool(self.kind)


def read_layout(path: Path) -> Layout:
    """Look at a file's structure; nothing in it makes this fail."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(16)
        file.seek(0)
        if start[4:8] in _BOXES:
            return _iso(file, size)
        if start[:4] == _EBML.to_bytes(4, "big"):
            return _matroska(file, size)
        if start[:4] == b"RIFF" and start[8:12] == b"AVI ":
            announced = int.from_bytes(start[4:8], "little")
            # Writers that were killed leave 0; those of more than 2 GB leave other things.
            return Layout("avi", cut=2**31 > announced + 8 > size + 1, indexed=True)
    return Layout()


def _iso(file: BinaryIO, size: int) -> Layout:
    kind, has_moov, fragmented, has_index, position = "mp4", False, False, False, 0
    for _ in range(_MAX_ELEMENTS):
        if position + 8 > size:
            break
        file.seek(position)
        header = file.read(16)
        length, name = int.from_bytes(header[:4], "big"), header[4:8]
        if name not in _BOXES:
            break
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        elif length == 0:
            length = size - position
        if name == b"ftyp" and header[8:12] == b"qt  ":
            kind = "mov"
        elif name == b"moov":
            has_moov = True
        elif name == b"moof":
            fragmented = True
        elif name in {b"sidx", b"mfra"}:
            has_index = True
        if length < 8:
            return Layout(kind, cut=not has_moov, indexed=False)
        if position + length > size:
            return Layout(kind, cut=True, indexed=not fragmented or has_index)
        position += length
    return Layout(kind, cut=not has_moov, indexed=not fragmented or has_index)


def _matroska(file: BinaryIO, size: int) -> Layout:
    kind = "mkv"
    header = _element(file)
    if header is None or header[1] is None:
        return Layout(kind, cut=True, indexed=False)
    body = file.read(min(header[1], 4096))
    at = body.find(_DOC_TYPE.to_bytes(2, "big"))
    if at >= 0 and body[at + 3 : at + 7] == b"webm":
        kind = "webm"
    segment = _element(file)
    if segment is None or segment[0] != _SEGMENT:
        return Layout(kind, cut=True, indexed=False)
    length = segment[1]
    if length is None:  # as a live writer leaves it
        return Layout(kind, cut=False, indexed=False)
    end = file.tell() + length
    indexed = False
    for _ in range(_MAX_ELEMENTS):
        if file.tell() >= min(end, size):
            break
        element = _element(file)
        if element is None or element[1] is None:
            break
        if element[0] == _CUES:
            indexed = True
            break
        file.seek(element[1], os.SEEK_CUR)
    return Layout(kind, cut=end > size, indexed=indexed and end <= size)


def _element(file: BinaryIO) -> tuple[int, int | None] | None:
    """Identity and length of the next EBML element; ``None`` as length where it is open."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    width = 9 - first[0].bit_length()
    if width > 4:
        return None
    identity = int.from_bytes(first + file.read(width - 1), "big")
    first = file.read(1)
    if not first or not first[0]:
        return None
    width = 9 - first[0].bit_length()
    rest = file.read(width - 1)
    value = int.from_bytes(bytes([first[0] & ((1 << (8 - width)) - 1)]) + rest, "big")
    unknown = (1 << (7 * width)) - 1
    return identity, None if value == unknown else value
