"""The check of a data set: read it, say what is in it, keep the faces."""

from __future__ import annotations

import base64
import errno
import json
import logging
import threading
import zipfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from emotionweb.training import files, jobs, test_sets, words
from emotionweb.training.errors import TestSetRefused
from emotionweb.training.models import Dataset
from inference.data.faces import FaceSet
from inference.errors import DataError

logger = logging.getLogger(__name__)

State = Dataset.State
#: Faces compared with each other; the time grows with their square (36,000: ten seconds).
MAX_COMPARED = 120_000
SAMPLES_OF_EACH = 12
#: Bytes of a row of fer2013.csv and of the small picture in a row of parquet, to guess how many
#: there are.
_CSV_ROW, _PICTURE = 8300, 1500
#: Where the stages of a check end on its bar.
_READ, _COMPARED = 0.6, 0.9


def work(now: datetime | None = None) -> int:
    """Check the data sets that wait, one after the other; returns how many."""
    done = 0
    while not jobs.stopping.is_set():
        dataset = claim(uuid4().hex, now or timezone.now())
        if dataset is None:
            break
        run(dataset)
        done += 1
    return done


@transaction.atomic
def claim(holder: str, now: datetime) -> Dataset | None:
    """Take the data set that has waited longest, or ``None``."""
    waiting = Dataset.objects.select_for_update().filter(state=State.WAITING)
    dataset = waiting.order_by("created_at", "pk").first()
    if dataset is not None:
        dataset.state, dataset.holder = State.CHECKING, holder
        dataset.heartbeat_at, dataset.progress = now, 0.0
        dataset.attempts += 1
        dataset.save()
    return dataset


def run(dataset: Dataset) -> None:
    """Check a data set that we hold; whatever goes wrong ends as a sentence in its row."""
    ours = Dataset.objects.filter(pk=dataset.pk, holder=dataset.holder, state=State.CHECKING)
    try:
        with jobs.alive(ours) as lost:
            report, faces = _Check(dataset, lost).everything()
        changed = ours.update(
            state=State.READY, progress=1.0, report=report, faces=faces, holder="", problem=""
        )
    except jobs.LostError:
        return
    except _StoppedError:
        give_back(dataset)
        return
    except Exception as error:
        ours.update(state=State.FAILED, problem=_problem(error), holder="")
        return
    if changed:
        _freeze_the_first(dataset)


def sweep(now: datetime) -> int:
    """Take back the checks whose worker died; returns how many."""
    dead = jobs.stale(Dataset.objects.filter(state=State.CHECKING), now)
    gone = dead.filter(attempts__gte=jobs.MAX_ATTEMPTS).update(
        state=State.FAILED, holder="", problem=words.keep("check_died")
    )
    return gone + dead.update(state=State.WAITING, holder="")


def is_waiting() -> bool:
    """Say whether a data set waits for its check."""
    return Dataset.objects.filter(state=State.WAITING).exists()


def give_back(dataset: Dataset) -> None:
    """Put it back into the line, as when the worker is told to stop; it does not count."""
    Dataset.objects.filter(pk=dataset.pk, holder=dataset.holder, state=State.CHECKING).update(
        state=State.WAITING, holder="", attempts=F("attempts") - 1
    )


def _problem(error: Exception) -> str:
    if isinstance(error, DataError):
        return str(error)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return words.keep("disk_full")
    logger.exception("The check of a data set failed.", exc_info=error)
    return words.keep("unexpected", what=type(error).__name__)


class _StoppedError(Exception):
    """The worker was told to end."""


