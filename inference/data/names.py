"""Names of classes and splits as people spell them."""

from __future__ import annotations

from inference.data.faces import PRIVATE_TEST, PUBLIC_TEST, TRAINING
from inference.labels import LABELS, Expression

_SPELLINGS: dict[Expression, tuple[str, ...]] = {
    Expression.NEUTRAL: ("neutral", "neutrality", "calm", "normal", "noemotion"),
    Expression.HAPPINESS: (
        *("happiness", "happy", "hapiness", "happines", "joy", "joyful", "smile", "smiling"),
    ),
    Expression.SURPRISE: ("surprise", "surprised", "suprise", "suprised", "astonished"),
    Expression.SADNESS: ("sadness", "sad", "unhappy", "sorrow"),
    Expression.ANGER: ("anger", "angry", "angery", "mad", "furious", "rage"),
    Expression.DISGUST: ("disgust", "disgusted", "disgusting"),
    Expression.FEAR: ("fear", "fearful", "fearfull", "afraid", "scared", "frightened"),
    Expression.CONTEMPT: ("contempt", "contemptuous", "disdain", "scorn"),
}
_INDEX = {
    spelling: LABELS.index(expression)
    for expression, spellings in _SPELLINGS.items()
    for spelling in spellings
}

# Where a set has two parts beside the training one, the second is the one that is looked at
# during work and the third the one that is kept for the end, as FER2013's two are.
_SPLITS = {
    **dict.fromkeys(("train", "training"), TRAINING),
    **dict.fromkeys(("val", "valid", "validation", "dev", "publictest"), PUBLIC_TEST),
    **dict.fromkeys(("test", "testing", "privatetest"), PRIVATE_TEST),
}


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalpha())


def expression_index(name: str) -> int:
    """Index into ``LABELS`` of a class's name; -1 where it is none of the eight.

    Case, digits and punctuation do not matter: ``"0_Angry"`` is anger. A bare number is no
    name: data sets count their classes differently.
    """
    return _INDEX.get(_letters(name), -1)


def split_name(name: str) -> str | None:
    """One of FER2013's splits; ``None`` where the name is not that of a split."""
    return _SPLITS.get(_letters(name))
