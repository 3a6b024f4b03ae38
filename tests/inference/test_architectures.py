"""The five older systems' networks: layout, size, saving, export, and that they learn."""

import itertools
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from inference.errors import DataError
from inference.labels import LABELS
from inference.models import (
    Recipe,
    conv_bilstm,
    elu_cnn,
    gray_resnet50,
    nine_layer_cnn,
    vggface_mini,
)
from inference.training import gray_transfer
from inference.training.export import convert_to_tflite
from tests.drawn_faces import drawn_clips, drawn_faces

FIVE = ("anger", "disgust", "happiness", "sadness", "surprise")
SIX = ("anger", "fear", "happiness", "sadness", "surprise", "neutral")
SEVEN = ("anger", "disgust", *SIX[1:])

BATCH = 32


def _small_resnet(*, input_size: int, heads: dict[str, int]) -> keras.Model:
    """Without enlarging: a sixteenth of the work of 48 pixels enlarged to 96 is enough here."""
    return gray_resnet50.build(input_size=input_size, heads=heads, enlarge=1)


@dataclass(frozen=True)
class Lesson:
    """A network and what it must be able to learn in a fixed number of steps."""

    build: Callable[..., keras.Model]
    labels: tuple[str, ...]
    steps: int
    learning_rate: float
    side: int = 32
    frames: int = 1


LESSONS = {
    "elu-cnn": Lesson(elu_cnn.build, FIVE, 100, 3e-3),
    "vggface-mini": Lesson(vggface_mini.build, SEVEN, 100, 1e-3),
    "nine-layer-cnn": Lesson(nine_layer_cnn.build, SIX, 225, 1e-3),
    "conv-bilstm": Lesson(conv_bilstm.build, FIVE, 150, 1e-3, frames=3),
    # Twenty times the work of the others a step, and from random weights: two labels only.
    "gray-resnet50": Lesson(_small_resnet, ("happiness", "surprise"), 110, 1e-3),
}
NAMES = [
    pytest.param(name, marks=pytest.mark.slow if name == "gray-resnet50" else ())
    for name in LESSONS
]


