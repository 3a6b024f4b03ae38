"""What a network sees in a face, held to what it says."""

import shutil

import cv2
import numpy as np
import pytest

from inference.bundle import KERAS_FILE, Bundle
from inference.errors import BundleCorruptError, UnknownNameError
from inference.labels import LABELS
from tests.inference.conftest import SHIPPED
from tests.inference.pictures import astronaut, portrait

pytestmark = pytest.mark.slow  # Keras is imported


@pytest.fixture(scope="module")
def explainer():
    from inference.evaluation.explain import Explainer

    return Explainer(Bundle.load(SHIPPED))


@pytest.fixture(scope="module")
def smile():
    from inference.evaluation.explain_pictures import largest_face

    return largest_face(Bundle.load(SHIPPED), astronaut())


@pytest.mark.parametrize("label", [None, "surprise", "contempt"])
def test_the_exact_map_adds_up_to_what_the_network_says(explainer, smile, label):
    found = explainer.activation_map(smile, label)
    assert found.way == "CAM"
    at = LABELS.index(found.label)
    bias = float(np.asarray(explainer._dense().bias)[at])
    logit = float(explainer._logits(smile[None])[0, at])
    assert found.contribution.mean() + bias == pytest.approx(logit, abs=1e-3)


def test_where_the_map_is_exact_the_gradient_says_the_same(explainer, smile):
    found = explainer.activation_map(smile)
    layer = explainer._layer(found.layer)
    by_gradient = explainer._by_gradient(smile, layer, LABELS.index(found.label))
    assert np.corrcoef(by_gradient.ravel(), found.contribution.ravel())[0, 1] > 0.999


def test_the_astronaut_looks_happy(explainer, smile):
    found = explainer.activation_map(smile)
    assert found.label == "happiness"
    assert found.probabilities.sum() == pytest.approx(1, abs=1e-5)
    shares = found.over_crop(48)
    assert shares.shape == (48, 48)
    assert (shares.min(), shares.max()) == (0, 1)
    # Most of what speaks for it lies on the face, not around it.
    assert shares[8:44, 8:40].sum() / shares.sum() > 0.75 > 36 * 32 / 48**2


@pytest.mark.parametrize("picture", [astronaut(), portrait(), portrait(face_px=120)])
def test_covering_the_mouth_costs_happiness_most(explainer, picture):
    from inference.evaluation.explain_pictures import largest_face

    cost = explainer.occlusion_map(largest_face(Bundle.load(SHIPPED), picture), "happiness")
    row, _ = np.unravel_index(cost.argmax(), cost.shape)
    # How much of the rest matters differs from network to network; where it matters most does not.
    assert row >= 24


def test_features_have_the_shape_of_their_layer(explainer, smile):
    assert explainer.features(smile, "stem").shape == (48, 48, 32)
    pooled = explainer.features(smile, "embedding")
    assert pooled.shape[:2] == (1, 1)
    # The pooled features are the means of the last maps.
    maps = explainer.features(smile, "final_relu")
    assert pooled[0, 0] == pytest.approx(maps.mean(axis=(0, 1)), abs=1e-4)


def test_a_grid_has_a_tile_for_each_channel(explainer, smile):
    from inference.evaluation.explain_pictures import feature_grid

    grid = feature_grid(explainer.features(smile, "stem"))
    assert grid.shape == (6 * 50 + 2, 6 * 50 + 2)
    assert feature_grid(explainer.features(smile, "expression")).shape == (3 * 50 + 2, 3 * 50 + 2)


def test_unknown_layers_and_labels_list_the_known(explainer, smile):
    with pytest.raises(UnknownNameError, match=r"layer “x”.*final_relu.*stem"):
        explainer.features(smile, "x")
    with pytest.raises(UnknownNameError, match=r"label “joy”.*happiness"):
        explainer.activation_map(smile, "joy")


def test_without_the_keras_file_it_is_one_sentence(tmp_path):
    from inference.evaluation.explain import Explainer

    copy = shutil.copytree(SHIPPED, tmp_path / "bundle")
    (copy / KERAS_FILE).unlink()
    with pytest.raises(BundleCorruptError, match="cannot be explained"):
        Explainer(Bundle.load(copy))


def test_networks_without_pooling_are_explained_by_gradient(tmp_path):
    """A convolution whose one dark-spot detector feeds a flat dense layer."""
    import keras

    from inference.evaluation.explain import Explainer

    shipped = Bundle.load(SHIPPED)
    inputs = keras.Input((48, 48, 1))
    dark = keras.layers.Rescaling(-1 / 255, 1.0)(inputs)
    maps = keras.layers.AveragePooling2D(4, name="maps")(dark)
    flat = keras.layers.Flatten()(maps)
    out = {"expression": keras.layers.Dense(8, name="expression")(flat)}
    network = keras.Model(inputs, out)
    kernel = np.zeros((144, 8), np.float32)
    kernel[:, 3] = 1.0
    network.get_layer("expression").set_weights([kernel, np.zeros(8, np.float32)])

    explainer = Explainer(shipped)
    explainer._model = network
    face = np.full((48, 48), 255, np.uint8)
    cv2.rectangle(face, (32, 8), (39, 15), 0, -1)
    found = explainer.activation_map(face)
    assert (found.label, found.way, found.layer) == ("sadness", "Grad-CAM", "maps")
    assert np.argwhere(found.contribution > 0).tolist() == [[2, 8], [2, 9], [3, 8], [3, 9]]