class _Check:
    """One check; ``lost`` says that somebody else has the data set now."""

    def __init__(self, dataset: Dataset, lost: threading.Event) -> None:
        self.dataset = dataset
        self.folder = files.absolute(dataset.path)
        self.lost = lost

    def everything(self) -> tuple[dict[str, Any], int]:
        """The report, and the number of faces; leaves the faces in the folder."""
        from inference.data import read
        from inference.data.duplicates import find_duplicates
        from inference.data.stored import save_faces
        from inference.data.test_part import test_units

        source, votes = self.folder / files.SOURCE, self.folder / files.VOTES
        likely = _likely_rows(source)

        def on_progress(n: int) -> None:
            self._at(_READ * min(n / likely, 1.0))

        # The reader names the file in its sentences: it shall be the name people know.
        with _called(source, self.dataset.file_name) as shown:
            faces, found = read(
                shown, votes=votes if self.dataset.votes_name else None, on_progress=on_progress
            )
        self._at(_READ)
        report = {**found.to_dict(), "name": self.dataset.file_name}
        copies = np.full(len(faces), -1, np.intp)
        if len(faces) <= MAX_COMPARED:
            duplicates = find_duplicates(faces)
            copies = duplicates.group
            report["duplicates"] = duplicates.to_dict()
        self._at(_COMPARED)
        report["test_set"] = _like_the_test_set(faces)
        save_faces(self.folder / files.FACES, faces)
        np.save(self.folder / files.UNITS, test_units(faces, copies), allow_pickle=False)
        (self.folder / files.SAMPLES).write_text(json.dumps(_samples(faces)))
        return report, len(faces)

    def _at(self, progress: float) -> None:
        if self.lost.is_set():
            raise jobs.LostError
        if jobs.stopping.is_set():
            raise _StoppedError
        ours = Dataset.objects.filter(pk=self.dataset.pk, holder=self.dataset.holder)
        # Rows are written seldom: a bar has no use for a thousand steps.
        if progress - self.dataset.progress > 0.02:
            self.dataset.progress = progress
            ours.update(progress=progress)


class _called:  # noqa: N801  (a context manager, used as a function)
    """A file under the name that people know, for as long as it is read."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._link = path.parent / "as" / (Path(name).name or "data")

    def __enter__(self) -> Path:
        self._link.parent.mkdir(exist_ok=True)
        self._link.unlink(missing_ok=True)
        self._link.hardlink_to(self._path)
        return self._link

    def __exit__(self, *why: object) -> None:
        self._link.unlink(missing_ok=True)
        with suppress(OSError):
            self._link.parent.rmdir()


def _likely_rows(source: Path) -> int:
    """About how many faces there are, for the bar."""
    size = source.stat().st_size
    if zipfile.is_zipfile(source):
        with suppress(zipfile.BadZipFile, OSError), zipfile.ZipFile(source) as archive:
            return max(1, len(archive.namelist()))
    with source.open("rb") as file:
        is_table = file.read(4) != b"PAR1"
    return max(1, size // (_CSV_ROW if is_table else _PICTURE))


def _like_the_test_set(faces: FaceSet) -> dict[str, int] | None:
    """How many of the faces are (nearly) in the newest test set, and will not be learnt from."""
    from inference.data.test_part import alike

    newest = test_sets.newest()
    if newest is None or len(faces) > MAX_COMPARED:
        return None
    return {"number": newest.number, "alike": int(alike(faces, test_sets.faces_of(newest)).sum())}


def _samples(faces: FaceSet) -> dict[str, list[str]]:
    from inference.data.test_part import best_labels
    from inference.labels import LABELS

    label = best_labels(faces)
    rng = np.random.default_rng(0)
    out = {}
    for index, name in enumerate(LABELS):
        rows = np.flatnonzero(label == index)
        chosen = np.sort(rng.permutation(rows)[:SAMPLES_OF_EACH])
        if len(chosen):
            out[name] = [picture(faces.faces_gray[row]) for row in chosen]
    return out


def picture(face_gray: np.ndarray[Any, np.dtype[np.uint8]]) -> str:
    """A ``(side, side)`` uint8 face as a ``data:`` address of a PNG."""
    import cv2

    png = cv2.imencode(".png", face_gray)[1].tobytes()
    return "data:image/png;base64," + base64.b64encode(png).decode()


def _freeze_the_first(dataset: Dataset) -> None:
    """Freeze the first test set as soon as there is something to freeze it from."""
    if not dataset.freeze_wanted or test_sets.newest() is not None:
        return
    row = Dataset.objects.filter(pk=dataset.pk).first()
    if row is None:
        return
    try:
        test_sets.freeze([row], row.created_by)
    except (TestSetRefused, DataError) as error:
        row.report["freeze_refused"] = str(error)
        row.save(update_fields=["report"])