def _shown(lesson: Lesson, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures as the network takes them, and the index of each one's label."""
    if lesson.frames > 1:
        faces = drawn_clips(n, lesson.frames, labels=lesson.labels, side=lesson.side, seed=seed)
    else:
        faces = drawn_faces(n, labels=lesson.labels, side=lesson.side, seed=seed)
    shape = (n, *((lesson.frames,) if lesson.frames > 1 else ()), lesson.side, lesson.side, 1)
    index = np.array([LABELS.index(label) for label in lesson.labels])
    own = faces.expression[lesson.frames - 1 :: lesson.frames]
    return faces.faces_gray.reshape(shape).astype(np.float32), np.argmax(
        own[:, None] == index, axis=1
    )


def _learn(lesson: Lesson) -> keras.Model:
    keras.utils.set_random_seed(0)
    classes = len(lesson.labels)
    model = lesson.build(input_size=lesson.side, heads={"expression": classes})
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            # Keras' 0.99 is for thousands of steps: after 100 it still holds a third of
            # the start.
            layer.momentum = 0.9
    model.compile(
        keras.optimizers.Adam(lesson.learning_rate),
        {"expression": keras.losses.SparseCategoricalCrossentropy(from_logits=True)},
    )
    pictures, labels = _shown(lesson, 1500 // lesson.frames, seed=1)
    rng = np.random.default_rng(0)
    for _ in range(lesson.steps):
        index = rng.integers(0, len(pictures), BATCH)
        model.train_on_batch(pictures[index], labels[index])
    return model


@pytest.fixture(scope="module")
def trained() -> Callable[[str], keras.Model]:
    """The network of this name after its lesson; each learns once."""
    known: dict[str, keras.Model] = {}

    def of(name: str) -> keras.Model:
        if name not in known:
            known[name] = _learn(LESSONS[name])
        return known[name]

    return of


def _logits(model: keras.Model, pictures: np.ndarray) -> np.ndarray:
    return np.asarray(model.predict(pictures, batch_size=64, verbose=0)["expression"])


# === Layout ===


def test_the_elu_network_has_the_1328037_parameters_of_its_article():
    model = elu_cnn.build(input_size=48, heads={"expression": 5})
    assert model.count_params() == 1_328_037
    assert sum(w.shape.num_elements() for w in model.trainable_weights) == 1_325_861


def test_the_nine_layer_network_is_three_times_three_convolutions_and_a_pooling():
    model = nine_layer_cnn.build(input_size=48, heads={"expression": 6})
    kinds = [
        type(layer).__name__
        for layer in model.layers
        if isinstance(layer, keras.layers.Conv2D | keras.layers.MaxPooling2D)
    ]
    assert kinds == ["Conv2D", "Conv2D", "Conv2D", "MaxPooling2D"] * 3
    assert model.count_params() == 779_718


def test_the_small_vggface_has_five_blocks_one_dense_layer_and_dropout_of_a_half():
    model = vggface_mini.build(input_size=48, heads={"expression": 7})
    count = {
        kind: sum(isinstance(layer, kind) for layer in model.layers)
        for kind in (keras.layers.MaxPooling2D, keras.layers.Dense, keras.layers.Dropout)
    }
    assert list(count.values()) == [5, 2, 1]  # the second dense layer is the head
    assert model.get_layer("dropout").rate == 0.5


def test_the_clip_network_has_the_elu_networks_convolutions():
    single = elu_cnn.build(input_size=48, heads={"expression": 5})
    clip = conv_bilstm.build(input_size=48, heads={"expression": 5})
    convolutions = [layer.name for layer in single.layers if layer.name.startswith("block")]
    assert len(convolutions) == 4 * 6
    for name in convolutions:
        shapes = [weight.shape for weight in single.get_layer(name).weights]
        assert [weight.shape for weight in clip.get_layer(name).weights] == shapes


def test_the_gray_resnet_is_keras_resnet50_with_one_channel():
    gray = gray_resnet50.build(input_size=48, heads={"expression": 7})
    colour = keras.applications.ResNet50(include_top=False, weights=None, pooling="avg")
    assert gray.get_layer("conv1_conv").kernel.shape == (7, 7, 1, 64)
    for layer in colour.layers:
        if layer.weights and layer.name != "conv1_conv":
            shapes = [weight.shape for weight in layer.weights]
            assert [weight.shape for weight in gray.get_layer(layer.name).weights] == shapes


@pytest.mark.parametrize(
    ("module", "side", "classes"),
    [
        *itertools.product((elu_cnn, vggface_mini, nine_layer_cnn), (48, 64, 96), (8,)),
        (conv_bilstm, 48, 5),
        (conv_bilstm, 96, 2),
        (gray_resnet50, 64, 7),
    ],
)
def test_any_label_set_and_input_size_can_be_built(module: Any, side: int, classes: int):
    model = module.build(input_size=side, heads={"expression": classes, "fer2013": 7})
    frames = (3,) if module is conv_bilstm else ()
    assert model.input_shape == (None, *frames, side, side, 1)
    shapes = {head: output.shape for head, output in model.output.items()}
    assert shapes == {"expression": (None, classes), "fer2013": (None, 7)}


@pytest.mark.parametrize(
    ("module", "side"),
    [
        (elu_cnn, 15),
        (vggface_mini, 31),
        (nine_layer_cnn, 7),
        (conv_bilstm, 15),
        (gray_resnet50, 15),
    ],
)
def test_a_face_too_small_for_the_poolings_is_refused_in_a_sentence(module: Any, side: int):
    with pytest.raises(DataError, match=f"at least {side + 1} x {side + 1} pixels"):
        module.build(input_size=side, heads={"expression": 5})


# === Learning, saving, export ===


@pytest.mark.parametrize("name", NAMES)
def test_it_learns_drawn_faces_in_a_fixed_number_of_steps(name, trained):
    pictures, labels = _shown(LESSONS[name], 200, seed=2)
    found = _logits(trained(name), pictures).argmax(axis=1)
    assert (found == labels).mean() > 0.9


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_network_says_the_same(name, trained, tmp_path):
    pictures, _ = _shown(LESSONS[name], 20, seed=3)
    trained(name).save(tmp_path / "network.keras")
    again = keras.saving.load_model(tmp_path / "network.keras", compile=False)
    assert np.abs(_logits(again, pictures) - _logits(trained(name), pictures)).max() <= 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_litert_finds_the_same_label(name, trained):
    model = trained(name)
    pictures, _ = _shown(LESSONS[name], 40, seed=4)
    wanted = _logits(model, pictures)
    flat = convert_to_tflite(keras.Model(model.input, model.output["expression"]))
    interpreter = Interpreter(model_content=flat, num_threads=1)
    # Operators of TensorFlow itself would fail here: LiteRT has none of them.
    interpreter.allocate_tensors()
    at, out = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    found = []
    for picture in pictures:
        interpreter.set_tensor(at["index"], picture[None])
        interpreter.invoke()
        found.append(interpreter.get_tensor(out["index"])[0].copy())
    logits = np.array(found)
    ordered = np.sort(wanted, axis=1)
    # Weights in eight bits move a logit by some hundredths: a tie may fall either way.
    clear = ordered[:, -1] - ordered[:, -2] > 0.3
    assert clear.sum() >= 30  # of 40
    assert (logits.argmax(axis=1) == wanted.argmax(axis=1))[clear].all()
    assert np.abs(logits - wanted).mean() < 0.05 * np.abs(wanted).max()


def test_the_order_of_a_clips_frames_matters(trained):
    pictures, _ = _shown(LESSONS["conv-bilstm"], 10, seed=5)
    model = trained("conv-bilstm")
    assert np.abs(_logits(model, pictures) - _logits(model, pictures[:, ::-1])).max() > 0.01


# === Transfer from colour ===


@pytest.fixture(scope="module")
def colour() -> keras.Model:
    """A "pretrained" network: random weights serve the arithmetic as well."""
    keras.utils.set_random_seed(7)
    return gray_transfer.load_colour_network(32, weights=None, enlarge=1)


def test_the_summed_kernels_are_the_colour_network_but_for_the_border(colour):
    gray = _small_resnet(input_size=32, heads={"expression": 3})
    gray_transfer.start_from_colour(gray, colour)
    pictures = drawn_faces(4, side=32, seed=6).faces_gray[..., None].astype(np.float32)

    def first_maps(model: keras.Model) -> np.ndarray:
        maps = keras.Model(model.input, model.get_layer("conv1_conv").output)
        return np.asarray(maps.predict(pictures, verbose=0))

    wanted, found = first_maps(colour), first_maps(gray)
    distance = np.abs(found - wanted)
    # A 7 x 7 kernel with stride 2 reaches over the border from two rows of the maps.
    assert distance[:, 2:-2, 2:-2].max() < 1e-3 * np.abs(wanted).max()
    assert distance.max() > 10 * distance[:, 2:-2, 2:-2].max()


def test_the_first_convolution_alone_learns_the_colour_embedding(colour):
    gray = _small_resnet(input_size=32, heads={"expression": 3})
    faces = drawn_faces(64, side=32, seed=8).faces_gray
    gray_transfer.start_from_colour(gray, colour)
    started = gray.get_layer("conv1_conv").get_weights()
    others = [w.numpy() for layer in gray.layers[4:] for w in layer.weights]
    # The older system's start, far from the sum, so that there is something to learn.
    kernel = np.random.default_rng(0).normal(0, 0.05, started[0].shape).astype(np.float32)
    gray.get_layer("conv1_conv").set_weights([kernel, started[1]])
    fit = gray_transfer.fit_first_convolution(gray, colour, faces, epochs=5, learning_rate=1e-2)
    assert fit.after < fit.before / 2
    assert all(layer.trainable for layer in gray.layers)
    again = [w.numpy() for layer in gray.layers[4:] for w in layer.weights]
    assert all((a == b).all() for a, b in zip(others, again, strict=True))


@pytest.mark.slow
def test_a_new_network_starts_with_the_colour_networks_weights(monkeypatch):
    load = gray_transfer.load_colour_network
    loaded = []

    def random_weights(input_size: int) -> keras.Model:
        loaded.append(load(input_size, weights=None))
        return loaded[0]

    monkeypatch.setattr(gray_transfer, "load_colour_network", random_weights)
    model = gray_resnet50.build(input_size=16, heads={"expression": 7})
    head = model.get_layer("expression").kernel.numpy()
    faces = drawn_faces(4, side=16, seed=10).faces_gray
    gray_transfer.initialise(model, faces, Recipe(input_size=16))
    for layer in loaded[0].layers:
        if layer.weights and layer.name != "conv1_conv":
            twin = model.get_layer(layer.name).get_weights()
            assert all((a == b).all() for a, b in zip(layer.get_weights(), twin, strict=True))
    summed = loaded[0].get_layer("conv1_conv").kernel.numpy().sum(axis=2, keepdims=True)
    moved = np.abs(model.get_layer("conv1_conv").kernel.numpy() - summed).max()
    assert 0 < moved < 0.02  # five steps of Adam at 0.001 from the sum
    assert (model.get_layer("expression").kernel.numpy() == head).all()


def test_the_second_phase_trains_the_last_stage_and_the_head_only():
    model = _small_resnet(input_size=32, heads={"expression": 3})
    gray_resnet50.freeze_all_but_last(model)
    trained = {variable.path.split("_")[0] for variable in model.trainable_variables}
    assert trained == {"conv5", "expression/kernel", "expression/bias"}
    # Nor does what is frozen move its averages while the rest trains.
    before = {w.path: w.numpy() for w in model.weights}
    pictures = drawn_faces(8, side=32, seed=9).faces_gray[..., None].astype(np.float32)
    model(pictures, training=True)
    moved = [w.path for w in model.weights if (w.numpy() != before[w.path]).any()]
    assert moved
    assert all(path.startswith("conv5") and "moving" in path for path in moved)


def test_weights_that_cannot_be_downloaded_are_an_error_in_a_sentence(monkeypatch, tmp_path):
    from keras.src.utils import file_utils

    # An empty cache, and a proxy that nobody listens at.
    monkeypatch.setattr(file_utils.config, "keras_home", lambda: str(tmp_path))
    monkeypatch.setattr(urllib.request, "_opener", None)
    for variable in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with pytest.raises(DataError, match="ImageNet weights of ResNet-50 could not be loaded"):
        gray_transfer.load_colour_network(32)
