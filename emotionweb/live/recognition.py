"""The engine of this process, wired to the settings.

Nothing here is imported or loaded before the first socket or live page asks for it: LiteRT,
OpenCV and the model must not delay the first page of a process.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from emotionweb.live.engine import Engine

if TYPE_CHECKING:
    from inference.bundle import Bundle
    from inference.personal import Baseline
    from inference.pipeline import FacePipeline
    from inference.stream import FaceStream


@cache
def process_engine() -> Engine:
    """The one engine of this process, not started yet when it is asked for first."""
    return Engine(_open_bundle, load_pipeline, _new_stream, settings.ENGINE_THREADS)


def _open_bundle(folder: Path) -> Bundle:
    from inference.bundle import Bundle

    return Bundle.load(folder)


def load_pipeline(bundle: Bundle) -> FacePipeline:
    """Make a pipeline of a bundle with the detector and runtime of the settings.

    Raises:
        inference.errors.InferenceError: The bundle or a setting cannot be used.
    """
    import cv2

    from inference.pipeline import FacePipeline, PipelineConfig

    # The engine's threads are the parallel ones; OpenCV's own would only fight them.
    cv2.setNumThreads(1)
    return FacePipeline.load(
        bundle,
        PipelineConfig(detector=settings.LIVE_DETECTOR, runtime=settings.INFERENCE_RUNTIME),
    )


def _new_stream(baseline: Baseline | None) -> FaceStream:
    from inference.stream import FaceStream

    return FaceStream(baseline=baseline)
