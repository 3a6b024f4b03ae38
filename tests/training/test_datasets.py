"""Data sets: taken in, checked, refused with a reason, never changed once used."""

import errno
import io
import threading
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from emotionweb.training import checking, datasets, files, jobs
from emotionweb.training.errors import DatasetRefused
from emotionweb.training.models import AuditEntry, Dataset, Run, TestSet
from inference.labels import LABELS
from tests.training.conftest import ready, uploaded
from tests.training.faces import distinct_faces, zip_of

pytestmark = pytest.mark.django_db


def csv_of(faces, *, usage="Training") -> bytes:
    fer = {"anger": 0, "disgust": 1, "fear": 2, "happiness": 3, "sadness": 4, "surprise": 5}
    lines = ["emotion,pixels,Usage"]
    for face, label in zip(faces.faces_gray, faces.expression, strict=True):
        number = fer.get(LABELS[label], 6)
        lines.append(f"{number},{' '.join(map(str, face.ravel()))},{usage}")
    return "\n".join(lines).encode()


def votes_of(n: int) -> bytes:
    head = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,"
    return "\n".join([f"{head}unknown,NF", *["Training,x.png,10,0,0,0,0,0,0,0,0,0"] * n]).encode()


def check(*uploads, name="") -> Dataset:
    dataset = datasets.create(list(uploads), name, None)
    checking.work()
    dataset.refresh_from_db()
    return dataset


class TestTakingIn:
    def test_it_is_stored_hashed_noted_and_waits(self, admin, drawn) -> None:
        dataset = datasets.create([uploaded(drawn)], "My faces", admin)
        assert (dataset.state, dataset.name, dataset.file_name) == (
            "waiting",
            "My faces",
            "faces.zip",
        )
        stored = files.absolute(dataset.path) / files.SOURCE
        assert stored.read_bytes() == zip_of(drawn)
        assert len(dataset.sha256) == 64
        assert (stored.parent.stat().st_mode & 0o777) == 0o700
        entry = AuditEntry.objects.get()
        assert (entry.by, entry.action, entry.object_id) == (
            admin,
            "dataset.uploaded",
            str(dataset.pk),
        )

    def test_a_name_with_a_path_stays_in_its_folder(self, media, drawn) -> None:
        upload = uploaded(drawn)
        upload._name = "../../../evil.zip"
        dataset = datasets.create([upload], "", None)
        assert dataset.file_name == dataset.name == "evil.zip"
        assert {p.name for p in media.rglob("*") if p.is_file()} == {"source"}

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_votes_are_known_by_their_columns(self, order) -> None:
        faces = distinct_faces(8)
        pair = [
            SimpleUploadedFile("fer2013.csv", csv_of(faces)),
            SimpleUploadedFile("fer2013new.csv", votes_of(8)),
        ]
        dataset = check(*(pair[i] for i in order))
        assert (dataset.file_name, dataset.votes_name) == ("fer2013.csv", "fer2013new.csv")
        assert dataset.state == "ready", dataset.problem
        assert dataset.report["voted"] == 8
        assert datasets.faces_of(dataset).votes[:, 0].tolist() == [10] * 8

    def test_two_files_of_which_none_has_votes_are_refused(self, media, drawn) -> None:
        with pytest.raises(DatasetRefused, match="votes"):
            datasets.create([uploaded(drawn), uploaded(drawn)], "", None)
        assert not list((media / files.DATASETS).iterdir())
        assert not Dataset.objects.exists()

    def test_nothing_too_much_and_no_room_are_refused(self, settings, drawn, monkeypatch) -> None:
        with pytest.raises(DatasetRefused, match="empty"):
            datasets.create([SimpleUploadedFile("a.zip", b"")], "", None)
        settings.TRAINING_DATASET_MAX_BYTES = 1000
        with pytest.raises(DatasetRefused, match="at most"):
            datasets.create([uploaded(drawn)], "", None)
        settings.TRAINING_DATASET_MAX_BYTES = 10**9
        monkeypatch.setattr(files, "free_bytes", lambda: 5000)
        with pytest.raises(DatasetRefused, match="no room"):
            datasets.create([uploaded(drawn)], "", None)

    def test_a_disk_that_fills_up_leaves_nothing(self, media, drawn, monkeypatch) -> None:
        def full(upload):
            yield b"some"
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(datasets, "_pieces", full)
        with pytest.raises(DatasetRefused, match="No space left"):
            datasets.create([uploaded(drawn)], "", None)
        assert not list((media / files.DATASETS).iterdir())


