"""Face detectors behind one protocol, chosen by name."""

from inference.detectors.base import Detections, Detector
from inference.detectors.registry import DETECTORS, load_detector

__all__ = ["DETECTORS", "Detections", "Detector", "load_detector"]
