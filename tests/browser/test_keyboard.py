"""Everything can be done without a mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import PASSWORD
from tests.browser.visitor import LivePage, Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def tab_to(page: Page, control: Locator, steps: int = 40) -> None:
    """Press Tab until a control has the focus, and see that it shows it."""
    for _ in range(steps):
        if control.evaluate("control => control === document.activeElement"):
            outline = control.evaluate("control => getComputedStyle(control).outlineStyle")
            assert outline != "none", f"the focus on {control} cannot be seen"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{steps} tabs do not lead to {control}")


def test_from_the_first_page_to_the_end_of_a_session_by_keys_alone(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/")
    tab_to(page, page.get_by_role("main").get_by_role("link", name="Sign up"))
    page.keyboard.press("Enter")
    form = page.get_by_test_id("signup-form")
    expect(form).to_be_visible()
    for name, text in [
        ("email", visitor.email),
        ("name", "Ada"),
        ("password1", PASSWORD),
        ("password2", PASSWORD),
    ]:
        tab_to(page, form.locator(f"[name={name}]"))
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("nav-today")).to_have_attribute("aria-current", "page")

    tab_to(page, page.get_by_test_id("nav-live"))
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("consent-form")).to_be_visible()
    tab_to(page, page.get_by_test_id("consent-accept"))
    live = LivePage(page)
    page.keyboard.press("Enter")
    expect(live.button("start")).to_be_enabled()

    tab_to(page, live.button("start"))
    page.keyboard.press("Enter")
    live.expect_state("live")
    expect(live.faces).to_have_count(1)
    tab_to(page, live.button("stop"))
    page.keyboard.press("Enter")
    live.expect_state("ended")
    expect(live.summary.get_by_role("heading", level=2)).to_be_focused()


def test_letters_are_shortcuts_and_a_question_mark_lists_them(visit: Visit) -> None:
    live = visit().prepared()
    keys = live.page.get_by_role("dialog")
    live.page.keyboard.press("?")
    expect(keys).to_be_visible()
    expect(keys).to_contain_text("Start")
    live.page.keyboard.press("Escape")
    expect(keys).to_be_hidden()

    live.page.keyboard.press("s")
    live.expect_state("live")
    live.page.keyboard.press("p")
    live.expect_state("paused")
    live.page.keyboard.press("p")
    live.expect_state("live")
    live.page.keyboard.press("x")
    live.expect_state("ended")
