"""Numbers of a day, insights and the breathing page in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def test_a_number_is_tracked_and_filled_in_on_today(visit: Visit) -> None:
    page = visit().sign_up()
    page.goto("/journal/trackers/")
    form = page.get_by_test_id("tracker-form")
    form.locator("[name=name]").fill("Sleep")
    form.locator("[name=unit]").fill("h")
    form.locator("button").click()
    expect(page.get_by_test_id("tracker")).to_contain_text("Sleep (h)")
    page.goto("/")
    page.get_by_label("Sleep (h)").fill("7.5")
    page.get_by_test_id("numbers-save").click()
    expect(page.get_by_label("Sleep (h)")).to_have_value("7.5")


def test_an_empty_page_of_insights_offers_a_check_in(visit: Visit) -> None:
    page = visit().sign_up()
    page.goto("/journal/insights/")
    page.get_by_test_id("insights-empty").get_by_role("link").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_breathing_runs_in_the_page_and_stops(visit: Visit) -> None:
    page = visit(reduced_motion="no-preference").sign_up()
    page.goto("/journal/breathe/")
    word = page.get_by_test_id("breathe-word")
    page.keyboard.press("s")
    expect(word).to_have_text("Breathe in")
    expect(page.get_by_test_id("breathe-stop")).to_be_focused()
    before = page.locator("[data-part=disc]").evaluate("disc => disc.style.transform")
    expect(word).to_have_text("Breathe out", timeout=8000)
    assert page.locator("[data-part=disc]").evaluate("disc => disc.style.transform") != before
    page.keyboard.press("x")
    expect(page.get_by_test_id("breathe-start")).to_be_focused()
    expect(word).to_have_text("")


def test_where_no_motion_is_wanted_only_the_words_change(visit: Visit) -> None:
    page = visit(reduced_motion="reduce").sign_up()
    page.goto("/journal/breathe/")
    page.get_by_test_id("breathe-start").click()
    disc = page.locator("[data-part=disc]")
    before = disc.evaluate("disc => disc.style.transform")
    expect(page.get_by_test_id("breathe-word")).to_have_text("Breathe out", timeout=8000)
    assert disc.evaluate("disc => disc.style.transform") == before
