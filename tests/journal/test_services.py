import math
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from emotionweb.accounts.models import User
from emotionweb.journal import services
from emotionweb.journal.drafts import ObservationDraft
from emotionweb.journal.models import DailyEmotionLog, ExpressionMeans, Observation
from inference.labels import LABELS
from tests.base import BaseTestCase, make_user
from tests.journal.observations import draft, means, observe

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
DAY = date(2026, 3, 14)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_the_columns_are_the_labels_in_their_order() -> None:
    names = [field.name for field in ExpressionMeans._meta.get_fields()]
    assert tuple(names[2:]) == LABELS


@pytest.mark.services
class RecordingTestCase(BaseTestCase):
    def log(self, user: User | None = None, day: date = DAY) -> DailyEmotionLog:
        return DailyEmotionLog.objects.get(user=user or self.alice, day=day)

    def test_a_day_is_the_mean_of_its_observations_weighted_by_time(self) -> None:
        observe(self.alice, [draft(NOON, 9, happiness=1.0), draft(after(10), 3, sadness=1.0)])
        log = self.log()
        self.assertEqual(log.seconds, 12)
        self.assertAlmostEqual(log.happiness, 0.75)
        self.assertAlmostEqual(log.sadness, 0.25)
        self.assertEqual(log.top, "happiness")
        self.assertEqual((log.first_at, log.last_at), (NOON, after(13)))

    def test_unsure_time_is_told_apart_and_weighs_nothing(self) -> None:
        unsure = draft(after(10), 0, 10, neutral=0.0)
        observe(self.alice, [draft(NOON, 5, 5, happiness=1.0), unsure])
        log = self.log()
        self.assertEqual((log.seconds, log.unsure_seconds), (5, 15))
        self.assertAlmostEqual(log.happiness, 1.0)

    def test_a_day_of_unsure_time_only_has_no_mix(self) -> None:
        observe(self.alice, [draft(NOON, 0, 10)])
        self.assertIsNone(self.log().top)
        self.assertEqual(set(self.log().means), {0.0})

    def test_adding_the_same_again_changes_nothing(self) -> None:
        drafts = [draft(NOON), draft(after(10), sadness=0.9)]
        source = observe(self.alice, drafts[:1])
        observe(self.alice, drafts, source)
        observe(self.alice, drafts, source)
        self.assertEqual(Observation.objects.count(), 2)
        self.assertEqual(self.log().seconds, 20)

    def test_every_model_that_had_a_part_is_named(self) -> None:
        observe(self.alice, [draft(NOON), draft(after(10), model_version="m-2"), draft(after(20))])
        self.assertEqual(self.log().model_versions, ["m-1", "m-2"])

    def test_people_do_not_mix(self) -> None:
        observe(self.alice, [draft(NOON, happiness=1.0)])
        observe(self.bob, [draft(NOON, anger=1.0)])
        self.assertAlmostEqual(self.log().happiness, 1.0)
        self.assertAlmostEqual(self.log(self.bob).anger, 1.0)
        self.assertFalse(services.days(self.charlie.pk).exists())

    def test_a_session_over_midnight_falls_on_both_days(self) -> None:
        midnight = datetime(2026, 3, 14, 23, tzinfo=UTC)  # in Berlin
        drafts = [draft(midnight - timedelta(seconds=10)), draft(midnight)]
        observe(self.alice, drafts, timezone="Europe/Berlin")
        self.assertEqual(
            [log.day for log in services.days(self.alice.pk)], [date(2026, 3, 15), DAY]
        )

    def test_a_change_of_profile_moves_nothing(self) -> None:
        late = datetime(2026, 3, 15, 1, tzinfo=UTC)
        source = observe(self.alice, [draft(late)], day_start_hour=4)
        observe(self.alice, [draft(late + timedelta(hours=1))], source, timezone="Asia/Shanghai")
        self.assertEqual(self.log().seconds, 10)
        self.assertEqual(self.log(day=date(2026, 3, 15)).timezone, "Asia/Shanghai")

    def test_nothing_is_kept_of_somebody_who_is_gone(self) -> None:
        self.charlie.delete()
        observe(User(pk=self.charlie.pk or 987654), [draft(NOON)])
        self.assertFalse(Observation.objects.exists())

    def test_removing_a_source_recomputes_its_days_only(self) -> None:
        next_day = NOON + timedelta(days=1)
        first = observe(self.alice, [draft(NOON, happiness=1.0), draft(next_day)])
        observe(self.alice, [draft(after(100), 4, sadness=1.0)])
        services.remove_source(self.alice.pk, "live", first)
        log = self.log()
        self.assertEqual(log.seconds, 4)
        self.assertAlmostEqual(log.sadness, 1.0)
        self.assertEqual(log.first_at, after(100))
        self.assertFalse(DailyEmotionLog.objects.filter(day=next_day.date()).exists())

    def test_nobody_removes_what_is_anothers(self) -> None:
        source = observe(self.alice, [draft(NOON)])
        services.remove_source(self.bob.pk, "live", source)
        self.assertEqual(self.log().seconds, 10)

    def test_deleting_a_person_leaves_nothing(self) -> None:
        observe(self.alice, [draft(NOON)])
        self.alice.delete()
        self.assertFalse(Observation.objects.exists() or DailyEmotionLog.objects.exists())


