"""The gate before a promotion: two versions on the same faces, and whether one is worse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from emotionweb.training import checking, files, judge, test_sets, versions
from emotionweb.training.errors import PromotionRefused
from emotionweb.training.models import Comparison, ModelVersion, TestSet
from inference.data.faces import FaceSet
from inference.errors import InferenceError
from inference.labels import LABELS

if TYPE_CHECKING:
    from inference.bundle import Bundle

#: What speaks against a version, and what is only said.
SENTENCES: Mapping[str, str | Promise] = {
    "macro_f1": gettext_lazy(
        "Macro F1 may be %(fall)s lower than that of the active version (95 %% interval from "
        "%(low)s to %(high)s); %(margin)s is allowed."
    ),
    "class_f1": gettext_lazy(
        "F1 of %(expression)s may be %(fall)s lower (95 %% interval from %(low)s to %(high)s, "
        "%(n)s test faces); %(margin)s is allowed."
    ),
    "class_f1_small": gettext_lazy(
        "F1 of %(expression)s may be %(fall)s lower (95 %% interval from %(low)s to %(high)s), but "
        "with %(n)s test faces that is not held against it."
    ),
    "class_missing": gettext_lazy("The test set has no face of %(expression)s."),
    "calibration": gettext_lazy(
        "How sure it is fits worse to how often it is right: the calibration error is %(value)s "
        "higher; %(margin)s is allowed."
    ),
    "latency": gettext_lazy(
        "A face takes %(ratio)s times as long; at most %(factor)s times is allowed."
    ),
}
_SIGNED = ("low", "high", "value")


def compare_versions(version: ModelVersion) -> Comparison:
    """Measure a version beside the active one on the newest test set, and judge it.

    What a version said of a test set is kept, so that a second comparison takes a second or
    two; the first takes about a millisecond a face.

    Returns:
        A new row. Its ``against`` is ``None`` where the version is the active one itself, or
        nothing is active; then nothing speaks against it.

    Raises:
        PromotionRefused: there is no test set, or the version's files cannot be used.
    """
    test_set = test_sets.newest()
    if test_set is None:
        raise PromotionRefused([no_test_set()])
    active = versions.running()
    against = active if active is not None and active.pk != version.pk else None
    try:
        report, reasons = _measured(version, against, test_set)
    except (InferenceError, OSError) as error:
        raise PromotionRefused([str(error)], overridable=False) from error
    return Comparison.objects.create(
        version=version,
        against=against,
        test_set=test_set,
        created_at=timezone.now(),
        report=report,
        reasons_against=reasons,
    )


def no_test_set() -> str:
    """Why nothing can be compared."""
    return _(
        "There is no frozen test set to compare on. Upload labelled faces that the model has not "
        "seen, or state why it shall be promoted all the same."
    )


def fresh(version: ModelVersion) -> Comparison | None:
    """The comparison with today's active version on today's test set, if it was made already."""
    test_set, active = test_sets.newest(), versions.running()
    if test_set is None or active is None:
        return None
    return version.comparisons.filter(test_set=test_set, against=active).first()


def _measured(
    version: ModelVersion, against: ModelVersion | None, test_set: TestSet
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    from emotionweb.training import measure

    faces, truth = measure.labelled(test_sets.faces_of(test_set))
    groups = measure.units(faces)
    rows = [version] if against is None else [against, version]
    bundles = [versions.bundle_of(row) for row in rows]
    said = [
        measure.answers(bundle, faces, _kept_as(row, bundle, test_set))
        for row, bundle in zip(rows, bundles, strict=True)
    ]
    times = measure.latencies_ms(bundles, faces)
    sides = [
        {
            "number": row.number,
            **measure.side_of(bundle, judge.scores_of(truth, answers, groups), latency),
        }
        for row, bundle, answers, latency in zip(rows, bundles, said, times, strict=True)
    ]
    report: dict[str, Any] = {
        "test_set": test_set.number,
        "n": len(faces),
        "classes": list(LABELS),
        "margins": dict(judge.MARGINS),
        "candidate": sides[-1],
        "active": sides[0] if against else None,
        "worst": _worst(faces, truth, said),
        "differences": None,
        "remarks": [],
    }
    if against is None:
        return report, []
    verdict = judge.judge(truth, said[0], said[1], groups, (times[0]["median"], times[1]["median"]))
    report["differences"], report["remarks"] = verdict.differences, list(verdict.remarks)
    return report, list(verdict.reasons)


def _kept_as(version: ModelVersion, bundle: Bundle, test_set: TestSet) -> str:
    # The bundle's own name is in it: another shipped one may stand in the place of the first.
    return f"{files.SAID}/{version.number}-{bundle.version}-{test_set.sha256[:12]}.npz"


def _worst(
    faces: FaceSet, truth: np.ndarray[Any, np.dtype[np.int64]], said: list[judge.Answers]
) -> list[dict[str, Any]]:
    candidate = said[-1]
    return [
        {
            "picture": checking.picture(faces.faces_gray[row]),
            "truth": LABELS[truth[row]],
            "said": LABELS[candidate.predicted[row]],
            "confidence": round(float(candidate.confidence[row]), 3),
            "active_said": LABELS[said[0].predicted[row]] if len(said) > 1 else None,
        }
        for row in judge.worst_errors(truth, candidate)
    ]


# === In words ===


def sentences(comparison: Comparison) -> list[str]:
    """``reasons_against`` in the language of the reader."""
    return [_say(entry) for entry in comparison.reasons_against]


def remarks(comparison: Comparison) -> list[str]:
    """What is reported and not gated, such as classes with few test faces."""
    return [_say(entry) for entry in comparison.report.get("remarks", [])]


def _say(entry: Mapping[str, Any]) -> str:
    from emotionweb.expressions import described_labels

    values = {name: _number(name, value) for name, value in entry.items()}
    if "low" in entry:
        values["fall"] = f"{max(0.0, -entry['low']):.3f}"
    if "expression" in entry:
        titles = {label["name"]: label["title"] for label in described_labels()}
        values["expression"] = titles[entry["expression"]]
    return str(SENTENCES[entry["code"]]) % values


def _number(name: str, value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    return f"{value:+.3f}" if name in _SIGNED else f"{value:.2f}"
