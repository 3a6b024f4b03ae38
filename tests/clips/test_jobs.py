"""The line of jobs: whose turn it is, who has a job, and what becomes of one whose worker died."""

import contextlib
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.db import connection
from django.utils import timezone

from emotionweb.accounts import services as accounts
from emotionweb.accounts.models import User
from emotionweb.clips import jobs, rows, strings
from emotionweb.clips.jobs import LostError
from emotionweb.clips.models import Annotation, Clip, Job
from tests.clips.test_files import clip_of

NOW = timezone.now()
ANNOTATE, RENDER = Job.Kind.ANNOTATE, Job.Kind.RENDER

pytestmark = pytest.mark.django_db


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def waiting(user: User, clip: Clip | None = None, at: float = 0, kind: Job.Kind = ANNOTATE) -> Job:
    return jobs.enqueue(user.pk, kind, clip or clip_of(user), {}, after(at))


def take(holder: str = "one", at: float = 100) -> Job | None:
    return jobs.claim(holder, jobs.CLIP_KINDS, after(at))


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def turns(count: int) -> list[User]:
    """Whose jobs are taken one after the other, none of them ending."""
    found = [take(str(number), 100 + number) for number in range(count)]
    return [job.user for job in found if job is not None]


# === Into the line ===


def test_asked_twice_is_once(alice: User) -> None:
    clip = clip_of(alice)
    first = waiting(alice, clip)
    assert waiting(alice, clip, at=5) == first
    assert waiting(alice, clip, at=6, kind=RENDER) != first
    job = take()
    assert job == first
    assert waiting(alice, clip) == first  # also while it runs
    with jobs.holding(job, "one") as row:
        jobs.finish(row, Job.State.DONE, NOW)
    assert waiting(alice, clip) != first


def test_a_worker_is_woken_once_it_is_certain(
    alice: User, django_capture_on_commit_callbacks
) -> None:
    with mock.patch("emotionweb.clips.tasks.work.apply_async") as woken:
        with django_capture_on_commit_callbacks() as callbacks:
            waiting(alice)
        woken.assert_not_called()
        for callback in callbacks:
            callback()
        woken.assert_called_once()


def test_without_a_broker_the_job_waits_for_the_sweep(
    alice: User, django_capture_on_commit_callbacks
) -> None:
    with mock.patch(
        "emotionweb.clips.tasks.work.apply_async", side_effect=jobs.BrokerError("refused")
    ) as woken:
        with django_capture_on_commit_callbacks(execute=True):
            job = waiting(alice)
        assert state(job) == "waiting"
        jobs.wake_for_waiting()
        assert woken.call_count == 2


def test_the_sweep_wakes_nobody_for_nothing(alice: User) -> None:
    with (
        mock.patch("emotionweb.clips.tasks.work.apply_async") as clips,
        mock.patch("emotionweb.clips.tasks.work_photos.apply_async") as photos,
    ):
        jobs.wake_for_waiting()
        clips.assert_not_called()
        waiting(alice)
        jobs.wake_for_waiting()
        clips.assert_called_once()
        photos.assert_not_called()


# === Whose turn ===


def test_nothing_waits() -> None:
    assert take() is None


def test_of_one_person_the_oldest_comes_first(alice: User) -> None:
    second, first = waiting(alice, at=2), waiting(alice, at=1)
    assert [take("a"), take("b"), take("c")] == [first, second, None]


def test_somebody_with_one_clip_does_not_wait_for_fifty(alice: User, bob: User) -> None:
    for number in range(50):
        waiting(alice, at=number)
    waiting(bob, at=60)
    assert turns(3) == [alice, bob, alice]


def test_people_take_turns_while_one_job_runs_at_a_time(
    alice: User, bob: User, charlie: User
) -> None:
    for user in (alice, bob, charlie):
        for number in range(2):
            waiting(user, at=number)
    served = []
    for number in range(6):
        job = take(str(number), 100 + number)
        assert job is not None
        served.append(job.user)
        with jobs.holding(job, str(number)) as row:
            jobs.finish(row, Job.State.DONE, NOW)
    assert served[:3] == served[3:]
    assert set(served[:3]) == {alice, bob, charlie}


