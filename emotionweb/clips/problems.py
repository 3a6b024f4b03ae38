"""Reasons of our own why a job cannot be done, beside those of ``inference.errors``."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from emotionweb.clips.jobs import LostError
from inference.errors import StoppedError

logger = logging.getLogger(__name__)

#: What the system says where no more can be written.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


class ProblemError(Exception):
    """A job that cannot be done.

    Args:
        code: Key of ``strings.PROBLEMS``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@contextmanager
def as_problem(code: str) -> Iterator[None]:
    """Give whatever fails inside a code, except what has a meaning of its own.

    Raises:
        ProblemError: With that code; the cause is logged.
    """
    try:
        yield
    except (StoppedError, LostError, DatabaseError, ProblemError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise ProblemError("disk_full") from error
        logger.exception("This became the problem %s:", code)
        raise ProblemError(code) from error
