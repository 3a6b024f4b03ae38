"""The boxes lie on the faces, in a mirror too, and the words can be read."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.browser.cameras import HEIGHT, WIDTH
from tests.browser.pixels import faces_in, shown_picture
from tests.browser.visitor import LivePage, Visitor
from tests.inference.pictures import Picture

pytestmark = pytest.mark.browser

HAPPINESS_BGR = (0x29, 0xB4, 0xF0)
"""--stage-happiness of the tokens."""

NOTE_WHAT_IS_DRAWN = """
window.drawn = {texts: [], pictures: []};
const {fillText, drawImage} = CanvasRenderingContext2D.prototype;
const isOverlay = ({canvas}) => canvas.dataset.testid === "live-canvas";
CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
  if (isOverlay(this)) window.drawn.texts.push({text, across: this.getTransform().a});
  return fillText.call(this, text, ...rest);
};
CanvasRenderingContext2D.prototype.drawImage = function (...rest) {
  if (isOverlay(this)) window.drawn.pictures.push(this.getTransform().a);
  return drawImage.apply(this, rest);
};
"""


def expected_box(result: dict, mirrored: bool) -> np.ndarray:
    """The box of the only face on a view of the camera's size."""
    (face,) = result["faces"]
    box = np.array(face["box"]) * WIDTH / result["width"]
    if mirrored:
        box = np.array([WIDTH - box[2], box[1], WIDTH - box[0], box[3]])
    return box


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Intersection over union."""
    size = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    shared = float(np.prod(np.maximum(size, 0)))
    return shared / (float(np.prod(one[2:] - one[:2]) + np.prod(other[2:] - other[:2])) - shared)


def is_drawn(picture: Picture, box: np.ndarray) -> bool:
    """Whether the four sides of a box have the colour of happiness."""
    left, top, right, bottom = np.rint(box).astype(int)
    across, down = (left + right) // 2, (top + bottom) // 2
    distance = np.abs(picture.astype(int) - HAPPINESS_BGR).max(axis=2)
    sides = [(left, down), (right, down), (across, bottom)]
    return all(distance[y - 4 : y + 5, x - 4 : x + 5].min() < 50 for x, y in sides)


def newest(live: LivePage, what: str) -> list:
    return live.page.evaluate("what => window.drawn[what].slice(-6)", what)


@pytest.mark.parametrize("width", [1280, 390])
def test_in_the_mirror_the_box_is_around_the_face_and_its_words_are_not_mirrored(
    visit: Callable[..., Visitor], width: int
) -> None:
    visitor = visit(viewport={"width": width, "height": 800})
    visitor.context.add_init_script(NOTE_WHAT_IS_DRAWN)
    live = visitor.prepared()
    live.start()
    live.wire.wait_until(
        lambda wire: wire.of_type("result")[-1]["faces"][0]["label"] == "happiness"
    )
    result = live.pause()

    for mirrored in (True, False):
        picture = shown_picture(live.canvas, WIDTH, HEIGHT)
        box = expected_box(result, mirrored)
        (found,) = faces_in(picture)
        assert overlap(box, found) > 0.7
        assert is_drawn(picture, box)
        assert (newest(live, "pictures")[-1] < 0) == mirrored
        texts = newest(live, "texts")
        assert "happy" in [text["text"] for text in texts]
        assert all(text["across"] > 0 for text in texts)
        assert live.canvas.evaluate("canvas => getComputedStyle(canvas).transform") == "none"
        live.page.keyboard.press("m")
