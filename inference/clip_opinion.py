"""A second opinion on a clip: how an expression unfolds, not only how it looks.

It has learnt from posed expressions that begin at rest and end at their height (CK+), and it
has no class for a face at rest. So it is asked only where the face network itself saw an
expression and was sure, and what it says is marked as learnt from posed expressions.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.bundle import Bundle
from inference.calibrate import softmax
from inference.errors import BundleIncompatibleError
from inference.labels import LABEL_SETS, Expression
from inference.results import FaceResult
from inference.runtime.litert import open_interpreter

LABELS_OF_CLIPS: tuple[str, ...] = tuple(LABEL_SETS["clips"])


class ClipOpinion:
    """The temporal head of a bundle, in LiteRT. An instance belongs to one thread."""

    def __init__(self, head: Bundle, faces: Bundle) -> None:
        """Open a head over the embeddings of a face bundle.

        Raises:
            BundleIncompatibleError: it was learnt over another face network.
            BundleCorruptError: its file cannot be read.
        """
        if head.card.embedding_of != faces.version:
            raise BundleIncompatibleError(
                f"The clip model reads what {head.card.embedding_of or 'no other model'} sees; "
                f"the face model is {faces.version}."
            )
        self.bundle = head
        self.frames = head.card.frames
        self._interpreter = open_interpreter(head.tflite_path, batch=1)
        self._input = self._interpreter.get_input_details()[0]["index"]
        self._output = self._interpreter.get_output_details()[0]["index"]

    @classmethod
    def load(cls, path: Path, faces: Bundle) -> ClipOpinion:
        """Read the bundle in a folder, see ``__init__``.

        Raises:
            BundleError: it cannot be used.
        """
        return cls(Bundle.load(path, labels=LABELS_OF_CLIPS), faces)

    def probabilities(self, embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
        """Calibrated probabilities of clips: ``(n, frames, width)`` -> ``(n, 5)``.

        Args:
            embeddings: of the frames of each clip in order of time, as
                ``Runtime.embeddings`` gives them.
        """
        out = np.empty((len(embeddings), len(LABELS_OF_CLIPS)), np.float32)
        for row, clip in enumerate(embeddings):
            self._interpreter.set_tensor(self._input, clip[None].astype(np.float32))
            self._interpreter.invoke()
            out[row] = self._interpreter.get_tensor(self._output)[0]
        return softmax(out, self.bundle.card.temperature)


def is_asked(face: FaceResult) -> bool:
    """Whether a second opinion has a place: an expression, neither neutral nor unsure."""
    return face.label is not None and face.label != Expression.NEUTRAL
