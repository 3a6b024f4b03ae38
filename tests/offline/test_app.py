"""Manifest, icons, service worker, the page without a connection, and who is logged in."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from PIL import Image, ImageChops

from emotionweb.accounts.models import User
from emotionweb.journal.models import CheckIn
from emotionweb.offline import icons, kept
from emotionweb.offline.owner import owner_of

STATIC = Path(settings.BASE_DIR) / "static"


def kept_of(client: Client, language: str = "en") -> dict[str, Any]:
    script = client.get("/sw.js", {"lang": language}).content.decode()
    found = re.search(r"^const KEPT = (\{.*\});$", script, flags=re.MULTILINE)
    assert found
    return dict(json.loads(found[1]))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_manifest_names_icons_of_their_sizes(client: Client, language: str) -> None:
    answer = client.get("/manifest.webmanifest", {"lang": language})
    assert answer["Content-Type"] == "application/manifest+json"
    manifest = json.loads(answer.content)
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == (
        "/",
        "/",
        "standalone",
    )
    assert manifest["lang"] == language
    assert {(i["sizes"], i["purpose"]) for i in manifest["icons"]} == {
        (f"{size}x{size}", purpose) for size in (192, 512) for purpose in ("any", "maskable")
    }
    for icon in manifest["icons"]:
        with Image.open(STATIC / icon["src"].removeprefix("/static/")) as picture:
            assert f"{picture.width}x{picture.height}" == icon["sizes"]


@pytest.mark.parametrize("maskable", [False, True])
def test_the_icons_are_drawn_from_the_sign_of_the_site(maskable: bool) -> None:
    with Image.open(icons.IMAGES / f"{'maskable' if maskable else 'icon'}-192.png") as stored:
        drawn = icons.draw(192, maskable=maskable)
        apart = ImageChops.difference(stored.convert("RGBA"), drawn).getextrema()
    assert max(high for _low, high in apart) <= 2  # Pillow's smoothing may differ by a hair
    assert drawn.getpixel((0, 0))[3] == (255 if maskable else 0)  # type: ignore[index]


def test_what_a_platform_may_cut_off_holds_nothing_of_the_sign() -> None:
    """A maskable icon is seen whole inside a circle of 80 % of its width."""
    picture = icons.draw(192, maskable=True).convert("RGB")
    ground = picture.getpixel((0, 0))
    outside = [
        picture.getpixel((x, y))
        for x in range(192)
        for y in range(192)
        if (x - 95.5) ** 2 + (y - 95.5) ** 2 > (0.4 * 192) ** 2
    ]
    assert set(outside) == {ground}


def test_the_worker_looks_after_the_whole_site_and_is_always_fresh(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/"
    assert answer["Cache-Control"] == "no-cache"


def test_the_worker_keeps_static_files_and_one_page_in_the_language(client: Client) -> None:
    english, chinese = kept_of(client), kept_of(client, "zh-hans")
    assert all(name.startswith("/static/") for name in english["files"])
    assert (english["page"], chinese["page"]) == ("/offline/?lang=en", "/offline/?lang=zh-hans")
    assert english["cache"] != chinese["cache"]
    assert kept_of(client, "../x")["page"] == "/offline/?lang=en"


def test_all_that_the_page_loads_is_kept(client: Client) -> None:
    page = client.get("/offline/").content.decode()
    asked = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page))
    todo = [name for name in asked if name.endswith(".js")]
    while todo:
        script = STATIC / todo.pop().removeprefix("/static/")
        for found in re.findall(r'from "(\.[^"]+)"', script.read_text()):
            path = (script.parent / found).resolve().relative_to(STATIC)
            if f"/static/{path}" not in asked:
                asked.add(f"/static/{path}")
                todo.append(f"/static/{path}")
    assert asked == {f"/static/{name}" for name in kept.FILES}


def test_the_page_is_the_same_for_everybody(alice: User, client: Client) -> None:
    stranger = client.get("/offline/", {"lang": "zh-hans"}).content
    alice.language = "en"
    alice.save()
    client.force_login(alice)
    assert client.get("/offline/", {"lang": "zh-hans"}).content == stranger
    assert b'lang="zh-hans"' in stranger
    for secret in (b"Alice", b"alice@", owner_of(alice).encode(), b"csrf"):
        assert secret not in stranger
    assert translation.get_language() == "en"


def test_the_app_is_there_while_it_is_locked(alice: User, client: Client) -> None:
    from emotionweb.accounts import lock

    lock.set_pin(alice, "2468", 60)
    client.force_login(alice)
    login = client.session
    lock.close(login)
    login.save()
    assert client.get("/").status_code == 423
    for path in ("/sw.js", "/manifest.webmanifest", "/offline/"):
        assert client.get(path).status_code == 200
    asked = client.get("/offline/token/", headers={"Accept": "application/json"})
    assert asked.status_code == 423
    assert "owner" not in asked.json()


def test_a_page_says_whose_it_is_without_saying_who(alice: User, bob: User, client: Client) -> None:
    assert 'name="offline-owner" content=""' in client.get("/accounts/login/").content.decode()
    client.force_login(alice)
    page = client.get("/").content.decode()
    assert f'name="offline-owner" content="{owner_of(alice)}"' in page
    assert 'rel="manifest"' in page
    assert re.fullmatch("[0-9a-f]{32}", owner_of(alice))
    assert owner_of(alice) != owner_of(bob)
    assert owner_of(User.objects.get(pk=alice.pk)) == owner_of(alice)


def test_a_token_is_for_who_is_logged_in(alice: User, client: Client) -> None:
    nobody = client.get("/offline/token/")
    assert (nobody.status_code, nobody.json()) == (401, {"owner": ""})
    client.force_login(alice)
    answer = client.get("/offline/token/")
    assert answer.json()["owner"] == owner_of(alice)
    assert "no-store" in answer["Cache-Control"]


def test_what_waited_is_stored_once_with_its_note_and_its_moment(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    asked = client.get("/offline/token/").json()
    said = {
        "id": "6f1c0a52-7d3e-4a4c-9a52-0d8f6e8d4b11",
        "mood": "2",
        "note": "on the *train*",
        "session": "",
        "at": "2026-03-14T13:00:00.000+01:00",
    }
    headers = {"Accept": "application/json", "X-CSRFToken": asked["token"]}
    first = client.post(asked["send"], said, headers=headers)
    second = client.post(asked["send"], said, headers=headers)
    assert (first.status_code, second.status_code) == (201, 200)
    row = CheckIn.objects.get()
    assert (row.user, row.note, row.at.isoformat()) == (
        alice,
        "on the *train*",
        "2026-03-14T12:00:00+00:00",
    )


def test_the_token_of_one_person_sends_nothing_for_the_next(alice: User, bob: User) -> None:
    """Alice's page asked; Bob logged in on the same browser before it sent."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    asked = client.get("/offline/token/").json()
    client.logout()
    login = client.get("/accounts/login/").content.decode()
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', login)
    assert found
    typed = {"username": bob.email, "password": "correct horse battery"}
    done = client.post("/accounts/login/", {**typed, "csrfmiddlewaretoken": found[1]})
    assert done.status_code == 302
    answer = client.post(
        asked["send"],
        {"mood": "1"},
        headers={"Accept": "application/json", "X-CSRFToken": asked["token"]},
    )
    assert answer.status_code == 403
    assert not CheckIn.objects.exists()
