"""“That's wrong, it is …” on the live page: explained without consent, kept with it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_pages import barriers
from tests.browser.visitor import LivePage, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def press_wrong(live: LivePage) -> None:
    live.page.get_by_role("button", name="That’s wrong").first.click()
    expect(live.page.get_by_test_id("wrong")).to_be_visible()


def agree_to_training(page: Page) -> None:
    page.goto("/accounts/privacy/")
    page.get_by_test_id("training-consent-accept").click()
    expect(page.get_by_test_id("training-consent-withdraw")).to_be_visible()


def test_without_consent_it_says_what_would_be_kept_and_where_to_decide(
    visit: Visit, axe_source: str
) -> None:
    live = visit().prepared()
    live.start()
    press_wrong(live)
    panel = live.page.get_by_test_id("wrong")
    expect(panel).to_contain_text("You have not agreed to that, so nothing is kept.")
    expect(panel.get_by_role("button", name="angry")).to_have_count(0)
    assert barriers(live.page, axe_source) == []
    panel.get_by_role("link").click()
    expect(live.page).to_have_url(re.compile("/accounts/privacy/#training-title$"))


def test_with_consent_the_face_is_given_and_counted_under_privacy(
    visit: Visit, axe_source: str
) -> None:
    visitor = visit()
    live = visitor.prepared()
    agree_to_training(live.page)
    live.page.goto("/live/")
    live.start()
    press_wrong(live)
    panel = live.page.get_by_test_id("wrong")
    expect(panel.get_by_role("heading")).to_be_focused()
    assert barriers(live.page, axe_source) == []
    panel.get_by_role("button", name="contemptuous").click()
    expect(panel.get_by_role("status")).to_contain_text("The face is given to training")
    live.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    live.stop()
    live.page.goto("/accounts/privacy/")
    expect(live.page.locator("main")).to_contain_text("1 face of yours is kept for training.")
