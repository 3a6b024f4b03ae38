from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from emotionweb.accounts import services as accounts
from emotionweb.accounts.models import User
from emotionweb.journal import checkins, diary, tags
from emotionweb.journal.checkins import (
    CLOCK_TOLERANCE,
    KEPT_FOR_UNDO,
    CheckInDraft,
    CheckInError,
    Felt,
    IdTakenError,
    WrongClockError,
)
from emotionweb.journal.days import local_day
from emotionweb.journal.models import CheckIn, DailyEmotionLog, Observation, Tag
from emotionweb.journal.tasks import purge
from emotionweb.live import services as live
from emotionweb.live.models import LiveSession
from tests.base import BaseTestCase, make_user
from tests.journal.observations import draft, observe
from tests.journal.test_days import at

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
DAY = date(2026, 3, 14)


def say(user: User, mood: int = 4, moment: datetime = NOON, **more: Any) -> CheckIn:
    """Check in at a moment that is now or before it."""
    now = more.pop("now", moment)
    row, _created = checkins.check_in(user, CheckInDraft(mood, moment, **more), now)
    return row


class WithTagsTestCase(BaseTestCase):
    def tag(self, user: User, name: str) -> Tag:
        return tags.add(user.pk, name)


@pytest.mark.services
class StoringTestCase(WithTagsTestCase):
    def test_all_that_was_said_is_there(self) -> None:
        walk, session = self.tag(self.alice, "Walk"), uuid4()
        row = say(
            self.alice, 5, energy=2, pleasantness=4, note="*so*", tags=[walk.pk], session=session
        )
        row.refresh_from_db()
        said = (row.mood, row.energy, row.pleasantness, row.note, row.session)
        self.assertEqual(said, (5, 2, 4, "*so*", session))
        self.assertEqual(list(row.tags.all()), [walk])
        self.assertEqual((row.at, row.local_day, row.created_at), (NOON, DAY, NOON))

    def test_without_a_time_it_is_now(self) -> None:
        row, created = checkins.check_in(self.alice, CheckInDraft(3), NOON)
        self.assertEqual((row.at, created), (NOON, True))

    def test_several_a_day_stand_side_by_side(self) -> None:
        later = say(self.alice, 2, NOON + timedelta(hours=1))
        first, twin = say(self.alice, 4), say(self.alice, 4)
        self.assertEqual(checkins.of_day(self.alice.pk, DAY), [first, twin, later])

    def test_what_the_camera_saw_is_not_touched(self) -> None:
        observe(self.alice, [draft(NOON)])
        log = DailyEmotionLog.objects.values().get()
        row = say(self.alice, 1)
        checkins.delete(self.alice.pk, row.pk, NOON)
        self.assertEqual(DailyEmotionLog.objects.values().get(), log)
        self.assertEqual(Observation.objects.count(), 1)

    def test_it_stays_when_its_live_session_is_deleted(self) -> None:
        session = LiveSession.objects.create(
            user=self.alice,
            started_at=NOON,
            last_seen_at=NOON,
            held_since=NOON,
            ended_at=NOON,
            timezone="UTC",
            day_start_hour=0,
        )
        row = say(self.alice, session=session.pk)
        self.assertTrue(live.delete_session(self.alice.pk, session.pk))
        row.refresh_from_db()
        self.assertEqual(row.session, session.pk)

    def test_numbers_off_the_scale_and_endless_notes_are_refused(self) -> None:
        for nonsense in (
            {"mood": 0},
            {"mood": 6},
            {"mood": 3, "energy": 0},
            {"mood": 3, "pleasantness": 6},
            {"mood": 3, "note": "x" * 10_001},
            {"mood": 3, "note": "\x00"},
        ):
            with self.assertRaises(CheckInError):
                CheckInDraft(**nonsense)
        CheckInDraft(3, note="字" * 10_000)

    def test_the_database_holds_the_scale_as_well(self) -> None:
        row = say(self.alice)
        for change in ({"mood": 6}, {"energy": 0}, {"pleasantness": 9}):
            with self.assertRaises(IntegrityError), transaction.atomic():
                CheckIn.objects.filter(pk=row.pk).update(**change)

    def test_tags_of_others_are_left_out(self) -> None:
        bobs, own = self.tag(self.bob, "Secret"), self.tag(self.alice, "Walk")
        row = say(self.alice, tags=[bobs.pk, own.pk])
        self.assertEqual(list(row.tags.all()), [own])


