"""Versions: the shipped one, promotion through the gate, the way back, broken files."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as project

from emotionweb.live.services import active_bundle_path
from emotionweb.training import checks, gate, versions
from emotionweb.training.errors import PromotionRefused
from emotionweb.training.models import AuditEntry, Comparison, ModelVersion
from inference.bundle import Bundle, Card, write_card
from inference.data.faces import FaceSet
from inference.files import file_sha256
from inference.runtime import load_runtime
from tests.training.bundles import SHIPPED, make_version, spoiled
from tests.training.conftest import ready
from tests.training.faces import distinct_faces

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ask_anew():
    versions.forget_found()
    yield
    versions.forget_found()


@pytest.fixture
def test_set():
    """Faces that the shipped model gets right: they are called what it calls them."""
    faces = distinct_faces(240)
    said = load_runtime("litert", Bundle.load(SHIPPED)).logits(faces.faces_gray).argmax(axis=1)
    return ready(FaceSet.of(faces.faces_gray, said)).test_sets.get()


class TestShipped:
    def test_it_is_number_one_and_answers(self) -> None:
        version = ModelVersion.objects.get()
        bundle = Bundle.load(Path(project.MODEL_BUNDLE))
        assert (version.number, version.version, version.active) == (1, bundle.version, True)
        assert versions.active() == version
        assert active_bundle_path() == Path(project.MODEL_BUNDLE)
        assert versions.ensure_shipped() == version

    def test_another_shipped_one_gets_a_number_of_its_own_and_answers(
        self, settings, tmp_path
    ) -> None:
        settings.MODEL_BUNDLE = spoiled(tmp_path / "newer")
        second = versions.ensure_shipped()
        assert second is not None
        assert (second.number, second.active) == (2, True)
        first = ModelVersion.objects.get(number=1)
        assert "its files are gone" in versions.problem(first)
        settings.MODEL_BUNDLE = SHIPPED
        back = versions.ensure_shipped()
        assert back == first
        assert ModelVersion.objects.count() == 2
        assert versions.active() == first

    def test_an_upgrade_does_not_replace_a_promoted_version(
        self, settings, tmp_path, admin
    ) -> None:
        mine = make_version()
        versions.promote(mine, admin, "it is mine")
        settings.MODEL_BUNDLE = spoiled(tmp_path / "newer")
        versions.ensure_shipped()
        assert versions.active() == mine
        assert ModelVersion.objects.count() == 3

    def test_without_any_row_the_shipped_one_answers(self) -> None:
        ModelVersion.objects.all().delete()
        assert active_bundle_path() == Path(project.MODEL_BUNDLE)


class TestGate:
    def test_a_spoiled_model_is_refused_with_reasons_and_nothing_changes(
        self, test_set, admin
    ) -> None:
        bad = make_version(spoil=True)
        with pytest.raises(PromotionRefused) as refused:
            versions.promote(bad, admin)
        assert any("Macro F1" in reason for reason in refused.value.reasons)
        assert refused.value.overridable
        assert versions.active().number == 1
        entry = AuditEntry.objects.get(action="version.refused")
        assert (entry.by, entry.details["number"]) == (admin, bad.number)
        worst = bad.comparisons.get().report["worst"]
        assert worst[0]["picture"].startswith("data:image/png;base64,")
        assert worst[0]["said"] != worst[0]["truth"] == worst[0]["active_said"]

    def test_the_same_model_under_another_number_passes(self, test_set, admin) -> None:
        twin = make_version()
        versions.promote(twin, admin)
        assert versions.active() == twin
        comparison = Comparison.objects.get()
        assert comparison.against.number == 1
        assert comparison.reasons_against == []
        report = comparison.report
        assert report["candidate"]["accuracy"] == report["active"]["accuracy"]
        assert report["differences"]["macro_f1"] == {"value": 0.0, "low": 0.0, "high": 0.0}
        assert report["candidate"]["size_bytes"]["tflite"] > 1e6
        assert report["candidate"]["latency_ms"]["median"] > 0
        assert report["n"] == test_set.faces
        assert report["worst"] == []

    def test_an_override_is_possible_and_kept_with_its_reason(self, test_set, admin) -> None:
        bad = make_version(spoil=True)
        versions.promote(bad, admin, "  the test set is wrong  ")
        assert versions.active() == bad
        entry = AuditEntry.objects.get(action="version.promoted")
        assert entry.details["override"] == "the test set is wrong"
        assert entry.details["reasons"]
        assert entry.details["before"] == 1

    def test_without_a_test_set_only_an_override_promotes(self, admin) -> None:
        twin = make_version()
        with pytest.raises(PromotionRefused, match="no frozen test set"):
            versions.promote(twin, admin, "   ")
        versions.promote(twin, admin, "looked at it")
        assert versions.active() == twin

    def test_what_was_said_of_a_test_set_is_kept(self, test_set, monkeypatch) -> None:
        from inference.runtime.litert import LiteRTRuntime

        bad = make_version(spoil=True)
        first = gate.compare_versions(bad)
        calls = []
        run = LiteRTRuntime.logits
        monkeypatch.setattr(
            LiteRTRuntime, "logits", lambda self, x: calls.append(len(x)) or run(self, x)
        )
        second = gate.compare_versions(bad)
        assert set(calls) == {1}  # single faces, for the time
        assert second.report["candidate"]["confusion"] == first.report["candidate"]["confusion"]


class TestWayBack:
    def test_it_goes_back_and_further_back(self, admin) -> None:
        first, second, third = ModelVersion.objects.get(), make_version(), make_version()
        versions.promote(second, admin, "a")
        versions.promote(third, admin, "b")
        assert versions.rollback(admin) == second
        assert versions.rollback(admin) == first
        with pytest.raises(PromotionRefused, match="no earlier version"):
            versions.rollback(admin)
        assert [v.number for v in ModelVersion.objects.filter(active=True)] == [1]
        assert AuditEntry.objects.filter(action="version.rolled_back").count() == 2

    def test_it_leaves_out_a_version_whose_files_are_broken(self, admin) -> None:
        second, third = make_version(), make_version()
        versions.promote(second, admin, "a")
        versions.promote(third, admin, "b")
        shutil.rmtree(versions.folder(second))
        assert versions.rollback(admin).number == 1


class TestBrokenFiles:
    @pytest.mark.parametrize("damage", ["gone", "cut off", "replaced"])
    def test_the_last_good_one_answers_and_it_is_said(self, admin, damage) -> None:
        good, bad = make_version(), make_version()
        versions.promote(good, admin, "a")
        versions.promote(bad, admin, "b")
        network = versions.folder(bad) / "model.tflite"
        if damage == "gone":
            shutil.rmtree(versions.folder(bad))
        elif damage == "cut off":
            network.write_bytes(network.read_bytes()[:1000])
        else:
            content = bytearray(network.read_bytes())
            content[5000] ^= 1
            network.write_bytes(bytes(content))
        versions.forget_found()
        assert active_bundle_path() == versions.folder(good)
        assert versions.active() == bad
        (text,) = versions.warnings()
        assert f"Version {good.number} answers" in text
        (message,) = checks.check_active_version(None)
        assert message.id == "emotionweb.W003"
        assert str(bad.number) in message.msg

    def test_nothing_is_said_while_all_is_well(self, admin) -> None:
        versions.promote(make_version(), admin, "a")
        assert versions.warnings() == []
        assert checks.check_active_version(None) == []

    def test_brought_back_files_answer_again(self, admin, tmp_path) -> None:
        mine = make_version()
        versions.promote(mine, admin, "a")
        shutil.move(versions.folder(mine), tmp_path / "away")
        versions.forget_found()
        assert active_bundle_path() == Path(project.MODEL_BUNDLE)
        shutil.move(tmp_path / "away", versions.folder(mine))
        versions.forget_found()
        assert active_bundle_path() == versions.folder(mine)

    def test_a_broken_version_cannot_be_promoted_whatever_the_reason(self, admin) -> None:
        bad = make_version()
        shutil.rmtree(versions.folder(bad))
        with pytest.raises(PromotionRefused) as refused:
            versions.promote(bad, admin, "I want it")
        assert not refused.value.overridable
        assert versions.active().number == 1

    def test_nor_one_that_is_whole_and_no_network(self, admin) -> None:
        bad = make_version()
        network = versions.folder(bad) / "model.tflite"
        network.write_bytes(b"nonsense" * 1000)
        card = Card.from_json((network.parent / "card.json").read_text())
        hashes = {**card.files, "model.tflite": file_sha256(network)}
        write_card(network.parent, replace(card, files=hashes))
        bad.version = Bundle.load(network.parent).version
        bad.save()
        with pytest.raises(PromotionRefused, match="not a network"):
            versions.promote(bad, admin, "I want it")


def test_the_database_is_not_asked_by_every_socket(django_assert_num_queries) -> None:
    active_bundle_path()
    with django_assert_num_queries(0):
        for _ in range(50):
            active_bundle_path()


def test_a_promotion_is_known_at_once_in_its_process(
    admin, django_capture_on_commit_callbacks
) -> None:
    mine = make_version()
    assert active_bundle_path() == Path(project.MODEL_BUNDLE)
    with django_capture_on_commit_callbacks(execute=True):
        versions.promote(mine, admin, "a")
    assert active_bundle_path() == versions.folder(mine)
