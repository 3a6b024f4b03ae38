"""The guided minute with a real camera picture, and what it changes on the live page."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import LIVE_WITHIN, LivePage, Visitor


def test_a_resting_face_is_taken_and_used_from_then_on(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.prepared().page
    page.goto("/live/calibration/")
    ask = page.get_by_test_id("guide-ask")
    page.get_by_test_id("guide-start").click()
    expect(ask).to_contain_text("at rest", timeout=LIVE_WITHIN)
    expect(page.get_by_test_id("guide-skip")).to_be_hidden()
    for asked in ("happy", "surprised", "sad", "angry"):
        expect(ask).to_contain_text(asked, timeout=40_000)
        page.get_by_test_id("guide-skip").click()
    expect(page.get_by_test_id("baseline")).to_be_visible()
    expect(page.get_by_test_id("baseline")).to_contain_text("at rest")

    page.goto("/live/")
    live = LivePage(page)
    live.start()
    expect(page.get_by_test_id("live-calibrated")).to_be_visible()
    live.stop()

    page.goto("/live/calibration/")
    page.get_by_test_id("baseline-forget").click()
    expect(page.get_by_test_id("baseline")).to_have_count(0)
    # Nothing of the guided minute is in the journal; the live session is.
    page.goto("/journal/")
    expect(page.get_by_text("1 session")).to_be_visible()


def test_nobody_in_front_of_the_camera_is_not_hurried(visit: Callable[..., Visitor]) -> None:
    page = visit(camera="nobody").prepared().page
    page.goto("/live/calibration/")
    page.get_by_test_id("guide-start").click()
    expect(page.locator("#guide-clock")).to_contain_text("the clock waits", timeout=LIVE_WITHIN)
    expect(page.get_by_test_id("guide-ask")).to_contain_text("at rest")
    page.locator("#guide-stop").click()
    expect(page.get_by_test_id("guide-start")).to_be_visible()
