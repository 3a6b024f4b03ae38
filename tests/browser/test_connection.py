"""A running session when its connection, or the right of its person to it, is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.site import Site
from tests.browser.visitor import LivePage, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]

FIVE_SECONDS = 5_000


def test_a_killed_server_is_named_and_the_same_session_goes_on_with_all_that_was_recorded(
    visit: Visit, site: Site
) -> None:
    visitor = visit()
    # The browser itself says this about each attempt that fails.
    visitor.tolerated += ["WebSocket connection to", "ERR_CONNECTION_REFUSED"]
    live = visitor.prepared()
    live.start()

    # The first ten seconds are in the journal before the server dies.
    today = visitor.context.new_page()
    for _ in range(60):
        today.goto("/")
        if today.get_by_test_id("journal-day").count():
            break
        live.page.wait_for_timeout(500)
    expect(today.get_by_test_id("journal-day")).to_have_attribute("data-top", "happiness")

    site.kill_web()
    live.expect_state("reconnecting")
    expect(live.error).to_contain_text("The connection dropped at")
    expect(live.error).to_contain_text("Reconnecting")
    live.expect_state("live", timeout=60_000)
    expect(live.error).to_be_hidden()
    first, second = live.wire.of_type("ready")
    assert second["session"] == first["session"]
    assert second["resumed"]

    seen = len(live.wire.of_type("result"))
    live.wire.wait_until(lambda wire: len(wire.of_type("result")) > seen + 15)
    live.stop()
    (summary,) = live.wire.of_type("summary")
    assert summary["session"] == first["session"]
    assert summary["seconds"] > 10
    today.goto(f"/journal/{summary['day']}/")
    expect(today.get_by_test_id("journal-session")).to_have_count(1)


def test_a_second_tab_takes_the_session_over_and_the_first_one_says_so(visit: Visit) -> None:
    visitor = visit()
    first = visitor.prepared()
    first.start()
    second = LivePage(visitor.context.new_page())
    second.page.goto("/live/")
    second.start()

    first.expect_state("error", timeout=FIVE_SECONDS)
    expect(first.error).to_contain_text("goes on in another tab")
    assert second.wire.of_type("ready")[0]["session"] == first.wire.of_type("ready")[0]["session"]
    second.expect_state("live")
    second.stop()
    expect(second.summary).to_be_visible()


def test_logging_out_in_another_tab_closes_the_session_within_five_seconds(visit: Visit) -> None:
    visitor = visit()
    live = visitor.prepared()
    live.start()
    other = visitor.open("/accounts/profile/")
    other.get_by_test_id("logout").click()

    live.expect_state("error", timeout=FIVE_SECONDS)
    expect(live.error).to_contain_text("You were logged out")
    expect(live.error).to_contain_text("is saved")
    heard = len(live.wire.messages)
    expect(live.button("stop")).to_be_hidden()
    assert len(live.wire.messages) == heard


def test_withdrawing_consent_closes_the_session_and_asks_anew_before_the_next_one(
    visit: Visit,
) -> None:
    visitor = visit()
    live = visitor.prepared()
    live.start()
    other = visitor.open("/accounts/privacy/")
    other.get_by_test_id("consent-withdraw").click()

    live.expect_state("error", timeout=FIVE_SECONDS)
    expect(live.error).to_contain_text("consent to the camera was withdrawn")
    live.page.reload()
    expect(live.page.get_by_test_id("consent-form")).to_be_visible()
    expect(live.button("start")).to_have_count(0)
