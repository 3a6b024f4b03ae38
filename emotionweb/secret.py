"""The secret key of an installation that was not given one."""

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

INSECURE_PREFIX = "django-insecure-"
MIN_LENGTH = 32
PATIENCE_S = 2.0
"""How long another process may take between making the file and writing the key."""


def is_weak(key: str) -> bool:
    """Say whether `key` is one that a stranger could know or guess."""
    return key.startswith(INSECURE_PREFIX) or len(key) < MIN_LENGTH or len(set(key)) < 8


def read_or_create(path: Path) -> str:
    """Return the key kept in `path`; the first time, write one that only its owner can read.

    Web, worker and beat may all start for the first time at once. Each writes its candidate to a
    file of its own and links it to `path`: linking is atomic and fails when the name is taken, so
    one candidate wins, and nobody can read a half-written key. On a file system without hard links
    (exFAT, some network folders) the first to make `path` wins, and the others wait for its text.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        candidate = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        _write_new(candidate)
        try:
            os.link(candidate, path)
        except FileExistsError:
            pass
        except OSError:
            with suppress(FileExistsError):
                _write_new(path)
        finally:
            candidate.unlink()
    return _read(path)


def _write_new(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))


def _read(path: Path) -> str:
    deadline = time.monotonic() + PATIENCE_S
    while not (key := path.read_text().strip()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return key
