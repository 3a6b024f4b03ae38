"""Folders that no row names any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from emotionweb.training import files
from emotionweb.training.models import Dataset, ModelVersion, Run, TestSet

#: An upload or an export may still be about to get its row.
_YOUNG = timedelta(days=1)


def remove_orphans(now: datetime) -> int:
    """Remove them; returns how many went."""
    before = (now - _YOUNG).timestamp()
    rows = (
        (files.DATASETS, Dataset),
        (files.TEST_SETS, TestSet),
        (files.RUNS, Run),
        (files.VERSIONS, ModelVersion),
    )
    return sum(
        files.remove_orphans(kind, model._default_manager.values_list("path", flat=True), before)
        for kind, model in rows
    )
