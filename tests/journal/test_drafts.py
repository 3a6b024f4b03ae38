from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from emotionweb.journal.drafts import ObservationDraft
from tests.journal.observations import draft

START = datetime(2026, 3, 14, 12, tzinfo=UTC)


def test_what_was_seen_after_the_end_is_cut_off() -> None:
    whole = draft(START, seconds=6.0, unsure_seconds=2.0)
    cut = whole.cut(START + timedelta(seconds=4))
    assert cut is not None
    assert (cut.seconds, cut.unsure_seconds) == (3.0, 1.0)
    assert cut.end == START + timedelta(seconds=4)
    assert cut.end.utcoffset() == timedelta(0)
    assert (cut.start, cut.means) == (whole.start, whole.means)


def test_time_without_a_face_counts_for_the_span_and_not_for_the_seconds() -> None:
    """Two seconds of a face in an observation that ends eight seconds after it began."""
    whole = draft(START, seconds=2.0, end=START + timedelta(seconds=8))
    berlin = timezone(timedelta(hours=1))
    cut = whole.cut((START + timedelta(seconds=4)).astimezone(berlin))
    assert cut is not None
    assert (cut.seconds, cut.end) == (1.0, START + timedelta(seconds=4))
    assert whole.cut(START + timedelta(seconds=8)) is whole


def test_nothing_is_left_of_what_came_later() -> None:
    assert draft(START).cut(START) is None
    assert draft(START).cut(START - timedelta(hours=1)) is None


def test_what_ended_before_stays_as_it_is() -> None:
    whole = draft(START)
    assert whole.cut(whole.end) is whole


@pytest.mark.parametrize(
    "change",
    [
        {"seconds": -0.1},
        {"unsure_seconds": float("nan")},
        {"means": (1.0,)},
        {"means": (float("nan"),) * 8},
        {"start": datetime(2026, 3, 14, 12, tzinfo=timezone(timedelta(hours=1)))},
        {"end": START + timedelta(seconds=9)},
    ],
)
def test_nonsense_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="observation"):
        replace(draft(START), **change)


def test_a_draft_knows_no_pictures() -> None:
    assert set(ObservationDraft.__slots__) == {
        "start",
        "end",
        "seconds",
        "unsure_seconds",
        "means",
        "model_version",
        "calibration",
    }
