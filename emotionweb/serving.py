"""Files for browsers, whole or in ranges (RFC 9110, 14), off the event loop and in small pieces.

Django's ``FileResponse`` reads a whole file under ASGI and knows no ranges.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe

PIECE_BYTES = 256 * 1024
#: What a browser may do with a file of somebody: show it, and nothing else.
SANDBOX = "default-src 'none'; sandbox"


class UnsatisfiableError(ValueError):
    """No byte of the range is in the file."""


def serve(
    request: HttpRequest, path: Path, content_type: str, download_as: str = ""
) -> HttpResponseBase:
    """Answer GET or HEAD with a file, or with the range of it that is asked for.

    Args:
        request: Whose person was found to be the owner.
        path: The file.
        content_type: By its content, never by its name, and never HTML.
        download_as: File name for saving it; "" where it is shown in a page.

    Raises:
        Http404: There is no such file.
    """
    try:
        file = path.open("rb")
    except (FileNotFoundError, IsADirectoryError):
        raise Http404 from None
    state = os.fstat(file.fileno())
    headers = {
        "Content-Type": content_type,
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": SANDBOX,
        "Accept-Ranges": "bytes",
        "ETag": f'"{state.st_ino:x}-{state.st_size:x}-{state.st_mtime_ns:x}"',
        "Last-Modified": http_date(state.st_mtime),
    }
    disposition = content_disposition_header(bool(download_as), download_as)
    if disposition:
        headers["Content-Disposition"] = disposition
    try:
        span = _wanted(request, headers, state.st_size)
    except UnsatisfiableError:
        file.close()
        return HttpResponse(
            status=416, headers={**headers, "Content-Range": f"bytes */{state.st_size}"}
        )
    start, end = span or (0, state.st_size)
    headers["Content-Length"] = str(end - start)
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{state.st_size}"
    status = 206 if span else 200
    if request.method == "HEAD":
        file.close()
        return HttpResponse(status=status, headers=headers)
    return StreamingHttpResponse(Part(file, start, end), status=status, headers=headers)


class Part:
    """A stretch of an open file, read in threads, a piece at a time."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self._at = start
        self._end = end

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces()

    async def _pieces(self) -> AsyncIterator[bytes]:
        while self._at < self._end:
            piece = await asyncio.to_thread(self._read)
            if not piece:  # it became shorter: the browser sees that bytes are missing
                return
            yield piece

    def _read(self) -> bytes:
        self._file.seek(self._at)
        piece = self._file.read(min(PIECE_BYTES, self._end - self._at))
        self._at += len(piece)
        return piece

    def close(self) -> None:
        """Django calls this when the answer is sent, or nobody waits for it any more."""
        self._file.close()


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """Read a ``Range`` header.

    Args:
        header: Such as "bytes=0-499", "bytes=500-" or "bytes=-500".
        size: Bytes of the file.

    Returns:
        First byte and the one after the last; ``None`` where the header does not count: it is
        malformed, has another unit, or asks for several ranges, which a server may ignore.

    Raises:
        UnsatisfiableError: The range lies outside of the file.
    """
    match = re.fullmatch(r"\s*bytes\s*=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*", header, re.I)
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= size or start >= end:
        raise UnsatisfiableError
    return start, end


def _wanted(request: HttpRequest, headers: dict[str, str], size: int) -> tuple[int, int] | None:
    wanted = request.headers.get("Range", "")
    if not wanted or not _still_holds(request.headers.get("If-Range", ""), headers):
        return None
    return parse_range(wanted, size)


def _still_holds(condition: str, headers: dict[str, str]) -> bool:
    """Whether the file is the one of which the browser has the rest."""
    if not condition:
        return True
    if condition.startswith('"'):
        return condition == headers["ETag"]
    date = parse_http_date_safe(condition)
    return date is not None and date == parse_http_date_safe(headers["Last-Modified"])
