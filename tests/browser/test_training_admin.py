"""The administration's pages of training: from an upload to a run, and what is on each page."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PASSWORD
from tests.browser.site import Site
from tests.browser.test_pages import DEVICES, GROUNDS, barriers, ground
from tests.browser.visitor import Visitor
from tests.training.faces import distinct_faces, zip_of

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
CHECKED_WITHIN = 90_000
"""Milliseconds until a small data set is checked; the worker may be busy with something else."""
STOPPED_WITHIN = 180_000
"""Until a run that is asked to stop has stopped; TensorFlow may be on its way in."""


def log_in(visitor: Visitor, site: Site, *options: str) -> Page:
    """As a new administrator."""
    site.run("tests.browser.training_demo", visitor.email, *options)
    page = visitor.open("/admin/login/")
    page.locator("[name=username]").fill(visitor.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[type=submit]").click()
    expect(page.locator("h1")).to_have_text("Site administration")
    return page


def test_from_an_upload_to_a_run_that_is_stopped(visit: Visit, site: Site, tmp_path: Path) -> None:
    visitor = visit()
    visitor.tolerated.append("400 (Bad Request)")  # the form that was sent without a file
    page = log_in(visitor, site)
    page.get_by_role("link", name="Data sets", exact=True).click()
    page.get_by_role("link", name="Upload a data set").click()
    archive = tmp_path / "drawn.zip"
    zip_of(distinct_faces(240, seed=21), archive)
    form = page.get_by_test_id("upload-form")
    form.get_by_role("button", name="Upload").click()
    expect(form.get_by_role("alert")).to_have_text("This field is required.")
    form.locator("[name=file]").set_input_files(archive)
    form.get_by_role("button", name="Upload").click()
    expect(page.locator("h1")).to_have_text("drawn.zip")
    expect(page.locator(".state")).to_have_text("ready", timeout=CHECKED_WITHIN)
    expect(page.locator(".samples img")).not_to_have_count(0)

    page.get_by_role("link", name="Start a run with it").click()
    run_form = page.get_by_test_id("run-form")
    expect(run_form.get_by_label("drawn.zip")).to_be_checked()
    run_form.get_by_label("Minutes at most").fill("2")
    run_form.get_by_role("button", name="Start").click()
    expect(page.locator("h1")).to_have_text(re.compile(r"Run \d+"))
    page.get_by_test_id("run-cancel").click()
    expect(page.locator(".messagelist")).to_contain_text("It stops after the pass it is in")
    ended = page.locator(".state[data-state=cancelled], .state[data-state=done]")
    expect(ended).to_be_visible(timeout=STOPPED_WITHIN)

    page.goto("/admin/training/modelversion/")
    expect(page.get_by_role("row").filter(has_text="active")).to_contain_text("shipped")
    page.goto("/admin/training/auditentry/")
    for deed in ("Data set uploaded", "Run asked for", "Run cancelled"):
        expect(page.get_by_role("row").filter(has_text=deed)).not_to_have_count(0)


def test_the_queue_goes_by_the_keyboard(visit: Visit, site: Site) -> None:
    page = log_in(visit(), site, "--full")
    page.goto("/admin/training/givencrop/queue/")
    left = page.locator("[data-part=left]")
    before = int(left.inner_text())
    assert before > 3
    status = page.locator("[data-part=status]")
    page.keyboard.press("a")
    expect(status).to_contain_text("Accepted as")
    expect(left).to_have_text(str(before - 1))
    page.keyboard.press("7")
    expect(status).to_have_text("Accepted as afraid.")
    page.keyboard.press("r")
    expect(status).to_have_text("Rejected.")
    expect(left).to_have_text(str(before - 3))
    page.keyboard.press("u")
    expect(status).to_have_text("Back in the queue.")
    expect(left).to_have_text(str(before - 2))
    page.keyboard.press("n")
    expect(page.locator("[data-part=strip] [aria-current=true]")).to_have_attribute(
        "data-index", "3"
    )
    page.get_by_role("button", name="Undo").click()
    expect(left).to_have_text(str(before - 1))


@pytest.mark.parametrize("device", DEVICES)
def test_the_pages_have_no_barriers_and_stay_in_the_window(
    visit: Visit, site: Site, device: str, axe_source: str
) -> None:
    look: dict[str, Any] = DEVICES[device]
    page = log_in(visit(**look), site, "--full")
    addresses = ["/admin/", "/admin/accounts/user/", "/admin/training/run/add/"]
    addresses += ["/admin/training/dataset/add/", "/admin/training/givencrop/queue/"]
    for model in ("dataset", "testset", "run", "modelversion", "givencrop", "auditentry"):
        addresses.append(f"/admin/training/{model}/")
        page.goto(addresses[-1])
        links = page.locator("#result_list a[href*='/change/']")
        if links.count():
            addresses.append(links.first.get_attribute("href") or "")
    for address in addresses:
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        for summary in page.locator("#content summary").all():
            summary.click()
        assert barriers(page, axe_source) == []
        beside = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(beside) == 0, f"{address} scrolls sideways"
        assert ground(page) == GROUNDS[look["color_scheme"]]
