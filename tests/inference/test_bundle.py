"""Bundles: whole, checked, and telling the truth."""

import dataclasses
import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from inference.bundle import CARD_FILE, KERAS_FILE, TFLITE_FILE, Bundle, Card, write_card
from inference.clip_opinion import ClipOpinion, is_asked
from inference.errors import BundleCorruptError, BundleIncompatibleError, UnknownNameError
from inference.files import file_sha256, write_atomically
from inference.labels import LABELS
from inference.runtime import load_runtime
from tests.inference.conftest import SHIPPED
from tests.inference.pictures import portrait


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(SHIPPED, tmp_path / "bundle")


def _edit_card(path, **changes):
    raw = json.loads((path / CARD_FILE).read_text())
    raw.update(changes)
    (path / CARD_FILE).write_text(json.dumps(raw))


def _faces(n):
    return np.stack([portrait(48, 48, face_px=38 + i)[..., 1] for i in range(n)])


def test_the_shipped_bundle_loads_and_names_its_weights(bundle):
    assert bundle.labels == LABELS
    assert bundle.version == f"flagship-{file_sha256(bundle.tflite_path)[:8]}"


def test_a_card_survives_writing_and_reading(bundle, tmp_path):
    write_card(tmp_path, bundle.card)
    assert Card.from_json((tmp_path / CARD_FILE).read_text()) == bundle.card


@pytest.mark.parametrize("name", [TFLITE_FILE, KERAS_FILE])
def test_a_changed_file_is_refused(copy, name):
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(bytes(content))
    with pytest.raises(BundleCorruptError, match="not the file its card describes"):
        Bundle.load(copy)


def test_a_missing_network_is_refused(copy):
    (copy / TFLITE_FILE).unlink()
    with pytest.raises(BundleCorruptError, match="lacks its file"):
        Bundle.load(copy)


def test_litert_does_without_the_keras_file(copy):
    (copy / KERAS_FILE).unlink()
    assert load_runtime("litert", Bundle.load(copy)).logits(_faces(1)).shape == (1, 8)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(BundleCorruptError, match="no readable card"):
        Bundle.load(tmp_path / "nothing")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format_version": 2}'])
def test_a_card_that_is_none_is_refused(text):
    with pytest.raises(BundleCorruptError):
        Card.from_json(text)


def test_another_format_is_refused(copy):
    _edit_card(copy, format_version=99)
    with pytest.raises(BundleIncompatibleError, match="format 99"):
        Bundle.load(copy)


def test_other_labels_are_refused(copy):
    _edit_card(copy, labels=["happy", "sad"])
    with pytest.raises(BundleIncompatibleError, match="happy, sad"):
        Bundle.load(copy)


def test_a_file_that_is_no_network_is_refused_by_the_runtime(copy):
    (copy / TFLITE_FILE).write_bytes(b"not a network" * 100)
    files = {**Bundle.load(SHIPPED).card.files, TFLITE_FILE: file_sha256(copy / TFLITE_FILE)}
    _edit_card(copy, files=files)
    with pytest.raises(BundleCorruptError, match="LiteRT"):
        load_runtime("litert", Bundle.load(copy))


@pytest.mark.parametrize("n", [0, 1, 3, 8, 19])
def test_a_batch_gives_what_single_faces_give(bundle, n):
    runtime = load_runtime("litert", bundle)
    faces = _faces(n) if n else np.zeros((0, 48, 48), np.uint8)
    batch = runtime.logits(faces)
    single = [runtime.logits(faces[i : i + 1])[0] for i in range(n)]
    assert batch.shape == (n, 8)
    assert batch == pytest.approx(np.array(single).reshape(n, 8), abs=1e-3)


def test_an_unknown_runtime_lists_the_known_ones(bundle):
    with pytest.raises(UnknownNameError, match="litert"):
        load_runtime("onnx", bundle)


