"""What becomes of a run, with a stand-in for the training itself: test_loop.py has the real one."""

import errno
import shutil
import sys
import threading
import types
from dataclasses import dataclass

import pytest
from django.utils import timezone

from emotionweb.training import files, jobs, run_process, runs, versions
from emotionweb.training.models import AuditEntry, Comparison, ModelVersion, Run
from emotionweb.training.runs import RunOptions
from inference.bundle import Bundle
from inference.errors import DataError
from tests.training.bundles import SHIPPED
from tests.training.conftest import ready
from tests.training.test_runs import give

pytestmark = pytest.mark.django_db


@dataclass
class FakeConfig:
    architecture: str
    recipe: object
    seed: int
    start_from: str


class FakeWatch:
    def __init__(self, on_epoch, should_stop) -> None:
        self.on_epoch, self.should_stop = on_epoch, should_stop


class Learning:
    """Stands in for Keras: ``passes`` of ``steps``, and what happens at each."""

    def __init__(self) -> None:
        self.steps = 4
        self.calls: list[tuple] = []
        self.at = lambda epoch, step: None
        self.exports = 0
        self.export_error: Exception | None = None

    def train(self, learn, config, folder, *, validation, resume, callbacks) -> None:
        self.calls.append((len(learn), config, validation, resume))
        watch = callbacks[-1]
        row = Run.objects.get()
        for epoch in range(row.epoch, config.recipe.epochs):
            for step in range(1, self.steps + 1):
                self.at(epoch, step)
                if step < self.steps and watch.should_stop(epoch, step / self.steps):
                    (folder / "trained.keras").write_text("partial")
                    return
            watch.on_epoch(epoch + 1)
            if watch.should_stop(epoch + 1, 0.0):
                break
        (folder / "trained.keras").write_text("weights")

    def make_bundle(self, folder, out, *, held_back, report_on, data, tuner) -> Bundle:
        self.exports += 1
        self.data = data
        if self.export_error is not None:
            raise self.export_error
        shutil.copytree(SHIPPED, out, dirs_exist_ok=True)
        return Bundle.load(out)


@pytest.fixture
def learning(monkeypatch) -> Learning:
    fake = Learning()

    def module(name: str, **content) -> None:
        made = types.ModuleType(name)
        made.__dict__.update(content)
        monkeypatch.setitem(sys.modules, name, made)

    module("inference.training.train", TrainConfig=FakeConfig, train=fake.train)
    module("inference.training.make_bundle", make_bundle=fake.make_bundle)
    module("inference.training.tune_like", tune_like=lambda card, keep_temperatures: None)
    module(
        "inference.training.best",
        BestSoFar=lambda folder: "best",
        Watch=FakeWatch,
        best_of=lambda folder: (1, 0.5),
        WEIGHTS_FILE="best.weights.npz",
    )
    monkeypatch.setattr(jobs, "HEARTBEAT_S", 60)
    monkeypatch.setattr(run_process, "LOOK_S", 0.0)
    return fake


@pytest.fixture
def run(drawn) -> Run:
    return runs.create(RunOptions("residual-cnn", [ready(drawn)], recipe={"epochs": 3}), None)


def execute(run: Run) -> Run:
    held = runs.claim("h", timezone.now())
    assert held == run
    run_process.execute(run.pk, "h")
    run.refresh_from_db()
    return run


class TestDone:
    def test_it_ends_as_a_version_with_a_report_and_a_comparison(self, learning, run) -> None:
        execute(run)
        assert (run.state, run.epoch, run.holder, run.problem) == ("done", 3, "", "")
        assert run.said_note == "All 3 passes; the best, 2, is kept."
        version = run.version
        assert (version.number, version.active) == (2, False)
        assert version.report["measured_on"] == "test_set"
        assert version.report["n"] == 48
        comparison = Comparison.objects.get()
        assert (comparison.version, comparison.against.number) == (version, 1)
        assert versions.active().number == 1
        assert versions.problem(version) == ""
        assert AuditEntry.objects.filter(action="version.made").count() == 1
        ((learnt, config, validation, resume),) = learning.calls
        assert learnt + learning.data["held_back_for_thresholds"] == 192
        assert (config.start_from, resume) == ("", True)
        assert validation is None  # 19 faces say nothing
        assert {path.name for path in files.absolute(run.path).iterdir()} == {
            "pace.json",
            "report.json",
        }

    def test_without_a_test_set_the_faces_held_back_report(self, learning, drawn) -> None:
        from tests.training.faces import distinct_faces

        dataset = ready(distinct_faces(320), freeze=False)
        run = runs.create(RunOptions("residual-cnn", [dataset]), None)
        execute(run)
        assert run.version.report["measured_on"] == "held_back"
        assert run.version.report["n"] == 32
        assert not Comparison.objects.exists()

    def test_a_fine_tune_starts_from_the_active_network(self, learning, alice) -> None:
        crops = give(alice, 30)
        run = runs.create(RunOptions(fine_tune=True), None)
        execute(run)
        assert run.state == "done", run.said_problem
        config = learning.calls[0][1]
        assert config.start_from == str(SHIPPED / "model.keras")
        assert config.recipe.teacher_weight == runs.FINE_TUNE["teacher_weight"]
        assert set(run.crops_used) == {str(crop.pk) for crop in crops}
        assert learning.data["started_from"] == versions.active().version


