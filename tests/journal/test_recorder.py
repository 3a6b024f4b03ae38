import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emotionweb.journal.drafts import ObservationDraft
from emotionweb.journal.recorder import WINDOW_S, Recorder
from inference.labels import LABELS
from inference.reasons import UnsureReason
from tests.live.fakes import FakeWall, face, probabilities

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
HAPPINESS = LABELS.index("happiness")


class Camera:
    """Feeds a recorder; the wall clock goes with the monotonic one unless it is told to jump."""

    def __init__(self, not_before: datetime = NOON) -> None:
        self.wall = FakeWall(NOON)
        self.at = 50.0
        self.recorder = Recorder(self.wall, not_before)
        self.drafts: list[ObservationDraft] = []

    def see(self, seen: object, after: float = 0.1, model: str = "m-1") -> None:
        self.at += after
        self.wall.advance(after)
        self.drafts += self.recorder.add(self.at, seen, model)

    def watch(self, seen: object, seconds: float, step: float = 0.1) -> None:
        for _ in range(round(seconds / step)):
            self.see(seen, step)

    def end(self) -> list[ObservationDraft]:
        self.drafts += self.recorder.flush()
        return self.drafts


def test_a_shorter_first_window_is_followed_by_whole_ones() -> None:
    camera = Camera()
    camera.recorder = Recorder(camera.wall, NOON, first_window_s=4.0)
    camera.watch(face(), 25)
    assert [round(draft.seconds, 6) for draft in camera.end()[:2]] == [4.0, 10.0]


def test_each_window_is_ten_seconds_and_they_follow_each_other() -> None:
    camera = Camera()
    camera.watch(face(), 25)
    first, second, third = camera.end()
    assert [round(draft.seconds, 6) for draft in (first, second)] == [10.0, 10.0]
    # The first frame has none before it, so its time is not known.
    assert third.seconds == pytest.approx(4.9)
    assert (second.start - first.start).total_seconds() == pytest.approx(10.0, abs=1e-3)
    assert (third.start - second.start).total_seconds() == pytest.approx(10.0, abs=1e-3)


def test_a_window_is_stored_as_soon_as_it_is_full() -> None:
    camera = Camera()
    camera.watch(face(), WINDOW_S)
    assert camera.drafts == []
    camera.see(face())
    camera.see(face())
    assert len(camera.drafts) == 1


def test_means_are_weighted_by_time_not_by_frames() -> None:
    camera = Camera()
    camera.see(face())
    camera.watch(face(happiness=1.0), 2, step=0.05)
    camera.watch(face(sadness=1.0), 2, step=0.5)
    (draft,) = camera.end()
    assert draft.means[HAPPINESS] == pytest.approx(0.5)
    assert sum(draft.means) == pytest.approx(1.0)


def test_one_frame_counts_for_at_most_a_second() -> None:
    camera = Camera()
    camera.see(face())
    camera.see(face(), after=7)
    (draft,) = camera.end()
    assert draft.seconds == pytest.approx(1.0)
    assert draft.start == NOON + timedelta(seconds=0.1 + 6)


def test_unsure_and_refused_faces_count_as_unsure_only() -> None:
    camera = Camera()
    camera.see(face())
    camera.see(face(unsure=UnsureReason.NOT_CONFIDENT, anger=0.4), after=1)
    camera.see(face(unsure=UnsureReason.TOO_DARK), after=1)
    camera.see(face(happiness=1.0), after=1)
    (draft,) = camera.end()
    assert (draft.seconds, draft.unsure_seconds) == (pytest.approx(1.0), pytest.approx(2.0))
    assert draft.means[HAPPINESS] == pytest.approx(1.0)


def test_unsmoothed_probabilities_are_recorded() -> None:
    camera = Camera()
    seen = replace(face(sadness=1.0), probabilities=probabilities(happiness=1.0))
    camera.see(seen)
    camera.see(seen, after=1)
    assert camera.end()[0].means[HAPPINESS] == pytest.approx(1.0)


def test_nobody_in_sight_is_nothing() -> None:
    camera = Camera()
    camera.watch(None, 30)
    assert camera.end() == []


