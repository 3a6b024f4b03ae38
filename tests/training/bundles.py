"""Bundles to promote: copies of the shipped one, whole or spoiled, made without TensorFlow."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
from django.conf import settings
from django.utils import timezone

from emotionweb.training import files, versions
from emotionweb.training.models import ModelVersion
from inference.bundle import Bundle, write_card
from inference.files import file_sha256

SHIPPED = Path(settings.BASE_DIR) / "models" / "flagship"


def spoiled(folder: Path) -> Path:
    """A bundle that runs and says nothing of use: its largest layer is turned upside down."""
    from ai_edge_litert.interpreter import Interpreter

    shutil.copytree(SHIPPED, folder)
    network = folder / "model.tflite"
    content = network.read_bytes()
    interpreter = Interpreter(model_content=content)
    interpreter.allocate_tensors()
    details = (d for d in interpreter.get_tensor_details() if d["dtype"] == np.int8)
    largest = max(details, key=lambda d: int(np.prod(d["shape"])))
    weights = interpreter.get_tensor(largest["index"])
    network.write_bytes(content.replace(weights.tobytes(), weights[::-1].tobytes()[::-1]))
    hashes = {name: file_sha256(folder / name) for name in ("model.tflite", "model.keras")}
    write_card(folder, replace(Bundle(folder, _card(folder)).card, files=hashes))
    return folder


def _card(folder: Path):
    from inference.bundle import Card

    return Card.from_json((folder / "card.json").read_text())


def make_version(*, spoil: bool = False) -> ModelVersion:
    """A version that a run could have made; whole it is the shipped network again."""
    path = f"{files.VERSIONS}/test-{ModelVersion.objects.count()}"
    folder = files.absolute(path)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if spoil:
        spoiled(folder)
    else:
        shutil.copytree(SHIPPED, folder)
    return ModelVersion.objects.create(
        number=versions.next_number(),
        version=Bundle.load(folder).version,
        path=path,
        created_at=timezone.now(),
    )