def test_who_was_not_served_for_longest_comes_first(alice: User, bob: User) -> None:
    waiting(bob)
    job = take("x", 10)
    assert job is not None
    with jobs.holding(job, "x") as row:
        jobs.finish(row, Job.State.FAILED, after(11), "damaged")
    waiting(bob, at=20)
    newcomer = waiting(alice, at=30)
    assert take("y") == newcomer


def test_photos_and_clips_stand_in_lines_of_their_own(alice: User) -> None:
    waiting(alice)
    assert jobs.claim("x", jobs.PHOTO_KINDS, NOW) is None


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_once_get_different_jobs(alice: User, bob: User) -> None:
    for user in (alice, bob):
        for number in range(3):
            waiting(user, at=number)
    got: list[Job | None] = []
    together = threading.Barrier(6)

    def work(number: int) -> None:
        together.wait()
        try:
            got.append(take(f"holder-{number}"))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({job.pk for job in got if job}) == 6
    assert {job.holder for job in Job.objects.all()} == {f"holder-{n}" for n in range(6)}
    assert set(Job.objects.values_list("state", "attempts")) == {("running", 1)}


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_serve_two_people(alice: User, bob: User) -> None:
    for number in range(4):
        waiting(alice, at=number)
    waiting(bob, at=9)
    together = threading.Barrier(2)

    def work(number: int) -> None:
        together.wait()
        take(f"holder-{number}")
        connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {job.user for job in Job.objects.filter(state="running")} == {alice, bob}


# === Who has it ===


def test_a_sign_of_life_says_how_far_it_is_and_whether_to_stop(alice: User) -> None:
    job = waiting(alice)
    take("one")
    assert not jobs.beat(job.pk, "one", Job.Stage.ANNOTATING, 0.25, after(102))
    job.refresh_from_db()
    assert (job.stage, job.progress, job.heartbeat_at) == ("annotating", 0.25, after(102))
    jobs.cancel(alice.pk, job.pk, NOW)
    assert jobs.beat(job.pk, "one", Job.Stage.ANNOTATING, 0.3, after(104))


def test_whoever_lost_the_job_writes_nothing(alice: User) -> None:
    job = waiting(alice)
    zombie = take("one")
    assert zombie is not None
    jobs.give_back(zombie, "one")
    take("two")
    with pytest.raises(LostError):
        jobs.beat(job.pk, "one", Job.Stage.ANNOTATING, 0.9, NOW)
    with pytest.raises(LostError), jobs.holding(zombie, "one"):
        pytest.fail("it must not come here")
    jobs.give_back(zombie, "one")
    job.refresh_from_db()
    assert (job.state, job.holder, job.progress) == ("running", "two", 0.0)


def test_a_job_of_somebody_who_left_is_nobodys(alice: User) -> None:
    job = waiting(alice)
    take("one")
    accounts.delete_account(alice)
    with pytest.raises(LostError), jobs.holding(job, "one"):
        pytest.fail("it must not come here")


def test_what_is_written_while_holding_is_undone_by_an_error(alice: User) -> None:
    job = waiting(alice)
    take("one")
    with contextlib.suppress(ZeroDivisionError), jobs.holding(job, "one") as row:
        jobs.finish(row, Job.State.DONE, NOW)
        raise ZeroDivisionError
    assert state(job) == "running"


def test_a_job_that_is_given_back_has_lost_no_attempt(alice: User) -> None:
    job = waiting(alice)
    for _time in range(5):
        taken = take("one")
        assert taken is not None
        jobs.give_back(taken, "one")
    job.refresh_from_db()
    assert (job.state, job.attempts, job.holder) == ("waiting", 0, "")


# === When the worker died ===


def died(job: Job, at: float = 0) -> None:
    """Take a job and give no sign of life any more."""
    assert take("dead", at) == job


