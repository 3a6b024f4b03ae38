"""Runs: asked for within limits, one at a time, cancelled, tried again, taken back from the dead.

What the process of a run does is in test_run_process.py and test_loop.py.
"""

import json
from datetime import timedelta
from uuid import uuid4

import numpy as np
import pytest
from django.utils import timezone

from emotionweb.training import files, jobs, runs, test_sets, versions, worker
from emotionweb.training.errors import RunRefused
from emotionweb.training.models import AuditEntry, Dataset, GivenCrop, ModelVersion, Run
from emotionweb.training.options import RECIPE_FIELDS, recipe_of
from emotionweb.training.run_data import NothingToLearnError, gather
from emotionweb.training.runs import RunOptions
from inference.labels import LABELS
from tests.training.bundles import make_version
from tests.training.conftest import ready
from tests.training.faces import distinct_faces

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(drawn) -> Dataset:
    return ready(drawn)


def give(user, n: int, state="accepted", expression="fear", seed=3) -> list[GivenCrop]:
    """Faces that somebody gave."""
    import cv2

    return [
        GivenCrop.objects.create(
            user=user,
            crop=cv2.imencode(".png", face)[1].tobytes(),
            expression=expression,
            model_version="m",
            source_kind="live",
            source_id=uuid4(),
            state=state,
            created_at=timezone.now(),
        )
        for face in distinct_faces(n, seed=seed).faces_gray
    ]


def waiting(dataset, **options) -> Run:
    return runs.create(RunOptions(datasets=[dataset], **options), None)


