"""The real pipeline behind the real socket, on a real face."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from unittest import mock

import cv2
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import override_settings

from emotionweb.live.recognition import load_pipeline, process_engine
from inference.bundle import CARD_FILE, TFLITE_FILE, Bundle, Card, write_card
from inference.errors import BundleCorruptError
from inference.labels import LABELS
from inference.stream import FaceStream
from tests.inference.pictures import portrait
from tests.live.sockets import SocketTestCase


def picture() -> bytes:
    """A smiling face, 80 pixels wide, in the middle of 320x240."""
    encoded, jpeg = cv2.imencode(".jpg", portrait())
    assert encoded
    return jpeg.tobytes()


PICTURE = picture()


def copy_of_bundle(folder: Path) -> Path:
    """The same network under another version: its file ends in a byte that nobody reads."""
    shutil.copytree(settings.MODEL_BUNDLE, folder)
    network = folder / TFLITE_FILE
    network.write_bytes(network.read_bytes() + b"\x00")
    card = Card.from_json((folder / CARD_FILE).read_text())
    digest = hashlib.sha256(network.read_bytes()).hexdigest()
    write_card(folder, replace(card, files={**card.files, TFLITE_FILE: digest}))
    return folder


class RecognitionTestCase(SocketTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.bundle.return_value = Path(settings.MODEL_BUNDLE)
        process_engine.cache_clear()
        self.addCleanup(process_engine.cache_clear)
        self.engine = process_engine()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    async def test_a_smiling_face_is_seen_and_goes_into_the_journal(self) -> None:
        socket = (await self.browser(self.alice)).socket()
        ready = await socket.open()
        self.assertEqual(ready["model"], Bundle.load(settings.MODEL_BUNDLE).version)
        for seq in range(6):
            result = await socket.ask(seq, PICTURE)
        (seen,) = result["faces"]
        self.assertEqual((seen["label"], seen["you"]), ("happiness", True))
        left, top, right, bottom = seen["box"]
        self.assertTrue(100 < left < 130 < 190 < right < 220)
        self.assertTrue(60 < top < 90 < 150 < bottom < 190)
        self.assertEqual((await socket.finish())["top"], "happiness")

    async def test_the_model_changes_under_a_connected_socket(self) -> None:
        other = copy_of_bundle(self.folder / "other")
        socket = (await self.browser(self.alice)).socket()
        old = (await socket.open())["model"]
        before = await socket.ask(0, PICTURE)
        new = await sync_to_async(self.engine.swap, thread_sensitive=False)(other)
        self.assertNotEqual(new, old)
        self.assertEqual(await socket.ask(1, PICTURE), {"type": "model", "model": new})
        after = await socket.hear()
        self.assertEqual(after["faces"][0]["track"], before["faces"][0]["track"])
        self.assertEqual(after["faces"][0]["label"], "happiness")

    async def test_a_damaged_bundle_is_refused_and_the_socket_goes_on(self) -> None:
        other = copy_of_bundle(self.folder / "other")
        (other / TFLITE_FILE).write_bytes(b"half a network")
        socket = (await self.browser(self.alice)).socket()
        await socket.open()
        with self.assertRaisesMessage(BundleCorruptError, TFLITE_FILE):
            await sync_to_async(self.engine.swap, thread_sensitive=False)(other)
        self.assertEqual((await socket.ask(0, PICTURE))["type"], "result")

    async def test_a_bundle_put_in_place_of_the_active_one_is_noticed(self) -> None:
        other = copy_of_bundle(self.folder / "other")
        new = Bundle.load(other).version
        with mock.patch("emotionweb.live.guard.RECHECK_S", 0.02):
            socket = (await self.browser(self.alice)).socket()
            await socket.open()
            self.bundle.return_value = other
            for seq in range(400):
                message = await socket.ask(seq, PICTURE)
                if message["type"] == "model":
                    break
        self.assertEqual(message, {"type": "model", "model": new})


@pytest.mark.slow
@pytest.mark.parametrize("runtime", ["litert", "keras"])
def test_both_runtimes_see_the_same_face(runtime: str) -> None:
    """The setting changes what runs the network and nothing else."""
    bundle = Bundle.load(settings.MODEL_BUNDLE)
    with override_settings(INFERENCE_RUNTIME=runtime):
        pipeline = load_pipeline(bundle)
    assert pipeline.config.runtime == runtime
    stream = FaceStream()
    (seen,) = pipeline.analyse_jpeg(PICTURE, stream, 0.0).faces
    assert LABELS[int(seen.probabilities.argmax())] == "happiness"
    assert seen.probabilities.sum() == pytest.approx(1.0, abs=1e-3)


def test_a_web_process_loads_neither_a_model_nor_its_libraries_before_it_is_asked_to() -> None:
    """The first page must not wait for them; TensorFlow must never come."""
    code = (
        "import sys, emotionweb.asgi; "
        "print([m for m in ('cv2', 'ai_edge_litert', 'tensorflow', 'keras') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no affinity on this system")
def test_there_are_as_many_threads_as_processors_may_be_used() -> None:
    """In a container these can be fewer than the machine has."""
    code = (
        "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}); "
        "from emotionweb import settings; print(settings.ENGINE_THREADS)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"


@pytest.mark.django_db
def test_the_live_page_begins_to_load_the_model(client, alice) -> None:  # type: ignore[no-untyped-def]
    client.force_login(alice)
    process_engine.cache_clear()
    response = client.get("/live/")
    assert response.context["has_consent"] is False
    started = process_engine().start(Path("ignored: it has begun"))
    assert started.result(20) == Bundle.load(settings.MODEL_BUNDLE).version
    process_engine().close()
    process_engine.cache_clear()