def test_a_card_cannot_be_changed_by_accident(bundle):
    with pytest.raises(dataclasses.FrozenInstanceError):
        bundle.card.temperature = 2.0


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    target = tmp_path / "card.json"
    target.write_text("old")
    monkeypatch.setattr(
        "pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("disk full"))
    )
    with pytest.raises(OSError, match="disk full"):
        write_atomically(target, b"new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_running_a_bundle_imports_neither_tensorflow_nor_keras_nor_django():
    code = (
        "import sys, numpy as np\n"
        "from pathlib import Path\n"
        "from inference.pipeline import FacePipeline\n"
        f"pipeline = FacePipeline.load(Path({str(SHIPPED)!r}))\n"
        "pipeline.analyse(np.zeros((240, 320, 3), np.uint8))\n"
        "print([m for m in ('tensorflow', 'keras', 'django', 'torch') if m in sys.modules])\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.slow
def test_keras_and_litert_say_the_same(bundle):
    faces = _faces(12)
    litert = load_runtime("litert", bundle).logits(faces)
    keras = load_runtime("keras", bundle).logits(faces)
    assert (litert.argmax(axis=1) == keras.argmax(axis=1)).all()
    assert np.abs(litert - keras).max() < 0.5


def test_the_shipped_card_claims_what_was_promised(bundle):
    claimed = bundle.card.metrics["PublicTest"]
    placed = claimed["placed_100px"]
    assert claimed["rules"]["strict"]["accuracy"] >= 0.875
    assert claimed["own_label"]["fer2013/own/fer2013-head"]["accuracy"] >= 0.69
    assert claimed["ece_confidence"] <= 0.03
    assert max(map(abs, claimed["int8_minus_float"].values())) <= 0.003
    assert claimed["keras_agreement"] >= 0.97
    assert placed["unsure_share"] <= 0.15
    assert placed["accuracy_of_sure"] >= placed["accuracy_of_all_scored"] + 0.015


@pytest.mark.slow
def test_the_shipped_cards_numbers_are_true(bundle, reference_data):
    """Recomputed from the files, where the reference data are on the machine."""
    from inference.data import read
    from inference.evaluation.evaluate import evaluate

    measured = evaluate(bundle, read(reference_data)[0].part("PublicTest"))
    claimed = bundle.card.metrics["PublicTest"]
    for rule, claim in claimed["rules"].items():
        assert measured["rules"][rule]["n"] == claim["n"]
        assert measured["rules"][rule]["accuracy"] == pytest.approx(claim["accuracy"], abs=0.002)
    assert measured["keras_agreement"] == pytest.approx(claimed["keras_agreement"], abs=0.002)
    for name in ("unsure_share", "accuracy_of_sure", "accuracy_of_all_scored"):
        assert measured["placed_100px"][name] == pytest.approx(
            claimed["placed_100px"][name], abs=0.005
        )


def test_the_shipped_clip_model_reads_what_the_shipped_face_model_sees(bundle):
    opinion = ClipOpinion.load(SHIPPED.parent / "clips", bundle)
    frames = _faces(6).reshape(2, 3, 48, 48)
    seen = load_runtime("litert", bundle).embeddings(frames.reshape(6, 48, 48))
    said = opinion.probabilities(seen.reshape(2, 3, -1))
    assert said.shape == (2, 5)
    # The portrait smiles.
    assert (said.argmax(axis=1) == opinion.bundle.labels.index("happiness")).all()
    folds = opinion.bundle.card.metrics["folds_without_shared_persons"]
    assert folds["mean"] >= 0.95
    assert folds["clips"] == sum(fold["clips"] for fold in folds["folds"]) == 200


def test_a_second_opinion_is_asked_only_about_an_expression_that_was_seen(pipeline):
    (face,) = pipeline.analyse(portrait(320, 240)).faces
    assert is_asked(face)
    assert not is_asked(dataclasses.replace(face, label="neutral"))
    assert not is_asked(dataclasses.replace(face, label=None))


def test_training_can_go_on_from_the_shipped_network():
    from inference import models
    from inference.training.start import load_trained, take_over_weights

    network = models.build("flagship", input_size=48, heads={"expression": 8, "fer2013": 7})
    assert take_over_weights(network, load_trained(SHIPPED / KERAS_FILE)) == []


def test_the_shipped_bundles_are_small():
    files = [file for file in SHIPPED.parent.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 10_000_000
    assert (SHIPPED / TFLITE_FILE).stat().st_size < 6_000_000
