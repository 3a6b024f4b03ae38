"""Makes an administrator, and with `--full` what there is to look at in training.

`python -m tests.browser.training_demo EMAIL [--full]`. Faces are drawn, and every number is made
up, always the same, and says so by the names of its versions.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import cv2
import django
import numpy as np

django.setup()

from django.conf import settings  # noqa: E402
from django.utils import timezone  # noqa: E402

from emotionweb.accounts.models import Consent, User  # noqa: E402
from emotionweb.accounts.services import give_consent  # noqa: E402
from emotionweb.training import (  # noqa: E402
    checking,
    datasets,
    files,
    given,
    judge,
    measure,
    review,
    test_sets,
    versions,
)
from emotionweb.training.models import (  # noqa: E402
    Comparison,
    Dataset,
    ModelVersion,
    Run,
)
from inference.bundle import Bundle, write_card  # noqa: E402
from inference.data.faces import FaceSet  # noqa: E402
from inference.labels import LABELS  # noqa: E402
from tests.browser import PASSWORD  # noqa: E402
from tests.drawn_faces import drawn_faces  # noqa: E402
from tests.training.faces import distinct_faces, zip_of  # noqa: E402

PATIENCE_S = 120
#: Stands in the name of what is made up.
MADE_UP = "made-up"
#: How far a face of each expression stands out for the made-up versions, in logits.
KNOWN = np.array([3.4, 4.2, 3.6, 2.9, 3.2, 2.0, 2.3, 1.4])


def administrator(email: str) -> User:
    return User.objects.create_superuser(email, PASSWORD, name="Ruth")


def fill(person: User) -> None:
    """Data sets, a run with curves, a version beside the active one, faces that wait."""
    first = take_in(distinct_faces(720), "Drawn faces", person)
    take_in(distinct_faces(96, 5), "Photographs of the theatre group", person)
    run = made_up_run(person, first)
    made_up_comparison(run)
    hand_in(person, drawn_faces(42, seed=9))


def take_in(faces: FaceSet, name: str, person: User) -> Dataset:
    """Upload and check; a worker of the site may be quicker."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name.lower().replace(' ', '-')}.zip"
        zip_of(faces, path)
        dataset = datasets.create([path], name, person)
    for _ in range(PATIENCE_S):
        checking.work()
        dataset.refresh_from_db()
        if dataset.state not in (Dataset.State.WAITING, Dataset.State.CHECKING):
            break
        time.sleep(1)
    return dataset


def made_up_run(person: User, dataset: Dataset) -> Run:
    now, epochs = timezone.now(), 8
    path = files.new_folder(files.RUNS)
    run = Run.objects.create(
        created_by=person,
        created_at=now - timedelta(hours=3),
        architecture="flagship",
        start_from=ModelVersion.objects.get(number=1),
        state=Run.State.DONE,
        epoch=epochs,
        epochs=epochs,
        spent_s=402,
        started_at=now - timedelta(hours=3),
        finished_at=now - timedelta(hours=2, minutes=52),
        budget_minutes=10,
        path=path,
    )
    run.datasets.add(dataset)
    rng = np.random.default_rng(3)
    learnt = 1 - np.exp(-np.arange(1, epochs + 1) / 2.5)
    noise = rng.normal(0, 0.004, (epochs, 2))
    rows = [
        {
            "epoch": epoch,
            "expression_accuracy": round(0.66 + 0.19 * grown + noise[epoch, 0], 4),
            "val_expression_accuracy": round(0.71 + 0.15 * grown + noise[epoch, 1], 4),
            "loss": round(1.25 - 0.5 * grown, 4),
            "val_loss": round(1.1 - 0.38 * grown, 4),
        }
        for epoch, grown in enumerate(learnt)
    ]
    folder = files.absolute(path)
    (folder / "curves.json").write_text(json.dumps(rows))
    said = [
        f"epoch {row['epoch'] + 1}: loss {row['loss']:.4f}, held back {row['val_loss']:.4f}"
        for row in rows
    ]
    (folder / files.LOG).write_text("\n".join(said) + "\n")
    return run


