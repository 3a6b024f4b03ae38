"""Makes docs/screens from the running site: `python -m tests.browser.screens`.

Without an option the chosen few that are committed; `--all FOLDER` makes every page in every look,
to be looked at.
"""

import argparse
import io
import itertools
import re
import shutil
import sys
import tempfile
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import PASSWORD, screens_training
from tests.browser.chromium import Chromiums
from tests.browser.clips import DONE_WITHIN, ClipsPage, PlayerPage, wandering
from tests.browser.site import ROOT, Site
from tests.browser.visitor import LivePage, Visitor
from tests.inference.pictures import jpeg, two_faces

SCREENS = ROOT / "docs" / "screens"
TOKENS = ROOT / "static" / "css" / "tokens.css"
VIEWPORTS = {"phone": (390, 844), "desk": (1280, 800)}
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
TALLEST = 1700
"""Pixels; of a longer page only the beginning is shown."""
INSTRUMENT = {"live-idle", "live", "live-paused", "summary", "player"}
"""Pages that are made for the height of the screen."""
NAME_THE_CAMERA = """
Object.defineProperty(MediaDeviceInfo.prototype, "label", {get() { return "Webcam"; }});
"""
"""The fake camera would call itself by the path of its film."""
STREAM_SECONDS = 60
"""How long the camera runs before the picture, so that the rolling chart has something to show."""


class Look(NamedTuple):
    """How a page is seen."""

    device: str
    scheme: str
    language: str = "en"

    def __str__(self) -> str:
        return "-".join([self.device, self.scheme, *([] if self.language == "en" else [self[2]])])


LOOKS = [Look(*look) for look in itertools.product(VIEWPORTS, ("light", "dark"), LOCALES)]
ENGLISH = [look for look in LOOKS if look.language == "en"]
CHOSEN = {
    "landing": ENGLISH,
    "consent": ENGLISH,
    "live": [*ENGLISH, Look("desk", "light", "zh")],
    "summary": [Look("phone", "light"), Look("desk", "dark")],
    "today": [*ENGLISH, Look("phone", "light", "zh")],
    "today-empty": [Look("phone", "light")],
    "journal": ENGLISH,
    "day": ENGLISH,
    "privacy": [Look("desk", "light")],
    "year-felt": [*ENGLISH, Look("phone", "light", "zh")],
    "year-difference": [Look("desk", "light"), Look("phone", "dark")],
    "month": [Look("phone", "light"), Look("desk", "dark", "zh")],
    "insights": [*ENGLISH, Look("desk", "light", "zh")],
    "insights-method": [Look("desk", "light")],
    "search": [Look("phone", "dark")],
    "clips": [Look("desk", "light"), Look("phone", "dark")],
    "clips-empty": [Look("phone", "light")],
    "player": [*ENGLISH, Look("desk", "light", "zh")],
    "player-page": [Look("desk", "light"), Look("phone", "light")],
    "photo": [Look("desk", "dark")],
    "admin-data": [Look("desk", "light"), Look("phone", "dark")],
    "admin-run": [Look("desk", "light"), Look("desk", "dark")],
    "admin-comparison": [*ENGLISH, Look("desk", "light", "zh")],
    "admin-queue": [Look("desk", "light")],
}


