"""The expressions the system knows, and how older label sets map onto them.

The eight are those of FER+ (Barsoum et al., "Training Deep Networks for Facial
Expression Recognition with Crowd-Sourced Label Distribution", ICMI 2016), in the
order of its vote columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Expression(StrEnum):
    """One of the eight FER+ expressions; the order is the order of every probability vector."""

    NEUTRAL = "neutral"
    HAPPINESS = "happiness"
    SURPRISE = "surprise"
    SADNESS = "sadness"
    ANGER = "anger"
    DISGUST = "disgust"
    FEAR = "fear"
    CONTEMPT = "contempt"


LABELS: tuple[str, ...] = tuple(e.value for e in Expression)

#: FER2013's seven classes in the order of its integer labels 0..6.
FER2013_LABELS: tuple[str, ...] = (
    "anger",
    "disgust",
    "fear",
    "happiness",
    "sadness",
    "surprise",
    "neutral",
)

#: For each older label set: its own name of a class -> the expressions it stands for.
LABEL_SETS: Mapping[str, Mapping[str, tuple[Expression, ...]]] = MappingProxyType(
    {
        "ferplus8": {e.value: (e,) for e in Expression},
        # FER2013 has no contempt: its annotators had to put such faces elsewhere.
        "fer2013": {name: (Expression(name),) for name in FER2013_LABELS},
        # The ELU network of the second older system.
        "five": {
            "angry": (Expression.ANGER,),
            "disgust": (Expression.DISGUST,),
            "happy": (Expression.HAPPINESS,),
            "sad": (Expression.SADNESS,),
            "surprise": (Expression.SURPRISE,),
        },
        # The clips of CK+48, as the third older system used them.
        "clips": {
            "anger": (Expression.ANGER,),
            "fear": (Expression.FEAR,),
            "happiness": (Expression.HAPPINESS,),
            "sadness": (Expression.SADNESS,),
            "surprise": (Expression.SURPRISE,),
        },
        # The nine-layer network merged disgust into anger.
        "six": {
            "anger": (Expression.ANGER, Expression.DISGUST),
            "fear": (Expression.FEAR,),
            "happiness": (Expression.HAPPINESS,),
            "sadness": (Expression.SADNESS,),
            "surprise": (Expression.SURPRISE,),
            "neutral": (Expression.NEUTRAL,),
        },
    }
)
