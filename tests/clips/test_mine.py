"""What a clip puts into the journal, and takes back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from emotionweb.accounts.models import User
from emotionweb.accounts.services import delete_account
from emotionweb.clips import corrections, markers, mine, tracks
from emotionweb.clips import services as clip_services
from emotionweb.clips.models import Clip, Marker
from emotionweb.clips.options import RefusedError
from emotionweb.clips.reading import load
from emotionweb.journal import services as journal
from emotionweb.journal.models import DailyEmotionLog, Observation
from emotionweb.live.models import PersonalBaseline
from tests.base import make_user
from tests.clips.results import NOON, Face, annotate, make_clip, show, track_of
from tests.journal.observations import draft, observe

pytestmark = pytest.mark.services

DAY = date(2026, 3, 14)


def rows(user: User) -> list[Observation]:
    return list(Observation.objects.filter(user=user, source_kind="clip").order_by("start"))


def spans(user: User) -> list[tuple[float, float, float, float]]:
    """Start, end, sure and unsure seconds of each observation; times from noon."""
    return [
        (
            round((row.start - NOON).total_seconds(), 3),
            round((row.end - NOON).total_seconds(), 3),
            round(row.seconds, 3),
            round(row.unsure_seconds, 3),
        )
        for row in rows(user)
    ]


def me(clip: Clip, number: int = 1, value: bool = True) -> None:
    tracks.set_me(clip.user_id, clip.pk, track_of(clip, number).pk, value)


def leave_out(clip: Clip, start_s: float, end_s: float) -> Marker:
    return markers.add(
        clip.user_id, clip.pk, kind="excluded", start_s=start_s, end_s=end_s, text=""
    )


def test_a_track_that_is_me_is_at_the_time_of_the_recording(alice: User) -> None:
    clip = make_clip(alice, [Face(1, 0, 25, lambda at: None if 10 < at <= 12 else "happiness")])
    me(clip)
    assert spans(alice) == [(0, 10, 10, 0), (10, 20, 8, 2), (20, 25, 5, 0)]
    assert {row.source_id for row in rows(alice)} == {clip.pk}
    log = DailyEmotionLog.objects.get(user=alice, day=DAY)
    assert (round(log.seconds, 3), round(log.unsure_seconds, 3)) == (23, 2)
    assert (log.model_versions, log.top) == (["m-1"], "happiness")


def test_saying_it_twice_changes_nothing_and_taking_it_back_leaves_nothing(alice: User) -> None:
    clip = make_clip(alice, [Face(1, 0, 25)])
    me(clip)
    before = spans(alice)
    me(clip)
    assert spans(alice) == before
    me(clip, value=False)
    assert rows(alice) == []
    assert not DailyEmotionLog.objects.exists()


def test_a_clip_without_a_time_asks_for_it(alice: User) -> None:
    clip = make_clip(alice, [Face(1, 0, 25)], recorded_at=None)
    with pytest.raises(RefusedError) as refused:
        me(clip)
    assert (refused.value.status, refused.value.code) == (409, "recorded_at")
    assert not track_of(clip).is_me


def test_two_tracks_that_are_me_at_the_same_time_count_once(alice: User) -> None:
    far = (300.0, 60.0, 330.0, 95.0)
    clip = make_clip(alice, [Face(1, 0, 20), Face(2, 10, 30, "sadness", far)])
    me(clip, 1)
    me(clip, 2)
    log = DailyEmotionLog.objects.get(user=alice)
    assert round(log.seconds, 3) == 30
    assert round(log.sadness, 2) == round((10 * 0.86 + 20 * 0.02) / 30, 2)


def test_a_stretch_left_out_cuts_the_window_and_is_given_back(alice: User) -> None:
    clip = make_clip(alice, [Face(1, 0, 20)])
    me(clip)
    marker = leave_out(clip, 4.1, 6.5)
    assert spans(alice) == [(0, 4.1, 4.1, 0), (6.5, 16.5, 10, 0), (16.5, 20, 3.5, 0)]
    markers.remove(alice.pk, clip.pk, marker.pk)
    assert spans(alice) == [(0, 10, 10, 0), (10, 20, 10, 0)]


def test_a_track_left_out_is_out_of_the_journal(alice: User) -> None:
    clip = make_clip(alice, [Face(1, 0, 20)])
    me(clip)
    tracks.set_excluded(alice.pk, clip.pk, track_of(clip).pk, True)
    assert rows(alice) == []
    tracks.set_excluded(alice.pk, clip.pk, track_of(clip).pk, False)
    assert len(rows(alice)) == 2


def test_a_clip_over_midnight_is_on_both_days(alice: User) -> None:
    alice.timezone, alice.day_start_hour = "Europe/Berlin", 0
    alice.save()
    start = datetime(2026, 3, 14, 22, 59, 45, tzinfo=UTC)  # 23:59:45 in Berlin
    clip = make_clip(alice, [Face(1, 0, 40)], recorded_at=start)
    me(clip)
    found = {log.day: round(log.seconds, 3) for log in DailyEmotionLog.objects.all()}
    assert found == {date(2026, 3, 14): 20, date(2026, 3, 15): 20}
    assert rows(alice)[0].timezone == "Europe/Berlin"


def test_the_hour_that_comes_twice_is_two_hours(alice: User) -> None:
    alice.timezone = "Europe/Berlin"
    alice.save()
    start = datetime(2026, 10, 25, 0, 59, 50, tzinfo=UTC)  # 02:59:50, then 02:00:00 again
    clip = make_clip(alice, [Face(1, 0, 30)], recorded_at=start)
    me(clip)
    starts = [row.start for row in rows(alice)]
    assert starts == [start + timedelta(seconds=10 * i) for i in range(3)]
    assert round(DailyEmotionLog.objects.get().seconds, 3) == 30


def test_another_time_of_recording_moves_the_day(alice: User) -> None:
    clip = make_clip(alice, [Face(1, 0, 20)])
    me(clip)
    now = NOON + timedelta(days=60)
    clip_services.set_recorded_at(alice.pk, clip.pk, "2026-02-03T08:30", now)
    assert [log.day for log in DailyEmotionLog.objects.all()] == [date(2026, 2, 3)]
    assert rows(alice)[0].start == datetime(2026, 2, 3, 8, 30, tzinfo=UTC)
    clip_services.set_recorded_at(alice.pk, clip.pk, "", now)
    assert rows(alice) == []


def test_a_deleted_clip_is_gone_from_the_day_and_the_rest_stays(alice: User) -> None:
    observe(alice, [draft(NOON + timedelta(hours=3), 7)])
    clip = make_clip(alice, [Face(1, 0, 20)])
    me(clip)
    assert round(DailyEmotionLog.objects.get().seconds, 3) == 27
    clip_services.delete_clip(alice.pk, clip.pk)
    assert rows(alice) == []
    assert DailyEmotionLog.objects.get().seconds == 7


def test_deleting_the_row_anywhere_is_enough(alice: User) -> None:
    clip = make_clip(alice, [Face(1, 0, 20)])
    me(clip)
    Clip.objects.filter(pk=clip.pk).delete()
    assert not DailyEmotionLog.objects.exists()


def test_an_account_goes_with_clips_and_journal(alice: User) -> None:
    me(make_clip(alice, [Face(1, 0, 20)]))
    delete_account(alice)
    assert not Clip.objects.exists()
    assert not Observation.objects.exists()
    assert not DailyEmotionLog.objects.exists()


def test_a_new_reading_is_what_the_journal_has(alice: User) -> None:
    clip = make_clip(alice, [Face(1, 0, 20)])
    me(clip)
    old, new = clip.annotation, annotate(clip, [Face(5, 0, 12, "sadness")])
    tracks.carry_over(old, new)
    show(clip, new)
    old.delete()
    mine.sync(clip)
    assert spans(alice) == [(0, 10, 10, 0), (10, 12, 2, 0)]
    assert rows(alice)[0].top == "sadness"


def test_days_are_told_on_which_the_person_corrected_themself(alice: User, bob: User) -> None:
    alice.timezone, alice.day_start_hour = "Europe/Berlin", 4
    alice.save()
    late = datetime(2026, 3, 15, 2, 59, 30, tzinfo=UTC)  # 03:59:30 in Berlin: still the 14th
    clip = make_clip(alice, [Face(1, 0, 60), Face(2, 0, 60)], recorded_at=late)
    me(clip)
    who = (alice.pk, clip.pk)
    other = track_of(clip, 2).pk
    corrections.say(*who, track_id=other, start_s=40, end_s=41, expression=1)
    assert mine.corrected_days(alice.pk, date(2026, 1, 1), date(2026, 12, 31)) == set()
    for start in (10, 20, 40):
        own = track_of(clip, 1).pk
        corrections.say(*who, track_id=own, start_s=start, end_s=start + 1, expression=1)
    both = {DAY, date(2026, 3, 15)}
    assert mine.corrected_days(alice.pk, date(2026, 1, 1), date(2026, 12, 31)) == both
    assert mine.corrected_days(alice.pk, DAY, DAY) == {DAY}
    assert mine.corrected_days(bob.pk, date(2026, 1, 1), date(2026, 12, 31)) == set()


def test_an_erased_day_does_not_come_back_with_the_next_change(alice: User) -> None:
    clip = make_clip(alice, [Face(1, 0, 20)], created_at=NOON + timedelta(days=3))
    other = make_clip(alice, [Face(1, 0, 20)], recorded_at=NOON + timedelta(days=1))
    me(clip)
    me(other)
    journal.erase_observations(alice.pk, DAY, DAY)
    marker = leave_out(clip, 1, 2)
    markers.remove(alice.pk, clip.pk, marker.pk)
    assert Clip.objects.count() == 2
    assert {row.source_id for row in rows(alice)} == {other.pk}
    assert not DailyEmotionLog.objects.filter(day=DAY).exists()


def test_a_sealed_day_stays_as_it_was_sealed(alice: User) -> None:
    clip = make_clip(alice, [Face(1, 0, 20)])
    me(clip)
    journal.seal(alice.pk, DAY + timedelta(days=1))
    leave_out(clip, 0, 15)
    assert rows(alice) == []
    assert round(DailyEmotionLog.objects.get().seconds, 3) == 20


# === A second counts once ===


def test_what_a_live_session_has_is_left_to_it(alice: User) -> None:
    observe(alice, [draft(NOON + timedelta(seconds=5), 10)])
    clip = make_clip(alice, [Face(1, 0, 25)])
    me(clip)
    assert spans(alice) == [(0, 5, 5, 0), (15, 25, 10, 0)]
    assert round(DailyEmotionLog.objects.get().seconds, 3) == 25


def test_of_two_clips_of_one_time_the_earlier_has_it(alice: User, bob: User) -> None:
    first = make_clip(alice, [Face(1, 0, 20)])
    second = make_clip(alice, [Face(1, 0, 30)])
    me(make_clip(bob, [Face(1, 0, 30)]))
    me(second)
    assert round(DailyEmotionLog.objects.get(user=alice).seconds, 3) == 30
    me(first)
    assert round(DailyEmotionLog.objects.get(user=alice).seconds, 3) == 30
    assert sum(row.source_id == first.pk for row in rows(alice)) == 2
    clip_services.delete_clip(alice.pk, first.pk)
    assert spans(alice) == [(0, 10, 10, 0), (10, 20, 10, 0), (20, 30, 10, 0)]
    assert round(DailyEmotionLog.objects.get(user=bob).seconds, 3) == 30


# === Whatever is said, in whatever order ===


steps = st.lists(
    st.one_of(
        st.tuples(st.just("me"), st.integers(0, 3), st.booleans()),
        st.tuples(st.just("exclude"), st.integers(0, 3), st.booleans()),
        st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("split"), st.integers(0, 3), st.floats(0, 40)),
        st.tuples(st.just("leave out"), st.floats(0, 40), st.floats(0.1, 12)),
        st.tuples(st.just("take in"), st.integers(0, 3), st.none()),
        st.tuples(st.just("recorded"), st.integers(0, 36), st.none()),
    ),
    max_size=8,
)


def take(clip: Clip, step: tuple[str, Any, Any]) -> None:
    """One step; what cannot be done is refused and changes nothing."""
    kind, a, b = step
    ids = list(clip.annotation.tracks.order_by("number").values_list("pk", flat=True))
    who = (clip.user_id, clip.pk)
    try:
        match kind:
            case "me":
                tracks.set_me(*who, ids[a % len(ids)], b)
            case "exclude":
                tracks.set_excluded(*who, ids[a % len(ids)], b)
            case "merge":
                tracks.merge(*who, ids[a % len(ids)], ids[b % len(ids)])
            case "split":
                tracks.split(*who, ids[a % len(ids)], b)
            case "leave out":
                markers.add(*who, kind="excluded", start_s=a, end_s=a + b, text="")
            case "take in":
                chosen = clip.markers.all()[a : a + 1]
                for marker in chosen:
                    markers.remove(*who, marker.pk)
            case "recorded":
                wall = (NOON + timedelta(hours=a)).strftime("%Y-%m-%dT%H:%M")
                clip_services.set_recorded_at(*who, wall, NOON + timedelta(days=9))
    except RefusedError:
        pass


def kept(user: User) -> list[tuple[Any, ...]]:
    found = [
        (row.start, row.end, row.seconds, row.unsure_seconds, *row.means, row.local_day)
        for row in rows(user)
    ]
    logs = [
        (log.day, round(log.seconds, 9), log.first_at, log.last_at, *log.means)
        for log in DailyEmotionLog.objects.filter(user=user).order_by("day")
    ]
    return [*found, *logs]


class AnyOrderTestCase(HypothesisTestCase):
    def setUp(self) -> None:
        self.alice = make_user("alice")

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(steps)
    def test_the_journal_is_what_the_tracks_say_now(self, said: list[tuple[str, Any, Any]]) -> None:
        far = (300.0, 60.0, 330.0, 95.0)
        clip = make_clip(
            self.alice,
            [
                Face(1, 0, 22, lambda at: None if int(at) % 7 == 3 else "happiness"),
                Face(2, 15, 40, "anger", far),
                Face(3, 30, 38, "sadness"),
            ],
            length_s=40.0,
            rate=2.0,
        )
        for step in said:
            take(clip, step)
        after = kept(self.alice)
        clip = Clip.objects.get(pk=clip.pk)
        journal.remove_source(self.alice.pk, "clip", clip.pk)
        assert kept(self.alice) == []
        mine.sync(clip)
        assert kept(self.alice) == after

        counted = clip.annotation.tracks.filter(is_me=True, excluded=False)
        reading = load(clip.annotation_id)
        parts = [part for track in counted for part in track.parts]
        ranges = mine.excluded_ranges(clip)
        lengths = reading.frame_lengths_s(ranges)[reading.row[reading.faces_of(parts)]]
        total = sum(row.seconds + row.unsure_seconds for row in rows(self.alice))
        assert total == pytest.approx(float(lengths.sum()), abs=1e-6)


def test_the_resting_face_is_taken_into_account_and_named(alice: User) -> None:
    clip = make_clip(alice, [Face(1, 0, 20)])
    me(clip)
    before = [row.happiness for row in rows(alice)]
    row = PersonalBaseline.objects.create(
        user=alice,
        made_at=NOON,
        model_version="m-1",
        rest_seconds=10,
        rest_logs=[-1.0] * 8,
        shift=[0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    )
    assert [row.happiness for row in rows(alice)] == before  # what is stored stays as it is
    mine.sync(clip)
    assert all(now.happiness < then for now, then in zip(rows(alice), before, strict=True))
    assert {row.calibration for row in rows(alice)} == {str(row.pk)}
    assert DailyEmotionLog.objects.get().calibrations == [str(row.pk)]


def test_the_resting_face_of_another_model_is_not(alice: User) -> None:
    PersonalBaseline.objects.create(
        user=alice,
        made_at=NOON,
        model_version="m-0",
        rest_seconds=10,
        rest_logs=[-1.0] * 8,
        shift=[0.0, -1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    )
    clip = make_clip(alice, [Face(1, 0, 20)])
    me(clip)
    assert {row.calibration for row in rows(alice)} == {""}
