"""Reminders: at the person's own times, once, and not to somebody who checked in."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from emotionweb.accounts.models import User
from emotionweb.accounts.timezones import zone
from emotionweb.journal import tasks
from emotionweb.journal.checkins import CheckInDraft, check_in, delete
from emotionweb.journal.models import Reminder
from emotionweb.journal.reminders import services, times
from emotionweb.journal.reminders.services import ReminderDraft, ReminderError

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
EVENING = datetime(2026, 3, 14, 21, tzinfo=UTC)  # a Saturday
MAIL = override_settings(
    EMAIL_URL="smtp://localhost", EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"
)
PAGE = "/journal/reminders/"


def reminder(clock: str = "21:00", weekdays: str = "0123456", **fields: object) -> Reminder:
    """One that is not stored."""
    return Reminder(
        **{"time": time.fromisoformat(clock), "weekdays": weekdays, "changed_at": LONG_AGO} | fields
    )


def store(
    user: User, clock: str = "21:00", by_mail: bool = True, days: str = "0123456"
) -> Reminder:
    draft = ReminderDraft(time.fromisoformat(clock), list(map(int, days)), by_mail=by_mail)
    return services.add(user.pk, draft, LONG_AGO)


def say(user: User, at: datetime) -> None:
    check_in(user, CheckInDraft(mood=3, at=at), at)


def at(wall: str, timezone: str, fold: int = 0) -> datetime:
    moment = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(timezone), fold=fold)
    return moment.astimezone(UTC)


class TestTimes:
    @pytest.mark.parametrize(
        ("wall", "timezone", "met"),
        [
            ("2026-03-14 21:00", "Europe/Berlin", "2026-03-14 20:00"),
            # Left out from 02:00 to 03:00: met at 03:00 of summer time.
            ("2026-03-29 02:00", "Europe/Berlin", "2026-03-29 01:00"),
            ("2026-03-29 02:30", "Europe/Berlin", "2026-03-29 01:00"),
            ("2026-03-29 03:00", "Europe/Berlin", "2026-03-29 01:00"),
            # Comes twice: the first.
            ("2026-10-25 02:30", "Europe/Berlin", "2026-10-25 00:30"),
            ("2026-10-25 03:00", "Europe/Berlin", "2026-10-25 02:00"),
            # Half an hour, and at midnight.
            ("2026-10-04 02:15", "Australia/Lord_Howe", "2026-10-03 15:30"),
            ("2018-11-04 00:30", "America/Sao_Paulo", "2018-11-04 03:00"),
            # A whole day.
            ("2011-12-30 21:00", "Pacific/Apia", "2011-12-30 10:00"),
        ],
    )
    def test_a_time_is_met_once(self, wall: str, timezone: str, met: str) -> None:
        expected = datetime.fromisoformat(met).replace(tzinfo=UTC)
        assert times.first_moment(datetime.fromisoformat(wall), timezone) == expected

    @given(
        st.integers(0, 9000),
        # The clocks change at night.
        st.integers(0, 300),
        st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Gaza"]),
    )
    def test_the_clock_has_reached_it_and_a_second_before_it_had_not(
        self, day: int, minute: int, timezone: str
    ) -> None:
        wall = datetime(2011, 1, 1) + timedelta(days=day, minutes=minute)  # noqa: DTZ001
        met = times.first_moment(wall, timezone)

        def clock(instant: datetime) -> datetime:
            return instant.astimezone(zone(timezone)).replace(tzinfo=None, fold=0)

        assert clock(met) >= wall > clock(met - timedelta(seconds=1))

    def test_each_day_of_a_year_has_one(self) -> None:
        year = (at("2026-01-01 00:00", "Europe/Berlin"), at("2026-12-31 23:59", "Europe/Berlin"))
        for clock in ("00:00", "02:30", "23:59"):
            found = times.between([reminder(clock)], "Europe/Berlin", year[0], year[1])
            days = [one.wall.date() for one in found]
            assert len(days) == len(set(days)) >= 364
            assert [one.at for one in found] == sorted({one.at for one in found})

    def test_only_on_its_days_and_when_it_is_on(self) -> None:
        week = (datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC))
        found = times.between([reminder(weekdays="02")], "UTC", *week)
        assert [one.wall.date() for one in found] == [date(2026, 3, 9), date(2026, 3, 11)]
        assert times.between([reminder(on=False)], "UTC", *week) == []


class TestDue:
    def due(self, now: datetime, *check_ins: datetime, zone: str = "UTC", **fields: object) -> bool:
        return bool(times.due([reminder(**fields)], zone, now, check_ins))  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("minutes", "due"), [(-1, False), (0, True), (119, True), (120, False), (24 * 60, True)]
    )
    def test_from_its_time_on_for_two_hours(self, minutes: int, due: bool) -> None:
        assert self.due(EVENING + timedelta(minutes=minutes)) is due

    @pytest.mark.parametrize(
        ("minutes", "due"), [(-121, True), (-120, False), (-5, False), (0, False), (20, False)]
    )
    def test_not_for_somebody_who_checked_in_about_it(self, minutes: int, due: bool) -> None:
        now = EVENING + timedelta(minutes=30)
        assert self.due(now, EVENING + timedelta(minutes=minutes)) is due

    def test_not_of_what_lay_before_it_was_made(self) -> None:
        later = EVENING + timedelta(minutes=10)
        assert not self.due(later, changed_at=EVENING + timedelta(minutes=5))
        assert self.due(later, changed_at=EVENING)

    def test_yesterday_on_the_clock_is_near_shortly_after_midnight(self) -> None:
        assert self.due(datetime(2026, 3, 15, 0, 30, tzinfo=UTC), clock="23:30", weekdays="5")

    def test_by_the_clock_of_the_place(self) -> None:
        assert self.due(at("2026-03-14 21:05", "Asia/Shanghai"), zone="Asia/Shanghai")
        assert not self.due(at("2026-03-14 21:05", "Asia/Shanghai"), zone="Europe/Berlin")

    def test_an_hour_that_is_left_out_or_comes_twice(self) -> None:
        left_out = [
            self.due(
                at(f"2026-03-29 {clock}", "Europe/Berlin"), zone="Europe/Berlin", clock="02:30"
            )
            for clock in ("01:59", "03:00")
        ]
        assert left_out == [False, True]
        keys = {
            one.key
            for fold in (0, 1)
            for one in times.due(
                [reminder("02:30")],
                "Europe/Berlin",
                at("2026-10-25 02:45", "Europe/Berlin", fold),
                (),
            )
        }
        assert keys == {"2026-10-25T02:30"}


@pytest.mark.services
class TestRules:
    def test_five_at_most_and_each_time_once(self, alice: User, bob: User) -> None:
        first = store(alice, "08:00")
        store(bob, "08:00")
        with pytest.raises(ReminderError, match="at this time"):
            store(alice, "08:00")
        for hour in (9, 10, 11, 12):
            store(alice, f"{hour:02}:00")
        with pytest.raises(ReminderError, match="5 reminders already"):
            store(alice, "13:00")
        with pytest.raises(ReminderError, match="at this time"):
            services.change(first, ReminderDraft(time(9), [0]), EVENING)
        with pytest.raises(IntegrityError), transaction.atomic():
            Reminder.objects.create(user=alice, time=time(9), changed_at=EVENING)

    def test_it_needs_a_day(self, alice: User) -> None:
        with pytest.raises(ReminderError, match="day of the week"):
            services.add(alice.pk, ReminderDraft(time(9), [7, -1]), EVENING)

    def test_days_are_kept_in_order_and_seconds_are_not(self, alice: User) -> None:
        row = services.add(alice.pk, ReminderDraft(time(9, 5, 30), [4, 0, 4]), EVENING)
        row.refresh_from_db()
        assert (row.weekdays, row.days, row.time) == ("04", {0, 4}, time(9, 5))

    def test_due_looks_at_the_persons_own_check_ins(self, alice: User, bob: User) -> None:
        store(alice)
        now = EVENING + timedelta(minutes=1)
        say(bob, EVENING)
        assert [one.key for one in services.due(alice, now)] == ["2026-03-14T21:00"]
        assert services.due(bob, now) == []
        row, _new = check_in(alice, CheckInDraft(mood=3), EVENING - timedelta(hours=1))
        assert services.due(alice, now) == []
        delete(alice.pk, row.pk, now)
        assert services.due(alice, now)

    def test_who_has_none_costs_one_query(
        self, alice: User, django_assert_num_queries: Callable
    ) -> None:
        with django_assert_num_queries(1):
            services.due(alice, EVENING)


@pytest.mark.services
class TestMail:
    @pytest.fixture(autouse=True)
    def with_mail(self) -> Iterator[None]:
        with MAIL:
            yield

    def test_once_however_often_it_is_asked(self, alice: User, bob: User) -> None:
        store(alice)
        store(bob, by_mail=False)
        assert services.send_due(EVENING - timedelta(minutes=5)) == 0
        for minutes in (0, 5, 10, 60):
            services.send_due(EVENING + timedelta(minutes=minutes))
        assert [one.to for one in mail.outbox] == [["alice@example.org"]]
        assert services.send_due(EVENING + timedelta(days=1)) == 1

    def test_the_words_hold_nothing_of_the_journal(self, alice: User) -> None:
        alice.timezone, alice.language = "Asia/Shanghai", "en"
        alice.save()
        store(alice)
        check_in(alice, CheckInDraft(mood=1, note="secret"), LONG_AGO)
        services.send_due(at("2026-03-14 21:02", "Asia/Shanghai"))
        sent = mail.outbox[0]
        assert sent.subject == "You wanted to check in at 21:00"
        assert "Hello Alice," in sent.body
        assert "21:00" in sent.body
        assert "secret" not in sent.body
        assert "http" not in sent.body

    def test_a_person_is_written_to_in_their_language(self, alice: User) -> None:
        alice.language = "zh-hans"
        alice.save()
        store(alice)
        with mock.patch("emotionweb.journal.reminders.services.translation.override") as override:
            services.send_due(EVENING)
        override.assert_called_once_with("zh-hans")

    def test_not_to_somebody_who_checked_in_or_too_late(self, alice: User, bob: User) -> None:
        store(alice)
        store(bob)
        say(alice, EVENING - timedelta(minutes=10))
        assert services.send_due(EVENING + timedelta(hours=2)) == 0
        assert services.send_due(EVENING + timedelta(minutes=119)) == 1
        assert mail.outbox[0].to == ["bob@example.org"]

    def test_a_time_that_comes_twice_is_sent_once(self, alice: User) -> None:
        alice.timezone = "Europe/Berlin"
        alice.save()
        store(alice, "02:30")
        start = at("2026-10-25 00:00", "Europe/Berlin")
        sent = [services.send_due(start + timedelta(minutes=5 * step)) for step in range(72)]
        assert sum(sent) == 1

    def test_a_time_that_is_left_out_is_sent_after_it(self, alice: User) -> None:
        alice.timezone = "Europe/Berlin"
        alice.save()
        store(alice, "02:30")
        start = at("2026-03-29 00:00", "Europe/Berlin")
        sent = [services.send_due(start + timedelta(minutes=5 * step)) for step in range(72)]
        assert sum(sent) == 1
        assert sent.index(1) == 24  # 01:00 UTC, the clock jumps from 02:00 to 03:00

    def test_a_flight_to_the_west_does_not_bring_it_twice(self, alice: User) -> None:
        alice.timezone = "Europe/Berlin"
        alice.save()
        store(alice)
        services.send_due(at("2026-03-14 21:00", "Europe/Berlin"))
        alice.timezone = "America/New_York"
        alice.save()
        assert services.send_due(at("2026-03-14 21:00", "America/New_York")) == 0
        assert services.send_due(at("2026-03-15 21:00", "America/New_York")) == 1

    def test_a_worker_that_dies_sends_it_to_the_others_next_and_to_nobody_twice(
        self, alice: User, bob: User
    ) -> None:
        store(alice)
        store(bob)
        with (
            mock.patch("django.core.mail.EmailMessage.send", side_effect=SystemExit),
            pytest.raises(SystemExit),
        ):
            services.send_due(EVENING)
        assert services.send_due(EVENING + timedelta(minutes=5)) == 1
        assert [one.to for one in mail.outbox] == [["bob@example.org"]]

    def test_a_mail_server_that_is_away_is_tried_again(self, alice: User, bob: User) -> None:
        store(alice)
        store(bob)
        with mock.patch("django.core.mail.EmailMessage.send", side_effect=OSError):
            assert services.send_due(EVENING) == 0
        assert services.send_due(EVENING + timedelta(minutes=5)) == 2
        assert services.send_due(EVENING + timedelta(minutes=10)) == 0

    def test_two_workers_send_one(self, alice: User) -> None:
        row = store(alice)
        stale = Reminder.objects.select_related("user").get(pk=row.pk)
        services.send_due(EVENING)
        assert not services._send(stale.user, [stale], EVENING)
        assert len(mail.outbox) == 1

    def test_what_was_changed_meanwhile_is_not_sent(self, alice: User) -> None:
        row = store(alice)
        stale = Reminder.objects.select_related("user").get(pk=row.pk)
        services.change(row, ReminderDraft(time(21), [5], by_mail=False), EVENING)
        assert not services._send(stale.user, [stale], EVENING)
        services.delete(row)
        assert not services._send(stale.user, [stale], EVENING)

    def test_after_a_standstill_there_is_one_mail_of_two(self, alice: User) -> None:
        store(alice, "20:00")
        store(alice, "21:00")
        assert services.send_due(EVENING + timedelta(minutes=30)) == 1
        assert "21:00" in mail.outbox[0].subject
        assert services.send_due(EVENING + timedelta(minutes=35)) == 0

    def test_not_to_somebody_who_is_locked_out(self, alice: User) -> None:
        store(alice)
        User.objects.filter(pk=alice.pk).update(is_active=False)
        assert services.send_due(EVENING) == 0

    def test_the_task_sends_what_is_due(self, alice: User) -> None:
        store(alice)
        with mock.patch("django.utils.timezone.now", return_value=EVENING):
            tasks.send_reminders()
        assert len(mail.outbox) == 1


def test_where_no_mail_is_set_up_nothing_is_taken(alice: User) -> None:
    row = store(alice)
    with override_settings(EMAIL_URL=""):
        assert services.send_due(EVENING) == 0
    row.refresh_from_db()
    assert row.last_sent_for == ""


class TestPages:
    @pytest.fixture(autouse=True)
    def clock(self) -> Iterator[mock.Mock]:
        with mock.patch("django.utils.timezone.now", return_value=EVENING) as clock:
            yield clock

    def test_one_is_added_changed_and_deleted(self, alice: User, client: Client) -> None:
        client.force_login(alice)
        client.post(PAGE, {"time": "20:30", "weekdays": ["0", "1", "2", "3", "4"], "on": "on"})
        row = Reminder.objects.get(user=alice)
        assert (row.time, row.weekdays, row.on, row.by_mail) == (time(20, 30), "01234", True, False)
        page = client.get(PAGE).content.decode()
        assert "20:30" in page
        assert "Monday to Friday" in page
        edit = client.get(f"{PAGE}{row.pk}/").content.decode()
        assert 'value="20:30"' in edit
        assert len(re.findall(r'name="weekdays"[^>]*checked', edit)) == 5
        client.post(f"{PAGE}{row.pk}/", {"time": "07:15", "weekdays": ["6"]})
        row.refresh_from_db()
        assert (row.time, row.weekdays, row.on) == (time(7, 15), "6", False)
        assert client.post(f"{PAGE}{row.pk}/delete/").status_code == 302
        assert not Reminder.objects.exists()

    def test_what_is_refused_is_said_in_place(self, alice: User, client: Client) -> None:
        store(alice)
        other = store(alice, "08:00")
        client.force_login(alice)
        for path in (PAGE, f"{PAGE}{other.pk}/"):
            page = client.post(path, {"time": "21:00", "weekdays": ["0"], "on": "on"})
            assert "There is a reminder at this time" in page.content.decode()
        page = client.post(PAGE, {"time": "25:00", "on": "on"})
        assert set(page.context["form"].errors) == {"time", "weekdays"}
        other.refresh_from_db()
        assert other.time == time(8)

    def test_mail_is_offered_where_there_is_some(self, alice: User, client: Client) -> None:
        client.force_login(alice)
        assert 'name="by_mail"' not in client.get(PAGE).content.decode()
        with MAIL:
            assert 'name="by_mail"' in client.get(PAGE).content.decode()
            sent = {"time": "21:00", "weekdays": ["0"], "on": "on", "by_mail": "on"}
            client.post(PAGE, sent)
        row = Reminder.objects.get()
        client.post(f"{PAGE}{row.pk}/", {"time": "21:30", "weekdays": ["0"], "on": "on"})
        row.refresh_from_db()
        assert row.by_mail  # it was not asked

    def test_a_sixth_is_not_offered(self, alice: User, client: Client) -> None:
        for hour in range(5):
            store(alice, f"0{hour}:00")
        client.force_login(alice)
        assert "reminder-form" not in client.get(PAGE).content.decode()

    def test_those_of_others_are_not_found(self, alice: User, bob: User, client: Client) -> None:
        row = store(alice)
        client.force_login(bob)
        assert "reminder" not in re.findall(
            r'data-testid="(\w+)"', client.get(PAGE).content.decode()
        )
        assert client.get(f"{PAGE}{row.pk}/").status_code == 404
        sent = {"time": "01:00", "weekdays": ["0"]}
        assert client.post(f"{PAGE}{row.pk}/", sent).status_code == 404
        assert client.post(f"{PAGE}{row.pk}/delete/").status_code == 404
        assert client.get(f"{PAGE}due/").json()["due"] == []
        row.refresh_from_db()
        assert row.time == time(21)

    @pytest.mark.parametrize("path", ["", "due/", "1/", "1/delete/", "streaks/"])
    def test_a_stranger_is_asked_to_log_in(self, path: str, client: Client, db: None) -> None:
        post = path in ("1/delete/", "streaks/")
        answer = client.post(PAGE + path) if post else client.get(PAGE + path)
        assert answer.status_code == 302
        assert "login" in answer["Location"]

    def test_today_says_it_until_it_is_done(self, alice: User, client: Client) -> None:
        store(alice)
        client.force_login(alice)
        assert "You wanted to check in at 21:00" in client.get("/").content.decode()
        client.post("/journal/check-in/quick/", {"mood": "4"})
        assert "You wanted to check in" not in client.get("/").content.decode()

    def test_an_open_page_knows_what_comes(self, alice: User, client: Client) -> None:
        store(alice, "22:00", by_mail=False)
        client.force_login(alice)
        page = client.get("/journal/").content.decode()
        assert "journal/reminders.js" in page
        found = re.search(r'id="coming-reminders" type="application/json">(.*?)</script>', page)
        assert found is not None
        known = json.loads(found[1])
        hour = 3600 * 1000
        assert [one["at"] - known["now"] for one in known["next"]] == [hour, 25 * hour]
        assert known["address"] == "/journal/reminders/due/"

    def test_a_page_of_somebody_without_reminders_does_not(
        self, alice: User, bob: User, client: Client
    ) -> None:
        store(alice)
        client.force_login(bob)
        assert "reminders.js" not in client.get("/journal/").content.decode()

    def test_what_an_open_page_asks_for(self, alice: User, client: Client) -> None:
        row = store(alice)
        client.force_login(alice)
        answer = client.get(f"{PAGE}due/").json()
        assert answer["due"] == [
            {"key": f"{row.pk} 2026-03-14T21:00", "said": "You wanted to check in at 21:00"}
        ]
        assert [one["key"] for one in answer["next"]] == [
            f"{row.pk} 2026-03-15T21:00",
            f"{row.pk} 2026-03-16T21:00",
        ]
