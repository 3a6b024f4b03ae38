"""A training, from its row to a version. Runs in a process of its own, see ``worker.py``.

The process may die at any moment: what it has done is in the run's folder, and the next
attempt goes on from there. The model in use is not touched before the very end, and then only
by a new row beside it.
"""

from __future__ import annotations

import errno
import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from emotionweb.training import audit, files, gate, jobs, judge, runs, test_sets, versions, words
from emotionweb.training.errors import PromotionRefused
from emotionweb.training.models import ModelVersion, Run
from emotionweb.training.options import recipe_of
from emotionweb.training.run_data import LEAST_HELD_BACK, NothingToLearnError, RunData, gather
from inference.bundle import Bundle
from inference.errors import InferenceError
from inference.files import write_atomically

logger = logging.getLogger(__name__)

State, Stage = Run.State, Run.Stage
#: Seconds between two looks at whether somebody cancelled.
LOOK_S = 2.0
TRAINED = "trained.keras"
#: Held-back faces with votes from which on the whole quality gate is tuned.
_TUNE_FROM = 300


class BudgetTooSmallError(Exception):
    """Not one pass fits; ``needed`` is how many minutes one takes."""

    def __init__(self, minutes: int, needed: int) -> None:
        super().__init__()
        self.minutes, self.needed = minutes, needed


def execute(run_id: int, holder: str) -> None:
    """Do a run that ``holder`` has; whatever goes wrong ends as a sentence in its row."""
    ours = runs.ours(run_id, holder)
    run = ours.first()
    if run is None:
        logger.warning("Run %s is not ours.", run_id)
        return
    try:
        with jobs.alive(ours) as lost:
            Training(run, lost).everything()
    except jobs.LostError:
        logger.warning("Run %s is somebody else's now.", run_id)
    except Exception as error:
        ours.update(
            state=State.FAILED, problem=problem_of(error), finished_at=timezone.now(), holder=""
        )


def problem_of(error: Exception) -> str:
    """What a person is told of an error; the log has the rest."""
    logger.error("The run failed.", exc_info=error)
    if isinstance(error, NothingToLearnError):
        return error.kept
    if isinstance(error, BudgetTooSmallError):
        return words.keep("budget_too_small", minutes=error.minutes, needed=error.needed)
    if isinstance(error, InferenceError):
        if type(error).__name__ == "DivergedError":
            return words.keep("not_a_number")
        return str(error)
    full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    # HDF5 has an error of its own that only tells in words.
    if full or "No space left on device" in str(error):
        return words.keep("disk_full")
    return words.keep("unexpected", what=f"{type(error).__name__}: {error}"[:300])


