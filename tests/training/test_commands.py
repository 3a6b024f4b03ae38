"""The same from the command line, over the same services."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from emotionweb.training import versions
from emotionweb.training.models import AuditEntry, Dataset, ModelVersion, Run, TestSet
from tests.training.bundles import make_version
from tests.training.faces import zip_of

pytestmark = pytest.mark.django_db


def said(*arguments: object) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


@pytest.fixture
def archive(tmp_path, drawn):
    zip_of(drawn, tmp_path / "faces.zip")
    return tmp_path / "faces.zip"


class TestDataset:
    def test_added_shown_listed_and_kept_while_used(self, archive) -> None:
        text = said("dataset", "add", archive, "--name", "Mine")
        assert "Mine (faces.zip, sha256 " in text
        assert "fear 30" in text
        assert "used by test set 1" in text
        pk = Dataset.objects.get().pk
        assert "240 faces  Mine" in said("dataset", "list")
        with pytest.raises(CommandError, match="test set 1"):
            said("dataset", "delete", pk)

    def test_without_a_test_set_then_frozen(self, archive) -> None:
        said("dataset", "add", archive, "--no-test-set")
        assert not TestSet.objects.exists()
        pk = Dataset.objects.get().pk
        assert said("dataset", "freeze", pk) == "test set 1 has 48 faces.\n"

    def test_for_a_worker_then_deleted(self, archive) -> None:
        assert "waits for its check" in said("dataset", "add", archive, "--later")
        pk = Dataset.objects.get().pk
        assert "deleted" in said("dataset", "delete", pk)
        assert not Dataset.objects.exists()
        with pytest.raises(CommandError, match="no data set"):
            said("dataset", "show", pk)

    def test_what_is_wrong_is_a_sentence(self, tmp_path) -> None:
        (tmp_path / "sales.csv").write_text("date,amount\n")
        with pytest.raises(CommandError, match="none of what can be read"):
            said("dataset", "add", tmp_path / "sales.csv")
        with pytest.raises(CommandError, match="no file"):
            said("dataset", "add", tmp_path / "nothing.zip")


class TestTrain:
    def test_started_shown_cancelled_and_tried_again(self, archive) -> None:
        said("dataset", "add", archive)
        data = Dataset.objects.get().pk
        text = said(
            *("train", "start", "--data", data, "--architecture", "residual-cnn"),
            *("--epochs", 3, "--minutes", 5, "--learning-rate", 0.002, "--without-corrections"),
        )
        run = Run.objects.get()
        assert text == f"Run {run.pk} waits for the training worker.\n"
        assert run.recipe == {"epochs": 3, "learning_rate": 0.002}
        assert (run.budget_minutes, run.with_corrections) == (5, False)
        assert "0 of 3 passes" in said("train", "show", run.pk)
        assert "residual-cnn" in said("train", "list")
        said("train", "cancel", run.pk)
        assert "nothing to keep" in said("train", "show", run.pk)
        said("train", "retry", run.pk)
        run.refresh_from_db()
        assert run.state == "waiting"

    def test_what_is_wrong_is_a_sentence(self) -> None:
        with pytest.raises(CommandError, match="no data set 77"):
            said("train", "start", "--data", 77)
        with pytest.raises(CommandError, match="nothing to learn"):
            said("train", "start", "--fine-tune")
        with pytest.raises(CommandError, match="no run 5"):
            said("train", "show", 5)


class TestVersions:
    def test_listed_promoted_and_taken_back(self) -> None:
        mine = make_version()
        assert "*   1  flagship-" in said("versions", "list")
        with pytest.raises(CommandError, match="--override"):
            said("versions", "promote", mine.number)
        text = said("versions", "promote", mine.number, "--override", "looked at it")
        assert text == f"Version {mine} answers now.\n"
        assert versions.active() == mine
        assert "*   2" in said("versions", "list")
        assert "Version 1:" in said("versions", "rollback")
        entries = AuditEntry.objects.filter(action__startswith="version")
        assert [entry.by for entry in entries] == [None] * 3

    def test_shown_and_compared(self, archive) -> None:
        said("dataset", "add", archive)
        mine = make_version()
        text = said("versions", "compare", mine.number)
        assert "active: version 1" in text
        assert "candidate: version 2" in text
        assert "macro F1 +0.000 (+0.000 to +0.000)" in text
        assert "Nothing speaks against it." in text
        ModelVersion.objects.filter(pk=mine.pk).update(
            report={"measured_on": "test_set", **mine.comparisons.get().report["candidate"]}
        )
        assert "measured on test set:" in said("versions", "show", mine.number)

    def test_without_a_test_set_there_is_nothing_to_compare_on(self) -> None:
        with pytest.raises(CommandError, match="no frozen test set"):
            said("versions", "compare", make_version().number)
        with pytest.raises(CommandError, match="no version 9"):
            said("versions", "show", 9)
