"""Detectors by name; a module is imported when its detector is first asked for.

``mtcnn`` brings TensorFlow with it and stays out of the web process.
"""

from __future__ import annotations

import importlib

from inference.detectors.base import Detector
from inference.errors import UnknownNameError

DETECTORS: dict[str, str] = {
    "blazeface-short": "inference.detectors.blazeface:short_range",
    "blazeface-full": "inference.detectors.blazeface:full_range",
    "haar": "inference.detectors.haar:HaarDetector",
    "mtcnn": "inference.detectors.mtcnn:MtcnnDetector",
}


def load_detector(name: str) -> Detector:
    """Load a detector.

    Raises:
        UnknownNameError: no detector of this name.
    """
    if name not in DETECTORS:
        raise UnknownNameError("detector", name, DETECTORS)
    module, factory = DETECTORS[name].split(":")
    detector: Detector = getattr(importlib.import_module(module), factory)()
    return detector
