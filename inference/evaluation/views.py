"""The questions a network is scored on: which classes, whose label, which of its answers.

A network that divides faces over FER+'s eight expressions can also be asked FER2013's seven,
and the five or six classes of the older systems: faces whose label the set has no class for
are left out, the probabilities of the expressions that a class stands for are added up,
those of expressions without a class are dropped, and the rest is scaled to sum to one. The
answer is then the likeliest class *of the set*, as it was for a system that knew no other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.bundle import Bundle
from inference.calibrate import softmax
from inference.data.faces import FaceSet
from inference.errors import BundleIncompatibleError, DataError
from inference.evaluation.rules import RULES
from inference.labels import LABEL_SETS, LABELS

#: What each rule for the true label means, for a reader.
RULE_WORDS: Mapping[str, str] = {
    "strict": "FER+ strict majority: single votes dropped, more than half of the rest agree",
    "plurality": "FER+ plurality: the one label with most of all ten votes",
    "all": "FER+ every picture: the first top of the eight labels",
    "own": "own label: what the data set itself says",
}
#: The same in a word or two, for the rows of tables.
RULE_NAMES: Mapping[str, str] = {
    "strict": "FER+ strict majority",
    "plurality": "FER+ plurality",
    "all": "FER+ every picture",
    "own": "own label",
}
_SET_NAMES: Mapping[str, str] = {
    "ferplus8": "8 expressions",
    "fer2013": "FER2013's 7 classes",
    "five": "5 classes",
    "six": "6 classes",
}


@dataclass(frozen=True, slots=True)
class View:
    """One question put to a network, with its answers.

    Attributes:
        key: short name, as in ``metrics.json``: ``"ferplus8/strict"``.
        label_set: key of ``LABEL_SETS``.
        rule: key of ``RULE_WORDS``.
        head: the output that answered.
        classes: ``k`` names.
        rows: ``(n,)`` which faces of the data are scored.
        truth: ``(n,)`` class indices.
        probabilities: ``(n, k)`` at the card's temperature.
        confidence: ``(n,)`` chance of the top class, at the card's second temperature.
    """

    key: str
    label_set: str
    rule: str
    head: str
    classes: tuple[str, ...]
    rows: NDArray[np.int64]
    truth: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    confidence: NDArray[np.float32]

    @property
    def predicted(self) -> NDArray[np.int64]:
        """``(n,)`` the likeliest class of each face."""
        top: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return top

    @property
    def right(self) -> NDArray[np.bool_]:
        """``(n,)`` whether it is the true one."""
        same: NDArray[np.bool_] = self.predicted == self.truth
        return same

    @property
    def title(self) -> str:
        """Rule, classes and, where there are two that could answer, the output."""
        name = f"{RULE_NAMES[self.rule]}, {_SET_NAMES[self.label_set]}"
        return f"{name}, from the FER2013 output" if self.head == "fer2013" else name


def label_set_of(labels: tuple[str, ...]) -> str:
    """The label set whose classes these are, in their order.

    Raises:
        BundleIncompatibleError: none of those known.
    """
    for name, classes in LABEL_SETS.items():
        if tuple(classes) == labels:
            return name
    raise BundleIncompatibleError(
        f"The model knows the labels {', '.join(labels)}, which are no label set of this program: "
        f"{', '.join(LABEL_SETS)}."
    )


def class_columns(source: str, target: str) -> NDArray[np.int64]:
    """The class of ``target`` that each class of ``source`` goes to, -1 where there is none.

    Raises:
        BundleIncompatibleError: a class of ``source`` lies astride two of ``target``, or one
            of ``target`` cannot be told by ``source``.
    """
    wanted = list(LABEL_SETS[target].values())
    out = []
    for name, stands_for in LABEL_SETS[source].items():
        homes = {i for i, e in enumerate(wanted) if set(e) & set(stands_for)}
        if len(homes) > 1 or any(not set(stands_for) <= set(wanted[i]) for i in homes):
            raise BundleIncompatibleError(
                f"The label set “{target}” cannot be told by a model of “{source}”, whose class "
                f"“{name}” is not one of its classes."
            )
        out.append(homes.pop() if homes else -1)
    missing = sorted(set(range(len(wanted))) - set(out))
    if missing:
        raise BundleIncompatibleError(
            f"The label set “{target}” cannot be told by a model of “{source}”, which has no class "
            f"for “{list(LABEL_SETS[target])[missing[0]]}”."
        )
    return np.array(out, np.int64)


def mapped_truth(expression: NDArray[np.int64], target: str) -> NDArray[np.int64]:
    """``(n,)`` indices into ``LABELS`` (-1: none) as class indices of a label set (-1: none)."""
    home = np.full(len(LABELS) + 1, -1, np.int64)
    for index, stands_for in enumerate(LABEL_SETS[target].values()):
        for expression_of_class in stands_for:
            home[LABELS.index(expression_of_class)] = index
    return home[expression]


def mapped_probabilities(
    probabilities: NDArray[np.float32], columns: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Probabilities over another set's classes: ``(n, source)`` -> ``(n, target)``.

    Args:
        probabilities: rows that sum to one.
        columns: of ``class_columns``.
    """
    out = np.zeros((len(probabilities), int(columns.max()) + 1), np.float32)
    for source, target in enumerate(columns):
        if target >= 0:
            out[:, target] += probabilities[:, source]
    total: NDArray[np.float32] = out / np.maximum(out.sum(axis=1, keepdims=True), 1e-12)
    return total


