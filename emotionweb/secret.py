"""The secret key of an installation that was not given one."""

import os
import secrets
from pathlib import Path

INSECURE_PREFIX = "django-insecure-"
MIN_LENGTH = 32


def is_weak(key: str) -> bool:
    """Say whether `key` is one that a stranger could know or guess."""
    return key.startswith(INSECURE_PREFIX) or len(key) < MIN_LENGTH or len(set(key)) < 8


def read_or_create(path: Path) -> str:
    """Return the key kept in `path`; the first time, write one that only its owner can read.

    Web, worker and beat may all start for the first time at once. Each writes its candidate to a
    file of its own and links it to `path`: linking is atomic and fails when the name is taken, so
    one candidate wins, and nobody can read a half-written key.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        candidate = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(candidate, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(candidate, path)
        except FileExistsError:
            pass
        finally:
            candidate.unlink()
    return path.read_text().strip()
