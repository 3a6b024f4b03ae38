"""Files for browsers: whole, in ranges, and never more than the reader takes."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.http import HttpResponseBase
from django.test import AsyncClient, Client
from django.urls import reverse
from django.utils import timezone

from emotionweb.accounts.models import User
from emotionweb.clips import files
from emotionweb.clips.models import Clip, Job
from emotionweb.serving import UnsatisfiableError, parse_range
from tests.clips.test_files import clip_of
from tests.live.test_daphne import MAKE_A_PERSON

DATA = os.urandom(700_001)  # three pieces


async def fetch(path: str, user: User, **headers: str) -> tuple[HttpResponseBase, bytes]:
    client = AsyncClient()
    await client.aforce_login(user)
    response = await client.get(path, headers=headers)
    if not response.streaming:
        return response, response.content
    body = b"".join([piece async for piece in response.streaming_content])
    response.close()
    return response, body


def get(path: str, user: User, **headers: str) -> tuple[HttpResponseBase, bytes]:
    return asyncio.run(fetch(path, user, **headers))


@pytest.fixture
def clip(transactional_db: None, alice: User) -> Clip:
    return clip_of(alice, DATA, container="mp4", video_codec="h264", width=320, height=240)


@pytest.fixture
def url(clip: Clip) -> str:
    return reverse("clips:file", args=[clip.pk])


# === Ranges ===


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-", (0, 1000)),
        ("bytes=0-0", (0, 1)),
        ("bytes=10-19", (10, 20)),
        ("bytes=990-5000", (990, 1000)),
        ("bytes=-1", (999, 1000)),
        ("bytes=-5000", (0, 1000)),
        ("Bytes = 5 - 6", (5, 7)),
        ("bytes=9-3", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=0-1,4-5", None),  # several: the whole file is an answer, too
        ("seconds=0-1", None),
        ("bytes=²-", None),
    ],
)
def test_ranges(header: str, span: tuple[int, int] | None) -> None:
    assert parse_range(header, 1000) == span


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=-0"])
def test_ranges_outside(header: str) -> None:
    with pytest.raises(UnsatisfiableError):
        parse_range(header, 1000)


def test_an_empty_file_has_no_range() -> None:
    with pytest.raises(UnsatisfiableError):
        parse_range("bytes=0-", 0)


def test_the_whole_file(url: str, alice: User) -> None:
    response, body = get(url, alice)
    assert (response.status_code, body) == (200, DATA)
    assert response.headers["Content-Length"] == str(len(DATA))
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["Content-Type"] == "video/mp4"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Content-Disposition" not in response.headers


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-", 0, 700_001),
        ("bytes=300000-300009", 300_000, 300_010),
        ("bytes=262143-524290", 262_143, 524_291),
        ("bytes=-1", 700_000, 700_001),
    ],
)
def test_a_part_of_it(url: str, alice: User, wanted: str, start: int, end: int) -> None:
    response, body = get(url, alice, range=wanted)
    assert (response.status_code, body) == (206, DATA[start:end])
    assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(DATA)}"
    assert response.headers["Content-Length"] == str(end - start)


def test_a_part_that_it_does_not_have(url: str, alice: User) -> None:
    response, body = get(url, alice, range="bytes=700001-")
    assert (response.status_code, body) == (416, b"")
    assert response.headers["Content-Range"] == "bytes */700001"


def test_head_has_everything_but_the_bytes(url: str, client: Client, alice: User) -> None:
    client.force_login(alice)
    whole = client.head(url)
    assert (whole.status_code, whole.content) == (200, b"")
    assert whole.headers["Content-Length"] == str(len(DATA))
    part = client.head(url, headers={"range": "bytes=0-9"})
    assert (part.status_code, part.headers["Content-Length"]) == (206, "10")


def test_the_rest_of_a_file_that_changed_is_the_whole_new_one(
    url: str, alice: User, clip: Clip
) -> None:
    response, _body = get(url, alice)
    for condition in (response.headers["ETag"], response.headers["Last-Modified"]):
        again, body = get(url, alice, range="bytes=10-19", **{"if-range": condition})
        assert (again.status_code, body) == (206, DATA[10:20])
    for condition in ('"another"', f"W/{response.headers['ETag']}", "nonsense"):
        again, body = get(url, alice, range="bytes=10-19", **{"if-range": condition})
        assert (again.status_code, len(body)) == (200, len(DATA))
    path = files.absolute(clip.path)
    path.write_bytes(DATA[::-1])
    os.utime(path, (1, 1))
    again, body = get(url, alice, range="bytes=10-19", **{"if-range": response.headers["ETag"]})
    assert (again.status_code, body) == (200, DATA[::-1])


# === Which file, and as what ===


@pytest.mark.parametrize(
    ("container", "type_"),
    [
        ("mov", "video/mp4"),
        ("webm", "video/webm"),
        ("mkv", "video/x-matroska"),
        ("avi", "video/x-msvideo"),
        ("gif", "application/octet-stream"),
        ("", "application/octet-stream"),  # no job has opened it
    ],
)
def test_the_type_is_that_of_the_content(
    url: str, client: Client, clip: Clip, alice: User, container: str, type_: str
) -> None:
    Clip.objects.update(container=container, name="evil.html")
    client.force_login(alice)
    assert client.head(url).headers["Content-Type"] == type_


def test_the_player_gets_the_proxy_and_saving_the_original(
    url: str, alice: User, clip: Clip
) -> None:
    proxy = files.clip_proxy(alice.pk, clip.pk)
    files.absolute(proxy).write_bytes(b"proxy")
    Clip.objects.update(proxy_path=proxy, container="avi", name='Zoë "1"; 视频.avi')
    assert get(url, alice)[1] == b"proxy"
    response, body = get(f"{url}?download", alice)
    assert body == DATA
    said = response.headers["Content-Disposition"]
    assert said.startswith("attachment; filename*=utf-8''Zo%C3%AB")
    assert "\n" not in said


def test_a_name_cannot_break_the_header(url: str, alice: User, clip: Clip) -> None:
    Clip.objects.update(name='a"b\\c.mp4')
    response, _body = get(f"{url}?download", alice)
    assert response.headers["Content-Disposition"] == 'attachment; filename="a\\"b\\\\c.mp4"'


def test_an_annotated_video_is_saved_under_the_clips_name(alice: User, clip: Clip) -> None:
    job = Job.objects.create(
        user=alice, clip=clip, kind="render", state="done", created_at=timezone.now()
    )
    url = reverse("clips:render-file", args=[clip.pk, job.pk])
    assert get(url, alice)[0].status_code == 404  # not made yet
    job.result_path = files.clip_render(alice.pk, clip.pk, job.pk)
    job.save()
    files.absolute(job.result_path).write_bytes(b"drawn")
    response, body = get(url, alice)
    assert (body, response.headers["Content-Type"]) == (b"drawn", "video/mp4")
    assert 'filename="film, annotated.mp4"' in response.headers["Content-Disposition"]


def test_a_file_that_is_gone_is_404(url: str, alice: User, clip: Clip) -> None:
    files.absolute(clip.path).unlink()
    assert get(url, alice)[0].status_code == 404


def test_files_are_closed_when_nobody_waits_any_more(url: str, alice: User, clip: Clip) -> None:
    async def leave() -> None:
        client = AsyncClient()
        await client.aforce_login(alice)
        response = await client.get(url)
        async for _piece in response.streaming_content:
            assert files.absolute(clip.path) in open_files()
            break
        response.close()

    asyncio.run(leave())
    assert files.absolute(clip.path) not in open_files()


def open_files() -> set[Path]:
    """The files that this process has open."""
    found = set()
    for handle in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the one of this very listing
            found.add(handle.readlink())
    return found


# === A slow line ===


@pytest.fixture
def daphne(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int, str]]:
    environment = {
        **os.environ,
        "EMOTIONWEB_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "emotionweb.settings",
        "DATABASE_URL": "",
        "REDIS_URL": "",
    }
    made = subprocess.run(
        [sys.executable, "-c", MAKE_A_PERSON + MAKE_A_FILM],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    cookie, path = made.stdout.split()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, *f"-m daphne -v 0 -p {port} emotionweb.asgi:application".split()],
        env=environment,
    )
    yield process, port, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: sessionid={cookie}"
    process.kill()
    process.wait()


FILM_BYTES = 400 * 1024**2
MAKE_A_FILM = f"""
from django.urls import reverse
from emotionweb.clips import files
from tests.clips.test_files import clip_of
clip = clip_of(user, b"", container="mp4")
with files.absolute(clip.path).open("r+b") as film:
    film.truncate({FILM_BYTES})  # sparse
