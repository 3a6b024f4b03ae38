"""A person with a browser: what they do often, and what the pages complain about meanwhile."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, WebSocket, expect

from tests.browser import PASSWORD

LIVE_WITHIN = 20_000
"""Milliseconds from Start to the first answer; the model is read meanwhile, on a busy machine."""

_numbers = itertools.count(1)


class Visitor:
    """One person's browser profile.

    Attributes:
        complaints: Errors in the console of any page; violations of the Content-Security-Policy
            are among them.
        tolerated: Parts of complaints that a test brings about on purpose.
    """

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.email = f"visitor{next(_numbers)}@example.org"
        self.complaints: list[str] = []
        self.tolerated: list[str] = []
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location['url']})")

    @property
    def unexpected_complaints(self) -> list[str]:
        return [
            complaint
            for complaint in self.complaints
            if not any(part in complaint for part in self.tolerated)
        ]

    def open(self, path: str) -> Page:
        """Open a page in a new tab."""
        page = self.context.new_page()
        page.goto(path)
        return page

    def sign_up(self, page: Page | None = None) -> Page:
        """Make an account through the page; lands on Today."""
        page = page or self.context.new_page()
        page.goto("/accounts/signup/")
        form = page.get_by_test_id("signup-form")
        form.locator("[name=email]").fill(self.email)
        form.locator("[name=name]").fill("Ada")
        for name in ("password1", "password2"):
            form.locator(f"[name={name}]").fill(PASSWORD)
        form.locator("button").click()
        expect(page.get_by_test_id("nav-today")).to_have_attribute("aria-current", "page")
        return page

    def log_in(self, email: str) -> Page:
        page = self.open("/accounts/login/")
        form = page.get_by_test_id("login-form")
        form.locator("[name=username]").fill(email)
        form.locator("[name=password]").fill(PASSWORD)
        form.locator("button").click()
        expect(page.get_by_test_id("nav-today")).to_have_attribute("aria-current", "page")
        return page

    def consent(self, page: Page) -> "LivePage":
        """Go to the live page for the first time and agree."""
        page.get_by_test_id("nav-live").click()
        live = LivePage(page)
        page.get_by_test_id("consent-accept").click()
        expect(live.button("start")).to_be_enabled()
        return live

    def prepared(self) -> "LivePage":
        """Everything before Start: an account, the consent, the live page."""
        return self.consent(self.sign_up())


@dataclass
class Wire:
    """What the server said on the live socket of a page, in order."""

    page: Page
    messages: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: self.messages.append(json.loads(data)))

    def of_type(self, *types: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["type"] in types]

    def wait_until(self, holds: Callable[["Wire"], object], seconds: float = 30.0) -> None:
        """Let the page run until something was said."""
        for _ in range(int(seconds * 20)):
            if holds(self):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"Waited {seconds} s in vain; heard: {self.messages[-3:]}")


class LivePage:
    """The live page by its handles."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wire = Wire(page)
        self.error = page.get_by_test_id("live-error")
        self.summary = page.get_by_test_id("live-summary")
        self.faces = page.get_by_test_id("face")
        self.canvas = page.get_by_test_id("live-canvas")

    def button(self, name: str) -> Locator:
        """Start, pause, stop or snapshot."""
        return self.page.get_by_test_id(f"live-{name}")

    def number(self, name: str) -> Locator:
        """Fps, rtt or model."""
        return self.page.get_by_test_id(f"live-{name}")

    def expect_state(self, state: str, timeout: float = LIVE_WITHIN) -> None:
        shown = self.page.get_by_test_id("live-state")
        expect(shown).to_have_attribute("data-state", state, timeout=timeout)

    def start(self) -> None:
        """Start, and wait for the first picture that was answered."""
        heard = len(self.wire.of_type("result"))
        self.button("start").click()
        self.expect_state("live")
        self.wire.wait_until(lambda wire: len(wire.of_type("result")) > heard)

    def pause(self) -> dict[str, Any]:
        """Pause and return the result that stays on the screen."""
        heard = len(self.wire.of_type("paused"))
        self.button("pause").click()
        self.expect_state("paused")
        self.wire.wait_until(lambda wire: len(wire.of_type("paused")) > heard)
        return self.wire.of_type("result")[-1]

    def stop(self) -> None:
        self.button("stop").click()
        self.expect_state("ended")