def swept(at: float) -> int:
    return jobs.sweep(after(at), second_chance_s=0)


@pytest.mark.services
def test_the_job_of_a_dead_worker_goes_to_another(alice: User) -> None:
    job = waiting(alice)
    died(job)
    Annotation.objects.create(
        clip=job.clip, job=job, created_at=NOW, model_version="1", detector="x", rate=5
    )
    assert swept(29) == 0
    assert swept(31) == 1
    assert swept(31) == 0
    job.refresh_from_db()
    assert (job.state, job.holder, job.attempts) == ("waiting", "", 1)
    assert not Annotation.objects.exists()
    assert take("two", 40) == job


def test_a_job_that_kills_its_worker_is_given_up(alice: User) -> None:
    job = waiting(alice)
    for number in range(jobs.MAX_ATTEMPTS):
        assert state(job) == "waiting"
        died(job, number * 100)
        swept(number * 100 + 31)
    job.refresh_from_db()
    assert (job.state, job.problem) == ("failed", "worker_died")
    row = rows.row_of(job, NOW)
    assert "ended 3 times" in row.problem
    assert row.retry_url


def test_a_dead_workers_job_that_was_cancelled_is_not_begun_again(alice: User) -> None:
    job = waiting(alice)
    died(job)
    jobs.cancel(alice.pk, job.pk, NOW)
    assert state(job) == "running"
    swept(31)
    assert state(job) == "cancelled"


def test_a_worker_that_slept_gets_a_second_chance(alice: User) -> None:
    job = waiting(alice)
    take("asleep", 0)

    def wakes_up(seconds: float) -> None:
        assert seconds == jobs.SECOND_CHANCE_S
        jobs.beat(job.pk, "asleep", Job.Stage.ANNOTATING, 0.5, after(3601))

    with mock.patch.object(jobs.time, "sleep", wakes_up):
        assert jobs.sweep(after(3600)) == 0
    job.refresh_from_db()
    assert (job.state, job.holder) == ("running", "asleep")


def test_the_sweep_waits_for_nobody_where_all_are_well(alice: User) -> None:
    waiting(alice)
    take("one", 0)
    with mock.patch.object(jobs.time, "sleep") as sleep:
        assert jobs.sweep(after(5)) == 0
    sleep.assert_not_called()


# === What the person asks ===


def test_what_waits_is_cancelled_at_once(alice: User) -> None:
    job = waiting(alice)
    assert jobs.cancel(alice.pk, job.pk, NOW) is not None
    assert state(job) == "cancelled"
    assert take() is None


def test_what_is_done_cannot_be_cancelled(alice: User) -> None:
    job = waiting(alice)
    taken = take("one")
    assert taken is not None
    with jobs.holding(taken, "one") as row:
        jobs.finish(row, Job.State.DONE, NOW)
    jobs.cancel(alice.pk, job.pk, NOW)
    job.refresh_from_db()
    assert (job.state, job.cancel_asked) == ("done", False)


def test_nobody_cancels_or_retries_for_another(alice: User, bob: User) -> None:
    job = waiting(alice)
    assert jobs.cancel(bob.pk, job.pk, NOW) is None
    assert state(job) == "waiting"
    jobs.cancel(alice.pk, job.pk, NOW)
    assert jobs.retry(bob.pk, job.pk, NOW) is None
    assert state(job) == "cancelled"


def test_what_failed_is_tried_again_at_the_end_of_the_line(alice: User) -> None:
    job, other = waiting(alice, at=0), waiting(alice, at=5)
    taken = take("one", 1)
    assert taken == job
    with jobs.holding(taken, "one") as row:
        jobs.finish(row, Job.State.FAILED, after(2), "disk_full")
    assert jobs.retry(alice.pk, job.pk, after(10)) == job
    job.refresh_from_db()
    assert (job.state, job.attempts, job.problem, job.progress) == ("waiting", 0, "", 0.0)
    assert [take("two"), take("three")] == [other, job]


