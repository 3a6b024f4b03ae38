"""A model as a directory: the network twice, and the card that says how to use it.

model.keras    the source of truth
model.tflite   exported from it
card.json      labels, preprocessing, thresholds, metrics, hashes
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from inference.align import CropConfig
from inference.errors import BundleCorruptError, BundleIncompatibleError
from inference.files import file_sha256, write_atomically
from inference.labels import LABELS
from inference.quality import QualityConfig

FORMAT_VERSION = 2
KERAS_FILE = "model.keras"
TFLITE_FILE = "model.tflite"
CARD_FILE = "card.json"
#: Output with what the heads look at, for networks built upon this one.
EMBEDDING = "embedding"


@dataclass(frozen=True, slots=True)
class Card:
    """What must be known to use the network as it was measured.

    Attributes:
        architecture: name in the registry.
        labels: of the output ``expression``, in order.
        input_size: side of the square gray input in pixels, values 0..255.
        crop: how the face is cut out of the frame.
        quality: limits of the quality gate, tuned with this network.
        temperature: the logits are divided by it, so that the probabilities are how people
            would divide over the labels (Guo et al., "On Calibration of Modern Neural
            Networks", ICML 2017).
        confidence_temperature: divided by this instead, the largest probability is the
            chance that the top label is the one most people would choose.
        unsure_below: a confidence below this is "unsure".
        mixed_above: several labels above this are a mixed expression.
        heads: each output -> its labels in order.
        frames: pictures in one input; more than one for a network that reads clips.
        embedding_of: the bundle version whose embeddings it reads; empty for a network
            that reads pictures.
        training: data with their hashes, seed and configuration.
        metrics: each with its rule and number of faces.
        libraries: versions that made the files.
        files: name -> SHA-256 of its content.
        format_version: of this card.
    """

    architecture: str
    labels: tuple[str, ...]
    input_size: int
    crop: CropConfig
    quality: QualityConfig
    temperature: float
    confidence_temperature: float
    unsure_below: float
    mixed_above: float
    heads: dict[str, tuple[str, ...]]
    frames: int = 1
    embedding_of: str = ""
    training: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)
    libraries: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    format_version: int = FORMAT_VERSION

    def to_json(self) -> str:
        """The card as text for ``card.json``."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Card:
        """Parse a card.

        Raises:
            BundleIncompatibleError: another format version.
            BundleCorruptError: not a card.
        """
        try:
            raw = json.loads(text)
            version = raw["format_version"]
        except (ValueError, TypeError, KeyError) as error:
            raise BundleCorruptError(f"The model's card cannot be read: {error}") from error
        if version != FORMAT_VERSION:
            raise BundleIncompatibleError(
                f"The model has format {version}; this program reads format {FORMAT_VERSION}."
            )
        try:
            raw["labels"] = tuple(raw["labels"])
            raw["crop"] = CropConfig(**raw["crop"])
            raw["quality"] = QualityConfig(**raw["quality"])
            raw["heads"] = {head: tuple(labels) for head, labels in raw["heads"].items()}
            return cls(**raw)
        except (TypeError, KeyError, AttributeError) as error:
            raise BundleCorruptError(f"The model's card is incomplete: {error}") from error

    @property
    def confidence_exponent(self) -> float:
        """From probabilities to confidences, see ``calibrate.confidence``."""
        return self.temperature / self.confidence_temperature


@dataclass(frozen=True, slots=True)
class Bundle:
    """A checked bundle on disk."""

    path: Path
    card: Card

    @classmethod
    def load(cls, path: Path, *, labels: tuple[str, ...] | None = LABELS) -> Bundle:
        """Read the card and check the files against it.

        ``model.keras`` is checked only where it is there: a server that runs LiteRT can
        do without it.

        Args:
            path: folder of the bundle.
            labels: that it must know, in order; ``None`` takes any, as evaluation does.

        Raises:
            BundleCorruptError: a file is missing, damaged or not the one of the card.
            BundleIncompatibleError: another format or other labels.
        """
        try:
            card = Card.from_json((path / CARD_FILE).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise BundleCorruptError(f"The model {path.name} has no readable card.") from error
        if labels is not None and card.labels != labels:
            raise BundleIncompatibleError(
                f"The model knows the labels {', '.join(card.labels)}; "
                f"this program needs {', '.join(labels)}."
            )
        for name in (TFLITE_FILE, KERAS_FILE):
            file = path / name
            if not file.exists():
                if name == TFLITE_FILE:
                    raise BundleCorruptError(f"The model {path.name} lacks its file {name}.")
                continue
            if card.files.get(name) != file_sha256(file):
                raise BundleCorruptError(
                    f"{name} of the model {path.name} is not the file its card describes."
                )
        return cls(path, card)

    @property
    def version(self) -> str:
        """Short name of exactly these weights, stored with every result."""
        return f"{self.card.architecture}-{self.card.files[TFLITE_FILE][:8]}"

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels in the order of the outputs."""
        return self.card.labels

    @property
    def tflite_path(self) -> Path:
        """The network for LiteRT."""
        return self.path / TFLITE_FILE

    @property
    def keras_path(self) -> Path:
        """The network for Keras."""
        return self.path / KERAS_FILE


def write_card(path: Path, card: Card) -> None:
    """Write the card of a bundle whole or not at all."""
    write_atomically(path / CARD_FILE, card.to_json().encode())
