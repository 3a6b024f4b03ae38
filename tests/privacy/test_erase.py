"""Erasing days, sealing and retention, on rows of two people."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from emotionweb.accounts.models import User
from emotionweb.journal import services as journal
from emotionweb.journal.checkins import CheckInDraft, check_in
from emotionweb.journal.models import CheckIn, DailyEmotionLog, Observation
from emotionweb.live.models import LiveSession
from emotionweb.privacy import services
from emotionweb.privacy.models import Retention
from tests.journal.observations import draft

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
DAY = NOON.date()


def observe(user: User, at: datetime) -> None:
    journal.add_observations(
        user.pk, [draft(at)], kind="live", source_id=uuid4(), timezone="UTC", day_start_hour=0
    )


def say(user: User, at: datetime) -> None:
    check_in(user, CheckInDraft(mood=4, at=at), now=NOON + timedelta(days=400))


def had_session(user: User, at: datetime) -> LiveSession:
    return LiveSession.objects.create(
        user=user,
        started_at=at,
        last_seen_at=at,
        ended_at=at,
        held_since=at,
        holder="h",
        timezone="UTC",
        day_start_hour=0,
        model_version="m",
    )


@pytest.fixture
def two_people(alice: User, bob: User) -> tuple[User, User]:
    for user in (alice, bob):
        for days in (-1, 0, 1):
            observe(user, NOON + timedelta(days=days))
            say(user, NOON + timedelta(days=days))
            had_session(user, NOON + timedelta(days=days))
    return alice, bob


def days_of(user: User) -> list[date]:
    return sorted(DailyEmotionLog.objects.filter(user=user).values_list("day", flat=True))


def test_it_erases_the_days_and_kinds_that_were_asked_for_and_nobody_elses(
    two_people: tuple[User, User],
) -> None:
    alice, bob = two_people
    removed = services.erase(alice, DAY, DAY, ["check_ins", "observations", "sessions"])
    assert removed == {"check_ins": 1, "observations": 1, "sessions": 1}
    neighbours = [DAY - timedelta(days=1), DAY + timedelta(days=1)]
    assert days_of(alice) == neighbours
    assert sorted(CheckIn.objects.filter(user=alice).values_list("local_day", flat=True)) == (
        neighbours
    )
    assert len(days_of(bob)) == CheckIn.objects.filter(user=bob).count() == 3
    assert Observation.objects.filter(user=bob).count() == 3


def test_it_leaves_what_was_not_asked_for(two_people: tuple[User, User]) -> None:
    alice, _ = two_people
    services.erase(alice, DAY, DAY, ["check_ins"])
    assert len(days_of(alice)) == 3


def test_it_erases_check_ins_that_could_still_be_brought_back(alice: User) -> None:
    say(alice, NOON)
    CheckIn.objects.update(deleted_at=NOON)
    services.erase(alice, DAY, DAY, ["check_ins"])
    assert not CheckIn.objects.exists()


def test_a_session_goes_with_what_it_recorded(alice: User) -> None:
    session = had_session(alice, NOON)
    journal.add_observations(
        alice.pk,
        [draft(NOON)],
        kind="live",
        source_id=session.pk,
        timezone="UTC",
        day_start_hour=0,
    )
    services.erase(alice, DAY, DAY, ["sessions"])
    assert not Observation.objects.exists()
    assert days_of(alice) == []


def test_a_session_that_runs_is_left(alice: User) -> None:
    session = had_session(alice, NOON)
    LiveSession.objects.update(ended_at=None)
    services.erase(alice, DAY, DAY, ["sessions"])
    assert LiveSession.objects.filter(pk=session.pk).exists()


class TestRetention:
    def test_sealing_keeps_the_sum_of_a_day(self, two_people: tuple[User, User]) -> None:
        alice, bob = two_people
        before = DailyEmotionLog.objects.get(user=alice, day=DAY - timedelta(days=1))
        services.set_periods(alice, {"observations": 30})
        services.enforce(NOON + timedelta(days=30))
        after = DailyEmotionLog.objects.get(user=alice, day=DAY - timedelta(days=1))
        assert after.sealed
        assert (after.seconds, after.means) == (before.seconds, before.means)
        assert Observation.objects.filter(user=alice).count() == 2
        assert Observation.objects.filter(user=bob).count() == 3

    def test_a_sealed_day_stays_as_it_is(self, alice: User) -> None:
        observe(alice, NOON)
        journal.seal(alice.pk, DAY + timedelta(days=1))
        sealed = DailyEmotionLog.objects.get()
        observe(alice, NOON + timedelta(hours=1))
        journal.recompute_day(alice.pk, DAY)
        assert DailyEmotionLog.objects.get().seconds == sealed.seconds
        assert not Observation.objects.exists()

    def test_erasing_reaches_sealed_days(self, alice: User) -> None:
        observe(alice, NOON)
        journal.seal(alice.pk, DAY + timedelta(days=1))
        services.erase(alice, DAY, DAY, ["observations"])
        assert days_of(alice) == []

    def test_the_last_day_of_the_period_is_kept(self, alice: User) -> None:
        say(alice, NOON)
        services.set_periods(alice, {"check_ins": 30})
        assert services.enforce(NOON + timedelta(days=30)) == 0
        assert services.enforce(NOON + timedelta(days=31)) == 1
        assert services.enforce(NOON + timedelta(days=31)) == 0

    def test_the_day_is_the_persons_own(self, alice: User) -> None:
        say(alice, NOON)
        services.set_periods(alice, {"check_ins": 30})
        User.objects.filter(pk=alice.pk).update(timezone="Pacific/Kiritimati")  # 14 hours ahead
        at = datetime(2026, 4, 13, 11, tzinfo=UTC)  # there it is the 14th
        assert services.enforce(at) == 1

    def test_one_persons_trouble_does_not_keep_the_others(
        self, two_people: tuple[User, User], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        alice, bob = two_people
        for user in two_people:
            services.set_periods(user, {"observations": 30})
        seal = journal.seal

        def fail_for_alice(user_id: int, before: date) -> int:
            if user_id == alice.pk:
                raise RuntimeError
            return seal(user_id, before)

        monkeypatch.setattr(journal, "seal", fail_for_alice)
        services.enforce(NOON + timedelta(days=365))
        assert Observation.objects.filter(user=alice).count() == 3
        assert not Observation.objects.filter(user=bob).exists()

    def test_for_ever_removes_the_period(self, alice: User) -> None:
        services.set_periods(alice, {"check_ins": 30})
        services.set_periods(alice, {"check_ins": 0})
        assert not Retention.objects.exists()

    @pytest.mark.parametrize("periods", [{"check_ins": 7}, {"tags": 30}, {"nonsense": 30}])
    def test_what_is_not_offered_is_refused(self, alice: User, periods: dict[str, int]) -> None:
        with pytest.raises(ValueError, match="cannot be kept"):
            services.set_periods(alice, periods)
        assert not Retention.objects.exists()


class TestPages:
    def test_erasing_needs_a_tick(self, alice: User, client: Client) -> None:
        say(alice, NOON)
        client.force_login(alice)
        data = {"first": "2026-03-01", "last": "2026-03-31", "kinds": ["check_ins"]}
        page = client.post("/privacy/erase/", data)
        assert "Nothing was erased" in page.content.decode()
        assert CheckIn.objects.exists()
        page = client.post("/privacy/erase/", {**data, "sure": "on"}, follow=True)
        assert "1 thing was erased" in page.content.decode()
        assert not CheckIn.objects.exists()

    def test_days_in_the_wrong_order_are_refused(self, alice: User, client: Client) -> None:
        client.force_login(alice)
        data = {"first": "2026-03-02", "last": "2026-03-01", "kinds": ["check_ins"], "sure": "on"}
        assert "lies before the first" in client.post("/privacy/erase/", data).content.decode()

    def test_the_privacy_page_counts_what_is_kept(self, alice: User, client: Client) -> None:
        say(alice, NOON)
        services.set_periods(alice, {"check_ins": 90})
        client.force_login(alice)
        kept = {one.holding.key: one for one in services.kept(alice)}
        assert (kept["check_ins"].count, kept["check_ins"].days) == (1, 90)
        assert "90 days" in client.get("/accounts/privacy/").content.decode()

    def test_periods_are_saved(self, alice: User, client: Client) -> None:
        client.force_login(alice)
        names = [one.holding.key for one in services.kept(alice) if one.holding.erase]
        client.post("/privacy/retention/", {**dict.fromkeys(names, "0"), "observations": "365"})
        assert list(Retention.objects.values_list("user", "kind", "days")) == [
            (alice.pk, "observations", 365)
        ]

    @pytest.mark.parametrize("page", ["erase", "retention"])
    def test_a_stranger_is_sent_to_the_login(self, db: None, client: Client, page: str) -> None:
        assert "/accounts/login/" in client.get(f"/privacy/{page}/").url  # type: ignore[attr-defined]
