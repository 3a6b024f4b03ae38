"""Data sets of faces: reading, checking, splitting."""

from inference.data.faces import FaceSet
from inference.data.reading import read
from inference.data.report import ReadReport

__all__ = ["FaceSet", "ReadReport", "read"]
