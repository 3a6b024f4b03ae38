from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from emotionweb.accounts.models import User
from emotionweb.clips import corrections, markers, tracks
from emotionweb.clips.agreement import Agreement, agreement, said_by
from emotionweb.clips.models import Clip, Correction
from emotionweb.clips.options import RefusedError
from emotionweb.clips.ownership import NotThereError
from emotionweb.clips.reading import excluded_ranges, load
from inference.labels import LABELS
from tests.clips.results import Face, make_clip, track_of

HAPPY, SAD, ANGRY, NEUTRAL = (
    LABELS.index(name) for name in ("happiness", "sadness", "anger", "neutral")
)


def shows(at_s: float) -> str | None:
    """Happy to 20 s, sad to 40, unsure to 50, neutral to 60."""
    if at_s <= 20.0:
        return "happiness"
    if at_s <= 40.0:
        return "sadness"
    return None if at_s <= 50.0 else "neutral"


@pytest.fixture
def clip(alice: User) -> Clip:
    return make_clip(alice, [Face(1, 0, 60, shows), Face(2, 0, 60, "anger", (400, 60, 470, 140))])


def say(clip: Clip, start: float, end: float, expression: int, number: int = 1) -> Correction:
    return corrections.say(
        clip.user_id,
        clip.pk,
        track_id=track_of(clip, number).pk,
        start_s=start,
        end_s=end,
        expression=expression,
    )


def agreed(clip: Clip) -> Agreement | None:
    return agreement(
        load(clip.annotation_id),
        list(clip.annotation.tracks.all()),
        list(corrections.of_clip(clip)),
        excluded_ranges(clip),
    )


def test_a_correction_stands_beside_the_machine_and_changes_nothing_of_it(clip: Clip) -> None:
    before = load(clip.annotation_id).samples.to_bytes()
    say(clip, 5.0, 9.0, SAD)
    assert load(clip.annotation_id).samples.to_bytes() == before
    row = track_of(clip).corrections.get()
    assert (row.start_s, row.end_s, row.expression, row.source) == (5.0, 9.0, "sadness", "page")


@pytest.mark.parametrize(
    ("start", "end", "expression"),
    [(5, 4, 1), (-1, 4, 1), (61, 62, 1), (0, float("nan"), 1), (0, 1, 8), (0, 1, -1)],
)
def test_what_cannot_be_is_refused(clip: Clip, start: float, end: float, expression: int) -> None:
    with pytest.raises(RefusedError):
        say(clip, start, end, expression)
    assert not Correction.objects.exists()


def test_an_end_behind_the_clip_is_the_end_of_the_clip(clip: Clip) -> None:
    assert say(clip, 50, 75, HAPPY).end_s == 60.0


def test_nobody_corrects_for_another(clip: Clip, bob: User) -> None:
    own = say(clip, 1, 2, HAPPY)
    with pytest.raises(NotThereError):
        corrections.remove(bob.pk, clip.pk, own.pk)
    with pytest.raises(NotThereError):
        corrections.say(bob.pk, clip.pk, track_id=own.track_id, start_s=1, end_s=2, expression=SAD)
    assert Correction.objects.count() == 1


def test_without_a_word_of_the_person_there_is_no_agreement(clip: Clip) -> None:
    assert agreed(clip) is None


def test_kappa_of_a_table_worked_out_by_hand(clip: Clip) -> None:
    """Happy confirmed for 10 s; of 20 s that the machine calls sad, 5 s are angry."""
    say(clip, 10.1, 20.1, HAPPY)
    say(clip, 20.1, 35.1, SAD)
    say(clip, 35.1, 40.1, ANGRY)
    found = agreed(clip)
    assert found is not None
    assert found.n_s == pytest.approx(30.0)
    observed = 25 / 30
    expected = (10 * 10 + 15 * 20 + 5 * 0) / 30**2
    assert found.kappa == pytest.approx((observed - expected) / (1 - expected))
    said = {LABELS[i]: (found.said_s[i], found.agree_s[i]) for i in (HAPPY, SAD, ANGRY)}
    assert said["happiness"] == pytest.approx((10, 10))
    assert said["sadness"] == pytest.approx((15, 15))
    assert said["anger"] == pytest.approx((5, 0))
    assert (found.low, found.high) == (None, None)


def test_the_interval_is_over_stretches_and_holds_the_value(clip: Clip) -> None:
    for start in range(12):
        say(clip, start + 0.1, start + 1.1, HAPPY if start % 3 else SAD)
    for start in range(20, 28):
        say(clip, start + 0.1, start + 1.1, SAD if start % 4 else ANGRY)
    found = agreed(clip)
    assert found is not None
    assert found.kappa is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.kappa < found.high
    again = agreed(clip)
    assert again is not None
    assert (again.low, again.high) == (found.low, found.high)


def test_where_both_say_one_thing_only_kappa_is_unknown(clip: Clip) -> None:
    say(clip, 1, 9, HAPPY)
    found = agreed(clip)
    assert found is not None
    assert found.kappa is None
    assert found.agree_s[HAPPY] == pytest.approx(found.n_s)


def test_unsure_time_cannot_be_compared(clip: Clip) -> None:
    say(clip, 40.1, 49.9, SAD)
    assert agreed(clip) is None
    say(clip, 45.1, 55.0, NEUTRAL)
    found = agreed(clip)
    assert found is not None
    assert found.n_s == pytest.approx(5.0)


def test_what_is_left_out_is_not_compared(clip: Clip) -> None:
    say(clip, 1, 9, HAPPY)
    say(clip, 1, 9, SAD, number=2)
    markers.add(clip.user_id, clip.pk, kind="excluded", start_s=0, end_s=6, text="")
    tracks.set_excluded(clip.user_id, clip.pk, track_of(clip, 2).pk, True)
    found = agreed(clip)
    assert found is not None
    assert found.n_s == pytest.approx(3.0)


def test_the_last_word_holds(clip: Clip) -> None:
    say(clip, 0.1, 10.1, SAD)
    say(clip, 5.1, 20.1, HAPPY)
    found = agreed(clip)
    assert found is not None
    assert found.said_s[SAD] == pytest.approx(5.0)
    assert found.said_s[HAPPY] == pytest.approx(15.0)


def test_one_frame_is_the_sample_that_is_nearest(clip: Clip) -> None:
    say(clip, 7.27, 7.27, SAD)
    found = agreed(clip)
    assert found is not None
    assert found.said_s[SAD] == pytest.approx(0.2)


def test_who_says_what_of_each_sample() -> None:
    now = timezone.now()

    def one(start: float, end: float, later: int) -> Correction:
        at = now + timedelta(seconds=later)
        return Correction(start_s=start, end_s=end, expression="fear", created_at=at)

    at = np.array([0.0, 1.0, 2.0, 3.0, 9.0])
    assert said_by(at, [one(0.5, 2.0, 5), one(2.0, 3.0, 1)]).tolist() == [-1, 0, 0, 1, -1]
    assert said_by(at, [one(5.0, 5.0, 0)]).tolist() == [-1] * 5
    assert said_by(at, [one(8.5, 8.6, 0)]).tolist() == [-1] * 4 + [0]
    assert said_by(np.zeros(0), [one(0, 1, 0)]).tolist() == []
