"""A video is brought, read, looked at, judged and taken away again, whatever happens meanwhile."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import av
import cv2
import pytest
from playwright.sync_api import Dialog, Page, Request, expect

from tests.browser.clips import (
    DONE_WITHIN,
    SHOWN,
    ClipsPage,
    PlayerPage,
    padded,
    wait_until,
    wandering,
)
from tests.browser.pixels import faces_in
from tests.browser.site import Site
from tests.browser.test_keyboard import tab_to
from tests.browser.test_overlay import HAPPINESS_BGR, overlap
from tests.browser.test_pages import DEVICES, barriers
from tests.browser.visitor import Visitor
from tests.inference.pictures import jpeg, no_face, two_faces

pytestmark = pytest.mark.browser
Visit = Callable[..., Visitor]
RECORDED = {"creation_time": "2026-11-15T13:22:00.000000Z"}
MB = 2**20


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wandering(tmp_path_factory.mktemp("films") / "wandering.mp4", metadata=RECORDED)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wandering(tmp_path_factory.mktemp("films") / "two of us.mp4", faces=2)


def bring(visitor: Visitor, film: Path) -> PlayerPage:
    return ClipsPage(visitor.sign_up()).bring(film)


def pieces(page: Page) -> list[int]:
    """Collects from where on pieces of files are sent."""
    offsets: list[int] = []

    def listen(request: Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))

    page.on("request", listen)
    return offsets


def slow_down(page: Page, bytes_a_second: float) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    line = {"offline": False, "latency": 0, "downloadThroughput": -1}
    session.send("Network.emulateNetworkConditions", {**line, "uploadThroughput": bytes_a_second})


def wait_for_piece(page: Page, offsets: list[int], number: int) -> None:
    for _ in range(300):
        if len(offsets) >= number:
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"only {offsets} were sent")


def test_from_the_file_to_the_player_to_a_correction_to_an_export(
    visit: Visit, film: Path, axe_source: str
) -> None:
    page = visit().sign_up()
    clips = ClipsPage(page).open()
    assert barriers(page, axe_source) == []
    clips.choose(film)
    row = clips.row(film.name)
    expect(row.get_by_test_id("clip-state")).to_contain_text(re.compile("Waiting|Opening|Looking"))
    clips.expect_state(film.name, "done").get_by_test_id("clip-link").click()

    player = PlayerPage(page)
    expect(player.tracks).to_have_count(1)
    expect(page.get_by_test_id("clip-sentence")).to_contain_text("mostly happy")
    expect(page.get_by_test_id("clip-observed")).to_contain_text("A sure answer for")
    for time in (1.0, 4.5, 8.0):
        player.seek(time)
        (found,) = faces_in(player.shown_frame())
        assert overlap(player.drawn_box(HAPPINESS_BGR), found) > 0.7, f"at {time} s"

    page.get_by_test_id("say-surprise").click()
    expect(page.get_by_test_id("clip-said")).to_contain_text("surprised")
    expect(player.corrections).to_have_count(1)
    player.brush(2.0, 4.0)
    expect(page.get_by_test_id("brush")).to_be_visible()
    page.keyboard.press("1")
    expect(player.corrections).to_have_count(2)
    expect(page.get_by_test_id("brush")).to_be_hidden()
    expect(page.get_by_test_id("agreement")).to_be_visible()
    (stretch,) = (one for one in player.data()["corrections"] if one["end"] > one["start"])
    assert abs(stretch["start"] - 2.0) < 0.1
    assert abs(stretch["end"] - 4.0) < 0.1
    assert stretch["expression"] == 0
    page.reload()
    expect(player.corrections).to_have_count(2)

    with page.expect_download() as download:
        page.get_by_test_id("export-csv").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    rows = list(csv.reader(line for line in io.StringIO(text) if not line.startswith("#")))
    assert len(rows) > 40
    assert any("happiness" in row for row in rows)
    with page.expect_download() as download:
        page.get_by_test_id("export-json").click()
    exported = json.loads(download.value.path().read_text())
    assert "surprise" in json.dumps(exported)

    page.get_by_test_id("clip-delete-ask").click()
    page.get_by_test_id("clip-delete").click()
    expect(clips.rows).to_have_count(0)
    assert page.request.get(player.path).status == 404


def test_the_boxes_go_with_the_picture_while_it_plays(visit: Visit, film: Path) -> None:
    player = bring(visit(), film)
    player.page.keyboard.press("Space")
    wait_until(player.page, f"{SHOWN} > 1.5")
    player.page.keyboard.press("k")
    expect(player.page.locator("#player")).to_have_attribute("data-playing", "false")
    player.page.wait_for_timeout(300)
    (found,) = faces_in(player.shown_frame())
    assert overlap(player.drawn_box(HAPPINESS_BGR), found) > 0.7
    before = player.time
    player.page.keyboard.press("ArrowRight")  # to the next frame that was looked at
    wait_until(player.page, f"{SHOWN} > {before} + 0.01")
    looked_at = player.time
    assert looked_at - before < 0.22
    player.page.keyboard.press("ArrowRight")
    wait_until(player.page, f"{SHOWN} > {looked_at} + 0.1")
    assert player.time - looked_at == pytest.approx(0.2, abs=0.07)


def test_an_upload_survives_the_death_of_the_server(
    visit: Visit, site: Site, film: Path, tmp_path: Path
) -> None:
    visitor = visit()
    visitor.tolerated += ["ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_SOCKET", "500", "502"]
    page = visitor.sign_up()
    clips = ClipsPage(page).open()
    offsets = pieces(page)
    slow_down(page, 6 * MB)
    large = padded(tmp_path / "large.mp4", film, 26 * MB)
    clips.choose(large)
    wait_for_piece(page, offsets, 3)
    site.kill_web()
    expect(page.get_by_test_id("upload-state")).to_contain_text("stay there")
    site.wait_until_it_answers()
    clips.expect_state(large.name, "done")
    assert offsets.count(0) == 1, "what had arrived was not sent again"
    expect(clips.uploads).to_have_count(0)


def test_an_upload_is_paused_and_goes_on_in_another_visit(
    visit: Visit, film: Path, tmp_path: Path
) -> None:
    page = visit().sign_up()
    clips = ClipsPage(page).open()
    offsets = pieces(page)
    slow_down(page, 5 * MB)
    large = padded(tmp_path / "large.mp4", film, 18 * MB)
    clips.choose(large)
    wait_for_piece(page, offsets, 2)
    page.get_by_test_id("upload-toggle").click()
    expect(page.get_by_test_id("upload-state")).to_contain_text("Paused")
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.get_by_test_id("unfinished")).to_contain_text("large.mp4")
    slow_down(page, -1)
    clips.choose(large)
    clips.expect_state(large.name, "done")
    assert offsets.count(0) == 1


def test_several_are_dropped_and_what_is_no_video_says_so(visit: Visit, film: Path) -> None:
    page = visit().sign_up()
    clips = ClipsPage(page).open()
    clips.drop({"one.mp4": film.read_bytes(), "letter.mp4": b"Dear Anna, " * 999, "none.mov": b""})
    expect(page.get_by_test_id("refusals")).to_contain_text("none.mov is empty")
    clips.expect_state("one.mp4", "done")
    row = clips.expect_state("letter.mp4", "failed")
    expect(row.get_by_test_id("clip-row-problem")).to_contain_text("not a video")
    row.get_by_test_id("clip-link").click()
    expect(page.get_by_test_id("clip-job-problem")).to_contain_text("not a video")
    expect(page.get_by_test_id("screen")).to_be_hidden()
    page.get_by_test_id("nav-today").click()
    expect(page.get_by_test_id("today-clips")).to_contain_text("one.mp4")


def test_only_the_chosen_range_is_read(visit: Visit, film: Path) -> None:
    page = visit().sign_up()
    clips = ClipsPage(page).open()
    page.get_by_test_id("upload-start").fill("soon")
    clips.choose(film)
    expect(page.get_by_text("minutes and seconds")).to_be_visible()
    expect(clips.rows).to_have_count(0)
    page.get_by_test_id("upload-start").fill("0:02")
    page.get_by_test_id("upload-end").fill("0:05")
    page.get_by_test_id("upload-rate").select_option("0")
    clips.choose(film)
    clips.expect_state(film.name, "done").get_by_test_id("clip-link").click()
    player = PlayerPage(page)
    annotation = player.data()["annotation"]
    assert (annotation["rate"], annotation["start"]) == (0, 2)
    assert 40 <= annotation["frames"] <= 48
    expect(page.get_by_test_id("clip-observed")).to_contain_text("not looked at")
    page.get_by_test_id("clip-again").locator("summary").click()
    page.get_by_test_id("again-start").fill("0:01.5")
    page.get_by_test_id("clip-again-start").click()
    expect(page.get_by_role("status").first).to_contain_text("waits to be read")
    expect(page.get_by_test_id("clip-progress")).to_be_hidden(timeout=DONE_WITHIN)
    assert player.data()["annotation"]["start"] == 1.5


def test_faces_are_named_left_out_and_made_ones_own(visit: Visit, pair: Path) -> None:
    visitor = visit()
    visitor.tolerated += ["409", "400"]  # the question when it was recorded, and the refusal
    player = bring(visitor, pair)
    page = player.page
    expect(player.tracks).to_have_count(2)
    first, second = player.tracks.nth(0), player.tracks.nth(1)
    second.get_by_test_id("track-choose").click()
    second.get_by_test_id("track-rename").fill("Anna")
    second.get_by_test_id("track-rename").press("Enter")
    expect(second.get_by_test_id("track-name")).to_have_text("Anna")
    second.get_by_test_id("track-exclude").click()
    expect(second.get_by_test_id("track-exclude")).to_have_attribute("aria-pressed", "true")

    first.get_by_test_id("track-choose").click()
    first.get_by_test_id("track-me").click()
    dialog = page.get_by_test_id("recorded-dialog")
    expect(dialog).to_be_visible()
    page.get_by_test_id("recorded-at").fill("2026-11-15T14:22")
    page.get_by_test_id("recorded-save").click()
    expect(dialog).to_be_hidden()
    expect(first.get_by_test_id("track-me")).to_have_attribute("aria-pressed", "true")
    expect(first.get_by_test_id("track-name")).to_have_text("you")
    page.goto("/journal/2026-11-15/")
    expect(page.get_by_test_id("journal-session")).to_have_count(1)

    page.goto(player.path)
    second.get_by_test_id("track-choose").click()
    second.get_by_role("button", name="Merge").click()
    expect(page.get_by_test_id("clip-problem")).to_contain_text("two people")
    expect(player.tracks).to_have_count(2)


def test_by_keys_alone(visit: Visit, film: Path) -> None:
    page = visit().sign_up()
    clips = ClipsPage(page).open()
    tab_to(page, page.get_by_test_id("upload-rate"))
    clips.choose(film)
    clips.expect_state(film.name, "done")
    page.reload()
    tab_to(page, clips.row(film.name).get_by_test_id("clip-link"))
    page.keyboard.press("Enter")
    player = PlayerPage(page)
    view = page.get_by_test_id("timeline-view")
    whole = view.inner_text()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("One frame back")
    expect(keys).to_contain_text("Say that it looks happy")
    page.keyboard.press("Escape")

    page.keyboard.press("l")
    wait_until(page, f"{SHOWN} > 4.9")
    page.keyboard.press("[")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(250)
    page.keyboard.press("]")
    expect(page.get_by_test_id("brush")).to_be_visible()
    page.keyboard.press("e")
    expect(player.markers).to_have_count(1)
    page.keyboard.press("j")
    wait_until(page, f"{SHOWN} < 1")
    page.keyboard.press("m")
    expect(page.get_by_test_id("marker-text")).to_be_focused()
    page.keyboard.type("a smile, 4 k")
    page.keyboard.press("Enter")
    expect(player.markers).to_have_count(2)
    expect(player.markers.first).to_contain_text("a smile, 4 k")
    page.keyboard.press("+")
    expect(view).not_to_have_text(whole)
    page.keyboard.press("a")
    expect(view).to_have_text(whole)
    page.keyboard.press("2")
    expect(player.corrections).to_have_count(1)
    remove = player.markers.first.get_by_role("button", name="Delete")
    tab_to(page, remove, steps=90)
    page.keyboard.press("Enter")
    expect(player.markers).to_have_count(1)


def test_the_annotated_video_is_made_on_request(visit: Visit, film: Path, tmp_path: Path) -> None:
    player = bring(visit(), film)
    page = player.page
    page.get_by_test_id("render").click()
    link = page.get_by_test_id("render-link")
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "annotated.mp4")
    with av.open(str(tmp_path / "annotated.mp4")) as container:
        pictures = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    assert len(pictures) == pytest.approx(135, abs=2)
    near = abs(pictures[60].astype(int) - HAPPINESS_BGR).max(axis=2) < 60
    assert near.sum() > 200


def test_somebody_elses_clip_does_not_exist(visit: Visit, film: Path) -> None:
    player = bring(visit(), film)
    path, track = player.path, player.data()["tracks"][0]["id"]
    photo = "/clips/photos/"
    other = visit().sign_up()
    addresses = [
        path,
        *(f"{path}{what}/" for what in ("data", "file", "export/csv", "export/eaf")),
        f"{path}timeline/?from=0&to=1&bins=2",
        f"{path}boxes/?from=0&to=1",
        f"{path}tracks/{track}/face/",
        f"{photo}{path.split('/')[2]}/",
    ]
    for address in addresses:
        assert other.request.get(address).status == 404, address
    expect(ClipsPage(other).open().rows).to_have_count(0)


@pytest.mark.parametrize("device", DEVICES)
def test_no_barriers_and_nothing_wider_than_the_screen(
    visit: Visit, film: Path, tmp_path: Path, axe_source: str, device: str
) -> None:
    player = bring(visit(**DEVICES[device]), film)
    page = player.page

    def look() -> None:
        assert barriers(page, axe_source) == []
        beside = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(beside) == 0, f"{page.url} scrolls sideways"

    player.brush(1.0, 3.0)
    page.get_by_test_id("say-fear").click()
    expect(player.corrections).to_have_count(1)
    player.tracks.first.get_by_test_id("track-choose").click()
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.get_by_test_id("timeline-table").locator("tbody tr")).not_to_have_count(0)
    look()
    if device == "phone":
        controls = page.locator("#player :is(button:not(.timeline__name), select):visible")
        heights = controls.evaluate_all("all => all.map(one => one.offsetHeight)")
        assert min(heights) >= 44

    page.goto("/clips/photos/")
    expect(page.locator("#clips[data-ready]")).to_be_visible()
    look()
    for name, picture in {"two.jpg": two_faces(), "coffee.jpg": no_face()}.items():
        (tmp_path / name).write_bytes(jpeg(picture))
    page.get_by_test_id("photo-file").set_input_files(
        [tmp_path / "two.jpg", tmp_path / "coffee.jpg"]
    )
    photos = page.get_by_test_id("photo")
    expect(photos.filter(has_text="two.jpg")).to_contain_text("2 faces", timeout=30_000)
    expect(photos.filter(has_text="coffee.jpg")).to_contain_text("0 faces", timeout=30_000)
    look()
    photos.filter(has_text="two.jpg").get_by_role("link").click()
    expect(page.get_by_test_id("photo-face")).to_have_count(2)
    expect(page.get_by_test_id("photo-overlay")).to_have_attribute("data-drawn", "2")
    look()
    with page.expect_download() as download:
        page.get_by_test_id("photo-picture").click()
    assert cv2.imread(str(download.value.path())) is not None
    with page.expect_download() as download:
        page.get_by_test_id("photo-json").click()
    assert len(json.loads(download.value.path().read_text())["faces"]) == 2
    page.get_by_test_id("photo-delete-ask").click()
    page.get_by_test_id("photo-delete").click()
    expect(photos).to_have_count(1)
