"""The pictures of the administration's pages of training, taken by ``screens.py``."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser import PASSWORD
from tests.browser.site import Site
from tests.browser.visitor import Visitor

Take = Callable[[Page, str], None]


def go_through(site: Site, administrator: Visitor, take: Take) -> None:
    """Data, a run with its curves, a comparison, the queue, with made-up rows."""
    site.run("tests.browser.training_demo", administrator.email, "--full")
    page = administrator.open("/admin/login/")
    page.locator("[name=username]").fill(administrator.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[type=submit]").click()
    expect(page.locator(".dashboard h1")).to_be_visible()
    take(page, "admin")
    for name, model, row in [
        ("admin-data", "dataset", "Drawn faces"),
        ("admin-run", "run", "1$"),
        ("admin-comparison", "modelversion", "2: made-up"),
    ]:
        page.goto(f"/admin/training/{model}/")
        take(page, f"{name}-list")
        page.locator("#result_list").get_by_role("link", name=re.compile(f"^{row}")).click()
        expect(page.locator(".facts").first).to_be_visible()
        take(page, name)
    for name, path in {
        "admin-run-form": "run/add/",
        "admin-upload": "dataset/add/",
        "admin-queue": "givencrop/queue/",
        "admin-log": "auditentry/",
    }.items():
        page.goto(f"/admin/training/{path}")
        take(page, name)