def test_a_window_opens_with_the_face_and_ends_with_it() -> None:
    camera = Camera()
    camera.watch(None, 6)
    camera.watch(face(), 2)
    camera.watch(None, 3)
    camera.watch(face(), 1)
    camera.watch(None, 30)
    (draft,) = camera.end()
    assert (draft.start - NOON).total_seconds() == pytest.approx(6.0, abs=1e-3)
    assert (draft.end - NOON).total_seconds() == pytest.approx(12.0, abs=1e-3)
    assert draft.seconds == pytest.approx(3.0)


def test_a_tab_that_is_taken_over_keeps_what_it_saw_until_then() -> None:
    camera = Camera()
    camera.watch(None, 6)
    camera.watch(face(), 4)
    cut = camera.end()[0].cut(NOON + timedelta(seconds=7))
    assert cut is not None
    assert cut.seconds == pytest.approx(1.0, abs=1e-3)


def test_only_unsure_has_no_means() -> None:
    camera = Camera()
    camera.watch(face(unsure=UnsureReason.TOO_SMALL), 3)
    (draft,) = camera.end()
    assert draft.seconds == 0.0
    assert set(draft.means) == {0.0}


def test_a_pause_counts_for_nothing() -> None:
    camera = Camera()
    camera.watch(face(), 3)
    camera.drafts += camera.recorder.pause()
    camera.see(face(), after=0.9)
    camera.watch(face(), 2)
    before, after = camera.end()
    assert before.seconds == pytest.approx(2.9)
    assert after.seconds == pytest.approx(2.0)


def test_another_model_begins_another_observation() -> None:
    camera = Camera()
    camera.see(face())
    camera.see(face(), after=1, model="m-1")
    camera.see(face(), after=1, model="m-2")
    assert [draft.model_version for draft in camera.end()] == ["m-1", "m-2"]


def test_a_resumed_session_begins_where_it_ended() -> None:
    """The wall clock was set back while the connection was away."""
    ended = NOON + timedelta(hours=1)
    camera = Camera(not_before=ended)
    camera.watch(face(), 3)
    assert camera.end()[0].start == ended


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(seconds=-3), timedelta(days=2)])
def test_a_wall_clock_that_jumps_loses_and_overlaps_nothing(jump: timedelta) -> None:
    camera = Camera()
    camera.watch(face(), 12)
    camera.wall.now += jump
    camera.watch(face(), 25)
    drafts = camera.end()
    assert sum(draft.seconds for draft in drafts) == pytest.approx(36.9)
    for earlier, later in itertools.pairwise(drafts):
        assert earlier.end <= later.start + timedelta(microseconds=2)


def test_a_frame_that_is_not_later_changes_nothing() -> None:
    camera = Camera()
    camera.see(face())
    camera.see(face(), after=1)
    camera.see(face(), after=-0.5)
    camera.see(face(), after=0)
    camera.see(face(), after=1)
    assert camera.end()[0].seconds == pytest.approx(1.5)


steps = st.lists(
    st.tuples(
        st.floats(0, 15, allow_nan=False),
        st.sampled_from(["face", "unsure", "nobody", "pause", "other model"]),
        st.sampled_from([0.0, 0.0, 0.0, -7200.0, -5.0, 3600.0]),
    ),
    max_size=60,
)


@given(steps)
@example([(0.0, "face", -7200.0), (6e-8, "face", 0.0), (11.0, "face", 0.0)])
def test_whatever_happens_no_second_is_counted_twice(
    happenings: list[tuple[float, str, float]],
) -> None:
    camera = Camera()
    begun = camera.at
    model = "m-0"
    for number, (after, what, jump) in enumerate(happenings):
        camera.wall.now += timedelta(seconds=jump)
        if what == "pause":
            camera.drafts += camera.recorder.pause()
        if what == "other model":
            model = f"m-{number}"
        unsure = UnsureReason.TOO_DARK if what == "unsure" else None
        camera.see(None if what == "nobody" else face(unsure=unsure), after, model)
    drafts = camera.end()
    assert len({draft.start for draft in drafts}) == len(drafts)
    for earlier, later in itertools.pairwise(drafts):
        assert earlier.end <= later.start + timedelta(microseconds=2)
    total = sum(draft.seconds + draft.unsure_seconds for draft in drafts)
    assert total <= camera.at - begun + 1e-6
    for draft in drafts:
        assert draft.seconds + draft.unsure_seconds <= WINDOW_S + 1e-6
        assert np.isclose(sum(draft.means), 1.0 if draft.seconds else 0.0)
