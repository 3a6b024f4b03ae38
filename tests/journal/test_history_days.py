"""The days of a range: what is felt, shown, different, new; and which day something counts for."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from emotionweb.accounts.models import User
from emotionweb.journal import checkins, sources
from emotionweb.journal.checkins import CheckInDraft, Felt
from emotionweb.journal.history import days, month, year
from emotionweb.journal.history.year import View
from emotionweb.journal.models import CheckIn
from emotionweb.journal.shown_index import ENOUGH_DAYS
from tests.journal.observations import draft, observe

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
TODAY = date(2026, 12, 31)


def say(user: User, at: datetime, mood: int = 4, **more: object) -> CheckIn:
    said = CheckInDraft(mood=mood, at=at, **more)  # type: ignore[arg-type]
    return checkins.check_in(user, said, now=at)[0]


def minutes(at: datetime, count: int = 10, **shares: float) -> list[object]:
    """Some minutes, a ten-second window after the other."""
    return [
        draft(at + timedelta(seconds=10 * number), **shares)  # type: ignore[arg-type]
        for number in range(6 * count)
    ]


def pixel(page: year.Year, day: date) -> year.Pixel:
    return next(one for row in page.months for one in row.pixels if one.day == day)


def test_a_day_without_the_camera_has_nothing_shown(alice: User) -> None:
    say(alice, NOON)
    found = days.load(alice.pk, NOON.date(), NOON.date())
    assert found[NOON.date()].felt == Felt(4.0, 1)
    assert found[NOON.date()].shown is None
    assert found[NOON.date()].difference is None


def test_a_day_without_a_check_in_has_nothing_felt(alice: User) -> None:
    observe(alice, minutes(NOON))
    one = days.load(alice.pk, NOON.date(), NOON.date())[NOON.date()]
    assert one.felt is None
    assert one.shown is not None
    assert one.shown.summary.seconds == pytest.approx(600)
    assert one.shown.enough


def test_only_the_persons_own_days_in_the_range(alice: User, bob: User) -> None:
    say(bob, NOON)
    observe(bob, minutes(NOON))
    say(alice, NOON - timedelta(days=1))
    say(alice, NOON + timedelta(days=1))
    assert days.load(alice.pk, NOON.date(), NOON.date()) == {}
    assert days.bounds(alice.pk) == (date(2026, 3, 13), date(2026, 3, 15))
    assert days.neighbours(alice.pk, NOON.date()) == (date(2026, 3, 13), date(2026, 3, 15))
    assert days.neighbours(bob.pk, NOON.date()) == (None, None)


def test_a_deleted_check_in_is_not_there(alice: User) -> None:
    checkins.delete(alice.pk, say(alice, NOON).pk, NOON)
    assert days.load(alice.pk, NOON.date(), NOON.date()) == {}
    assert days.bounds(alice.pk) is None


def test_a_new_model_is_told_from_the_day_before_even_outside_of_the_range(alice: User) -> None:
    observe(alice, [draft(NOON, model_version="m-1")])
    observe(alice, [draft(NOON + timedelta(days=9), model_version="m-2")])
    observe(alice, [draft(NOON + timedelta(days=10), model_version="m-2")])
    later = NOON.date() + timedelta(days=9)
    found = days.load(alice.pk, later, later + timedelta(days=1))
    assert days.model_changes(found.values()) == [days.ModelChange(later, ("m-2",))]
    first = days.load(alice.pk, NOON.date(), NOON.date())
    assert days.model_changes(first.values()) == []


def test_days_that_the_person_corrected_are_marked(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = sources.SourceKind(
        kind="clip",
        title="Clip",
        delete_url=str,
        corrected_days=lambda user_id, first, last: [NOON.date()] if user_id == alice.pk else [],
    )
    monkeypatch.setitem(sources._kinds, "clip", kind)
    observe(alice, [draft(NOON), draft(NOON + timedelta(days=1))])
    found = days.load(alice.pk, NOON.date(), NOON.date() + timedelta(days=1))
    assert [one.shown.corrected for one in found.values() if one.shown] == [True, False]


@pytest.mark.parametrize(
    ("shares", "name"),
    [
        ({"happiness": 0.2}, "happiness"),
        ({"happiness": 0.1}, "neutral"),
        ({"sadness": 0.3, "anger": 0.35}, "anger"),
    ],
)
def test_what_stood_out_is_the_strongest_beside_neutral(
    alice: User, shares: dict[str, float], name: str
) -> None:
    observe(alice, [draft(NOON, **shares)])
    shown = days.load(alice.pk, NOON.date(), NOON.date())[NOON.date()].shown
    assert shown is not None
    assert shown.stood_out is not None
    assert shown.stood_out.name == name


def test_nothing_stood_out_where_nothing_was_sure(alice: User) -> None:
    observe(alice, [draft(NOON, seconds=0.0, unsure_seconds=10.0)])
    page = year.year(alice.pk, 2026, View.SHOWN, TODAY)
    assert pixel(page, NOON.date()).value == "unsure"
    assert pixel(page, NOON.date()).faint


def test_the_pixel_of_a_view_never_stands_for_what_is_not_there(alice: User) -> None:
    say(alice, NOON, mood=2)
    observe(alice, minutes(NOON + timedelta(days=1)))
    kinds = {
        view: [
            pixel(year.year(alice.pk, 2026, view, TODAY), NOON.date() + timedelta(days=n)).kind
            for n in range(3)
        ]
        for view in View
    }
    assert kinds == {
        View.FELT: ["mood", "unknown", ""],
        View.SHOWN: ["unknown", "expression", ""],
        View.DIFFERENCE: ["unknown", "unknown", ""],
    }


def test_a_difference_once_there_are_enough_days(alice: User) -> None:
    for back in range(ENOUGH_DAYS):
        at = NOON - timedelta(days=back)
        say(alice, at, mood=1 if back == 0 else 3 + back % 3)
        observe(alice, minutes(at, happiness=0.9 if back == 0 else 0.1))
    page = year.year(alice.pk, 2026, View.DIFFERENCE, TODAY)
    today = pixel(page, NOON.date())
    assert (today.kind, today.value, today.sign) == ("apart", "2", "++")
    assert "looked much higher than felt (rank of felt 4, of shown 96, of 100)" in today.tip
    before = pixel(page, NOON.date() - timedelta(days=1))
    assert before.kind == "unknown"
    assert "no difference yet" in before.tip
    assert page.difference_days == 1


def test_the_difference_of_january_looks_back_into_the_year_before(alice: User) -> None:
    new_year = datetime(2026, 1, 1, 12, tzinfo=UTC)
    for back in range(ENOUGH_DAYS):
        at = new_year - timedelta(days=back)
        say(alice, at)
        observe(alice, minutes(at))
    page = year.year(alice.pk, 2026, View.DIFFERENCE, TODAY)
    assert pixel(page, new_year.date()).kind == "apart"
    assert [one.day for one in page.days] == [new_year.date()]


def test_the_tip_says_observed_minutes_beside_shown(alice: User) -> None:
    say(alice, NOON)
    observe(alice, minutes(NOON - timedelta(hours=3), 31))
    tip = pixel(year.year(alice.pk, 2026, View.FELT, TODAY), NOON.date()).tip
    assert tip == (
        "Saturday, 14 March 2026 · Felt good · Looked mostly happy · "
        "Observed 31 min, all before noon"
    )


def test_a_leap_day_has_its_pixel_and_its_place_in_the_calendar(alice: User) -> None:
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    say(alice, leap, mood=5)
    page = year.year(alice.pk, 2028, View.FELT, date(2028, 12, 31))
    assert pixel(page, leap.date()).value == "5"
    assert [len(row.pixels) for row in page.months][:3] == [31, 29, 31]
    assert len(page.months[1].blanks) == 2
    assert len(year.year(alice.pk, 2027, View.FELT, TODAY).months[1].pixels) == 28
    span = month.month(alice.pk, date(2028, 2, 1), date(2028, 12, 31))
    assert span.last == leap.date()
    assert [one.day for one in span.days] == [leap.date()]


@pytest.mark.parametrize(
    ("wall", "zone", "day_start_hour", "day"),
    [
        ("2026-03-14 23:59", "Europe/Berlin", 0, "2026-03-14"),
        ("2026-03-15 00:00", "Europe/Berlin", 0, "2026-03-15"),
        ("2026-03-15 03:59", "Europe/Berlin", 4, "2026-03-14"),
        ("2026-03-15 04:00", "Europe/Berlin", 4, "2026-03-15"),
        # The hour from two to three is left out on this day.
        ("2026-03-29 03:30", "Europe/Berlin", 4, "2026-03-28"),
        ("2026-12-31 23:59", "Asia/Shanghai", 0, "2026-12-31"),
        ("2027-01-01 02:00", "Asia/Shanghai", 4, "2026-12-31"),
    ],
)
def test_a_check_in_lies_on_the_day_of_the_persons_clock(
    alice: User, wall: str, zone: str, day_start_hour: int, day: str
) -> None:
    alice.timezone, alice.day_start_hour = zone, day_start_hour
    at = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    row = say(alice, at)
    assert row.at == at
    page = year.year(alice.pk, int(day[:4]), View.FELT, date(2027, 6, 1))
    assert [one.day for one in page.days] == [date.fromisoformat(day)]


def test_a_later_change_of_the_profile_moves_nothing(alice: User) -> None:
    alice.timezone = "Europe/Berlin"
    say(alice, datetime(2026, 3, 14, 22, 30, tzinfo=UTC))  # 23:30 in Berlin
    alice.timezone, alice.day_start_hour = "Asia/Shanghai", 4
    alice.save()
    assert list(days.load(alice.pk, date(2026, 3, 1), date(2026, 3, 31))) == [date(2026, 3, 14)]


def test_days_still_to_come_are_neither_empty_nor_to_be_gone_to(alice: User) -> None:
    page = year.year(alice.pk, 2026, View.FELT, NOON.date())
    assert pixel(page, NOON.date() + timedelta(days=1)).kind == "later"
    assert pixel(page, NOON.date()).kind == ""
    assert page.next is None


def test_the_year_before_is_offered_only_where_something_is(alice: User) -> None:
    assert year.year(alice.pk, 2026, View.FELT, TODAY).previous is None
    say(alice, NOON - timedelta(days=365))
    assert year.year(alice.pk, 2026, View.FELT, TODAY).previous == 2025
    assert year.year(alice.pk, 2025, View.FELT, TODAY).previous is None
    assert year.year(alice.pk, 2025, View.FELT, TODAY).next == 2026


def test_a_week_holds_what_was_said_with_its_tags(alice: User) -> None:
    monday = date(2026, 3, 9)
    row = say(alice, NOON, note="**Long** walk")
    span = month.week(alice.pk, monday, TODAY)
    assert [one.day for one in span.rows[0]] == [monday + timedelta(days=n) for n in range(7)]
    assert [list(one.check_ins) for one in span.rows[0]][5] == [row]
    assert span.felt == Felt(4.0, 1)


def test_as_many_queries_whatever_is_in_the_range(alice: User) -> None:
    def count(view: View) -> int:
        with CaptureQueriesContext(connection) as queries:
            year.year(alice.pk, 2026, view, TODAY)
            month.month(alice.pk, date(2026, 3, 1), TODAY)
            month.week(alice.pk, date(2026, 3, 9), TODAY)
        return len(queries)

    say(alice, NOON)
    observe(alice, [draft(NOON)])
    few = [count(view) for view in View]
    for back in range(1, 40):
        say(alice, NOON - timedelta(days=back))
        observe(alice, [draft(NOON - timedelta(days=back))])
    assert [count(view) for view in View] == few
    assert max(few) <= 24  # of three pages
