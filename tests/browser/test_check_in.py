"""Two taps from anywhere, by hand, by key and without a script; then more, changed and undone."""

import io
import re
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.test_keyboard import tab_to
from tests.browser.test_pages import barriers
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def said(page: Page, words: str) -> None:
    expect(page.get_by_test_id("check-in-said")).to_have_text(words)


def test_two_taps_are_enough_and_one_takes_it_back(visit: Visit, axe_source: str) -> None:
    page = visit(viewport={"width": 390, "height": 844}).sign_up()
    page.goto("/accounts/profile/")
    page.get_by_test_id("nav-check-in").click()
    dialog = page.get_by_role("dialog", name="How do you feel?")
    expect(dialog).to_be_visible()
    assert barriers(page, axe_source) == []
    dialog.get_by_role("button", name="good", exact=False).nth(0).click()
    said(page, "Checked in: good.")
    expect(dialog).to_be_hidden()
    expect(page.get_by_test_id("nav-check-in")).to_be_focused()
    assert barriers(page, axe_source) == []

    page.get_by_test_id("said-undo").click()
    said(page, "The check-in is deleted.")
    page.get_by_test_id("said-undo").click()
    said(page, "The check-in is back.")
    page.get_by_test_id("nav-today").click()
    expect(page.get_by_test_id("check-in")).to_have_attribute("data-mood-felt", "4")


def test_on_today_one_tap_is_enough_and_the_page_shows_it(visit: Visit) -> None:
    page = visit().sign_up()
    expect(page.get_by_test_id("check-in")).to_have_count(0)
    page.get_by_role("main").get_by_role("button", name="very good").click()
    expect(page.get_by_test_id("check-in")).to_have_attribute("data-mood-felt", "5")
    page.get_by_test_id("said-undo").click()
    expect(page.get_by_test_id("check-in")).to_have_count(0)


