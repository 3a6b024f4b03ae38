"""Exports as answers to a request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from types import MappingProxyType

from asgiref.sync import sync_to_async
from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from emotionweb.clips.exports.content import Content
from emotionweb.clips.exports.cues import cues
from emotionweb.clips.exports.document import document
from emotionweb.clips.exports.elan import eaf
from emotionweb.clips.exports.table import table
from emotionweb.clips.models import Clip

#: Kind -> type of the content and what makes it.
KINDS: Mapping[str, tuple[str, Callable[[Content], Iterator[bytes]]]] = MappingProxyType(
    {
        "csv": ("text/csv; charset=utf-8", table),
        "json": ("application/json", document),
        "vtt": ("text/vtt; charset=utf-8", lambda content: iter([cues(content).encode()])),
        "eaf": ("application/xml", lambda content: iter([eaf(content)])),
    }
)


def response(clip: Clip, kind: str) -> HttpResponseBase:
    """A download, sent while it is made.

    Raises:
        Http404: There is no such kind.
    """
    if kind not in KINDS:
        raise Http404
    content_type, make = KINDS[kind]
    # All reading of the database, and all that is said in a language, happens here and now.
    chunks = make(Content.of(clip))
    stem = clip.name.rpartition(".")[0] or clip.name
    disposition = content_disposition_header(True, f"{stem}.{kind}")
    return StreamingHttpResponse(
        in_threads(chunks),
        content_type=content_type,
        headers={"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"},
    )


async def in_threads(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Make each chunk in a thread, so that the others' requests go on meanwhile."""
    following = sync_to_async(lambda: next(chunks, None), thread_sensitive=False)
    while (chunk := await following()) is not None:
        yield chunk
