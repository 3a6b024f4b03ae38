"""Debian's Chromium, driven by Playwright, with a camera that plays a film."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

from tests.browser import cameras

PROGRAM = "chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
FAKE_CAMERA = "--use-fake-device-for-media-stream"
PERMISSION_GIVEN = "--use-fake-ui-for-media-stream"
PERMISSION_DENIED = "--use-fake-ui-for-media-stream=deny"


class Chromiums:
    """One browser for each camera, started when it is first asked for: the film is its flag.

    The cameras are the names in `cameras.FILMS`, "denied" (there, but the person said no) and
    "none".
    """

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self._playwright = playwright
        self._folder = folder
        self._browsers: dict[str, Browser] = {}

    def with_camera(self, name: str) -> Browser:
        if name not in self._browsers:
            self._browsers[name] = self._playwright.chromium.launch(
                executable_path=shutil.which(PROGRAM), args=[*FLAGS, *self._flags(name)]
            )
        return self._browsers[name]

    def _flags(self, name: str) -> list[str]:
        if name == "none":
            return [PERMISSION_GIVEN]
        if name == "denied":
            return [FAKE_CAMERA, PERMISSION_DENIED]
        film = self._folder / f"{name}.y4m"
        cameras.write_y4m(film, cameras.FILMS[name]())
        return [FAKE_CAMERA, PERMISSION_GIVEN, f"--use-file-for-fake-video-capture={film}"]

    def close(self) -> None:
        for browser in self._browsers.values():
            browser.close()
