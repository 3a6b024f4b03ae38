"""The journal by year, month, week and day: by keys, without colour, on a phone, in the dark."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PASSWORD
from tests.browser.site import Site
from tests.browser.test_pages import DEVICES, barriers
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
ADDRESS = "demo@emotionweb.invalid"


@pytest.fixture(scope="module")
def demo(running_site: Site) -> str:
    """The demo account with half a year."""
    running_site.wait_until_it_answers()
    options = ["--password", PASSWORD, "--days", "200", "--language", "en"]
    running_site.run("django", "demo", *options)
    return ADDRESS


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> dict[str, Any]:
    return DEVICES[request.param]


def open_year(page: Page) -> None:
    page.goto("/journal/")
    page.get_by_test_id("tab-year").click()
    expect(page.get_by_test_id("pixels")).to_be_visible()


def test_every_page_is_without_barriers_and_does_not_scroll_sideways(
    visit: Visit, demo: str, device: dict[str, Any], axe_source: str
) -> None:
    page = visit(**device).log_in(demo)
    open_year(page)
    year = page.url.rstrip("/")
    day = page.locator("a.pixel").last.get_attribute("href")
    paths = [year, f"{year}?show=shown", f"{year}?show=difference", day or ""]
    tabs = [page.get_by_test_id(f"tab-{name}") for name in ("month", "week", "list", "search")]
    paths += [tab.get_attribute("href") or "" for tab in tabs]
    for path in [*paths, "/journal/search/?words=a&kind=note", "/journal/search/?words=zebra"]:
        page.goto(path)
        expect(page.locator("h1")).to_have_count(1)
        for table in page.get_by_test_id("as-table").all():
            table.click()
        assert barriers(page, axe_source) == [], path
        beside = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(beside) == 0, f"{path} scrolls sideways"


@pytest.mark.parametrize(
    ("viewport", "on", "over"),
    [((1280, 800), "ArrowLeft", "ArrowUp"), ((390, 844), "ArrowUp", "ArrowLeft")],
)
def test_the_year_is_gone_through_with_the_arrow_keys(
    visit: Visit, demo: str, viewport: tuple[int, int], on: str, over: str
) -> None:
    page = visit(viewport={"width": viewport[0], "height": viewport[1]}).log_in(demo)
    open_year(page)
    stops = page.locator("[data-pixels] [data-tip][tabindex='0']")
    expect(stops).to_have_count(1)  # the whole grid is one stop of the Tab key
    stops.focus()
    days = page.locator("[data-pixels] [data-tip]")
    names = days.evaluate_all("all => all.map((day) => day.ariaLabel)")
    at = names.index(stops.get_attribute("aria-label"))
    page.keyboard.press(on)
    focused = page.locator("[data-tip]:focus")
    expect(focused).to_have_attribute("aria-label", names[at - 1])
    expect(page.locator("[data-reading]")).to_have_text(names[at - 1])
    page.keyboard.press(over)
    before = focused.get_attribute("aria-label")
    assert before in names[at - 33 : at - 27]
    page.keyboard.press("Home")
    expect(page.locator("[data-reading]")).to_have_text(focused.get_attribute("aria-label") or "")
    expect(stops).to_have_count(1)


def test_pointing_says_the_same_as_the_focus(visit: Visit, demo: str) -> None:
    page = visit().log_in(demo)
    open_year(page)
    reading = page.locator("[data-reading]")
    expect(reading).to_contain_text("Point at a day")
    day = page.locator("a.pixel").last
    words = day.get_attribute("aria-label") or ""
    day.hover()
    expect(reading).to_have_text(words)
    page.mouse.move(2, 2)
    expect(reading).to_contain_text("Point at a day")
    day.focus()
    expect(reading).to_have_text(words)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("journal-day")).to_be_visible()


def test_felt_shown_and_difference_are_told_without_colour(visit: Visit, demo: str) -> None:
    page = visit().log_in(demo)
    open_year(page)
    for view, kind, signs in (
        ("felt", "mood", "12345"),
        ("shown", "expression", "–▲◇▼■✕≈◐?"),
        ("difference", "apart", "−−=++"),
    ):
        page.get_by_test_id(f"show-{view}").click()
        expect(page.get_by_test_id("pixels")).to_have_attribute("data-view", view)
        pixels = page.locator(f"[data-pixels] .pixel[data-kind={kind}]")
        found = pixels.evaluate_all("all => all.map((pixel) => pixel.dataset.sign)")
        assert len(found) > 10
        assert all(sign and sign in signs for sign in found)
    expect(page.locator("[data-pixels] .pixel[data-kind=unknown]").first).to_be_visible()


def test_the_keys_turn_the_pages(visit: Visit, demo: str) -> None:
    page = visit().log_in(demo)
    page.goto("/journal/")
    page.get_by_test_id("tab-month").click()
    expect(page.get_by_test_id("tab-month")).to_have_attribute("aria-current", "page")
    page.wait_for_load_state()  # the keys come with the page's script
    now = page.locator("h1").inner_text()
    page.keyboard.press("[")
    expect(page.locator("h1")).not_to_have_text(now)
    page.wait_for_load_state()
    page.keyboard.press("]")
    expect(page.locator("h1")).to_have_text(now)


def test_a_note_is_found_in_chinese_and_leads_to_its_place(visit: Visit) -> None:
    page = visit().sign_up()
    page.goto("/journal/check-in/")
    form = page.get_by_test_id("check-in-form")
    form.locator("[name=mood][value='4']").check()
    form.locator("[name=note]").fill("沿着河走了很久")
    page.get_by_test_id("check-in-save").click()
    page.goto("/journal/")
    page.get_by_test_id("tab-search").click()
    page.locator("[name=words]").fill("河")
    page.get_by_test_id("search-go").click()
    expect(page.get_by_test_id("search-count")).to_have_text("1 check-in found")
    expect(page.locator("mark")).to_have_text("河")
    page.get_by_test_id("hit").get_by_role("link").click()
    expect(page.get_by_test_id("timeline").get_by_test_id("check-in")).to_contain_text("沿着河")


def test_a_day_is_hidden_and_shown_again(visit: Visit) -> None:
    page = visit().sign_up()
    page.get_by_role("main").get_by_role("button", name="very good").click()
    expect(page.get_by_test_id("check-in")).to_have_count(1)
    page.goto("/journal/")
    page.get_by_test_id("journal-day").get_by_role("link").click()
    page.get_by_test_id("day-hide").click()
    expect(page.get_by_test_id("day-hidden")).to_be_visible()
    page.get_by_test_id("tab-list").click()
    expect(page.get_by_test_id("journal-day")).to_have_count(0)
    page.go_back()
    page.get_by_test_id("day-show").click()
    expect(page.get_by_test_id("check-in")).to_have_count(1)
    page.get_by_test_id("day-unhide").click()
    expect(page.get_by_test_id("journal-day")).to_be_visible()
