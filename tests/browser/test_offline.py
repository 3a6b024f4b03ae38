"""The site as an app: installed, without a connection, and back again."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import PASSWORD
from tests.browser.test_pages import barriers
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
OFFLINE = ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch"]

# Not wait_for_function: it evaluates strings inside the page, which the policy of the site forbids.
UNTIL_LOOKED_AFTER = """async () => {
  while (!navigator.serviceWorker.controller) await new Promise((go) => setTimeout(go, 50));
}"""
UNTIL_NOTHING_WAITS = """async () => {
  const database = await new Promise((done) => {
    const opening = indexedDB.open("emotionweb");
    opening.onsuccess = () => done(opening.result);
  });
  const count = () => new Promise((done) => {
    const asked = database.transaction("entries").objectStore("entries").count();
    asked.onsuccess = () => done(asked.result);
  });
  while (await count()) await new Promise((go) => setTimeout(go, 50));
  database.close();
}"""


def ready(visit: Visit, **options: Any) -> tuple[Visitor, Page]:
    """A person on Today whose service worker looks after the page."""
    visitor = visit(**options)
    visitor.tolerated += OFFLINE
    page = visitor.sign_up()
    page.evaluate(UNTIL_LOOKED_AFTER)
    return visitor, page


def tap(page: Page, mood: int) -> None:
    page.keyboard.press("i")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press(str(mood))


def said(page: Page, words: str) -> None:
    expect(page.get_by_test_id("check-in-said")).to_have_text(words)


def kept(page: Page) -> dict[str, list[str]]:
    """Addresses of all that is in the caches of this browser."""
    found: dict[str, list[str]] = page.evaluate(
        """async () => {
          const out = {};
          for (const name of await caches.keys()) {
            const requests = await (await caches.open(name)).keys();
            out[name] = requests.map((one) => new URL(one.url).pathname + new URL(one.url).search);
          }
          return out;
        }"""
    )
    return found


def test_it_can_be_installed(visit: Visit) -> None:
    visitor, page = ready(visit)
    devtools = visitor.context.new_cdp_session(page)
    read = devtools.send("Page.getAppManifest")
    assert read["errors"] == []
    manifest = json.loads(read["data"])
    assert (manifest["name"], manifest["display"]) == ("Emotionweb", "standalone")
    for icon in manifest["icons"]:
        size = page.evaluate(
            """async (src) => {
              const picture = new Image();
              picture.src = src;
              await picture.decode();
              return `${picture.naturalWidth}x${picture.naturalHeight}`;
            }""",
            icon["src"],
        )
        assert size == icon["sizes"]
    wrong = devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # Playwright's windows are private ones, from which nothing can be installed.
    assert [one["errorId"] for one in wrong if one["errorId"] != "in-incognito"] == []


def test_nothing_personal_is_in_the_cache(visit: Visit) -> None:
    _visitor, page = ready(visit)
    for path in ("/journal/", "/accounts/profile/", "/"):
        page.goto(path)
    caches = kept(page)
    assert len(caches) == 1
    (addresses,) = caches.values()
    assert addresses[0] == "/offline/?lang=en"
    assert len(addresses) > 5
    assert all(address.startswith("/static/") for address in addresses[1:])
    body = page.evaluate(
        "caches.match('/offline/?lang=en', {ignoreVary: true}).then(a => a.text())"
    )
    assert "Ada" not in body


def test_a_tap_without_a_connection_is_sent_once_when_it_is_back(visit: Visit) -> None:
    visitor, page = ready(visit)
    visitor.context.set_offline(True)
    tap(page, 4)
    said(page, "Kept on this device. It is sent when the server answers again.")
    tap(page, 2)
    expect(page.get_by_test_id("waiting-count")).to_have_text("Waiting to be sent: 2")
    expect(page.get_by_test_id("check-in")).to_have_count(0)
    visitor.context.set_offline(False)
    expect(page.get_by_test_id("waiting-count")).to_have_text("Sent now: 2")
    expect(page.get_by_test_id("check-in")).to_have_count(2)
    page.reload()
    expect(page.get_by_test_id("waiting-count")).to_be_hidden()
    expect(page.get_by_test_id("check-in")).to_have_count(2)


def test_the_page_opens_without_a_connection_and_takes_a_note(
    visit: Visit, axe_source: str
) -> None:
    visitor, page = ready(visit, viewport={"width": 390, "height": 844})
    visitor.context.set_offline(True)
    page.reload()
    form = page.get_by_test_id("offline-form")
    form.locator("[name=mood][value='1']").check()
    form.get_by_label("Note").fill("on the *train*")
    page.get_by_test_id("offline-save").click()
    expect(page.get_by_test_id("offline-kept")).to_have_text("Kept on this device.")
    expect(page.get_by_test_id("waiting-count")).to_have_text("Waiting to be sent: 1")
    assert barriers(page, axe_source) == []
    page.reload()
    expect(page.get_by_test_id("waiting-count")).to_have_text("Waiting to be sent: 1")
    expect(page.locator("body")).not_to_contain_text("train")
    visitor.context.set_offline(False)
    expect(page.get_by_test_id("waiting-count")).to_have_text("Sent now: 1")
    page.get_by_test_id("offline-again").click()
    entry = page.get_by_test_id("check-in")
    expect(entry).to_have_attribute("data-mood-felt", "1")
    expect(entry.locator("em")).to_have_text("train")


def test_what_stands_in_the_whole_form_stays_there(visit: Visit) -> None:
    visitor, page = ready(visit)
    page.goto("/journal/check-in/")
    form = page.get_by_test_id("check-in-form")
    form.locator("[name=mood][value='3']").check()
    form.locator("[name=note]").fill("long and kept")
    visitor.context.set_offline(True)
    page.get_by_test_id("check-in-save").click()
    said(page, "Not saved: the server does not answer. Try again.")
    expect(form.locator("[name=note]")).to_have_value("long and kept")
    visitor.context.set_offline(False)
    page.get_by_test_id("said-again").click()
    expect(page.get_by_test_id("check-in")).to_contain_text("long and kept")


def test_where_only_the_answer_was_lost_it_is_there_once(visit: Visit) -> None:
    visitor, page = ready(visit)

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/check-in/quick/", lose_the_answer, times=1)
    tap(page, 5)
    expect(page.get_by_test_id("waiting-count")).to_have_text("Sent now: 1")
    page.reload()
    expect(page.get_by_test_id("check-in")).to_have_count(1)
    # Taken back: it had arrived, so it is deleted there as well.
    visitor.context.set_offline(True)
    page.route("**/check-in/quick/", lose_the_answer, times=1)
    tap(page, 1)
    page.get_by_test_id("said-undo").click()
    said(page, "It will not be sent.")
    expect(page.get_by_test_id("waiting-count")).to_be_hidden()
    visitor.context.set_offline(False)
    page.evaluate(UNTIL_NOTHING_WAITS)
    page.reload()
    expect(page.get_by_test_id("check-in")).to_have_count(1)


def test_what_the_server_refuses_stays_with_the_reason(visit: Visit) -> None:
    visitor, page = ready(visit)
    visitor.tolerated.append("400 (Bad Request)")
    visitor.context.set_offline(True)
    page.evaluate(  # a clock that is a century ahead
        """() => {
          const Right = Date;
          window.Date = class extends Right {
            constructor(...given) {
              super(...(given.length ? given : ["2126-01-01T12:00:00Z"]));
            }
          };
        }"""
    )
    tap(page, 3)
    visitor.context.set_offline(False)
    entry = page.get_by_test_id("refused-entry")
    expect(entry).to_contain_text("still to come")
    expect(page.get_by_test_id("refused-count")).to_have_text("Not accepted by the server: 1")
    page.reload()
    expect(entry).to_contain_text("still to come")
    page.get_by_test_id("refused-discard").click()
    expect(entry).to_have_count(0)
    expect(page.get_by_test_id("refused-count")).to_be_hidden()


def test_the_next_person_on_this_browser_neither_sees_nor_sends_it(visit: Visit) -> None:
    visitor, page = ready(visit)
    first = visitor.email
    visitor.context.set_offline(True)
    tap(page, 4)
    expect(page.get_by_test_id("waiting-count")).to_have_text("Waiting to be sent: 1")
    # The queue waits; the connection comes back in a tab that has nothing to do with it.
    page.route("**/offline/token/", lambda route: route.abort())
    visitor.context.set_offline(False)
    page.goto("/accounts/profile/")
    page.get_by_test_id("logout").click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()
    page.wait_for_load_state("networkidle")  # its scripts have noted that nobody is logged in
    visitor.context.set_offline(True)
    page.goto("/journal/")
    expect(page.get_by_test_id("offline-nobody")).to_be_visible()
    expect(page.get_by_test_id("offline-form")).to_be_hidden()
    expect(page.get_by_test_id("waiting-count")).to_be_hidden()
    visitor.context.set_offline(False)
    page.unroute("**/offline/token/")

    visitor.email = f"other-{first}"
    visitor.sign_up(page)
    page.wait_for_load_state("networkidle")  # its scripts have looked, and nothing is theirs
    expect(page.get_by_test_id("waiting-count")).to_be_hidden()
    expect(page.get_by_test_id("check-in")).to_have_count(0)
    page.goto("/accounts/profile/")
    page.get_by_test_id("logout").click()
    expect(page.get_by_role("link", name="Log in").first).to_be_visible()
    page.close()
    back = visitor.log_in(first)
    expect(back.get_by_test_id("check-in")).to_have_count(1)


def test_while_the_app_is_locked_it_waits_and_the_page_asks_for_the_pin(visit: Visit) -> None:
    visitor, page = ready(visit)
    visitor.tolerated.append("423")
    page.goto("/accounts/lock/")
    form = page.get_by_test_id("pin-form")
    for name, value in (("password", PASSWORD), ("pin", "2468"), ("again", "2468")):
        form.locator(f"[name={name}]").fill(value)
    form.get_by_role("button").click()
    page.get_by_test_id("lock-now").click()
    expect(page.get_by_test_id("unlock-form")).to_be_visible()
    visitor.context.set_offline(True)
    page.goto("/journal/")
    page.get_by_test_id("offline-form").locator("[name=mood][value='2']").check()
    page.get_by_test_id("offline-save").click()
    expect(page.get_by_test_id("waiting-count")).to_have_text("Waiting to be sent: 1")
    with page.expect_response("**/offline/token/") as asked:
        visitor.context.set_offline(False)
    assert asked.value.status == 423
    # Through the service worker, too, opening a page is known as opening a page.
    page.goto("/")
    expect(page.get_by_test_id("waiting-count")).to_have_count(0)
    page.get_by_test_id("unlock-form").locator("[name=pin]").fill("2468")
    page.get_by_test_id("unlock-form").get_by_role("button").click()
    expect(page.get_by_test_id("waiting-count")).to_have_text("Sent now: 1")
    expect(page.get_by_test_id("check-in")).to_have_count(1)
