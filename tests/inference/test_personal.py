"""What is taken back for one person, and what never happens."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.labels import LABELS
from inference.personal import STRONGEST, USUAL_LOG, Baseline, mean_logs, shift_of

SADNESS, NEUTRAL = LABELS.index("sadness"), LABELS.index("neutral")

distributions = st.lists(st.floats(0.001, 1.0), min_size=8, max_size=8).map(
    lambda shares: (np.array(shares) / sum(shares)).astype(np.float32)
)


def resting(**shares: float) -> tuple[float, ...]:
    vector = np.exp(USUAL_LOG)
    for name, share in shares.items():
        vector[LABELS.index(name)] = share
    return tuple(np.log(vector / vector.sum()))


def test_a_usual_face_at_rest_changes_nothing() -> None:
    assert shift_of(tuple(USUAL_LOG), 60.0) == (0.0,) * 8


def test_a_face_that_looks_sad_at_rest_is_read_as_less_sad() -> None:
    baseline = Baseline("b", "m", shift_of(resting(sadness=0.6), 12.0))
    before = np.array([0.3, 0, 0, 0.7, 0, 0, 0, 0], np.float32)
    after = baseline.apply(before)
    assert after[SADNESS] < before[SADNESS]
    assert after[NEUTRAL] > before[NEUTRAL]
    assert after.sum() == pytest.approx(1.0)


def test_a_shorter_baseline_is_believed_less() -> None:
    logs = resting(sadness=0.5)
    short, long = (shift_of(logs, seconds)[SADNESS] for seconds in (2.0, 12.0))
    assert long < short < 0


@given(logs=distributions, seconds=st.floats(0.0, 600.0), seen=distributions)
def test_nothing_is_strengthened_against_rest_or_weakened_beyond_the_limit(
    logs: np.ndarray, seconds: float, seen: np.ndarray
) -> None:
    shift = shift_of(tuple(np.log(logs)), seconds)
    after = Baseline("b", "m", shift).apply(seen)
    assert after.sum() == pytest.approx(1.0, abs=1e-5)
    # Against the resting face, which is never weakened, no share grows, and none falls too far.
    before_ratio, after_ratio = seen / seen[NEUTRAL], after / after[NEUTRAL]
    assert (after_ratio <= before_ratio * (1 + 1e-5)).all()
    assert (after_ratio >= before_ratio / STRONGEST * (1 - 1e-5)).all()


def test_many_frames_are_taken_back_as_one() -> None:
    baseline = Baseline("b", "m", shift_of(resting(sadness=0.6), 12.0))
    frames = np.full((5, 8), 0.125, np.float32)
    assert np.allclose(baseline.apply(frames)[3], baseline.apply(frames[3]))


def test_a_shift_that_could_not_come_from_here_is_refused() -> None:
    for shift in ((0.0,) * 7, (0.1,) + (0.0,) * 7, (-5.0,) + (0.0,) * 7):
        with pytest.raises(ValueError, match="no such shift"):
            Baseline("b", "m", shift)


def test_the_mean_of_logs_survives_a_zero() -> None:
    logs = mean_logs(np.array([[1, 0, 0, 0, 0, 0, 0, 0]], np.float32))
    assert np.isfinite(logs).all()
