"""Data sets of faces: reading them by content, whatever they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from inference.data.faces import FaceSet
from inference.data.report import ReadReport

if TYPE_CHECKING:
    from inference.data.reading import read

__all__ = ["FaceSet", "ReadReport", "read"]


def __getattr__(name: str) -> Any:
    # The readers bring OpenCV; who only wants ``faces``, as the site does, starts without it.
    if name == "read":
        from inference.data.reading import read

        return read
    raise AttributeError(name)