class Training:
    """One attempt at a run."""

    def __init__(self, run: Run, lost: threading.Event) -> None:
        self.run = run
        self.lost = lost
        self.ours = runs.ours(run.pk, run.holder)
        self.folder = files.absolute(run.path)
        self.spent_before = run.spent_s
        self.started = time.monotonic()
        self.looked_at = 0.0
        self.cancelled = run.cancel_asked
        self.budget_over = False
        self.whole = run.epoch
        self.minutes_for_a_pass = 1

    def everything(self) -> None:
        """Read, train, make the bundle, measure."""
        self._stage(Stage.READING)
        data = gather(self.run)
        self.ours.update(crops_used=data.crops)
        logger.info("%s", json.dumps(data.account))
        self._stage(Stage.TRAINING)
        if not (self.folder / TRAINED).exists() and not self._train(data):
            self._end(State.CANCELLED, words.keep("cancelled_empty"))
            return
        self._stage(Stage.EXPORTING)
        bundle = self._export(data)
        self._stage(Stage.MEASURING)
        version = self._version(bundle, data)
        self._measure(version, bundle, data)
        self._end(State.CANCELLED if self.cancelled else State.DONE, self._note())
        self._tidy_up()

    # === Training ===

    def _train(self, data: RunData) -> bool:
        """Train on; whether there is something to keep."""
        from inference.training.best import BestSoFar, Watch
        from inference.training.train import TrainConfig, train

        run = self.run
        start = run.start_from
        recipe = recipe_of(run.architecture, run.recipe, fine_tune=start is not None)
        config = TrainConfig(
            architecture=run.architecture,
            recipe=recipe,
            seed=run.seed,
            start_from=str(versions.folder(start) / "model.keras") if start else "",
        )
        watched = data.held_back if len(data.held_back) >= LEAST_HELD_BACK else None
        if watched is None and (recipe.stop_patience or recipe.plateau_patience):
            recipe = replace(recipe, stop_patience=0, plateau_patience=0)
            config = replace(config, recipe=recipe)
        self.ours.update(epochs=recipe.epochs)
        run.epochs = recipe.epochs
        self.started = time.monotonic()
        if self.cancelled and not self.whole:
            return False
        best = [BestSoFar(self.folder)] if watched is not None else []
        train(
            data.learn,
            config,
            self.folder,
            validation=watched,
            resume=True,
            callbacks=[*best, Watch(self._after_pass, self._should_stop)],
        )
        self._look(force=True)
        if self.whole:
            return True
        (self.folder / TRAINED).unlink(missing_ok=True)
        if self.cancelled:
            return False
        raise BudgetTooSmallError(self.run.budget_minutes or 0, self.minutes_for_a_pass)

    def _spent_s(self) -> float:
        return self.spent_before + time.monotonic() - self.started

    def _after_pass(self, whole: int) -> None:
        self.whole = whole
        pace = json.dumps({"epoch": whole, "spent_s": round(self._spent_s(), 1)})
        write_atomically(self.folder / runs.PACE, pace.encode())
        if not self.ours.update(epoch=whole, spent_s=self._spent_s()):
            raise jobs.LostError

    def _should_stop(self, whole: int, share: float) -> bool:
        """Asked after each step."""
        self._look(force=share == 0.0)
        minutes = self.run.budget_minutes
        if minutes is not None and not self.budget_over:
            spent, passes = self._spent_s(), whole + share
            # Between two passes: the next one would not be whole any more.
            needed = spent / passes if share == 0.0 and whole < self.run.epochs else 0.0
            self.budget_over = spent + needed > minutes * 60
            if self.budget_over:
                self.minutes_for_a_pass = max(1, round(spent / passes / 60 + 0.5))
        return self.cancelled or self.budget_over

    def _look(self, *, force: bool = False) -> None:
        """Say how much time is spent and see whether somebody cancelled, now and then."""
        now = time.monotonic()
        if not force and now - self.looked_at < LOOK_S:
            return
        self.looked_at = now
        if self.lost.is_set() or not self.ours.update(spent_s=self._spent_s()):
            raise jobs.LostError
        self.cancelled = self.cancelled or self.ours.filter(cancel_asked=True).exists()

    # === The bundle ===

    def _export(self, data: RunData) -> Bundle:
        from inference.training.make_bundle import make_bundle

        out = files.absolute(self._bundle_path)
        out.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        start = self.run.start_from
        account = {**data.account, "made_by": "run", "run": self.run.pk}
        if start is not None:
            account["started_from"] = start.version
        for tuner in self._tuners(data):
            try:
                return make_bundle(
                    self.folder,
                    out,
                    held_back=data.held_back,
                    report_on={},
                    data=account,
                    tuner=tuner,
                )
            except InferenceError as error:
                logger.warning("The gate is taken over from the version in use: %s", error)
                refused = error
        raise refused

    @property
    def _bundle_path(self) -> str:
        # The same at every attempt: one that died while it wrote is written over.
        return f"{files.VERSIONS}/{Path(self.run.path).name}"

    def _tuners(self, data: RunData) -> list[Callable[..., Any] | None]:
        from inference.training.tune_like import tune_like

        start = self.run.start_from
        reference = start or versions.running()
        out: list[Callable[..., Any] | None] = []
        if start is None and int(data.held_back.votes.any(axis=1).sum()) >= _TUNE_FROM:
            out.append(None)
        if reference is not None:
            card = versions.bundle_of(reference).card
            out.append(tune_like(card, keep_temperatures=start is not None))
        return out or [None]

    # === The version ===

    @transaction.atomic
    def _version(self, bundle: Bundle, data: RunData) -> ModelVersion:
        """The run's version; made once, however often the end is reached."""
        row = self.ours.select_for_update(of=("self",)).first()
        if row is None:
            raise jobs.LostError
        version = ModelVersion.objects.filter(run=row).first()
        if version is None:
            version = ModelVersion.objects.create(
                number=versions.next_number(),
                version=bundle.version,
                path=self._bundle_path,
                run=row,
                created_at=timezone.now(),
            )
            audit.record(row.created_by, "version.made", version, number=version.number, run=row.pk)
        elif version.version != bundle.version:
            version.version = bundle.version
            version.save(update_fields=["version"])
        return version

    def _measure(self, version: ModelVersion, bundle: Bundle, data: RunData) -> None:
        """The version's report: on the newest test set, or else on the faces held back."""
        from emotionweb.training import measure

        if test_sets.newest() is not None:
            try:
                comparison = gate.fresh(version) or gate.compare_versions(version)
            except PromotionRefused as error:  # such as a test set whose file is gone
                logger.warning("It could not be compared: %s", error)
            else:
                version.report = {
                    "measured_on": "test_set",
                    "test_set": comparison.test_set.number,
                    **comparison.report["candidate"],
                }
        elif len(data.held_back) >= LEAST_HELD_BACK:
            faces, truth = measure.labelled(data.held_back)
            scores = judge.scores_of(truth, measure.answers(bundle, faces), measure.units(faces))
            (latency,) = measure.latencies_ms([bundle], faces)
            side = measure.side_of(bundle, scores, latency)
            version.report = {"measured_on": "held_back", "number": version.number, **side}
        version.save(update_fields=["report"])
        text = json.dumps(version.report, indent=1)
        write_atomically(self.folder / "report.json", text.encode())

    # === Its row ===

    def _stage(self, stage: Run.Stage) -> None:
        if self.lost.is_set() or not self.ours.update(stage=stage, heartbeat_at=timezone.now()):
            raise jobs.LostError
        logger.info("%s", stage.value)

    def _tidy_up(self) -> None:
        """Leave curves, log and report; the weights are in the version's bundle."""
        from inference.training.best import WEIGHTS_FILE

        for name in ("backup", TRAINED, WEIGHTS_FILE):
            files.remove(f"{self.run.path}/{name}")

    def _note(self) -> str:
        from inference.training.best import best_of

        found = best_of(self.folder)
        best = found[0] + 1 if found else self.whole
        if self.cancelled:
            return words.keep("cancelled_kept", epochs=self.whole, best=best)
        if self.budget_over:
            return words.keep(
                "budget_spent", minutes=self.run.budget_minutes, epochs=self.whole, best=best
            )
        return words.keep("whole", epochs=self.whole, best=best)

    def _end(self, state: Run.State, note: str) -> None:
        self.ours.update(
            state=state, note=note, stage="", holder="", finished_at=timezone.now(), problem=""
        )