def made_up_comparison(run: Run) -> None:
    """Two versions that guess with some skill, judged as real ones are."""
    test_set = test_sets.newest()
    assert test_set is not None
    active = ModelVersion.objects.get(number=1)
    path = f"{files.VERSIONS}/{MADE_UP}"
    folder = files.absolute(path)
    shutil.copytree(settings.MODEL_BUNDLE, folder)
    write_card(folder, replace(Bundle.load(folder).card, architecture=MADE_UP))
    bundle = Bundle.load(folder)
    version = ModelVersion.objects.create(
        number=versions.next_number(),
        version=bundle.version,
        path=path,
        run=run,
        created_at=timezone.now(),
    )
    faces, truth = measure.labelled(test_sets.faces_of(test_set))
    many = np.arange(3500) % len(truth)
    truth = truth[many]
    old, new = guesses(truth, 1.0, 11), guesses(truth, 1.08, 12)
    groups = np.array([""] * len(truth))
    verdict = judge.judge(truth, old, new, groups, (0.92, 0.95))
    sides = [
        {
            "number": number,
            **judge.scores_of(truth, said, groups),
            "version": name,
            "architecture": "flagship",
            "latency_ms": {"median": ms, "p95": 1.3 * ms},
            "size_bytes": {"tflite": 2_712_000, "keras": 9_300_000},
        }
        for number, said, name, ms in [
            (active.number, old, "made-up-1", 0.92),
            (version.number, new, version.version, 0.95),
        ]
    ]
    rows = judge.worst_errors(truth, new)
    Comparison.objects.create(
        version=version,
        against=active,
        test_set=test_set,
        created_at=timezone.now(),
        reasons_against=list(verdict.reasons),
        report={
            "test_set": test_set.number,
            "n": len(truth),
            "classes": list(LABELS),
            "margins": dict(judge.MARGINS),
            "candidate": sides[1],
            "active": sides[0],
            "differences": verdict.differences,
            "remarks": list(verdict.remarks),
            "worst": [shown(faces, truth, old, new, row, many) for row in rows],
        },
    )


def guesses(truth: np.ndarray, skill: float, seed: int) -> judge.Answers:
    rng = np.random.default_rng(seed)
    shared = np.random.default_rng(1).normal(0, 1, (len(truth), 8))
    logits = shared + 0.5 * rng.normal(0, 1, (len(truth), 8))
    logits[np.arange(len(truth)), truth] += KNOWN[truth] * skill
    return judge.Answers.of(logits.astype(np.float32), 1.0, 0.9, 0.5)


def shown(
    faces: FaceSet,
    truth: np.ndarray,
    old: judge.Answers,
    new: judge.Answers,
    row: int,
    many: np.ndarray,
) -> dict[str, object]:
    return {
        "picture": checking.picture(faces.faces_gray[many[row]]),
        "truth": LABELS[truth[row]],
        "said": LABELS[new.predicted[row]],
        "confidence": round(float(new.confidence[row]), 3),
        "active_said": LABELS[old.predicted[row]],
    }


def hand_in(person: User, faces: FaceSet) -> None:
    """Faces that somebody gave; a third of them are accepted."""
    giver = User.objects.create_user(f"giver-{person.email}", PASSWORD, name="Gil")
    give_consent(giver, Consent.Kind.TRAINING)
    for row, face in enumerate(faces.faces_gray):
        crop = given.give(
            giver,
            cv2.resize(face, (48, 48)),
            expression=LABELS[faces.expression[row]],
            said=LABELS[(faces.expression[row] + row) % 8] if row % 3 else "",
            model_version="made-up-1",
            source_kind=("clip", "photo", "live")[row % 3],
            source_id=uuid4(),
        )
        if crop is not None and row % 3 == 0:
            review.accept(crop, person)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.browser.training_demo", description=__doc__)
    parser.add_argument("email")
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args(arguments)
    person = administrator(options.email)
    if options.full and not ModelVersion.objects.filter(path__endswith=MADE_UP).exists():
        fill(person)


if __name__ == "__main__":
    main(sys.argv[1:])