class TestStopped:
    def test_cancelled_in_the_second_pass_the_best_so_far_is_kept(self, learning, run) -> None:
        learning.at = lambda epoch, step: (epoch, step) == (1, 2) and runs.cancel(run, None)
        execute(run)
        assert (run.state, run.epoch) == ("cancelled", 1)
        assert run.said_note == "Cancelled after pass 1; the best so far, of pass 2, is kept."
        assert run.version.number == 2

    def test_cancelled_in_the_first_pass_there_is_nothing_to_keep(self, learning, run) -> None:
        learning.at = lambda epoch, step: step == 2 and runs.cancel(run, None)
        execute(run)
        assert run.state == "cancelled"
        assert "nothing to keep" in run.said_note
        assert not hasattr(run, "version")
        assert not (files.absolute(run.path) / "trained.keras").exists()

    def test_the_budget_ends_it_between_two_passes(self, learning, run, monkeypatch) -> None:
        Run.objects.update(budget_minutes=1)
        run.refresh_from_db()
        clock = [0.0]
        monkeypatch.setattr(run_process.time, "monotonic", lambda: clock[0])
        learning.at = lambda epoch, step: clock.__setitem__(0, clock[0] + 6)
        execute(run)  # a pass takes 24 s: two fit
        assert (run.state, run.epoch) == ("done", 2)
        assert "1 minutes are over after pass 2" in run.said_note
        assert run.spent_s == 48

    def test_a_budget_for_less_than_a_pass_says_how_long_one_takes(
        self, learning, run, monkeypatch
    ) -> None:
        Run.objects.update(budget_minutes=1)
        run.refresh_from_db()
        clock = [0.0]
        monkeypatch.setattr(run_process.time, "monotonic", lambda: clock[0])
        learning.at = lambda epoch, step: clock.__setitem__(0, clock[0] + 70)
        execute(run)
        assert run.state == "failed"
        assert "fits into 1 minutes; one takes about 5" in run.said_problem
        assert not ModelVersion.objects.filter(run=run).exists()


class TestFailed:
    def test_a_disk_that_is_full_while_saving_is_said_and_it_goes_on_after(
        self, learning, run
    ) -> None:
        learning.export_error = OSError(errno.ENOSPC, "No space left on device")
        execute(run)
        assert run.state == "failed"
        assert "disk is full" in run.said_problem
        assert versions.active().number == 1
        assert ModelVersion.objects.count() == 1
        learning.export_error = None
        runs.retry(run, None)
        execute(run)
        assert run.state == "done"
        assert len(learning.calls) == 1  # what was trained stays trained

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (DataError("happiness/7.png is odd."), "happiness/7.png is odd."),
            (type("DivergedError", (DataError,), {})("x"), "not a number any more"),
            (OSError("write failed: errno = 28, No space left on device"), "disk is full"),
            (RuntimeError("odd"), "RuntimeError: odd"),
        ],
    )
    def test_an_error_in_training_is_a_sentence(self, learning, run, error, said) -> None:
        def fail(epoch: int, step: int) -> None:
            raise error

        learning.at = fail
        execute(run)
        assert run.state == "failed"
        assert said in run.said_problem
        assert run.finished_at is not None
        assert versions.active().number == 1

    def test_a_data_set_whose_faces_are_gone_is_named(self, learning, run) -> None:
        dataset = run.datasets.get()
        (files.absolute(dataset.path) / files.FACES).unlink()
        execute(run)
        assert run.said_problem == "Drawn: The faces in faces.npz are gone."

    def test_who_lost_the_run_writes_nothing(self, learning, run) -> None:
        learning.at = lambda epoch, step: Run.objects.update(holder="other")
        execute(run)
        assert (run.state, run.holder, run.problem) == ("running", "other", "")
        assert not ModelVersion.objects.filter(run=run).exists()


def test_a_second_attempt_after_the_version_makes_no_second_one(learning, run) -> None:
    execute(run)
    Run.objects.update(state="waiting", attempts=1)
    execute(run)
    assert ModelVersion.objects.count() == 2
    assert AuditEntry.objects.filter(action="version.made").count() == 1
    assert run.state == "done"


def test_signs_of_life_stop_when_the_row_is_somebody_elses(run, monkeypatch) -> None:
    monkeypatch.setattr(jobs, "HEARTBEAT_S", 0.01)

    class Row:
        def all(self):
            return self

        def update(self, **changes) -> int:
            return 0

    with jobs.alive(Row()) as lost:
        assert isinstance(lost, threading.Event)
        assert lost.wait(5)
