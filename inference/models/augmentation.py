"""How much the faces are changed at random while a network learns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AugmentConfig:
    """Ranges of the random changes; each is drawn uniformly, chances are per face.

    Attributes:
        rotation_deg: largest rotation either way.
        scale: largest relative change of size; aspect changes by a third of it.
        shift: largest shift as a share of the side.
        shear_deg: largest shear angle either way.
        mirror: half of the faces are mirrored.
        gamma: largest relative change of gamma.
        degrade_chance: chance of being shrunk and enlarged again (a far or soft face).
        noise_chance: chance of sensor noise.
        erase_chance: chance of one rectangle being covered (Zhong et al., "Random
            Erasing Data Augmentation", AAAI 2020).
    """

    rotation_deg: float = 15.0
    scale: float = 0.15
    shift: float = 0.08
    shear_deg: float = 0.0
    mirror: bool = True
    gamma: float = 0.4
    degrade_chance: float = 0.15
    noise_chance: float = 0.15
    erase_chance: float = 0.4
