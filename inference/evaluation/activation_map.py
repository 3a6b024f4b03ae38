"""Which places of a face speak for a label."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

#: Names of the two ways to a class-activation map.
EXACT, BY_GRADIENT = "CAM", "Grad-CAM"


@dataclass(frozen=True, slots=True)
class ActivationMap:
    """Which places of a face speak for a label.

    Attributes:
        label: the label.
        way: ``EXACT`` or ``BY_GRADIENT``.
        layer: the layer whose features were weighed.
        contribution: ``(h, w)`` float32 of that layer's places; above 0 speaks for the
            label. Of the exact map, the mean plus the class's bias is the logit.
        probabilities: ``(k,)`` of all labels, at the bundle's temperature.
    """

    label: str
    way: str
    layer: str
    contribution: NDArray[np.float32]
    probabilities: NDArray[np.float32]

    def over_crop(self, side: int) -> NDArray[np.float32]:
        """What speaks for the label, scaled up to ``(side, side)``, 0..1."""
        return to_shares(cv2.resize(self.contribution, (side, side), interpolation=cv2.INTER_CUBIC))


def to_shares(map_: NDArray[np.float32]) -> NDArray[np.float32]:
    """A map's positive part in shares of its peak, 0..1; zeros where nothing is positive."""
    positive: NDArray[np.float32] = np.maximum(map_, np.float32(0.0))
    peak = float(positive.max())
    return (positive / peak).astype(np.float32) if peak > 0 else positive
