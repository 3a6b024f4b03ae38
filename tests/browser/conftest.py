"""A running site, browsers with cameras, and visitors."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.chromium import PROGRAM, Chromiums
from tests.browser.site import ROOT, Site
from tests.browser.visitor import Visitor

MISSING = f"NOT TESTED in a browser: {PROGRAM} is not installed (Debian package chromium)."

expect.set_options(timeout=15_000)


@pytest.fixture(scope="package")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="emotionweb-browser-") as name:
        yield Path(name)


@pytest.fixture(scope="package")
def running_site(folder: Path) -> Iterator[Site]:
    site = Site(folder)
    try:
        site.wait_until_it_answers()
        yield site
    finally:
        site.stop()


@pytest.fixture
def site(running_site: Site) -> Site:
    """The site, shared by all tests; also after one of them has killed a part of it."""
    running_site.wait_until_it_answers()
    return running_site


# For the package only: while Playwright runs, this thread has an event loop, and Django would
# refuse other tests their database.
@pytest.fixture(scope="package")
def chromiums(folder: Path) -> Iterator[Chromiums]:
    if shutil.which(PROGRAM) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browsers = Chromiums(playwright, folder)
        yield browsers
        browsers.close()


@pytest.fixture
def visit(site: Site, chromiums: Chromiums) -> Iterator[Callable[..., Visitor]]:
    """Make visitors: `visit(camera="nobody", color_scheme="dark")`.

    At the end nothing may stand in the console of any of their pages.
    """
    visitors = []

    def make(camera: str = "smiling", **options: Any) -> Visitor:
        options = {
            "base_url": site.url,
            "locale": "en-GB",
            "timezone_id": "Europe/Berlin",
            "viewport": {"width": 1280, "height": 800},
            "reduced_motion": "reduce",
            **options,
        }
        context = chromiums.with_camera(camera).new_context(**options)
        visitors.append(Visitor(context))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.context.close()
    for visitor in visitors:
        assert visitor.unexpected_complaints == []


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The script that looks for barriers, to be run in a page."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