@pytest.mark.services
class OnceTestCase(BaseTestCase):
    def send(self, user: User, check_in_id: UUID, mood: int = 4) -> tuple[CheckIn, bool]:
        return checkins.check_in(user, CheckInDraft(mood), NOON, check_in_id)

    def test_sent_twice_is_stored_once(self) -> None:
        check_in_id = uuid4()
        first, created = self.send(self.alice, check_in_id)
        again, created_again = self.send(self.alice, check_in_id, mood=1)
        self.assertEqual((first.pk, created, created_again), (check_in_id, True, False))
        self.assertEqual(again.mood, 4)
        self.assertEqual(CheckIn.objects.count(), 1)

    def test_what_was_undone_does_not_come_back_by_being_sent_again(self) -> None:
        check_in_id = uuid4()
        self.send(self.alice, check_in_id)
        checkins.delete(self.alice.pk, check_in_id, NOON)
        self.assertFalse(self.send(self.alice, check_in_id)[1])
        self.assertFalse(checkins.check_ins(self.alice.pk).exists())

    def test_anothers_id_cannot_be_used_and_changes_nothing(self) -> None:
        check_in_id = self.send(self.alice, uuid4())[0].pk
        with self.assertRaises(IdTakenError):
            self.send(self.bob, check_in_id, mood=1)
        self.assertEqual(CheckIn.objects.get().user, self.alice)
        self.assertEqual(CheckIn.objects.get().mood, 4)

    def test_somebody_who_is_gone_leaves_nothing(self) -> None:
        gone = User.objects.get(pk=self.alice.pk)
        accounts.delete_account(self.alice)
        with self.assertRaises(CheckInError):
            self.send(gone, uuid4())
        self.assertFalse(CheckIn.objects.exists())


@pytest.mark.services
class DayTestCase(BaseTestCase):
    def live_in(self, timezone: str, day_start_hour: int = 0) -> None:
        self.alice.timezone, self.alice.day_start_hour = timezone, day_start_hour

    def day_of(self, wall: str, timezone: str = "Europe/Berlin", fold: int = 0) -> date:
        moment = at(wall, timezone, fold)
        row = say(self.alice, moment=moment)
        row.refresh_from_db()
        self.assertEqual(row.at, moment, "the timestamp is never shifted")
        return row.local_day

    def test_a_minute_before_midnight_and_midnight(self) -> None:
        self.live_in("Europe/Berlin")
        self.assertEqual(self.day_of("2026-11-21 23:59"), date(2026, 11, 21))
        self.assertEqual(self.day_of("2026-11-22 00:00"), date(2026, 11, 22))

    def test_a_day_that_starts_at_four(self) -> None:
        self.live_in("Europe/Berlin", 4)
        self.assertEqual(self.day_of("2026-11-22 03:59"), date(2026, 11, 21))
        self.assertEqual(self.day_of("2026-11-22 04:00"), date(2026, 11, 22))
        self.assertEqual(self.day_of("2024-03-01 02:00"), date(2024, 2, 29))

    def test_a_leap_day(self) -> None:
        self.live_in("Asia/Shanghai")
        self.assertEqual(self.day_of("2024-02-29 23:59", "Asia/Shanghai"), date(2024, 2, 29))

    def test_the_night_the_clocks_change(self) -> None:
        self.live_in("Europe/Berlin", 3)
        self.assertEqual(self.day_of("2026-03-29 01:59"), date(2026, 3, 28))
        self.assertEqual(self.day_of("2026-03-29 03:00"), date(2026, 3, 29))
        self.assertEqual(self.day_of("2026-10-25 02:30"), date(2026, 10, 24))
        self.assertEqual(self.day_of("2026-10-25 02:30", fold=1), date(2026, 10, 24))
        self.assertEqual(self.day_of("2026-10-25 03:00"), date(2026, 10, 25))

    def test_travel_moves_nothing_that_is_there(self) -> None:
        self.live_in("Asia/Tokyo", 4)
        row = say(self.alice, moment=at("2026-06-02 01:00", "Asia/Tokyo"))
        self.live_in("America/New_York")
        self.alice.save()
        changed = checkins.change(
            self.alice.pk, row.pk, CheckInDraft(2, row.at - timedelta(hours=1)), row.at
        )
        assert changed is not None
        place = (changed.timezone, changed.day_start_hour, changed.local_day)
        self.assertEqual(place, ("Asia/Tokyo", 4, date(2026, 6, 1)))
        self.assertEqual(say(self.alice, moment=row.at).local_day, date(2026, 6, 1))

    def test_a_clock_that_is_ahead_is_told_and_a_little_is_forgiven(self) -> None:
        near = NOON + CLOCK_TOLERANCE
        self.assertEqual(say(self.alice, moment=near, now=NOON).at, near)
        with self.assertRaisesMessage(WrongClockError, "still to come"):
            say(self.alice, moment=near + timedelta(seconds=1), now=NOON)
        row = say(self.alice)
        with self.assertRaises(WrongClockError):
            checkins.change(self.alice.pk, row.pk, CheckInDraft(1, NOON + timedelta(days=1)), NOON)
        row.refresh_from_db()
        self.assertEqual((row.mood, row.at), (4, NOON))

    def test_a_clock_without_a_battery_is_told(self) -> None:
        with self.assertRaisesMessage(CheckInError, "too long ago"):
            say(self.alice, moment=datetime(1969, 12, 31, tzinfo=UTC), now=NOON)


