"""The real site: a film on a bad line, a server that is killed, and a worker that reads it."""

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.browser.site import Site
from tests.clips.films import avi
from tests.clips.sending import PIECE, VERSION, metadata

PIECE_BYTES = 20_000


class Visitor:
    """Somebody with an account, without a browser."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._jar = CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        page = self.ask("GET", "/accounts/signup/")[2].decode()
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)[1]
        person = {"email": "alice@example.org", "timezone": "UTC", "csrfmiddlewaretoken": token}
        person |= {"password1": "correct horse battery", "password2": "correct horse battery"}
        self.ask("POST", "/accounts/signup/", urlencode(person).encode())

    def ask(
        self, method: str, path: str, data: bytes | None = None, **headers: str
    ) -> tuple[int, HTTPMessage, bytes]:
        """Ask for something; returns status, headers and body."""
        token = next((one.value for one in self._jar if one.name == "csrftoken"), "")
        sent = {"X-CSRFToken": token, "Origin": self._site.url, **headers}
        request = urllib.request.Request(self._site.url + path, data, sent, method=method)
        try:
            with self._opener.open(request, timeout=30) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read()

    def tus(self, method: str, path: str, data: bytes | None = None, **headers: str):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(method, path, data, **VERSION, **named)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    running = Site(tmp_path)
    running.wait_until_it_answers()
    yield running
    running.stop()


@pytest.mark.slow
def test_a_film_goes_all_the_way(site: Site, tmp_path: Path) -> None:
    film = avi(tmp_path / "film.avi", 4).read_bytes()
    visitor = Visitor(site)
    described = {"Upload_Metadata": metadata(filename="film.avi", rate="0")}
    status, headers, _body = visitor.tus(
        "POST", "/clips/upload/", b"", Upload_Length=str(len(film)), **described
    )
    assert status == 201
    url = headers["Location"]

    sent = kills = 0
    while sent < len(film):
        piece = film[sent : sent + PIECE_BYTES]
        status, headers, _body = visitor.tus(
            "PATCH", url, piece, Upload_Offset=str(sent), Content_Type=PIECE
        )
        assert (status, headers["Upload-Offset"]) == (204, str(sent + len(piece)))
        sent += len(piece)
        if not kills and sent > len(film) / 2:
            site.kill_web()
            time.sleep(0.5)
            site.wait_until_it_answers()
            kills += 1
            status, headers, _body = visitor.tus("HEAD", url)
            assert (status, headers["Upload-Offset"]) == (200, str(sent)), "nothing was lost"

    deadline = time.monotonic() + 90
    while True:
        (job,) = json.loads(visitor.ask("GET", "/clips/jobs/")[2])["jobs"]
        if job["state"] not in ("waiting", "running"):
            break
        assert time.monotonic() < deadline, job
        time.sleep(0.5)
    assert (job["state"], job["problem"], job["progress"]) == ("done", "", 1.0)

    status, headers, body = visitor.ask("GET", f"{job['url']}file/", Range="bytes=4-7")
    assert (status, body, headers["Content-Type"]) == (206, b"ftyp", "video/mp4")  # the proxy
    assert visitor.ask("GET", f"{job['url']}file/?download")[2] == film
    assert visitor.ask("GET", job["url"])[0] == 200

    assert visitor.ask("POST", f"{job['url']}delete/", b"", Accept="application/json")[0] == 200
    assert visitor.ask("GET", job["url"])[0] == 404
    media = tmp_path / "data" / "media"
    assert not [path for path in media.rglob("*") if path.is_file()]
