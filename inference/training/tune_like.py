"""A card for a network whose held-back faces cannot tune the whole quality gate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from inference.bundle import Bundle, Card
from inference.data.faces import FaceSet
from inference.data.test_part import best_labels
from inference.training.tune import tune_temperatures

#: Fewer labelled faces say less about a temperature than the network it was taken over from.
ENOUGH_FACES = 100

Tuner = Callable[[Bundle, FaceSet], Card]


def tune_like(reference: Card, *, keep_temperatures: bool) -> Tuner:
    """A tuner that takes over what the detector and the pictures decide, not the network.

    The limits of the quality gate and the share of doubt that is allowed (a threshold on a
    calibrated confidence means the same for every network) are the reference's.

    Args:
        reference: card of a network that was tuned in full.
        keep_temperatures: also take those over, as for a network that goes on from the
            reference's: the faces held back of a few corrections are the hard ones, and
            temperatures fitted to them would make it too modest everywhere else.
    """

    def tuned(bundle: Bundle, held_back: FaceSet) -> Card:
        card = replace(
            bundle.card,
            crop=reference.crop,
            quality=reference.quality,
            unsure_below=reference.unsure_below,
            mixed_above=reference.mixed_above,
            temperature=reference.temperature,
            confidence_temperature=reference.confidence_temperature,
        )
        enough = int((best_labels(held_back) >= 0).sum()) >= ENOUGH_FACES
        if keep_temperatures or not enough:
            return card
        return tune_temperatures(Bundle(bundle.path, card), held_back)

    return tuned