def true_labels(faces: FaceSet) -> dict[str, NDArray[np.int64]]:
    """Rule -> ``(n,)`` indices into ``LABELS``, -1 where the rule gives none.

    FER+'s rules are there where anybody voted; a face without votes has none of their labels.
    """
    voted = faces.votes.any(axis=1)
    out = {}
    if voted.any():
        out = {rule: np.where(voted, label(faces.votes), -1) for rule, label in RULES.items()}
    if (faces.expression >= 0).any():
        out["own"] = faces.expression
    return out


def views(bundle: Bundle, faces: FaceSet, logits: dict[str, NDArray[np.float32]]) -> list[View]:
    """Every question that these data ask and this network can answer.

    Args:
        bundle: any label set of ``LABEL_SETS``.
        faces: the data.
        logits: each head's, one row a face.

    Returns:
        The most telling first: FER+'s three rules where there are votes, then the own label.

    Raises:
        BundleIncompatibleError: the network's labels are no known set, or none of its classes
            occurs in the data.
        DataError: the data have neither votes nor labels.
    """
    truths = true_labels(faces)
    if not truths:
        raise DataError("The faces have neither votes nor labels to compare with.")
    native = label_set_of(bundle.labels)
    found: list[View] = []
    for rule, target, head in _questions(native, "fer2013" in logits, tuple(truths)):
        source = "fer2013" if head == "fer2013" else native
        try:
            columns = class_columns(source, target)
        except BundleIncompatibleError:
            continue
        view = _view(bundle, truths[rule], logits[head], columns, (rule, target, head))
        if len(view.rows):
            found.append(view)
    if not found:
        raise BundleIncompatibleError(
            f"No face of the data has one of the model's labels, {', '.join(bundle.labels)}."
        )
    return found


def _questions(
    native: str, has_fer2013: bool, rules: tuple[str, ...]
) -> list[tuple[str, str, str]]:
    """``(rule, label set, head)`` in the order of interest."""
    votes = [rule for rule in rules if rule != "own"]
    out = [(rule, native, "expression") for rule in votes]
    if "own" in rules:
        # FER2013's annotators did not know contempt: where FER+ voted too, its own label is
        # compared with seven classes only.
        if not (votes and native == "ferplus8"):
            out.append(("own", native, "expression"))
        if has_fer2013:
            out.append(("own", "fer2013", "fer2013"))
    smaller = [name for name in ("fer2013", "six", "five") if name != native]
    heads = ["expression", *(["fer2013"] if has_fer2013 else [])]
    for rule in [*(["own"] if "own" in rules else []), *(["plurality"] if votes else [])]:
        out += [
            (rule, name, head)
            for name in smaller
            for head in heads
            if (rule, name, head) not in out and not (rule != "own" and head == "fer2013")
        ]
    return out


def _view(
    bundle: Bundle,
    labels: NDArray[np.int64],
    logits: NDArray[np.float32],
    columns: NDArray[np.int64],
    question: tuple[str, str, str],
) -> View:
    rule, target, head = question
    truth = mapped_truth(labels, target)
    rows = np.flatnonzero(truth >= 0)
    card = bundle.card
    sharp = mapped_probabilities(softmax(logits[rows], card.confidence_temperature), columns)
    key = f"{target}/{rule}" + ("/fer2013-head" if head == "fer2013" else "")
    probabilities = mapped_probabilities(softmax(logits[rows], card.temperature), columns)
    top = probabilities.argmax(axis=1)
    return View(
        key=key,
        label_set=target,
        rule=rule,
        head=head,
        classes=tuple(LABEL_SETS[target]),
        rows=rows,
        truth=truth[rows],
        probabilities=probabilities,
        confidence=sharp[np.arange(len(rows)), top],
    )
