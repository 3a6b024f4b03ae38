"""Small real trainings on drawn faces: they learn, resume, stop, start from others, export."""

import json
from dataclasses import replace

import numpy as np
import pytest

from inference.bundle import Bundle, write_card
from inference.cli import main
from inference.data.faces import FaceSet
from inference.errors import DataError, UnknownNameError
from inference.models.augmentation import AugmentConfig
from inference.runtime import load_runtime
from inference.training.examples import clip_rows, examples, label_targets
from tests.drawn_faces import drawn_clips, drawn_faces
from tests.inference.conftest import SHIPPED

pytestmark = pytest.mark.slow

GENTLE = AugmentConfig(rotation_deg=5, scale=0.05, shift=0.03, erase_chance=0.0)
SIDE = 24
SMALL = {
    "input_size": SIDE,
    "epochs": 2,
    "batch_size": 16,
    "mixed_precision": False,
    "warmup_epochs": 0.2,
}


def config(**changes):
    from inference.training.train import TrainConfig

    return TrainConfig.of("residual-cnn", **{**SMALL, **changes})


def some_faces(n, seed=0):
    return drawn_faces(n, side=SIDE, seed=seed)


def weights_equal(a, b, tolerance=0.0):
    pairs = zip(a.get_weights(), b.get_weights(), strict=True)
    return all(np.abs(x - y).max() <= tolerance for x, y in pairs)