def test_by_keys_alone(visit: Visit) -> None:
    page = visit().sign_up()
    page.goto("/journal/")
    page.keyboard.press("i")
    dialog = page.get_by_role("dialog", name="How do you feel?")
    expect(dialog.get_by_role("button", name="so-so")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(dialog.get_by_role("button", name=re.compile("2 ?bad"))).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    tab_to(page, page.get_by_test_id("nav-check-in"))
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.keyboard.press("1")
    said(page, "Checked in: very bad.")
    expect(page.get_by_test_id("nav-check-in")).to_be_focused()
    page.keyboard.press("u")
    said(page, "The check-in is deleted.")


def test_more_is_added_in_the_form_and_can_be_deleted_and_brought_back(visit: Visit) -> None:
    page = visit().sign_up()
    page.wait_for_load_state()
    page.keyboard.press("i")
    page.keyboard.press("2")
    page.get_by_test_id("said-more").click()
    form = page.get_by_test_id("check-in-form")
    expect(form.locator("[name=mood][value='2']")).to_be_checked()
    form.locator("[name=mood][value='3']").check()
    form.locator("[name=energy][value='4']").check()
    form.locator("[name=note]").fill("A **long** day")
    page.get_by_test_id("tag-starters").click()
    form.get_by_label("Friends").check(force=True)
    form.locator("[name=new_tag]").fill("Anna")
    form.locator("[name=new_tag_kind]").select_option("people")
    form.locator("[name=new_tag]").press("Enter")
    expect(form.get_by_label("Anna")).to_be_checked()
    expect(form.get_by_label("Friends")).to_be_checked()
    expect(form.locator("[name=note]")).to_have_value("A **long** day")
    page.get_by_test_id("check-in-save").click()

    entry = page.get_by_test_id("check-in")
    expect(entry).to_have_attribute("data-mood-felt", "3")
    expect(entry.locator("strong")).to_have_text("long")
    expect(entry).to_contain_text("Anna")
    page.get_by_test_id("check-in-edit").click()
    page.get_by_test_id("check-in-delete").click()
    expect(page.get_by_test_id("check-in")).to_have_count(0)
    page.get_by_test_id("message-undo").click()
    expect(entry).to_contain_text("Anna")


def test_without_a_script_everything_can_be_done(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    page = visitor.sign_up()
    page.get_by_role("main").get_by_role("button", name="so-so").click()
    expect(page.get_by_test_id("check-in")).to_have_attribute("data-mood-felt", "3")
    page.get_by_test_id("message-undo").click()
    expect(page.get_by_test_id("check-in")).to_have_count(0)
    page.get_by_test_id("message-undo").click()
    expect(page.get_by_test_id("check-in")).to_have_count(1)

    page.get_by_test_id("nav-check-in").click()
    form = page.get_by_test_id("check-in-form")
    form.locator("[name=note]").fill("without a script")
    page.get_by_test_id("check-in-save").click()
    expect(page.get_by_test_id("form-summary")).to_contain_text("five marks")
    form.locator("[name=mood][value='5']").check()
    page.get_by_test_id("tag-starters").click()
    form.get_by_label("Walk").check(force=True)
    page.get_by_test_id("check-in-save").click()
    entry = page.get_by_test_id("check-in").filter(has_text="without a script")
    expect(entry).to_have_attribute("data-mood-felt", "5")
    expect(entry).to_contain_text("Walk")


def test_at_the_end_of_a_session_one_tap_says_how_it_felt(visit: Visit) -> None:
    live = visit(camera="nobody").prepared()
    page = live.page
    live.start()
    live.stop()
    question = live.summary.get_by_role("heading", name="How did it feel?")
    expect(question).to_be_visible()
    live.summary.get_by_role("button", name="very bad").click()
    said(page, "Checked in: very bad.")
    expect(question).to_be_hidden()
    expect(live.summary.get_by_role("heading", level=2)).to_be_focused()
    page.get_by_test_id("said-undo").click()
    expect(question).to_be_visible()
    live.summary.get_by_role("button", name="very good").click()
    said(page, "Checked in: very good.")
    page.get_by_test_id("nav-today").click()
    expect(page.get_by_test_id("check-in")).to_have_attribute("data-mood-felt", "5")


def test_a_photo_is_added_seen_and_removed(visit: Visit, axe_source: str) -> None:
    taken = io.BytesIO()
    Image.new("RGB", (2400, 1800), "teal").save(taken, "JPEG")
    page = visit(viewport={"width": 390, "height": 844}).sign_up()
    page.goto("/journal/check-in/")
    form = page.get_by_test_id("check-in-form")
    form.locator("[name=mood][value='4']").check()
    photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": taken.getvalue()}
    form.locator("[name=photo]").set_input_files([photo])
    # What is added in place leaves the chosen photo where it is.
    form.locator("[name=new_tag]").fill("Anna")
    form.locator("[name=new_tag]").press("Enter")
    expect(form.get_by_label("Anna")).to_be_checked()
    assert barriers(page, axe_source) == []
    page.get_by_test_id("check-in-save").click()
    shown = page.get_by_test_id("check-in-photo")
    expect(shown).to_be_visible()
    assert shown.evaluate("async (it) => { await it.decode(); return it.naturalWidth; }") == 1600
    assert barriers(page, axe_source) == []
    page.get_by_test_id("check-in-edit").click()
    expect(page.get_by_test_id("check-in-photo")).to_be_visible()
    assert barriers(page, axe_source) == []
    page.get_by_label("Remove the photo").check()
    page.get_by_test_id("check-in-save").click()
    expect(page.get_by_test_id("check-in")).to_have_count(1)
    expect(page.get_by_test_id("check-in-photo")).to_have_count(0)


def test_somebody_logged_out_elsewhere_is_told(visit: Visit) -> None:
    visitor = visit()
    visitor.tolerated += ["401", "403"]
    page = visitor.sign_up()
    other = visitor.open("/accounts/profile/")
    other.get_by_test_id("logout").click()
    expect(other.get_by_role("link", name="Log in").first).to_be_visible()
    page.keyboard.press("i")
    page.keyboard.press("4")
    expect(page.get_by_test_id("check-in-said")).to_contain_text(re.compile("logged out|Reload"))
