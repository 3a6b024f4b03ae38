"""The best network so far, and who stops a training: with a network of one layer."""

import json
from dataclasses import replace

import numpy as np
import pytest

from inference.bundle import Bundle
from inference.data.faces import FaceSet
from inference.training.tune_like import ENOUGH_FACES, tune_like
from tests.drawn_faces import drawn_faces
from tests.inference.conftest import SHIPPED


@pytest.fixture(scope="module")
def keras():
    import keras

    return keras


def fit(keras, callbacks, *, epochs=4, rate=0.5, steps=6):
    """A line through points; returns the model and its validation losses."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(rate), loss="mse")
    rng = np.random.default_rng(0)
    x = rng.normal(size=(8 * steps, 2)).astype(np.float32)
    y = x @ np.array([[2.0], [-1.0]], np.float32)
    seen = model.fit(
        *(x, y),
        batch_size=8,
        epochs=epochs,
        validation_data=(x[:8], y[:8]),
        callbacks=callbacks,
        verbose=0,
    )
    return model, seen.history["val_loss"], (x[:8], y[:8])


@pytest.mark.slow
class TestCallbacks:
    def test_it_ends_with_the_weights_of_least_validation_loss(self, keras, tmp_path) -> None:
        from inference.training.best import BestSoFar, best_of

        model, losses, (x, y) = fit(keras, [BestSoFar(tmp_path)], rate=1.6)
        assert losses[-1] > min(losses), "it has to overshoot to mean anything"
        assert best_of(tmp_path) == (int(np.argmin(losses)), pytest.approx(min(losses)))
        assert model.evaluate(x, y, verbose=0) == pytest.approx(min(losses), rel=1e-4)

    def test_a_resumed_training_keeps_an_earlier_best(self, keras, tmp_path) -> None:
        from inference.training.best import BestSoFar, best_of

        fit(keras, [BestSoFar(tmp_path)], rate=0.1)
        before = best_of(tmp_path)
        fit(keras, [BestSoFar(tmp_path)], rate=1.9, epochs=1)
        assert best_of(tmp_path) == before

    def test_it_is_stopped_between_two_steps(self, keras, tmp_path) -> None:
        from inference.training.best import Watch

        passes, asked = [], []

        def should_stop(whole: int, share: float) -> bool:
            asked.append((whole, round(share, 2)))
            return (whole, share) == (1, 0.5)

        fit(keras, [Watch(passes.append, should_stop)])
        assert passes == [1]
        assert asked[-1] == (1, 0.5)
        assert asked[5] == (1, 0.0)

    def test_a_loss_that_is_not_a_number_ends_it(self, keras) -> None:
        from inference.training.best import DivergedError, Watch

        with pytest.raises(DivergedError):
            fit(keras, [Watch(lambda n: None, lambda n, s: False)], rate=1e30, epochs=9)


def test_nothing_kept_is_said(tmp_path) -> None:
    from inference.training import best

    assert best.best_of(tmp_path) is None
    (tmp_path / best.STATE_FILE).write_text("{}")
    assert best.best_of(tmp_path) is None


class TestTuneLike:
    def test_what_the_pictures_decide_is_taken_over(self) -> None:
        bundle = Bundle.load(SHIPPED)
        reference = replace(bundle.card, unsure_below=0.31, mixed_above=0.27, temperature=1.5)
        card = tune_like(reference, keep_temperatures=True)(bundle, drawn_faces(8))
        assert (card.unsure_below, card.mixed_above, card.temperature) == (0.31, 0.27, 1.5)
        assert card.quality == reference.quality
        assert card.files == bundle.card.files

    @pytest.mark.parametrize("n", [ENOUGH_FACES - 4, ENOUGH_FACES + 4])
    def test_temperatures_are_fitted_where_there_are_faces_enough(self, n: int) -> None:
        bundle = Bundle.load(SHIPPED)
        faces = drawn_faces(n)
        held_back = FaceSet.of(faces.faces_gray, faces.expression)
        card = tune_like(bundle.card, keep_temperatures=False)(bundle, held_back)
        fitted = card.temperature != bundle.card.temperature
        assert fitted is (n >= ENOUGH_FACES)
        assert json.loads(card.to_json())["unsure_below"] == bundle.card.unsure_below
