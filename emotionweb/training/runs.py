"""Runs: asked for, cancelled, tried again, and what their pages show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from emotionweb.training import audit, files, jobs, review, versions, words
from emotionweb.training.errors import RunRefused
from emotionweb.training.models import Dataset, GivenCrop, ModelVersion, Run
from emotionweb.training.options import CHOICES, FINE_TUNE, RECIPE_FIELDS, RunOptions, Value

if TYPE_CHECKING:
    from emotionweb.accounts.models import User

__all__ = ["CHOICES", "FINE_TUNE", "RECIPE_FIELDS", "RunOptions"]

State, Stage = Run.State, Run.Stage
OPEN = (State.WAITING, State.RUNNING)
CURVES, PACE = "curves.json", "pace.json"
_LOG_BYTES = 256 * 1024


# === Asked for ===


def create(options: RunOptions, by: User | None) -> Run:
    """Ask for a run; the training worker takes it in its turn.

    Raises:
        RunRefused: something about the options; the sentence says what.
    """
    start_from = _start(options)
    architecture = _architecture(options, start_from)
    recipe = _checked_recipe(options.recipe)
    if options.budget_minutes is not None and options.budget_minutes < 1:
        raise RunRefused(_("A budget is at least one minute."))
    if not options.datasets and not (options.with_corrections and review.accepted().exists()):
        raise RunRefused(_("There is nothing to learn from: choose data or accept given faces."))
    if start_from is None and not options.datasets:
        raise RunRefused(
            _("Given faces alone are too few to learn from scratch: fine-tune, or add data.")
        )
    path = files.new_folder(files.RUNS)
    try:
        with transaction.atomic():
            chosen = _locked(options.datasets)
            run = Run.objects.create(
                created_by=by,
                created_at=timezone.now(),
                architecture=architecture,
                recipe=recipe,
                with_corrections=options.with_corrections,
                start_from=start_from,
                budget_minutes=options.budget_minutes,
                seed=options.seed,
                path=path,
                epochs=int(_epochs(architecture, recipe, fine_tune=options.fine_tune)),
            )
            run.datasets.set(chosen)
            audit.record(
                by, "run.asked", run, architecture=architecture, fine_tune=options.fine_tune
            )
            jobs.wake("training.work")
    except BaseException:
        files.remove(path)
        raise
    return run


def _start(options: RunOptions) -> ModelVersion | None:
    if not options.fine_tune:
        return None
    version = versions.running()
    if version is None:
        raise RunRefused(_("There is no version to start from."))
    if not (versions.folder(version) / "model.keras").exists():
        raise RunRefused(
            _("Version %(number)s has no model.keras to start from; train from scratch.")
            % {"number": version.number}
        )
    return version


def _architecture(options: RunOptions, start_from: ModelVersion | None) -> str:
    if start_from is not None:
        name = str(versions.bundle_of(start_from).card.architecture)
    else:
        name = options.architecture
    if name not in CHOICES:
        raise RunRefused(_("There is no architecture “%(name)s” to train here.") % {"name": name})
    return name


def _checked_recipe(changes: Mapping[str, Value]) -> dict[str, Value]:
    fields = {field.name: field for field in RECIPE_FIELDS}
    out: dict[str, Value] = {}
    for name, value in changes.items():
        field = fields.get(name)
        if field is None:
            raise RunRefused(_("A recipe has no field “%(name)s”.") % {"name": name})
        try:
            number = field.kind(value)
        except (TypeError, ValueError):
            number = field.most + 1
        if not field.least <= number <= field.most:
            raise RunRefused(
                _("%(title)s: from %(least)s to %(most)s.")
                % {"title": field.title, "least": field.least, "most": field.most}
            )
        out[name] = number
    return out


def _epochs(architecture: str, recipe: Mapping[str, Value], *, fine_tune: bool) -> Value:
    own = next(field for field in RECIPE_FIELDS if field.name == "epochs")
    return recipe.get("epochs", own.default(architecture, fine_tune=fine_tune))


def _locked(chosen: Sequence[Dataset]) -> list[Dataset]:
    rows = list(Dataset.objects.select_for_update().filter(pk__in=[d.pk for d in chosen]))
    if len(rows) < len(set(chosen)):
        raise RunRefused(_("One of these data sets was deleted meanwhile."))
    for row in rows:
        if row.state != Dataset.State.READY:
            raise RunRefused(_("%(name)s has not passed its check.") % {"name": row.name})
    return rows


# === What people do to them ===


@transaction.atomic
def cancel(run: Run, by: User | None) -> None:
    """Stop a run; the best network so far becomes a version. A second time does nothing.

    Raises:
        RunRefused: it has ended.
    """
    row = _own(run)
    if row.state not in OPEN:
        raise RunRefused(_("It has ended already."))
    if row.cancel_asked:
        return
    if row.state == State.WAITING:
        row.state, row.finished_at = State.CANCELLED, timezone.now()
        row.note = words.keep("cancelled_empty") if not row.epoch else ""
    row.cancel_asked = True
    row.save()
    audit.record(by, "run.cancelled", row)


@transaction.atomic
def retry(run: Run, by: User | None) -> None:
    """Let a failed or cancelled run go on where it stopped.

    Raises:
        RunRefused: it is not of these, or it gave a version.
    """
    row = _own(run)
    if row.state not in (State.FAILED, State.CANCELLED):
        raise RunRefused(_("Only a run that failed or was cancelled can go on."))
    if hasattr(row, "version"):
        raise RunRefused(_("It gave a version; fine-tune that one to go on from it."))
    row.state, row.problem, row.note, row.stage = State.WAITING, "", "", ""
    row.attempts, row.cancel_asked, row.finished_at = 0, False, None
    row.save()
    audit.record(by, "run.retried", row)
    jobs.wake("training.work")


@transaction.atomic
def delete(run: Run, by: User | None) -> None:
    """Remove a run that has ended, with its folder; its version stays.

    Raises:
        RunRefused: it has not ended.
    """
    row = _own(run)
    if row.state in OPEN:
        raise RunRefused(_("It has not ended: cancel it first."))
    path = row.path
    audit.record(by, "run.deleted", row)
    row.delete()
    transaction.on_commit(lambda: files.remove(path))


def _own(run: Run) -> Run:
    row = Run.objects.select_for_update(of=("self",)).filter(pk=run.pk).first()
    if row is None:
        raise RunRefused(_("This run is gone."))
    return row


# === What the worker does ===


@transaction.atomic
def claim(holder: str, now: datetime) -> Run | None:
    """Take the run that has waited longest, unless as many run as may at the same time."""
    waiting = Run.objects.select_for_update(of=("self",)).filter(state=State.WAITING)
    run = waiting.order_by("created_at", "pk").first()
    if run is None:
        return None
    if Run.objects.filter(state=State.RUNNING).count() >= settings.TRAININGS_AT_ONCE:
        return None
    run.state, run.stage, run.holder = State.RUNNING, Stage.READING, holder
    run.heartbeat_at = now
    run.started_at = run.started_at or now
    run.attempts += 1
    run.save()
    return run


def ours(run_id: int, holder: str) -> QuerySet[Run]:
    """The row while this holder has it."""
    return Run.objects.filter(pk=run_id, holder=holder, state=State.RUNNING)


def give_back(run: Run) -> None:
    """Put it back into the line, as when the worker is told to stop; it does not count."""
    ours(run.pk, run.holder).update(
        state=State.WAITING, holder="", stage="", attempts=F("attempts") - 1
    )


def take_back(rows: QuerySet[Run], now: datetime) -> int:
    """Put the runs of dead workers back into the line, or give them up; returns how many."""
    count = 0
    for run in rows:
        row = ours(run.pk, run.holder).filter(heartbeat_at=run.heartbeat_at)
        if run.cancel_asked and not run.epoch:
            end = {"state": State.CANCELLED, "note": words.keep("cancelled_empty")}
        elif run.attempts >= jobs.MAX_ATTEMPTS:
            end = {"state": State.FAILED, "problem": words.keep("run_died")}
        else:
            count += row.update(state=State.WAITING, holder="", stage="")
            continue
        count += row.update(holder="", finished_at=now, **end)
    return count


def sweep(now: datetime) -> int:
    """Take back the runs whose worker gave no sign of life for too long."""
    return take_back(jobs.stale(Run.objects.filter(state=State.RUNNING), now), now)


def is_waiting() -> bool:
    """Say whether a run waits and none is in its way."""
    running = Run.objects.filter(state=State.RUNNING).count()
    waits = Run.objects.filter(state=State.WAITING).exists()
    return waits and running < settings.TRAININGS_AT_ONCE


# === What their pages show ===


def curves(run: Run) -> list[dict[str, Any]]:
    """One row a pass: ``epoch`` (from 0), ``loss``, ``val_loss``, accuracies by head.

    Names are Keras': ``expression_accuracy``, ``val_expression_accuracy`` where there are two
    heads, else ``accuracy``, ``val_accuracy``. ``val_`` is measured on the part held back.
    """
    found = _json(files.absolute(run.path) / CURVES)
    return found if isinstance(found, list) else []


def log_tail(run: Run, lines: int = 40) -> str:
    """The end of what it wrote."""
    path = files.absolute(run.path) / files.LOG
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _LOG_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.replace("\r", "\n").splitlines()[-lines:])


def eta_s(run: Run) -> float | None:
    """Seconds until training ends, at the pace so far; ``None`` while nobody can say."""
    if run.state != State.RUNNING or run.stage != Stage.TRAINING:
        return None
    pace = _json(files.absolute(run.path) / PACE)
    if not isinstance(pace, dict) or not pace.get("epoch"):
        return None
    left = max(0.0, float(pace["spent_s"]) / float(pace["epoch"]) * run.epochs - run.spent_s)
    if run.budget_minutes is not None:
        left = min(left, max(0.0, run.budget_minutes * 60 - run.spent_s))
    return left


def that_used(crop_ids: Sequence[object]) -> list[Run]:
    """The runs that learnt from any of these given faces."""
    wanted = {str(pk) for pk in crop_ids}
    return [run for run in Run.objects.all() if wanted & set(run.crops_used)]


def taken_back(run: Run) -> int:
    """How many of the given faces that it learnt from were taken back since.

    A model cannot forget them; the next run does without.
    """
    used = set(run.crops_used)
    there = GivenCrop.objects.filter(pk__in=used).values_list("pk", flat=True) if used else ()
    return len(used - {str(pk) for pk in there})


def _json(path: Path) -> object:
    try:
        found: object = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return found