@pytest.mark.services
class ReadingTestCase(BaseTestCase):
    def test_a_day_lists_its_sources_in_the_order_of_time(self) -> None:
        evening = observe(self.alice, [draft(after(3600), anger=0.9)], timezone="Europe/Berlin")
        noon = observe(self.alice, [draft(NOON), draft(after(10), 5, 1, happiness=0.2)])
        observe(self.bob, [draft(after(60))])
        detail = services.day_detail(self.alice.pk, DAY)
        assert detail is not None
        self.assertEqual([source.id for source in detail.sources], [noon, evening])
        first, second = detail.sources
        self.assertEqual((first.start, first.end), (NOON, after(16)))
        self.assertEqual((first.seconds, first.unsure_seconds), (15, 1))
        self.assertAlmostEqual({p.name: p.share for p in first.mix}["happiness"], 0.6)
        self.assertEqual((second.top, second.timezone), ("anger", "Europe/Berlin"))
        self.assertEqual(first.title, "Live session")
        self.assertEqual(first.delete_url, f"/live/sessions/{noon}/delete/")
        self.assertEqual(detail.log.sessions, 2)

    def test_the_end_is_the_last_moment_a_face_was_in_sight(self) -> None:
        """A face for two seconds, nobody for seven, the face again for one."""
        source = observe(self.alice, [draft(NOON, 3, end=after(10))])
        detail = services.day_detail(self.alice.pk, DAY)
        assert detail is not None
        self.assertEqual((detail.log.last_at, detail.sources[0].end), (after(10), after(10)))
        self.assertEqual((detail.log.seconds, detail.sources[0].id), (3, source))

    def test_two_sources_that_end_alike_keep_their_own_ends(self) -> None:
        long = observe(self.alice, [draft(NOON), draft(after(10), 9)])
        short = observe(self.alice, [draft(after(10), 2)])
        detail = services.day_detail(self.alice.pk, DAY)
        assert detail is not None
        self.assertEqual(
            {source.id: source.end for source in detail.sources},
            {long: after(19), short: after(12)},
        )

    def test_a_mix_is_strongest_first_and_whole(self) -> None:
        observe(self.alice, [draft(NOON, fear=0.5, contempt=0.2)])
        (day,) = services.summarise_days(list(services.days(self.alice.pk)))
        self.assertEqual([part.name for part in day.mix][:3], ["fear", "neutral", "contempt"])
        self.assertEqual([part.mark for part in day.mix][:3], ["≈", "–", "◐"])
        self.assertAlmostEqual(math.fsum(part.share for part in day.mix), 1.0)

    def test_a_day_without_anything_is_none(self) -> None:
        observe(self.bob, [draft(NOON)])
        self.assertIsNone(services.day_detail(self.alice.pk, DAY))
        self.assertEqual(services.summarise_days([]), [])

    def test_a_source_whose_app_is_gone_can_still_be_read(self) -> None:
        services.add_observations(
            self.alice.pk,
            [draft(NOON)],
            kind="dream",
            source_id=uuid4(),
            timezone="UTC",
            day_start_hour=0,
        )
        detail = services.day_detail(self.alice.pk, DAY)
        assert detail is not None
        self.assertEqual((detail.sources[0].title, detail.sources[0].delete_url), ("Recording", ""))

    def test_queries_do_not_grow_with_the_days(self) -> None:
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                services.summarise_days(list(services.days(self.alice.pk)))
            return len(captured)

        observe(self.alice, [draft(NOON)])
        few = queries()
        for number in range(1, 8):
            observe(self.alice, [draft(NOON + timedelta(days=number))])
        self.assertEqual(queries(), few)