def test_retrying_what_is_open_already_does_not_double_it(alice: User) -> None:
    clip = clip_of(alice)
    failed = waiting(alice, clip)
    jobs.cancel(alice.pk, failed.pk, NOW)
    newer = waiting(alice, clip, at=5)
    assert jobs.retry(alice.pk, failed.pk, after(9)) == newer
    assert state(failed) == "cancelled"


# === How it is told ===


@pytest.mark.parametrize(
    ("progress", "spent_s", "left_s"),
    [(0.5, 60, 60), (0.25, 10, 30), (0.01, 60, None), (0.5, 1, None), (1.0, 10, 0)],
)
def test_the_time_left(progress: float, spent_s: float, left_s: int | None, alice: User) -> None:
    waiting(alice)
    job = take("one", 0)
    assert job is not None
    job.progress = progress
    assert rows.eta_s(job, after(spent_s)) == left_s


def test_who_waits_has_no_time_left_to_tell(alice: User) -> None:
    assert rows.eta_s(waiting(alice), NOW) is None


def test_what_lies_in_the_file_is_not_offered_to_be_tried_again(alice: User) -> None:
    job = waiting(alice)
    for problem, again in (
        ("model", True),
        ("disk_full", True),
        *[(p, False) for p in strings.IN_THE_FILE],
    ):
        job.state, job.problem = "failed", problem
        assert bool(rows.row_of(job, NOW).retry_url) is again, problem
    assert set(strings.PROBLEMS) >= strings.IN_THE_FILE


def test_a_row_says_everything_in_words(alice: User) -> None:
    job = waiting(alice)
    row = rows.row_of(job, NOW)
    assert (row.words, row.name, row.problem) == ("Waiting for its turn", "film.mp4", "")
    assert (bool(row.cancel_url), bool(row.retry_url), row.is_open) == (True, False, True)
    taken = take("one")
    assert taken is not None
    assert rows.row_of(taken, NOW).words == "Opening the file"
    jobs.cancel(alice.pk, job.pk, NOW)
    job.refresh_from_db()
    row = rows.row_of(job, NOW)
    assert (row.words, row.cancel_url) == ("Stopping …", "")
    with jobs.holding(taken, "one") as locked:
        jobs.finish(locked, Job.State.FAILED, NOW, "truncated")
    job.refresh_from_db()
    row = rows.row_of(job, NOW)
    assert row.words == "Not done"
    assert "ends too early" in row.problem
    assert "%" not in row.problem


def test_a_clip_has_one_row_its_open_job_or_its_newest(alice: User, bob: User) -> None:
    clip = clip_of(alice)
    open_one = waiting(alice, clip, at=0)
    render = waiting(alice, clip, at=5, kind=RENDER)
    jobs.cancel(alice.pk, render.pk, NOW)
    newest = waiting(alice, at=9)
    waiting(bob)
    assert [row.id for row in rows.job_rows(alice.pk)] == [str(newest.pk), str(open_one.pk)]
    assert [row.id for row in rows.recent_jobs(alice.pk, 1)] == [str(newest.pk)]
    assert [row.id for row in rows.job_rows(alice.pk, [clip.pk])] == [str(open_one.pk)]


def test_the_rows_cost_the_same_however_many_they_are(
    alice: User, django_assert_num_queries
) -> None:
    for number in range(5):
        waiting(alice, at=number)
    with django_assert_num_queries(1):
        rows.job_rows(alice.pk)


def test_every_reason_of_the_library_has_a_sentence() -> None:
    from inference import errors

    def below(kind: type) -> Sequence[type]:
        return [kind, *(leaf for child in kind.__subclasses__() for leaf in below(child))]

    codes = {kind.code for base in (errors.ClipError, errors.PhotoError) for kind in below(base)}
    assert codes - {"clip", "photo"} <= set(strings.PROBLEMS)


def test_an_unknown_problem_is_still_a_sentence() -> None:
    assert strings.problem_sentence("from the future", {}).startswith("Something went wrong")
    assert strings.problem_sentence("worker_died", {}).startswith("Something went wrong")