@pytest.mark.services
class ChangingTestCase(WithTagsTestCase):
    def test_a_change_replaces_what_was_said(self) -> None:
        old, new = self.tag(self.alice, "Walk"), self.tag(self.alice, "Rain")
        row = say(self.alice, 2, energy=1, note="before", tags=[old.pk])
        later = NOON + timedelta(hours=3)
        earlier = NOON - timedelta(days=1)
        changed = checkins.change(
            self.alice.pk, row.pk, CheckInDraft(5, earlier, note="after", tags=[new.pk]), later
        )
        assert changed is not None
        row.refresh_from_db()
        self.assertEqual((row.mood, row.energy, row.note), (5, None, "after"))
        self.assertEqual(list(row.tags.all()), [new])
        self.assertEqual((row.at, row.local_day), (earlier, date(2026, 3, 13)))
        self.assertEqual((row.created_at, row.updated_at), (NOON, later))

    def test_without_a_time_the_time_stays(self) -> None:
        row = say(self.alice)
        checkins.change(self.alice.pk, row.pk, CheckInDraft(1), NOON + timedelta(hours=1))
        row.refresh_from_db()
        self.assertEqual(row.at, NOON)

    def test_what_was_deleted_can_be_brought_back_with_all_it_had(self) -> None:
        tag = self.tag(self.alice, "Walk")
        row = say(self.alice, note="kept", tags=[tag.pk])
        checkins.delete(self.alice.pk, row.pk, NOON)
        checkins.delete(self.alice.pk, row.pk, NOON + timedelta(days=1))
        self.assertEqual(CheckIn.objects.get().deleted_at, NOON)
        self.assertEqual(checkins.of_day(self.alice.pk, DAY), [])
        self.assertIsNone(checkins.change(self.alice.pk, row.pk, CheckInDraft(1), NOON))
        checkins.restore(self.alice.pk, row.pk)
        (back,) = checkins.of_day(self.alice.pk, DAY)
        self.assertEqual((back.note, list(back.tags.all())), ("kept", [tag]))

    def test_nobody_changes_what_is_anothers(self) -> None:
        row = say(self.alice, note="mine")
        acts: list[Callable[[int, UUID], CheckIn | None]] = [
            lambda user, pk: checkins.change(user, pk, CheckInDraft(1), NOON),
            lambda user, pk: checkins.delete(user, pk, NOON),
            checkins.restore,
        ]
        for act in acts:
            self.assertIsNone(act(self.bob.pk, row.pk))
            self.assertIsNone(act(self.bob.pk, uuid4()))
        row.refresh_from_db()
        self.assertEqual((row.note, row.mood, row.deleted_at), ("mine", 4, None))

    def test_after_a_week_it_is_gone_for_good(self) -> None:
        kept, gone, alive = (say(self.alice) for _ in range(3))
        end = NOON + KEPT_FOR_UNDO
        checkins.delete(self.alice.pk, gone.pk, NOON)
        checkins.delete(self.alice.pk, kept.pk, NOON + timedelta(minutes=1))
        self.assertEqual(checkins.purge(end + timedelta(seconds=1)), 1)
        self.assertEqual(checkins.purge(end + timedelta(seconds=1)), 0)
        self.assertEqual(set(CheckIn.objects.all()), {kept, alive})
        self.assertIsNone(checkins.restore(self.alice.pk, gone.pk))
        purge()
        self.assertEqual(list(CheckIn.objects.all()), [alive])

    def test_the_account_goes_with_everything_that_was_said(self) -> None:
        tag = self.tag(self.alice, "Walk")
        row = say(self.alice, tags=[tag.pk])
        say(self.alice)
        checkins.delete(self.alice.pk, row.pk, NOON)
        bobs = say(self.bob, tags=[self.tag(self.bob, "Walk").pk])
        accounts.delete_account(self.alice)
        self.assertEqual(list(CheckIn.objects.all()), [bobs])
        self.assertEqual([tag.user for tag in Tag.objects.all()], [self.bob])
        self.assertEqual(CheckIn.tags.through.objects.count(), 1)