class TestCheck:
    def test_it_counts_compares_samples_and_freezes_the_first(self, admin, drawn) -> None:
        dataset = ready(drawn, admin)
        assert dataset.faces == 240
        assert dataset.progress == 1.0
        assert dataset.report["counts"] == {"": dict.fromkeys(LABELS, 30)}
        assert dataset.report["duplicates"]["pairs"] == 0
        samples = datasets.samples(dataset)
        assert list(samples) == list(LABELS)
        assert all(len(shown) == checking.SAMPLES_OF_EACH for shown in samples.values())
        assert samples["fear"][0].startswith("data:image/png;base64,iVBOR")
        test_set = TestSet.objects.get()
        assert (test_set.faces, test_set.created_by) == (48, admin)
        assert test_set.counts == dict.fromkeys(LABELS, 6)

    def test_what_is_left_out_is_named(self, drawn) -> None:
        buffer = io.BytesIO(zip_of(drawn))
        with zipfile.ZipFile(buffer, "a") as archive:
            archive.writestr("happiness/broken.png", b"no picture")
            archive.writestr("boredom/1.png", b"x")
        dataset = check(SimpleUploadedFile("faces.zip", buffer.getvalue()))
        assert dataset.faces == 240
        left_out = {s["source"]: s["reason"] for s in dataset.report["skipped"]}
        assert left_out == {
            "happiness/broken.png": "unreadable",
            "boredom/1.png": "unknown_class",
        }

    def test_a_second_one_is_compared_with_the_test_set(self, drawn) -> None:
        ready(drawn)
        again = ready(drawn)
        assert again.report["test_set"] == {"number": 1, "alike": 48}
        assert TestSet.objects.count() == 1

    def test_the_form_can_say_no_to_a_test_set(self, drawn) -> None:
        ready(drawn, freeze=False)
        assert not TestSet.objects.exists()

    def test_too_few_faces_for_a_test_set_are_said_and_still_ready(self) -> None:
        dataset = ready(distinct_faces(40))
        assert "8 faces" in dataset.report["freeze_refused"]

    def test_a_zip_bomb_ends_as_a_sentence(self) -> None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(80):
                archive.writestr(f"happiness/{number}.png", bytes(2**20))
        dataset = check(SimpleUploadedFile("bomb.zip", buffer.getvalue()))
        assert dataset.state == "failed"
        assert "bomb.zip" in dataset.said_problem
        assert "zip bomb" in dataset.said_problem

    def test_a_csv_of_the_wrong_kind_ends_as_a_sentence(self) -> None:
        dataset = check(SimpleUploadedFile("sales.csv", b"date,amount\n2026-01-01,3\n"))
        assert dataset.state == "failed"
        assert dataset.said_problem.startswith("sales.csv is none of what can be read")

    def test_votes_alone_say_what_is_missing(self) -> None:
        dataset = check(SimpleUploadedFile("fer2013new.csv", votes_of(3)))
        assert "no pictures" in dataset.said_problem

    def test_a_full_disk_is_said_and_can_be_tried_again(self, drawn, monkeypatch) -> None:
        from inference.data import stored

        def full(path, content):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(stored, "write_atomically", full)
        dataset = check(uploaded(drawn))
        assert dataset.state == "failed"
        assert "disk is full" in dataset.said_problem
        monkeypatch.undo()
        datasets.check_again(dataset, None)
        checking.work()
        dataset.refresh_from_db()
        assert (dataset.state, dataset.problem) == ("ready", "")

    def test_the_unforeseen_is_said_too(self, drawn, monkeypatch) -> None:
        def broken(*_):
            raise RuntimeError("secret path")

        monkeypatch.setattr(checking, "_samples", broken)
        dataset = check(uploaded(drawn))
        assert "RuntimeError" in dataset.said_problem
        assert "secret" not in dataset.said_problem


class TestDyingWorkers:
    def test_a_dead_ones_check_is_begun_again_and_given_up_at_last(self, drawn) -> None:
        dataset = datasets.create([uploaded(drawn)], "", None)
        now = timezone.now()
        for attempt in range(1, jobs.MAX_ATTEMPTS + 1):
            held = checking.claim(f"worker {attempt}", now)
            assert held is not None
            assert held.attempts == attempt
            assert checking.claim("another", now) is None
            assert checking.sweep(now + timedelta(seconds=10)) == 0
            assert checking.sweep(now + timedelta(minutes=2)) == 1
        dataset.refresh_from_db()
        assert dataset.state == "failed"
        assert "three times" in dataset.said_problem

    def test_a_worker_that_is_told_to_stop_gives_it_back_uncounted(
        self, drawn, monkeypatch
    ) -> None:
        dataset = datasets.create([uploaded(drawn)], "", None)
        stopping = threading.Event()
        monkeypatch.setattr(jobs, "stopping", stopping)
        held = checking.claim("worker", timezone.now())
        stopping.set()
        checking.run(held)
        assert checking.work() == 0
        dataset.refresh_from_db()
        assert (dataset.state, dataset.attempts, dataset.holder) == ("waiting", 0, "")

    def test_who_lost_it_writes_nothing(self, drawn) -> None:
        dataset = datasets.create([uploaded(drawn)], "", None)
        slow = checking.claim("slow", timezone.now())
        Dataset.objects.filter(pk=dataset.pk).update(holder="other")
        assert slow is not None
        checking.run(slow)
        dataset.refresh_from_db()
        assert (dataset.state, dataset.holder, dataset.faces) == ("checking", "other", 0)


class TestDeletion:
    def test_an_unused_one_goes_with_its_files(
        self, admin, drawn, media, django_capture_on_commit_callbacks
    ) -> None:
        dataset = ready(drawn, freeze=False)
        with django_capture_on_commit_callbacks(execute=True):
            datasets.delete(dataset, admin)
        assert not Dataset.objects.exists()
        assert not list((media / files.DATASETS).iterdir())
        assert AuditEntry.objects.filter(action="dataset.deleted", by=admin).count() == 1

    def test_one_with_a_test_set_or_a_run_stays(self, admin, drawn) -> None:
        dataset = ready(drawn)
        with pytest.raises(DatasetRefused, match="test set 1"):
            datasets.delete(dataset, admin)
        TestSet.objects.all().delete()
        run = Run.objects.create(created_at=timezone.now(), architecture="flagship", path="x")
        run.datasets.add(dataset)
        with pytest.raises(DatasetRefused, match=f"run {run.pk}"):
            datasets.delete(dataset, admin)
        assert datasets.faces_of(dataset).faces_gray.shape == (240, 48, 48)

    def test_a_used_one_is_not_checked_again(self, drawn) -> None:
        dataset = ready(drawn)
        with pytest.raises(DatasetRefused, match="used by"):
            datasets.check_again(dataset, None)