class Photographer:
    """Goes through the site and photographs what is wanted.

    Args:
        site: A running one.
        chromiums: Where its pages are opened.
        wanted: For the name of a page its looks, or all of them for every page.
        folder: Takes the pictures.
    """

    def __init__(
        self,
        site: Site,
        chromiums: Chromiums,
        wanted: Mapping[str, Collection[Look]] | None,
        folder: Path,
    ) -> None:
        self.site = site
        self.chromiums = chromiums
        self.wanted = wanted
        self.folder = folder

    def go_through(self, language: str) -> None:
        """Everything in one language: as a stranger, as a new person, with a full journal."""
        self.language = language
        self._stranger(self._visitor())
        self._new_person(self._visitor())
        old_hand = self._visitor()
        self.site.run("tests.browser.demo", old_hand.email)
        page = old_hand.log_in(old_hand.email)
        self._live(page)
        self._journal(page)
        self._clips(page, old_hand.email)
        self._year(self._visitor())
        screens_training.go_through(self.site, self._visitor(), self._take)

    def _visitor(self) -> Visitor:
        context = self.chromiums.with_camera("smiling").new_context(
            base_url=self.site.url,
            locale=LOCALES[self.language],
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        context.add_init_script(NAME_THE_CAMERA)
        return Visitor(context)

    def _take(self, page: Page, name: str) -> None:
        """Photograph an open page in each look that is wanted."""
        for look in LOOKS if self.wanted is None else self.wanted.get(name, ()):
            if look.language != self.language:
                continue
            width, height = VIEWPORTS[look.device]
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=look.scheme)
            if name not in INSTRUMENT:
                # A higher window, not a stitched picture, in which the bar at the foot would float.
                whole: int = page.evaluate("document.documentElement.scrollHeight")
                page.set_viewport_size({"width": width, "height": min(whole, TALLEST)})
            page.wait_for_timeout(1000)  # charts are drawn anew
            save(page.screenshot(), self.folder / f"{name}-{look}.png")

    def _stranger(self, visitor: Visitor) -> None:
        page = visitor.open("/")
        self._take(page, "landing")
        for name, path in {
            "login": "/accounts/login/",
            "password-reset": "/accounts/password/reset/",
            "signup": "/accounts/signup/",
        }.items():
            page.goto(path)
            self._take(page, name)
        page.get_by_test_id("signup-form").locator("button").click()
        expect(page.get_by_test_id("form-summary")).to_be_visible()
        self._take(page, "signup-refused")

    def _new_person(self, visitor: Visitor) -> None:
        page = visitor.sign_up()
        self._take(page, "today-empty")
        for name, path in {
            "journal-empty": "/journal/",
            "consent": "/live/",
            "clips-empty": "/clips/",
        }.items():
            page.goto(path)
            self._take(page, name)

    def _live(self, page: Page) -> None:
        live = LivePage(page)
        page.goto("/live/")
        self._take(page, "live-idle")
        live.start()
        expect(live.faces).to_have_count(1)
        page.wait_for_timeout(STREAM_SECONDS * 1000)
        self._take(page, "live")
        live.pause()
        self._take(page, "live-paused")
        live.stop()
        expect(live.summary).to_be_visible()
        self._take(page, "summary")

    def _journal(self, page: Page) -> None:
        for name, path in {
            "profile": "/accounts/profile/",
            "privacy": "/accounts/privacy/",
            "password": "/accounts/password/",
            "delete": "/accounts/delete/",
            "not-found": "/journal/2000-01-01/",
            "today": "/",
            "journal": "/journal/",
        }.items():
            page.goto(path)
            self._take(page, name)
        page.get_by_test_id("journal-day").first.get_by_role("link").click()
        expect(page.get_by_test_id("journal-session").first).to_be_visible()
        self._take(page, "day")

    def _year(self, visitor: Visitor) -> None:
        """The year of the demo account."""
        self.site.run("django", "demo", "--password", PASSWORD)
        page = visitor.log_in("demo@emotionweb.invalid")
        last = datetime.now(UTC).date().replace(day=1) - timedelta(days=1)
        for name, path in {
            "demo-today": "/",
            "year-felt": f"/journal/year/{last.year}/",
            "year-shown": f"/journal/year/{last.year}/?show=shown",
            "year-difference": f"/journal/year/{last.year}/?show=difference",
            "month": f"/journal/month/{last:%Y-%m}/",
            "week": f"/journal/week/{last:%G-W%V}/",
            "insights": "/journal/insights/",
            "insights-method": "/journal/insights/method/",
            "search": "/journal/search/",
            "kept": "/privacy/retention/",
            "lock": "/accounts/lock/",
        }.items():
            page.goto(path)
            self._take(page, name)

    def _clips(self, page: Page, email: str) -> None:
        """The list with a clip, one that is being read and a file that is none; the player."""
        self.site.run("tests.browser.demo_clip", email)
        clips = ClipsPage(page).open()
        clips.drop({"letter.mp4": b"Dear Anna, " * 99})
        clips.expect_state("letter.mp4", "failed")
        long = wandering(self.site.log.parent / "interview.mp4")
        page.get_by_test_id("upload-rate").select_option("0")
        clips.choose(long)
        self._take(page, "clips")
        clips.row("Sunday").get_by_test_id("clip-link").click()
        player = PlayerPage(page)
        player.seek(23.0)
        self._take(page, "player")
        self._take(page, "player-page")
        page.goto("/clips/photos/")
        page.get_by_test_id("photo-file").set_input_files(
            {"name": "two.jpg", "mimeType": "image/jpeg", "buffer": jpeg(two_faces())}
        )
        photo = page.get_by_test_id("photo").first
        expect(photo).to_have_attribute("data-open", "false", timeout=DONE_WITHIN)
        photo.get_by_role("link").click()
        expect(page.get_by_test_id("photo-face")).to_have_count(2)
        self._take(page, "photo")


def save(png: bytes, path: Path) -> None:
    """Save with 256 colours: a third of the size, and hardly anybody sees it.

    The colours of the design are always among them: a mark covers little of the page and must not
    be mixed with the photograph beside it.
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    design = sorted(set(re.findall(r"#([0-9a-f]{6})\b", TOKENS.read_text().lower())))
    rest = picture.quantize(256 - len(design), method=Image.Quantize.MEDIANCUT).getpalette() or []
    palette = np.array([*itertools.chain.from_iterable(map(bytes.fromhex, design)), *rest])
    shades, places = np.unique(np.asarray(picture).reshape(-1, 3), axis=0, return_inverse=True)
    # The nearest by squared distance; the shade's own square is the same for all.
    colours = palette.reshape(-1, 3).astype(np.float32)
    nearest = ((colours**2).sum(axis=1) - 2 * shades.astype(np.float32) @ colours.T).argmin(axis=1)
    few = Image.fromarray(nearest.astype(np.uint8)[places].reshape(picture.height, picture.width))
    few.putpalette(palette.astype(np.uint8).tobytes())
    path.parent.mkdir(parents=True, exist_ok=True)
    few.save(path, optimize=True)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="tests.browser.screens", description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every page in every look")
    folder: Path | None = parser.parse_args(arguments).all
    with tempfile.TemporaryDirectory(prefix="emotionweb-screens-") as work:
        site = Site(Path(work))
        try:
            site.wait_until_it_answers()
            with sync_playwright() as playwright:
                chromiums = Chromiums(playwright, Path(work))
                wanted = None if folder else CHOSEN
                photographer = Photographer(site, chromiums, wanted, folder or SCREENS)
                for language in LOCALES:
                    photographer.go_through(language)
                chromiums.close()
        finally:
            site.stop()
    if not folder:
        shutil.copy(SCREENS / f"live-{Look('desk', 'light')}.png", SCREENS / "live.png")


if __name__ == "__main__":
    main(sys.argv[1:])