@pytest.mark.services
class DiaryTestCase(BaseTestCase):
    def test_days_of_either_kind_are_there_once_newest_first(self) -> None:
        observe(self.alice, [draft(NOON), draft(NOON + timedelta(days=2))])
        for number in (0, 0, 1):
            say(self.alice, moment=NOON + timedelta(days=number))
        checkins.delete(self.alice.pk, say(self.alice, moment=NOON - timedelta(days=9)).pk, NOON)
        say(self.bob, moment=NOON + timedelta(days=5))
        days = list(diary.dates(self.alice.pk))
        self.assertEqual([day.day for day in days], [16, 15, 14])
        both, felt_only, shown_only = reversed(
            [diary.summarise(self.alice.pk, [day])[0] for day in days]
        )
        self.assertTrue(both.shown and both.felt)
        self.assertEqual((felt_only.shown, felt_only.felt), (None, Felt(4.0, 1)))
        self.assertIsNone(shown_only.felt)

    def test_felt_is_the_mean_of_the_day(self) -> None:
        for mood in (2, 5, 4):
            say(self.alice, mood)
        felt = checkins.felt(self.alice.pk, [DAY, date(2026, 3, 15)])
        self.assertEqual(list(felt), [DAY])
        self.assertAlmostEqual(felt[DAY].mean, 11 / 3)
        self.assertEqual((felt[DAY].count, felt[DAY].nearest), (3, 4))

    def test_many_days_cost_as_many_queries_as_one(self) -> None:
        counts = []
        for number in range(20):
            say(self.alice, moment=NOON + timedelta(days=number))
            observe(self.alice, [draft(NOON + timedelta(days=number))])
            with CaptureQueriesContext(connection) as queries:
                diary.summarise(self.alice.pk, list(diary.dates(self.alice.pk)[:30]))
            counts.append(len(queries))
        self.assertEqual(set(counts), {4})

    def test_a_day_has_its_check_ins_with_or_without_the_camera(self) -> None:
        row = say(self.alice)
        page = diary.page(self.alice.pk, DAY)
        assert page is not None
        self.assertEqual((page.shown, list(page.check_ins)), (None, [row]))
        self.assertIsNone(diary.page(self.bob.pk, DAY))


class EveryDayTestCase(HypothesisTestCase):
    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.integers(1, 5),
                st.datetimes(datetime(2020, 1, 1), datetime(2026, 1, 1)),  # noqa: DTZ001
                st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "America/Santiago"]),
                st.integers(0, 23),
            ),
            max_size=8,
        )
    )
    def test_the_days_hold_every_check_in_once(
        self, said: list[tuple[int, datetime, str, int]]
    ) -> None:
        user = make_user("erin")
        now = datetime(2026, 1, 2, tzinfo=UTC)
        expected: dict[date, list[int]] = {}
        for mood, moment, timezone, day_start_hour in said:
            user.timezone, user.day_start_hour = timezone, day_start_hour
            instant = moment.replace(tzinfo=UTC)
            say(user, mood, instant, now=now)
            day = local_day(instant, timezone, day_start_hour)
            expected.setdefault(day, []).append(mood)
        days = list(diary.dates(user.pk))
        assert days == sorted(expected, reverse=True)
        for summary in diary.summarise(user.pk, days):
            moods = expected[summary.day]
            assert summary.felt is not None
            assert summary.felt.count == len(moods)
            assert summary.felt.mean == pytest.approx(sum(moods) / len(moods))
            assert 1 <= summary.felt.nearest <= 5