class TestAsking:
    def test_a_run_is_a_row_with_a_folder_and_a_note(self, admin, dataset) -> None:
        run = runs.create(
            RunOptions("residual-cnn", [dataset], recipe={"epochs": 5, "batch_size": 16}), admin
        )
        assert (run.state, run.epochs, run.created_by) == ("waiting", 5, admin)
        assert run.recipe == {"epochs": 5, "batch_size": 16}
        assert list(run.datasets.all()) == [dataset]
        assert files.absolute(run.path).is_dir()
        assert AuditEntry.objects.filter(action="run.asked", by=admin).count() == 1

    def test_a_fine_tune_starts_from_the_active_version(self, dataset) -> None:
        run = waiting(dataset, fine_tune=True, architecture="elu-cnn")
        assert run.start_from == versions.active()
        assert run.architecture == "flagship"
        assert run.epochs == runs.FINE_TUNE["epochs"]

    @pytest.mark.parametrize(
        ("options", "why"),
        [
            ({"architecture": "conv-bilstm"}, "no architecture"),
            ({"recipe": {"epochs": 0}}, "Passes"),
            ({"recipe": {"learning_rate": "much"}}, "Learning rate"),
            ({"recipe": {"label_set": 5}}, "no field"),
            ({"budget_minutes": 0}, "at least one minute"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, dataset, media, options, why) -> None:
        with pytest.raises(RunRefused, match=why):
            waiting(dataset, **options)
        assert not Run.objects.exists()
        assert not (media / files.RUNS).exists()

    def test_nothing_to_learn_from_is_refused(self, alice) -> None:
        with pytest.raises(RunRefused, match="nothing to learn"):
            runs.create(RunOptions(fine_tune=True), None)
        give(alice, 1, "waiting")
        with pytest.raises(RunRefused, match="nothing to learn"):
            runs.create(RunOptions(fine_tune=True), None)
        give(alice, 1)
        assert runs.create(RunOptions(fine_tune=True), None).with_corrections
        with pytest.raises(RunRefused, match="fine-tune"):
            runs.create(RunOptions(), None)

    def test_data_that_failed_are_refused(self, dataset) -> None:
        Dataset.objects.update(state="failed")
        with pytest.raises(RunRefused, match="not passed"):
            waiting(dataset)

    def test_every_choice_learns_the_eight_expressions(self) -> None:
        for name in runs.CHOICES:
            recipe = recipe_of(name, {}, fine_tune=False)
            assert (recipe.label_set, recipe.input_size) == ("ferplus8", 48)
            for field in RECIPE_FIELDS:
                assert field.least <= field.default(name, fine_tune=False) <= field.most
                assert field.least <= field.default(name, fine_tune=True) <= field.most


class TestOneAtATime:
    def test_the_oldest_first_and_the_next_when_it_has_ended(self, dataset) -> None:
        first, second = waiting(dataset), waiting(dataset)
        now = timezone.now()
        assert runs.claim("a", now) == first
        assert runs.claim("b", now) is None
        assert not runs.is_waiting()
        Run.objects.filter(pk=first.pk).update(state="done")
        assert runs.is_waiting()
        assert runs.claim("b", now) == second

    def test_a_dead_workers_run_goes_on_and_is_given_up_at_last(self, dataset) -> None:
        run = waiting(dataset)
        now = timezone.now()
        for attempt in range(1, jobs.MAX_ATTEMPTS + 1):
            held = runs.claim(f"w{attempt}", now)
            assert held is not None
            assert held.attempts == attempt
            assert runs.sweep(now + timedelta(seconds=10)) == 0
            assert runs.sweep(now + timedelta(minutes=2)) == 1
        run.refresh_from_db()
        assert run.state == "failed"
        assert "three times" in run.said_problem

    def test_a_worker_that_is_told_to_stop_gives_it_back_uncounted(self, dataset) -> None:
        run = waiting(dataset)
        runs.give_back(runs.claim("w", timezone.now()))
        run.refresh_from_db()
        assert (run.state, run.attempts, run.holder) == ("waiting", 0, "")


class TestCancelAndRetry:
    def test_a_waiting_one_is_cancelled_at_once(self, admin, dataset) -> None:
        run = waiting(dataset)
        runs.cancel(run, admin)
        run.refresh_from_db()
        assert run.state == "cancelled"
        assert "nothing to keep" in run.said_note
        with pytest.raises(RunRefused, match="ended"):
            runs.cancel(run, admin)

    def test_a_running_one_is_asked_to(self, admin, dataset) -> None:
        run = waiting(dataset)
        runs.claim("w", timezone.now())
        runs.cancel(run, admin)
        runs.cancel(run, admin)
        run.refresh_from_db()
        assert (run.state, run.cancel_asked) == ("running", True)
        assert AuditEntry.objects.filter(action="run.cancelled").count() == 1

    def test_a_cancelled_one_of_a_dead_worker_ends_or_keeps_what_it_has(self, dataset) -> None:
        run = waiting(dataset)
        runs.claim("w", timezone.now())
        Run.objects.update(cancel_asked=True)
        later = timezone.now() + timedelta(minutes=2)
        runs.sweep(later)
        run.refresh_from_db()
        assert run.state == "cancelled"
        Run.objects.update(state="running", holder="w", epoch=3, cancel_asked=True)
        runs.sweep(later)
        run.refresh_from_db()
        assert run.state == "waiting"  # the next worker makes a version of the best so far

    def test_a_failed_one_goes_on(self, admin, dataset) -> None:
        run = waiting(dataset)
        Run.objects.update(state="failed", problem="x", attempts=3, epoch=2)
        runs.retry(run, admin)
        run.refresh_from_db()
        assert (run.state, run.problem, run.attempts, run.epoch) == ("waiting", "", 0, 2)
        with pytest.raises(RunRefused, match="failed or was cancelled"):
            runs.retry(run, admin)

    def test_one_with_a_version_does_not(self, admin, dataset) -> None:
        run = waiting(dataset)
        version = make_version()
        ModelVersion.objects.filter(pk=version.pk).update(run=run)
        Run.objects.update(state="cancelled")
        with pytest.raises(RunRefused, match="gave a version"):
            runs.retry(run, admin)


def test_the_bundle_of_a_version_outlives_its_run(
    admin, dataset, django_capture_on_commit_callbacks
) -> None:
    run = waiting(dataset)
    with pytest.raises(RunRefused, match="not ended"):
        runs.delete(run, admin)
    version = make_version()
    ModelVersion.objects.filter(pk=version.pk).update(run=run)
    versions.promote(version, admin, "mine")
    Run.objects.update(state="done")
    with django_capture_on_commit_callbacks(execute=True):
        runs.delete(run, admin)
    assert not files.absolute(run.path).exists()
    version.refresh_from_db()
    assert version.run is None
    assert versions.problem(version) == ""
    assert versions.active() == version


class TestPages:
    def test_curves_log_and_time_left(self, dataset) -> None:
        run = waiting(dataset)
        folder = files.absolute(run.path)
        assert runs.curves(run) == []
        assert runs.log_tail(run) == ""
        assert runs.eta_s(run) is None
        (folder / runs.CURVES).write_text(json.dumps([{"epoch": 0, "loss": 1.5}]))
        (folder / files.LOG).write_text("\n".join(f"line {n}" for n in range(100)))
        (folder / runs.PACE).write_text(json.dumps({"epoch": 2, "spent_s": 60.0}))
        assert runs.curves(run) == [{"epoch": 0, "loss": 1.5}]
        assert runs.log_tail(run, 2) == "line 98\nline 99"
        Run.objects.update(state="running", stage="training", epoch=2, epochs=10, spent_s=75.0)
        run.refresh_from_db()
        assert runs.eta_s(run) == 30 * 10 - 75
        run.budget_minutes = 2
        assert runs.eta_s(run) == 45

    def test_half_written_curves_are_none(self, dataset) -> None:
        run = waiting(dataset)
        (files.absolute(run.path) / runs.CURVES).write_text('[{"epoch": 0')
        assert runs.curves(run) == []


class TestData:
    def test_test_faces_are_left_out_and_said(self, dataset) -> None:
        data = gather(waiting(dataset))
        assert len(data.learn) + len(data.held_back) == 192
        assert data.account["left_out_for_the_test_set"] == 48
        assert data.account["test_set"] == 1
        again = gather(waiting(dataset))
        assert (again.learn.faces_gray == data.learn.faces_gray).all()

    def test_accepted_faces_are_learnt_as_they_were_relabelled(self, admin, alice, bob) -> None:
        from emotionweb.training import review

        mine = give(alice, 30)
        give(bob, 5, "waiting", seed=8)
        review.relabel(mine[0], "anger", admin)
        run = runs.create(RunOptions(fine_tune=True), None)
        data = gather(run)
        both = np.concatenate([data.learn.expression, data.held_back.expression])
        assert sorted(np.bincount(both, minlength=8)[[4, 6]].tolist()) == [1, 29]
        assert set(data.crops) == {str(crop.pk) for crop in mine}
        assert not any("alice" in text for text in data.learn.source)
        assert LABELS[4] == "anger"

    def test_a_face_that_was_taken_back_is_not_there_and_the_run_is_found(self, alice) -> None:
        mine = give(alice, 30)
        run = runs.create(RunOptions(fine_tune=True), None)
        Run.objects.update(crops_used=gather(run).crops)
        gone = mine[0].pk
        mine[0].delete()
        assert len(gather(run).crops) == 29
        assert runs.that_used([gone]) == [run]
        run.refresh_from_db()
        assert runs.taken_back(run) == 1
        assert runs.that_used([uuid4()]) == []

    def test_a_giver_who_is_in_the_test_set_is_not_learnt_from(self, alice, bob, dataset) -> None:
        import cv2

        test = test_sets.faces_of(test_sets.newest())
        crops = give(alice, 25, seed=21)
        give(bob, 30, seed=22)
        GivenCrop.objects.filter(pk=crops[0].pk).update(
            crop=cv2.imencode(".png", test.faces_gray[0])[1].tobytes()
        )
        data = gather(runs.create(RunOptions(fine_tune=True), None))
        assert data.account["left_out_for_the_test_set"] == 25
        assert len(data.learn) + len(data.held_back) == 30

    def test_too_few_are_said(self, alice) -> None:
        give(alice, 5)
        with pytest.raises(NothingToLearnError, match="5 faces"):
            gather(runs.create(RunOptions(fine_tune=True), None))


class TestBounds:
    def test_the_process_has_bounds(self, settings, dataset) -> None:
        settings.TRAINING_THREADS = 3
        assert worker.environment()["TF_NUM_INTRAOP_THREADS"] == "3"
        assert worker.memory_limit() >= 3 * 2**30
        settings.TRAINING_MEMORY_BYTES = 5
        assert worker.memory_limit() == 5
        run = waiting(dataset)
        run.holder = "h"
        assert worker.command(run)[2:5] == ["run_training", str(run.pk), "h"]

    def test_what_a_process_holds_is_known(self) -> None:
        import os

        assert worker.resident_bytes(os.getpid()) > 20 * 2**20
        assert worker.resident_bytes(2**22 + 1) == 0
