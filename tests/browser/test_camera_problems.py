"""A camera that does not open is explained, with what to do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("camera", "title", "advice"),
    [
        ("denied", "does not let this page use the camera", "Allow the camera"),
        ("none", "No camera was found", "Plug one in"),
    ],
)
def test_the_page_says_why_there_is_no_picture_and_lets_the_person_try_again(
    visit: Callable[..., Visitor], camera: str, title: str, advice: str
) -> None:
    live = visit(camera=camera).prepared()
    live.button("start").click()
    live.expect_state("error")
    expect(live.error).to_be_visible()
    expect(live.error).to_contain_text(title)
    expect(live.error).to_contain_text(advice)
    expect(live.button("start")).to_be_enabled()
    assert live.wire.messages == []


def test_a_page_without_https_on_another_address_says_how_to_get_a_secure_one(
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit()
    # What a browser tells a page that came by plain http from another machine.
    visitor.context.add_init_script(
        "Object.defineProperty(globalThis, 'isSecureContext', {value: false});"
        "Object.defineProperty(Navigator.prototype, 'mediaDevices', {value: undefined});"
    )
    live = visitor.prepared()
    expect(live.error).to_contain_text("secure pages only")
    expect(live.error).to_contain_text("https://localhost")