def accuracy(model, faces):
    logits = model.predict(faces.faces_gray[..., None].astype(np.float32), verbose=0)
    return np.mean(logits["expression"].argmax(axis=1) == faces.expression)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A network that has learnt the drawn faces, with its folder."""
    from inference.training.train import train

    run = tmp_path_factory.mktemp("runs") / "drawn"
    learning = config(epochs=6, batch_size=32, learning_rate=3e-3, augment=GENTLE)
    return train(some_faces(960), learning, run, validation=some_faces(80, seed=1)), run


def test_it_learns_faces_it_has_not_seen(trained):
    model, run = trained
    assert accuracy(model, some_faces(160, seed=2)) > 0.9
    rows = json.loads((run / "curves.json").read_text())
    assert [row["epoch"] for row in rows] == list(range(6))
    assert rows[-1]["val_expression_accuracy"] > rows[0]["val_expression_accuracy"]
    assert (run / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_the_files_made_of_it_say_what_it_says(trained, tmp_path):
    from inference.training.export import inference_network, write_networks

    model, _ = trained
    files = write_networks(inference_network(model, "residual-cnn", SIDE), tmp_path)
    write_card(tmp_path, replace(Bundle.load(SHIPPED).card, files=files, input_size=SIDE))
    bundle = Bundle.load(tmp_path)
    unseen = some_faces(160, seed=3)
    said = model.predict(unseen.faces_gray[..., None].astype(np.float32), verbose=0)
    keras_file = load_runtime("keras", bundle).heads(unseen.faces_gray)
    litert = load_runtime("litert", bundle).heads(unseen.faces_gray)
    assert set(litert) == {"expression", "fer2013"}
    for head, logits in litert.items():
        # Rounding the kernels to half precision costs next to nothing, int8 a little more.
        assert np.abs(keras_file[head] - said[head]).max() < 0.05
        assert np.mean(logits.argmax(axis=1) == keras_file[head].argmax(axis=1)) >= 0.97
    smaller = bundle.keras_path.stat().st_size
    assert smaller < 0.6 * 4 * model.count_params()


def test_a_resumed_run_equals_an_uninterrupted_one(tmp_path, monkeypatch):
    import keras

    from inference.training import callbacks
    from inference.training.train import train

    faces, held_back = some_faces(64), some_faces(16, seed=1)
    run = config(epochs=3, deterministic=True, mix_chance=0.3)
    whole = train(faces, run, tmp_path / "whole", validation=held_back)

    class KilledError(Exception):
        pass

    original = callbacks.EpochStart.on_epoch_begin

    def die_in_the_third_epoch(self, epoch, logs=None):
        if epoch == 2:
            raise KilledError
        original(self, epoch, logs)

    with monkeypatch.context() as patch:
        patch.setattr(callbacks.EpochStart, "on_epoch_begin", die_in_the_third_epoch)
        with pytest.raises(KilledError):
            train(faces, run, tmp_path / "cut", validation=held_back)
    resumed = train(faces, run, tmp_path / "cut", validation=held_back, resume=True)
    assert weights_equal(whole, resumed, 1e-5)
    saved = keras.saving.load_model(tmp_path / "cut" / "trained.keras", compile=False)
    assert weights_equal(resumed, saved)
    rows = [json.loads((tmp_path / f / "curves.json").read_text()) for f in ("whole", "cut")]
    assert [row["epoch"] for row in rows[1]] == [0, 1, 2]
    assert rows[0][2]["val_loss"] == pytest.approx(rows[1][2]["val_loss"], abs=1e-4)


def test_a_deeper_network_starts_as_what_it_grew_from(trained):
    from inference import models
    from inference.training.start import load_trained, take_over_weights

    _, run = trained
    source = load_trained(run / "trained.keras")
    grown = models.build("flagship", input_size=SIDE, heads={"expression": 8, "fer2013": 7})
    anew = take_over_weights(grown, source)
    assert {name.split("_")[0] + name.split("_")[1] for name in anew} == {
        "stage1block1",
        "stage2block2",
    }
    pictures = some_faces(16, seed=4).faces_gray[..., None].astype(np.float32)
    before, after = source.predict(pictures, verbose=0), grown.predict(pictures, verbose=0)
    assert after["expression"] == pytest.approx(before["expression"], abs=1e-4)


def test_a_teachers_word_is_mixed_into_the_targets(trained):
    from inference.training.start import load_trained, teach

    _, run = trained
    shown = examples(some_faces(32, seed=5), config().recipe)
    said = teach(load_trained(run / "trained.keras"), shown)
    assert said["expression"].sum(axis=1) == pytest.approx(np.ones(32), abs=1e-5)
    half = shown.taught(said, 0.5).targets["expression"]
    assert half == pytest.approx((shown.targets["expression"] + said["expression"]) / 2, abs=1e-6)


def test_fine_tuning_goes_on_from_what_was_learnt(trained, tmp_path):
    from inference.training.train import train

    _, run = trained
    few = some_faces(64, seed=6)
    start = str(run / "trained.keras")
    tuned = train(few, config(epochs=1, start_from=start, learning_rate=1e-4), tmp_path / "tuned")
    fresh = train(few, config(epochs=1, learning_rate=1e-4), tmp_path / "fresh")
    unseen = some_faces(80, seed=7)
    assert accuracy(tuned, unseen) > 0.9 > accuracy(fresh, unseen)


def test_a_plateau_lowers_the_rate_and_then_stops_with_the_best_weights(tmp_path):
    from inference.training.train import train

    faces = some_faces(64)
    noise = FaceSet.of(
        np.random.default_rng(0).integers(0, 255, (32, SIDE, SIDE), np.uint8), np.arange(32) % 8
    )
    run = config(
        epochs=12,
        schedule="constant",
        learning_rate=1e-6,
        ema_momentum=0.0,
        plateau_patience=1,
        stop_patience=3,
    )
    train(faces, run, tmp_path / "run", validation=noise)
    state = json.loads((tmp_path / "run" / "validation.json").read_text())
    rows = json.loads((tmp_path / "run" / "curves.json").read_text())
    # Nothing can be learnt about noise: it stops three epochs after the luckiest one.
    assert len(rows) == state["best_epoch"] + 1 + 3 < 12
    assert state["reduced_at"] > state["best_epoch"]
    assert (tmp_path / "run" / "best.weights.h5").exists()


def test_a_recipe_that_watches_wants_something_to_watch(tmp_path):
    from inference.training.train import train

    with pytest.raises(DataError, match="held back"):
        train(some_faces(32), config(stop_patience=1), tmp_path / "run")


@pytest.mark.parametrize(("name", "value"), [("optimizer", "magic"), ("schedule", "stairs")])
def test_unknown_words_in_a_recipe_are_named(tmp_path, name, value):
    from inference.training.train import train

    with pytest.raises(UnknownNameError, match=value):
        train(some_faces(32), config(**{name: value}), tmp_path / "run")


def test_a_rare_class_weighs_more():
    faces = some_faces(160)
    rare = np.flatnonzero(faces.expression == 5)[2:]
    faces = faces.take(np.setdiff1d(np.arange(160), rare))
    plain = examples(faces, config().recipe).weights["expression"]
    shown = examples(faces, config(class_balance=1.0).recipe).weights["expression"]
    is_rare = faces.expression == 5
    assert plain.min() == pytest.approx(plain.max())
    assert shown[is_rare].mean() == pytest.approx(10 * shown[~is_rare].mean(), rel=0.01)
    assert shown.sum() == pytest.approx(plain.sum(), rel=1e-5)


def test_an_older_label_set_merges_and_leaves_out():
    faces = some_faces(80)
    rows, weight = label_targets(faces, "six")
    disgust, contempt = faces.expression == 5, faces.expression == 7
    assert (rows[disgust].argmax(axis=1) == 0).all()  # with anger
    assert (weight[contempt] == 0).all()
    assert rows.shape == (80, 6)
    assert len(examples(faces, config(label_set="five").recipe)) == 50


def test_a_class_without_pictures_is_named():
    faces = some_faces(80)
    with pytest.raises(DataError, match="There is no picture of: fear"):
        examples(faces.take(np.flatnonzero(faces.expression != 6)), config().recipe)


def test_faces_of_another_size_are_refused():
    with pytest.raises(DataError, match="wants 24"):
        examples(drawn_faces(16, side=64), config().recipe)


def test_the_frames_of_a_clip_stay_together_and_in_order():
    clips = drawn_clips(4, frames=4, side=SIDE)
    rows = clip_rows(clips, 3)
    assert rows.shape == (4, 3)
    assert (np.diff(rows, axis=1) == 1).all()
    assert all(len(set(clips.clip[row])) == 1 for row in rows)
    shown = examples(clips, config().recipe, frames=3, every_class=False)
    assert shown.pictures.shape == (4, SIDE, SIDE, 3)
    assert shown.inputs(slice(None)).shape == (4, 3, SIDE, SIDE, 1)
    assert (shown.inputs(slice(None))[0, 2, :, :, 0] == clips.faces_gray[rows[0, 2]]).all()
    with pytest.raises(DataError, match="no clip of 9 frames"):
        clip_rows(clips, 9)


def test_the_command_says_what_is_wrong_in_one_sentence(tmp_path, capsys):
    arguments = ["--data", str(tmp_path / "none.parquet"), "--out", str(tmp_path / "run")]
    assert main(["train", "residual-cnn", *arguments]) == 2
    assert "none.parquet" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()
