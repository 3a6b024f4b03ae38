"""What holds for every page: no barriers, no sideways scrolling, no complaint in the console."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.browser.visitor import LivePage, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]

FOR_STRANGERS = [
    "/",
    "/accounts/signup/",
    "/accounts/login/",
    "/accounts/password/reset/",
    "/accounts/password/reset/sent/",
    "/accounts/password/reset/MQ/used-before/",
]
FOR_PEOPLE = [
    "/",
    "/journal/",
    "/journal/check-in/",
    "/journal/tags/",
    "/journal/insights/",
    "/journal/insights/method/",
    "/journal/trackers/",
    "/journal/reminders/",
    "/journal/notices/",
    "/journal/breathe/",
    "/live/",
    "/accounts/profile/",
    "/accounts/privacy/",
    "/accounts/password/",
    "/accounts/delete/",
    "/accounts/lock/",
    "/live/calibration/",
    "/clips/",
    "/clips/photos/",
    "/privacy/erase/",
    "/privacy/retention/",
    "/privacy/export/",
    "/privacy/import/",
    "/privacy/report/",
]
#: A phone at night, a desk by day.
DEVICES = {
    "phone": {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
    "desk": {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
}
GROUNDS = {"dark": "rgb(21, 23, 26)", "light": "rgb(251, 249, 245)"}


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> dict[str, Any]:
    return DEVICES[request.param]


@pytest.fixture
def check(device: dict[str, Any], axe_source: str) -> Callable[[Page], None]:
    """Look at the page that is open."""

    def look(page: Page) -> None:
        expect(page.locator("h1")).to_have_count(1)
        assert barriers(page, axe_source) == []
        beside = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(beside) == 0, f"{page.url} scrolls sideways"
        assert ground(page) == GROUNDS[device["color_scheme"]]

    return look


def ground(page: Page) -> str:
    return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def barriers(page: Page, axe_source: str) -> list[str]:
    """What axe-core finds that is serious or critical, in words."""
    page.evaluate(axe_source)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{page.url}: {violation['id']} at {node['target']}: {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in {"serious", "critical"}
        for node in violation["nodes"]
    ]


def test_pages_for_strangers_have_no_barriers(
    visit: Visit, device: dict[str, Any], check: Callable[[Page], None]
) -> None:
    page = visit(**device).context.new_page()
    for path in FOR_STRANGERS:
        page.goto(path)
        check(page)
    page.goto("/accounts/signup/")
    page.get_by_test_id("signup-form").locator("button").click()
    expect(page.get_by_test_id("form-summary")).to_be_focused()
    check(page)


def test_pages_of_a_new_person_have_no_barriers_and_nothing_in_them(
    visit: Visit, device: dict[str, Any], check: Callable[[Page], None]
) -> None:
    page = visit(**device).sign_up()
    for path in FOR_PEOPLE:
        page.goto(path)
        expect(page.get_by_test_id("journal-day")).to_have_count(0)
        check(page)


def test_pages_of_a_full_journal_have_no_barriers(
    visit: Visit, site: Site, device: dict[str, Any], check: Callable[[Page], None]
) -> None:
    visitor = visit(**device)
    site.run("tests.browser.demo", visitor.email)
    page = visitor.log_in(visitor.email)
    check(page)
    page.goto("/journal/")
    assert page.get_by_test_id("journal-day").count() > 10
    check(page)
    page.get_by_test_id("journal-day").first.get_by_role("link").click()
    expect(page.get_by_test_id("journal-session").first).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    check(page)
    page.goto("/")
    page.get_by_test_id("check-in-edit").first.click()
    check(page)
    page.goto("/journal/tags/")
    check(page)
    page.get_by_test_id("tag").first.get_by_role("link").click()
    page.get_by_test_id("tag-delete-ask").click()
    check(page)


def test_the_live_page_has_no_barriers_while_it_runs_and_when_it_ended(
    visit: Visit, device: dict[str, Any], check: Callable[[Page], None]
) -> None:
    live: LivePage = visit(**device).prepared()
    check(live.page)
    live.start()
    expect(live.faces).to_have_count(1)
    check(live.page)
    live.pause()
    check(live.page)
    live.stop()
    expect(live.summary).to_be_visible()
    check(live.page)


def test_the_time_zone_of_the_browser_becomes_the_persons_own(visit: Visit) -> None:
    page = visit(timezone_id="Asia/Tokyo").sign_up()
    page.get_by_test_id("nav-profile").click()
    zone = page.get_by_test_id("profile-form").locator("[name=timezone]")
    expect(zone).to_have_value("Asia/Tokyo")


def test_the_appearance_chosen_in_the_profile_outweighs_the_devices(visit: Visit) -> None:
    page = visit(color_scheme="light").sign_up()
    page.get_by_test_id("nav-profile").click()
    form = page.get_by_test_id("profile-form")
    form.locator("[name=theme]").select_option("dark")
    form.locator("button").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert ground(page) == GROUNDS["dark"]
