"""The app lock in a browser: nothing of the person stays on the screen."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser import PASSWORD
from tests.browser.visitor import Visitor

PIN = "2468"


def test_a_locked_app_shows_nothing_in_any_tab_until_the_pin(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.sign_up()
    page.goto("/accounts/lock/")
    form = page.get_by_test_id("pin-form")
    form.locator("[name=password]").fill(PASSWORD)
    for name in ("pin", "again"):
        form.locator(f"[name={name}]").fill(PIN)
    form.locator("button").click()
    open_before = visitor.open("/journal/")
    page.get_by_test_id("lock-now").click()
    expect(page.get_by_test_id("unlock-form")).to_be_visible()
    expect(page.get_by_test_id("nav-journal")).to_have_count(0)
    expect(open_before.get_by_test_id("unlock-form")).to_be_visible()

    other = visitor.open("/journal/")
    expect(other.get_by_test_id("unlock-form")).to_be_visible()
    other.locator("[name=pin]").fill("1111")
    other.get_by_role("button", name="Unlock").click()
    expect(other.get_by_text("not your PIN").first).to_be_visible()
    other.locator("[name=pin]").fill(PIN)
    other.get_by_role("button", name="Unlock").click()
    expect(other).to_have_url(f"{page.url.split('/accounts')[0]}/journal/")


def test_a_page_leaves_by_itself_when_nobody_touches_it(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.sign_up()
    page = visitor.open("/accounts/lock/")
    form = page.get_by_test_id("pin-form")
    form.locator("[name=password]").fill(PASSWORD)
    for name in ("pin", "again"):
        form.locator(f"[name={name}]").fill(PIN)
    form.locator("[name=minutes]").select_option("1")
    form.locator("button").click()
    expect(page.get_by_test_id("lock-now")).to_be_visible()
    page.clock.install()
    page.goto("/journal/")
    page.clock.run_for(55_000)
    expect(page.get_by_test_id("nav-journal")).to_be_visible()
    page.keyboard.press("Shift")
    page.clock.run_for(55_000)
    expect(page.get_by_test_id("nav-journal")).to_be_visible()
    with page.expect_request(lambda request: "/accounts/unlock/" in request.url):
        page.clock.run_for(10_000)
