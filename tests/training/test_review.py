"""The review queue: accept, relabel, reject, undo; and whether a run is worth it."""

import pytest

from emotionweb.training import review, runs
from emotionweb.training.errors import ReviewRefused
from emotionweb.training.models import AuditEntry, GivenCrop, ModelVersion, Run
from emotionweb.training.runs import RunOptions
from tests.training.bundles import make_version
from tests.training.test_runs import give

pytestmark = pytest.mark.django_db


@pytest.fixture
def crops(alice) -> list[GivenCrop]:
    return give(alice, 3, "waiting")


def test_the_oldest_comes_first_and_goes_when_decided(admin, crops) -> None:
    assert list(review.queue()) == crops
    review.accept(crops[0], admin)
    review.reject(crops[1], admin)
    assert list(review.queue()) == [crops[2]]
    assert [crop.pk for crop in review.accepted()] == [crops[0].pk]


def test_relabelling_keeps_what_the_person_said(admin, crops) -> None:
    crop = review.relabel(crops[0], "anger", admin)
    assert (crop.state, crop.expression, crop.label) == ("accepted", "fear", "anger")
    assert (crop.reviewed_by, crop.reviewed_at is not None) == (admin, True)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.details) == ("crop.relabelled", {"was": "fear", "now": "anger"})
    assert review.relabel(crops[0], "fear", admin).relabelled == ""


def test_undo_puts_it_back_as_it_came(admin, crops) -> None:
    review.relabel(crops[0], "anger", admin)
    crop = review.undo(crops[0], admin)
    assert (crop.state, crop.label, crop.reviewed_by, crop.reviewed_at) == (
        "waiting",
        "fear",
        None,
        None,
    )
    assert list(review.queue()) == crops


def test_one_that_was_taken_back_meanwhile_is_said(admin, crops) -> None:
    GivenCrop.objects.all().delete()
    with pytest.raises(ReviewRefused, match="took it back"):
        review.accept(crops[0], admin)
    with pytest.raises(ReviewRefused, match="no expression"):
        review.relabel(crops[0], "boredom", admin)
    assert not AuditEntry.objects.exists()


def test_new_ones_are_those_that_no_version_has_learnt(admin, alice, monkeypatch) -> None:
    monkeypatch.setattr(review, "WORTH_A_RUN", 25)
    crops = give(alice, 24)
    assert review.new_since_last_run() == 24
    worth, why = review.worth_a_run()
    assert (worth, why) == (False, "24 new faces; below about 25 a fine-tune can hardly show.")
    give(alice, 1)
    assert review.worth_a_run()[0]
    run = runs.create(RunOptions(fine_tune=True), admin)
    Run.objects.update(crops_used=[str(crop.pk) for crop in crops])
    assert review.new_since_last_run() == 25  # that run has given nothing yet
    version = make_version()
    ModelVersion.objects.filter(pk=version.pk).update(run=run)
    assert review.new_since_last_run() == 1