print(reverse("clips:file", args=[clip.pk]))
"""


def memory(pid: int) -> int:
    """Bytes that a process has in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def connected(port: int) -> socket.socket:
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(ConnectionRefusedError):
            return socket.create_connection(("127.0.0.1", port), timeout=60)
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.mark.slow
def test_a_reader_that_pauses_does_not_fill_the_memory(daphne) -> None:
    process, port, request = daphne
    with connected(port) as line:
        line.sendall(f"{request}\r\nConnection: close\r\n\r\n".encode())
        head = line.recv(4096)
        assert head.startswith(b"HTTP/1.1 200 OK")
        before = memory(process.pid)
        time.sleep(3)  # the server could have read all of it by now
        assert memory(process.pid) - before < 40 * 1024**2
        arrived = len(head.partition(b"\r\n\r\n")[2])
        while piece := line.recv(1024**2):
            arrived += len(piece)
        assert arrived == FILM_BYTES
    assert memory(process.pid) - before < 80 * 1024**2

    with connected(port) as line:  # one that leaves, and the server goes on
        line.sendall(f"{request}\r\n\r\n".encode())
        line.recv(4096)
    with connected(port) as line:
        line.sendall(f"{request}\r\nRange: bytes=0-9\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while piece := line.recv(4096):
            answer += piece
        assert answer.startswith(b"HTTP/1.1 206")
        assert answer.endswith(bytes(10))
