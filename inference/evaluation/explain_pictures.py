"""The pictures of ``explain``: a face's crop, its feature maps, its class-activation map."""

from __future__ import annotations

import io
import math

import cv2
import matplotlib
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from inference.bundle import Bundle
from inference.detectors import load_detector
from inference.errors import DataError, FrameNotAnImageError
from inference.evaluation.activation_map import EXACT, ActivationMap, to_shares
from inference.evaluation.plots import LIGHT
from inference.labels import LABELS
from inference.pipeline import FacePipeline

#: Pixels of a feature map's tile; small maps are enlarged without smoothing.
_TILE = 48
_GAP = 2
_DPI = 160


def read_picture(data: bytes) -> NDArray[np.uint8]:
    """Decode a picture of any format OpenCV reads, ``(H, W, 3)`` uint8 BGR.

    Raises:
        FrameNotAnImageError: it is none.
    """
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if picture is None:
        raise FrameNotAnImageError("The file is not a picture of a format we read.")
    return np.asarray(picture, np.uint8)


def largest_face(bundle: Bundle, picture_bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The crop of the largest face, ``(side, side)`` uint8, as the product cuts it.

    Raises:
        DataError: no face is found.
    """
    pipeline = FacePipeline.load(bundle)
    found = load_detector(pipeline.config.detector).detect(picture_bgr)
    if not len(found):
        raise DataError(
            "No face was found in the picture; a picture that is a crop of a face already is "
            "taken whole with --crop."
        )
    widths = found.boxes_xyxy[:, 2] - found.boxes_xyxy[:, 0]
    gray = np.asarray(cv2.cvtColor(picture_bgr, cv2.COLOR_BGR2GRAY), np.uint8)
    crop: NDArray[np.uint8] = pipeline.crops(gray, found.take(int(np.argmax(widths))))[0]
    return crop


def whole_picture(bundle: Bundle, picture_bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The whole picture as the crop, ``(side, side)`` uint8."""
    side = bundle.card.input_size
    gray = cv2.cvtColor(picture_bgr, cv2.COLOR_BGR2GRAY)
    shrinking = min(gray.shape) > side
    how = cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, (side, side), interpolation=how), np.uint8)


def feature_grid(features: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Every channel as a tile, its own smallest value black and largest white.

    Args:
        features: ``(h, w, channels)``.

    Returns:
        ``(H, W)`` uint8, tiles in rows from left to right.
    """
    channels = features.shape[2]
    columns = math.ceil(math.sqrt(channels))
    rows = math.ceil(channels / columns)
    step = _TILE + _GAP
    canvas = np.full((rows * step + _GAP, columns * step + _GAP), 255, np.uint8)
    low = features.min(axis=(0, 1), keepdims=True)
    high = features.max(axis=(0, 1), keepdims=True)
    if features.shape[:2] == (1, 1):
        # Of a layer without places each channel is one number: they share one scale.
        low, high = features.min(keepdims=True), features.max(keepdims=True)
    scaled = np.rint(255 * (features - low) / np.maximum(high - low, 1e-9)).astype(np.uint8)
    for channel in range(channels):
        y, x = (_GAP + step * i for i in divmod(channel, columns))
        tile = cv2.resize(scaled[..., channel], (_TILE, _TILE), interpolation=cv2.INTER_NEAREST)
        canvas[y : y + _TILE, x : x + _TILE] = tile
    return canvas


def features_png(features: NDArray[np.float32], layer: str) -> bytes:
    """The grid of a layer's feature maps under its name and shape."""
    grid = feature_grid(features)
    height, width, channels = features.shape
    sheet = max(grid.shape[1] / _DPI, 3.2)
    figure = Figure(figsize=(sheet, sheet * grid.shape[0] / grid.shape[1] + 0.35), dpi=_DPI)
    axes = figure.add_axes((0.02, 0.02, 0.96, 1 - 0.4 / figure.get_figheight()))
    axes.imshow(grid, cmap="gray", vmin=0, vmax=255)
    axes.axis("off")
    figure.suptitle(
        f"{layer}: {channels} maps of {height} x {width}, each on its own scale",
        x=0.02,
        y=1 - 0.12 / figure.get_figheight(),
        va="top",
        ha="left",
        fontsize=8,
        color=LIGHT.ink,
    )
    return _png(figure)


def map_png(
    crop_gray: NDArray[np.uint8],
    found: ActivationMap,
    cost: NDArray[np.float32],
    labels: tuple[str, ...],
) -> bytes:
    """The crop, the two maps over it, and what the network says.

    Args:
        crop_gray: ``(side, side)`` uint8.
        found: the class-activation map.
        cost: the occlusion map of the same label.
        labels: of the bundle.
    """
    kind = "exact" if found.way == EXACT else "approximate"
    with matplotlib.rc_context({"font.size": 9, "text.color": LIGHT.ink}):
        figure = Figure(figsize=(11, 3.1), dpi=_DPI, layout="constrained")
        face, over, covered, bars = figure.subplots(1, 4, width_ratios=(1, 1, 1, 1.1))
        for axes, title, share in (
            (face, "what the network gets", None),
            (
                over,
                f"speaks for {found.label}: {found.way}, {kind}",
                found.over_crop(len(crop_gray)),
            ),
            (covered, f"costs {found.label} when covered", to_shares(cost)),
        ):
            axes.imshow(crop_gray, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
            axes.axis("off")
            axes.set_title(title, fontsize=9)
            if share is not None:
                shade = matplotlib.colormaps["inferno"](share)
                shade[..., 3] = 0.75 * share
                axes.imshow(shade, interpolation="bilinear")
        order = np.argsort(found.probabilities)
        bars.barh(
            [labels[i] for i in order],
            100 * found.probabilities[order],
            color=[
                LIGHT.expressions[LABELS.index(labels[i])] if labels[i] in LABELS else LIGHT.quiet
                for i in order
            ],
            height=0.6,
        )
        for row, i in enumerate(order):
            bars.text(
                100 * found.probabilities[i] + 1.5,
                row,
                f"{100 * found.probabilities[i]:.0f} %",
                va="center",
                fontsize=8,
            )
        bars.set_xlim(0, 115)
        bars.set_xticks([])
        bars.tick_params(length=0, labelsize=8)
        for spine in bars.spines.values():
            spine.set_visible(False)
        bars.set_title("looks like", fontsize=9)
        bars.set_box_aspect(1 / 1.1)
    return _png(figure)


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor=LIGHT.paper, metadata={"Software": None})
    return out.getvalue()
