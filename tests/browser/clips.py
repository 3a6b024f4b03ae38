"""The pages of clips by their handles, and films to bring there."""

import base64
import re
import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.inference.pictures import Picture, portrait
from tests.video_files import write_clip

WIDTH, HEIGHT, RATE, SECONDS = 640, 480, 15, 9
SHOWN = "document.querySelector('[data-part=overlay]').dataset.shown"
"""The time of the frame on the screen, in a page's own words."""
DONE_WITHIN = 60_000
"""Milliseconds from the end of an upload to its result, on a machine that is busy otherwise."""


def wandering(path: Path, *, faces: int = 1, metadata: dict[str, str] | None = None) -> Path:
    """Write a film of the astronaut on the way to the right, once or twice side by side."""
    times = [number / RATE for number in range(RATE * SECONDS)]
    pictures = [_picture(time / SECONDS, faces) for time in times]
    return write_clip(path, pictures, times, muxer={"movflags": "faststart"}, metadata=metadata)


def _picture(part: float, faces: int) -> Picture:
    across = 0.3 + 0.4 * part
    if faces == 1:
        return portrait(WIDTH, HEIGHT, face_px=140, centre=(across, 0.45))
    return two_people(part, WIDTH, HEIGHT)


def two_people(part: float, width: int, height: int) -> Picture:
    """The astronaut twice, side by side, who move a little; ``part`` 0..1 of their way."""
    half = width // 2
    sway = 0.05 * np.sin(2 * np.pi * part)
    left = portrait(half, height, face_px=height * 0.2, centre=(0.45 + sway, 0.4))
    right = portrait(half, height, face_px=height * 0.24, centre=(0.55 - sway, 0.48))
    return np.hstack([left, right])


def padded(path: Path, source: Path, size: int) -> Path:
    """A copy of an MP4 that is larger by a box that players skip (ISO 14496-12, "free")."""
    path.write_bytes(source.read_bytes() + struct.pack(">I4s", size, b"free") + bytes(size - 8))
    return path


def wait_until(page: Page, holds: str, seconds: float = 15.0) -> None:
    """Ask a page until an expression of its own is true: its policy forbids Playwright's way."""
    for _ in range(int(seconds * 20)):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"Waited {seconds} s in vain for {holds}")


class ClipsPage:
    """The list: where files go in, and how far they are."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.rows = page.get_by_test_id("clip-row")
        self.uploads = page.get_by_test_id("upload")

    def open(self) -> "ClipsPage":
        self.page.goto("/clips/")
        expect(self.page.locator("#clips[data-ready]")).to_be_visible()
        return self

    def choose(self, *files: Path) -> None:
        self.page.get_by_test_id("clip-file").set_input_files([str(file) for file in files])

    def drop(self, files: dict[str, bytes]) -> None:
        """Let go of files over the page, as from a desktop."""
        transfer = self.page.evaluate_handle(
            """files => {
              const transfer = new DataTransfer();
              for (const [name, data] of Object.entries(files)) {
                const bytes = Uint8Array.from(atob(data), (sign) => sign.charCodeAt(0));
                transfer.items.add(new File([bytes], name));
              }
              return transfer;
            }""",
            {name: base64.b64encode(data).decode() for name, data in files.items()},
        )
        drop = self.page.get_by_test_id("drop")
        drop.dispatch_event("dragenter", {"dataTransfer": transfer})
        expect(drop).to_have_attribute("data-over", "")
        drop.dispatch_event("drop", {"dataTransfer": transfer})

    def row(self, name: str) -> Locator:
        return self.rows.filter(has_text=name)

    def expect_state(self, name: str, state: str) -> Locator:
        row = self.row(name)
        expect(row).to_have_attribute("data-state", state, timeout=DONE_WITHIN)
        return row

    def bring(self, file: Path) -> "PlayerPage":
        """Upload a file, wait until it has been read, and open it."""
        self.open()
        self.choose(file)
        self.expect_state(file.name, "done").get_by_test_id("clip-link").click()
        return PlayerPage(self.page)


class PlayerPage:
    """The player of one clip."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.timeline = page.get_by_test_id("timeline")
        self.overlay = page.get_by_test_id("overlay")
        self.tracks = page.get_by_test_id("track")
        self.corrections = page.get_by_test_id("corrections").get_by_role("listitem")
        self.markers = page.get_by_test_id("markers").get_by_role("listitem")
        expect(page.locator("#player[data-ready]")).to_be_visible()
        self.path = re.sub(r"^https?://[^/]+|#.*$", "", page.url)
        # The picture is there, so that a click on the timeline leads to one.
        wait_until(page, "document.querySelector('[data-part=video]').readyState >= 2")

    @property
    def duration(self) -> float:
        return float(self.timeline.get_attribute("aria-valuemax") or 0)

    @property
    def time(self) -> float:
        """Of the frame on the screen, seconds."""
        return float(self.overlay.get_attribute("data-shown") or -1)

    def data(self) -> dict[str, Any]:
        return self.page.request.get(f"{self.path}data/").json()

    def seek(self, time: float) -> None:
        """Click on the timeline, and wait for the frame of that time."""
        box = self.timeline.bounding_box()
        assert box is not None
        self.timeline.click(position={"x": box["width"] * time / self.duration, "y": 60})
        near = 0.1 + 2 * self.duration / box["width"]
        wait_until(self.page, f"Math.abs({SHOWN} - {time}) < {near}")

    def brush(self, start: float, end: float) -> None:
        """Drag over a stretch of the whole timeline."""
        self.timeline.scroll_into_view_if_needed()
        box = self.timeline.bounding_box()
        assert box is not None
        x = [box["x"] + box["width"] * time / self.duration for time in (start, end)]
        self.page.mouse.move(x[0], box["y"] + 60)
        self.page.mouse.down()
        self.page.mouse.move(x[1], box["y"] + 60, steps=4)
        self.page.mouse.up()

    def shown_frame(self) -> Picture:
        """The frame of the video that is on the screen, ``(HEIGHT, WIDTH, 3)`` BGR."""
        return self._pixels(
            """() => {
              const video = document.querySelector('[data-part=video]');
              const canvas = document.createElement('canvas');
              [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
              canvas.getContext('2d').drawImage(video, 0, 0);
              return canvas.toDataURL();
            }""",
            cv2.IMREAD_COLOR,
        )

    def drawn_box(self, colour_bgr: tuple[int, int, int]) -> NDArray[np.float64]:
        """The largest connected figure of a colour on the overlay, in pixels of the film."""
        script = "() => document.querySelector('[data-part=overlay]').toDataURL()"
        pixels = self._pixels(script, cv2.IMREAD_UNCHANGED)
        near = np.abs(pixels[..., :3].astype(int) - colour_bgr).max(axis=2) < 40
        near &= pixels[..., 3] > 200
        _count, _labels, stats, _centres = cv2.connectedComponentsWithStats(near.astype(np.uint8))
        left, top, width, height = stats[1:][stats[1:, 2].argmax(), :4]
        scale = min(pixels.shape[1] / WIDTH, pixels.shape[0] / HEIGHT)
        margin = (np.array(pixels.shape[1::-1]) - scale * np.array([WIDTH, HEIGHT])) / 2
        corners = np.array([[left, top], [left + width, top + height]])
        return ((corners - margin) / scale).ravel()

    def _pixels(self, script: str, flags: int) -> Any:
        url: str = self.page.evaluate(script)
        data = np.frombuffer(base64.b64decode(url.partition(",")[2]), np.uint8)
        return cv2.imdecode(data, flags)
