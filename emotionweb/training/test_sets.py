"""Frozen test sets: faces that versions are compared on and that nothing ever learns from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from emotionweb.training.models import Dataset, TestSet

if TYPE_CHECKING:
    from emotionweb.accounts.models import User


def freeze(datasets: Sequence[Dataset], by: User | None) -> TestSet:
    """Freeze a fifth of these data as a new test set; an older one's faces stay in it.

    Raises:
        TestSetRefused: data that are not ready, too few faces, or data that a version has
            learnt from already.
    """
    raise NotImplementedError


def newest() -> TestSet | None:
    """The one that versions are compared on."""
    return TestSet.objects.order_by("-number").first()