shares = st.lists(st.floats(0.01, 1.0), min_size=8, max_size=8).map(
    lambda raw: tuple(share / sum(raw) for share in raw)
)


def seen_with_breaks(
    start: datetime, seconds: float, unsure_seconds: float, away: float, **more: Any
) -> ObservationDraft:
    """An observation during which the face was out of sight for some time."""
    end = start + timedelta(seconds=seconds + unsure_seconds + away)
    return ObservationDraft(start, end, seconds, unsure_seconds, **more)


drafts_of_days = st.lists(
    st.builds(
        seen_with_breaks,
        away=st.floats(0, 10),
        start=st.timedeltas(timedelta(0), timedelta(days=2)).map(
            lambda later: datetime(2026, 3, 28, tzinfo=UTC) + later
        ),
        seconds=st.floats(0, 10).map(lambda seconds: round(seconds, 3)),
        unsure_seconds=st.floats(0, 10).map(lambda seconds: round(seconds, 3)),
        means=shares,
        model_version=st.sampled_from(["m-1", "m-2"]),
    ),
    max_size=12,
    unique_by=lambda one: one.start,
)


class RecomputationTestCase(HypothesisTestCase):
    def setUp(self) -> None:
        self.alice = make_user("alice")

    @settings(max_examples=30, deadline=None)
    @given(drafts_of_days, st.integers(0, 23), st.randoms(use_true_random=False))
    def test_a_log_is_what_its_observations_say_in_whatever_order_they_came(
        self, drafts: list[ObservationDraft], day_start_hour: int, random: object
    ) -> None:
        source = uuid4()
        shuffled = list(drafts)
        random.shuffle(shuffled)  # type: ignore[attr-defined]
        for one in shuffled:
            observe(self.alice, [one], source, "Europe/Berlin", day_start_hour)
        kept = {
            log.day: (log.seconds, *log.means, log.first_at, log.last_at)
            for log in services.days(self.alice.pk)
        }

        by_day: dict[date, list[Observation]] = defaultdict(list)
        for row in Observation.objects.order_by("start"):
            by_day[row.local_day].append(row)
        self.assertEqual(set(kept), set(by_day))
        for day, rows in by_day.items():
            seconds = math.fsum(row.seconds for row in rows)
            expected = [
                math.fsum(row.means[index] * row.seconds for row in rows) / seconds
                if seconds
                else 0
                for index in range(8)
            ]
            self.assertAlmostEqual(kept[day][0], seconds)
            for got, wanted in zip(kept[day][1:9], expected, strict=True):
                self.assertAlmostEqual(got, wanted)
            self.assertEqual(kept[day][9:], (rows[0].start, max(row.end for row in rows)))

        for day in by_day:
            log = services.recompute_day(self.alice.pk, day)
            assert log is not None
            again = (log.seconds, *log.means, log.first_at, log.last_at)
            self.assertEqual(again, kept[day])


def test_the_means_of_the_helper_are_whole() -> None:
    assert means(happiness=0.25) == (0.75, 0.25, 0, 0, 0, 0, 0, 0)
