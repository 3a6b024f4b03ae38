"""The gate before a promotion: two versions on the same faces, and whether one is worse."""

from __future__ import annotations

from emotionweb.training.models import Comparison, ModelVersion


def compare_versions(version: ModelVersion) -> Comparison:
    """Measure a version beside the active one on the newest test set, and judge it.

    Raises:
        PromotionRefused: there is no test set, or the version's files cannot be used.
    """
    raise NotImplementedError


def sentences(comparison: Comparison) -> list[str]:
    """``reasons_against`` in the language of the reader."""
    raise NotImplementedError


def remarks(comparison: Comparison) -> list[str]:
    """What is reported and not gated, such as classes with few test faces."""
    raise NotImplementedError
