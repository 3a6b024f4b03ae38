"""Reminders in a real browser: the permission, and a notification while a page is open."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]

#: Chromium without a screen shows none; what would be shown is kept instead.
KEEP_NOTIFICATIONS = """
window.shown = [];
window.Notification = class {
  static permission = "default";
  static async requestPermission() { return (this.permission = "granted"); }
  constructor(title, options) {
    window.shown.push([title, options.tag]);
    document.documentElement.dataset.shown = JSON.stringify(window.shown);
  }
  close() {}
};
"""


def add(page: Page, clock: str) -> None:
    page.goto("/journal/reminders/")
    form = page.get_by_test_id("reminder-form")
    form.locator("[name=time]").fill(clock)
    form.locator("button").click()
    expect(page.get_by_test_id("reminder").filter(has_text=clock)).to_contain_text("every day")


def test_the_permission_is_asked_for_by_a_button_only(visit: Visit) -> None:
    visitor = visit()
    visitor.context.add_init_script(KEEP_NOTIFICATIONS)
    page = visitor.sign_up()
    add(page, "21:00")
    words = page.get_by_test_id("notifications-words")
    expect(words).to_contain_text("can show a notification")
    assert page.evaluate("Notification.permission") == "default"
    page.get_by_test_id("notifications-ask").click()
    expect(words).to_contain_text("This browser shows a notification")
    expect(page.get_by_test_id("notifications-ask")).to_be_hidden()


def test_at_the_time_an_open_page_shows_it_once(visit: Visit) -> None:
    visitor = visit(service_workers="block")  # or routes would not see what it asks for
    visitor.context.add_init_script(
        KEEP_NOTIFICATIONS.replace('permission = "default"', 'permission = "granted"')
    )
    page = visitor.sign_up()
    add(page, "21:00")
    known = page.locator("#coming-reminders").text_content()
    assert known is not None
    assert "T21:00" in known
    said = "You wanted to check in at 21:00"
    due = {
        "address": "/journal/reminders/due/",
        "now": 1_000_000,
        "next": [],
        "due": [{"key": "1 T", "said": said}],
    }
    page.route("**/journal/reminders/due/", lambda route: route.fulfill(json=due))
    page.route(re.compile(r"^https?://[^/]+/$"), a_moment_ago)
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-shown", f'[["{said}","1 T"]]')
    page.reload()
    page.wait_for_timeout(1500)
    assert page.evaluate("window.shown") == []


def a_moment_ago(route: Route) -> None:
    """Today as it is, but the time of its reminder has just come."""
    answer = route.fetch()
    text = answer.text()
    start = text.index(">", text.index('id="coming-reminders"')) + 1
    end = text.index("</script>", start)
    known = {
        "address": "/journal/reminders/due/",
        "now": 1_000_000,
        "next": [{"key": "1 T", "at": 999_000}],
    }
    route.fulfill(response=answer, body=text[:start] + json.dumps(known) + text[end:])
