"""A small tus client over Django's test client."""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

VERSION = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"


def metadata(**values: str) -> str:
    """The header that describes a file."""
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items()
    )


@dataclass
class Sender:
    """Sends files as somebody who is logged in."""

    client: Client

    def create(self, length: int, headers: dict[str, str] | None = None, **meta: str) -> Any:
        meta.setdefault("filename", "film.mp4")
        sent = {**VERSION, "Upload-Length": str(length), "Upload-Metadata": metadata(**meta)}
        return self.client.post(reverse("clips:uploads"), headers={**sent, **(headers or {})})

    def patch(self, url: str, offset: int, piece: bytes, **headers: str) -> Any:
        # Django's client leaves these two out where the piece is empty.
        always = {"Content-Type": PIECE, "Content-Length": str(len(piece))}
        sent = {**VERSION, **always, "Upload-Offset": str(offset), **headers}
        return self.client.patch(url, piece, PIECE, headers=sent)

    def head(self, url: str) -> HttpResponse:
        return self.client.head(url, headers=VERSION)

    def delete(self, url: str) -> HttpResponse:
        return self.client.delete(url, headers=VERSION)

    def offset(self, url: str) -> int:
        return int(self.head(url).headers["Upload-Offset"])

    def send(self, data: bytes, piece: int = 1000, **meta: str) -> UUID:
        """Send a whole file; returns the id of the clip or photo."""
        url = self.create(len(data), **meta).headers["Location"]
        for start in range(0, len(data), piece):
            assert self.patch(url, start, data[start : start + piece]).status_code == 204
        return UUID(url.rstrip("/").rpartition("/")[2])
