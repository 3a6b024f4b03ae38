"""From a stranger to today's log, through the pages alone."""

import re
import time
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, expect

from inference.labels import LABELS
from tests.browser.cameras import CLIP, HEIGHT, WIDTH
from tests.browser.pixels import faces_in, shown_picture
from tests.browser.visitor import LivePage, Visitor, Wire
from tests.inference.pictures import Picture

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]


def percents(list_of_bars: Locator) -> dict[str, int]:
    """What each bar says, in the order of the page."""
    rows = list_of_bars.locator(".bars__row").evaluate_all(
        "rows => rows.map(row => [row.dataset.expression,"
        " parseInt(row.querySelector('[data-part=percent]').textContent)])"
    )
    return dict(rows)


def saved_snapshot(live: LivePage) -> tuple[str, Picture]:
    with live.page.expect_download() as download:
        live.button("snapshot").click()
    data = download.value.path().read_bytes()
    assert data.startswith(b"\x89PNG")
    return download.value.suggested_filename, cv2.imdecode(
        np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR
    )


def test_a_smile_is_seen_within_ten_seconds_and_stands_in_todays_log_until_it_is_deleted(
    visit: Visit,
) -> None:
    visitor = visit()
    page = visitor.sign_up()
    expect(page.get_by_test_id("journal-day")).to_have_count(0)

    page.get_by_test_id("nav-live").click()
    expect(page.get_by_test_id("consent-form")).to_be_visible()
    expect(page.get_by_test_id("live-start")).to_have_count(0)
    live = visitor.consent(page)
    started = time.monotonic()
    live.button("start").click()
    face = live.faces.first
    expect(face).to_have_attribute("data-label", "happiness", timeout=10_000)
    assert time.monotonic() - started < 10
    expect(live.faces).to_have_count(1)
    expect(face).to_have_attribute("data-you", "true")
    expect(face.get_by_test_id("face-label")).to_have_text(re.compile(r"Looks happy, \d+ %"))
    shares = percents(face)
    assert len(shares) == 8
    assert max(shares, key=lambda name: shares[name]) == "happiness"

    expect(live.number("fps")).to_have_text(re.compile(r"^[1-9]\d* frames a second$"))
    expect(live.number("rtt")).to_have_text(re.compile(r"^answer in \d+ ms$"))
    expect(live.number("model")).to_have_text(live.wire.of_type("ready")[0]["model"])

    live.pause()
    name, snapshot = saved_snapshot(live)
    assert re.fullmatch(r"emotionweb-\d{4}-\d\d-\d\d-\d{6}\.png", name)
    assert snapshot.shape == (HEIGHT, WIDTH, 3)
    on_screen = shown_picture(live.canvas, WIDTH, HEIGHT)
    assert cv2.absdiff(snapshot, on_screen).mean() < 8
    assert len(faces_in(snapshot)) == 1

    live.button("pause").click()
    live.expect_state("live")
    live.wire.wait_until(lambda wire: wire.messages[-1]["type"] == "result")
    sequence = [message["type"] for message in live.wire.of_type("paused", "resumed", "result")]
    assert sequence[sequence.index("paused") + 1] == "resumed"
    # Three seconds are enough for a line in the journal that can be read.
    seen = len(live.wire.of_type("result"))
    live.wire.wait_until(lambda wire: len(wire.of_type("result")) > seen + 30)

    live.stop()
    expect(live.summary).to_be_visible()
    (summary,) = live.wire.of_type("summary")
    assert summary["top"] == "happiness"
    assert summary["seconds"] > 2
    shares = percents(live.summary)
    assert next(iter(shares)) == "happiness"
    assert shares["happiness"] > 50

    page.get_by_test_id("nav-today").click()
    today = page.get_by_test_id("journal-day")
    expect(today).to_have_attribute("data-top", "happiness")
    expect(today).to_have_attribute("data-day", summary["day"])
    expect(today).to_contain_text(re.compile(r"[Oo]bserved \d+ s"))

    page.get_by_test_id("nav-journal").click()
    page.get_by_test_id("journal-day").get_by_role("link").click()
    expect(page.get_by_test_id("journal-session")).to_have_attribute("data-top", "happiness")
    page.get_by_test_id("session-delete-ask").click()
    page.get_by_test_id("session-delete").click()
    expect(page.get_by_test_id("nav-journal")).to_have_attribute("aria-current", "page")
    expect(page.get_by_test_id("journal-day")).to_have_count(0)
    page.get_by_test_id("nav-today").click()
    expect(page.get_by_test_id("journal-day")).to_have_count(0)


def test_a_camera_that_shows_nobody_claims_nothing(visit: Visit) -> None:
    live = visit(camera="nobody").prepared()
    live.start()
    live.wire.wait_until(lambda wire: len(wire.of_type("result")) >= 30)
    live.expect_state("live")
    expect(live.faces).to_have_count(0)
    assert [result["faces"] for result in live.wire.of_type("result") if result["faces"]] == []

    live.stop()
    expect(live.summary).to_contain_text("nothing went into the journal")
    live.page.get_by_test_id("nav-today").click()
    expect(live.page.get_by_test_id("journal-day")).to_have_count(0)
    live.page.get_by_test_id("nav-journal").click()
    expect(live.page.get_by_test_id("journal-day")).to_have_count(0)


@pytest.mark.skipif(not CLIP.exists(), reason="the reference clip is not here")
def test_in_a_real_clip_the_smile_is_seen_and_the_day_tells_what_was_recorded(visit: Visit) -> None:
    live = visit(camera="clip").prepared()
    live.start()
    live.wire.wait_until(lambda wire: len(wire.of_type("result")) >= 45, seconds=60)
    face = live.faces.first
    expect(face).to_be_visible()
    expect(face.get_by_test_id("face-label")).to_have_text(re.compile("Looks|Unsure"))

    results = live.wire.of_type("result")
    faces = [face for result in results for face in result["faces"]]
    assert len(faces) > len(results) / 2
    assert all((face["label"] is None) == (face["unsure"] is not None) for face in faces)
    # She looks down at her phone, then smiles.
    live.wire.wait_until(lambda wire: "happiness" in _labels(wire), seconds=60)
    live.stop()
    (summary,) = live.wire.of_type("summary")
    assert summary["seconds"] + summary["unsure_seconds"] > 0
    assert summary["means"][LABELS.index("happiness")] > 0.05
    live.page.get_by_test_id("nav-journal").click()
    day = live.page.get_by_test_id("journal-day")
    expect(day).to_have_attribute("data-day", summary["day"])
    expect(day).to_have_attribute("data-top", summary["top"])


def _labels(wire: Wire) -> set[str | None]:
    return {face["label"] for result in wire.of_type("result") for face in result["faces"]}
