"""Frozen test sets: a fifth, extended by a new number, never learnt from."""

import numpy as np
import pytest
from django.utils import timezone

from emotionweb.training import datasets, files, test_sets
from emotionweb.training.errors import TestSetRefused
from emotionweb.training.models import AuditEntry, Dataset, Run, TestSet
from inference.data.test_part import alike
from inference.errors import DataError
from tests.training.conftest import ready
from tests.training.faces import distinct_clips, distinct_faces

pytestmark = pytest.mark.django_db


def test_it_holds_a_fifth_by_class_and_is_noted(admin, drawn) -> None:
    dataset = ready(drawn, freeze=False)
    test_set = test_sets.freeze([dataset], admin)
    faces = test_sets.faces_of(test_set)
    assert (test_set.number, test_set.faces, len(faces)) == (1, 48, 48)
    assert np.bincount(faces.expression).tolist() == [6] * 8
    assert faces.source[0].startswith(f"data set {dataset.pk}: ")
    assert AuditEntry.objects.filter(action="test_set.frozen", by=admin).count() == 1


def test_persons_are_not_separated() -> None:
    dataset = ready(distinct_clips(112), freeze=False)
    # Frames named as CK+ names them would bring persons; here they come by the file itself.
    clips = distinct_clips(112)
    from inference.data.stored import save_faces
    from inference.data.test_part import test_units

    folder = files.absolute(dataset.path)
    save_faces(folder / files.FACES, clips)
    np.save(folder / files.UNITS, test_units(clips, np.full(len(clips), -1)))
    test_set = test_sets.freeze([dataset], None)
    inside = set(test_sets.faces_of(test_set).group)
    rest = {f"data set {dataset.pk}/{name}" for name in clips.group} - inside
    assert inside
    assert rest
    kept, dropped = test_sets.without_test_faces(clips)
    assert dropped == test_set.faces
    assert {f"data set {dataset.pk}/{name}" for name in kept.group} == rest


def test_more_data_make_a_new_number_that_holds_the_old_faces(drawn) -> None:
    first = ready(drawn).test_sets.get()
    more = ready(distinct_faces(240, seed=9))
    second = test_sets.freeze([more], None)
    assert (second.number, second.faces) == (2, 96)
    old, new = test_sets.faces_of(first), test_sets.faces_of(second)
    assert (new.faces_gray[:48] == old.faces_gray).all()
    assert set(second.datasets.all()) == set(Dataset.objects.all())
    assert test_sets.newest() == second


def test_what_is_in_any_of_them_is_never_learnt(drawn) -> None:
    first = ready(drawn).test_sets.get()
    more = ready(distinct_faces(240, seed=9))
    test_sets.freeze([more], None)
    for dataset in Dataset.objects.all():
        faces = datasets.faces_of(dataset)
        kept, dropped = test_sets.without_test_faces(faces)
        assert (len(kept), dropped) == (192, 48)
        for test_set in TestSet.objects.all():
            assert not alike(kept, test_sets.faces_of(test_set)).any()
    assert first.number == 1


def test_without_a_test_set_everything_is_learnt(drawn) -> None:
    kept, dropped = test_sets.without_test_faces(drawn)
    assert (len(kept), dropped) == (len(drawn), 0)


class TestRefused:
    def test_the_same_data_again(self, drawn) -> None:
        dataset = ready(drawn)
        with pytest.raises(TestSetRefused, match="already"):
            test_sets.freeze([dataset], None)

    def test_data_that_a_run_has_learnt_from(self, drawn) -> None:
        dataset = ready(drawn, freeze=False)
        run = Run.objects.create(
            created_at=timezone.now(), architecture="flagship", path="x", state="done"
        )
        run.datasets.add(dataset)
        with pytest.raises(TestSetRefused, match=f"run {run.pk} has learnt from Drawn"):
            test_sets.freeze([dataset], None)
        assert not TestSet.objects.exists()

    def test_data_that_did_not_pass_their_check(self, drawn) -> None:
        dataset = ready(drawn, freeze=False)
        Dataset.objects.update(state="failed")
        dataset.refresh_from_db()
        with pytest.raises(TestSetRefused, match="not passed"):
            test_sets.freeze([dataset], None)

    def test_too_few_faces(self, media) -> None:
        dataset = ready(distinct_faces(40), freeze=False)
        with pytest.raises(TestSetRefused, match="8 faces"):
            test_sets.freeze([dataset], None)
        assert not (media / files.TEST_SETS).exists()


def test_a_changed_file_is_not_the_one_that_was_frozen(drawn) -> None:
    from inference.data.stored import save_faces

    test_set = ready(drawn).test_sets.get()
    save_faces(files.absolute(test_set.path) / files.FACES, drawn)
    with pytest.raises(DataError, match="not those that were frozen"):
        test_sets.faces_of(test_set)
