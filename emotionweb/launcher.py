"""Keeps web, worker and beat running together, and stops them together.

Each program runs in a session of its own, so that Ctrl-C reaches this process only, which then ends
them in order; and so that whatever a program leaves behind can be found and killed. On Linux the
kernel also ends them should this process be killed outright.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0
"""Seconds before a program that ended is started again; each time twice as long."""
SETTLED_AFTER = 60.0
"""A program that ran for so many seconds is not in a crash loop: the delay starts anew."""
POLL = 0.1
"""Seconds between two looks at whether a program has ended."""
PR_SET_PDEATHSIG = 1
"""See prctl(2)."""

Echo = Callable[[str, str], None]
"""Called with the name of a program and a line it wrote."""


@dataclass(frozen=True)
class Program:
    """Something to keep running."""

    name: str
    command: Sequence[str]


def programs(web_options: Sequence[str], clip_jobs: int = 1) -> list[Program]:
    """Return the four programs of an installation on one machine.

    Args:
        web_options: Where Daphne listens, as its own options.
        clip_jobs: Clips that the worker reads at the same time.
    """
    daphne = [sys.executable, "-m", "daphne", "--verbosity", "0"]
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", "emotionweb"]
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    quiet = ["--loglevel", "WARNING"]
    return [
        Program("web", [*daphne, *web_options, "emotionweb.asgi:application"]),
        # Threads: half the memory of a pool of processes. Long jobs have some of them, photos one,
        # and one is always there for what takes a moment, such as a sweep.
        Program(
            "worker",
            [
                *(*celery, "worker", "--pool", "threads", "--concurrency", str(clip_jobs + 2)),
                *(*alone, *quiet),
            ],
        ),
        # Its tasks take hours; its work is done in processes of their own, with fewer rights.
        Program(
            "trainer",
            [
                *[*celery, "worker", "--pool", "threads", "--concurrency", "1", *alone, *quiet],
                *["--queues", "training", "--hostname", "trainer@%h"],
            ],
        ),
        Program("beat", [*celery, "beat", "--pidfile=", *quiet]),
    ]


class Supervisor:
    """Runs programs until told to stop.

    Args:
        programs: What to run.
        echo: Takes each line that they write.
        folder: Their working directory.
        environment: Variables added to ours for them.
        grace: Seconds they have to end before they are killed.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        echo: Echo,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        grace: float = 15.0,
    ) -> None:
        self.programs = programs
        self.echo = echo
        self.folder = folder
        self.environment = {**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})}
        self.grace = grace
        self.stopping = asyncio.Event()

    def stop(self) -> None:
        """End everything; asked a second time, at once."""
        if self.stopping.is_set():
            self.grace = 0.0
        self.stopping.set()

    async def run(self) -> None:
        """Keep all programs running until `stop` is called, then end them."""
        async with asyncio.TaskGroup() as tasks:
            for program in self.programs:
                tasks.create_task(self._keep_running(program))

    async def _keep_running(self, program: Program) -> None:
        delay = FIRST_DELAY
        while not self.stopping.is_set():
            started = time.monotonic()
            code = await self._run_once(program)
            if self.stopping.is_set():
                return
            if time.monotonic() - started > SETTLED_AFTER:
                delay = FIRST_DELAY
            self.echo(program.name, f"ended ({_reason(code)}), starts again in {delay:.0f} s")
            await self._stopping_within(delay)
            delay = min(2 * delay, LONGEST_DELAY)

    async def _run_once(self, program: Program) -> int:
        process = await asyncio.create_subprocess_exec(
            *program.command,
            cwd=self.folder,
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
        assert process.stdout is not None
        relay = asyncio.create_task(self._relay(program.name, process.stdout))
        ended = asyncio.create_task(_exit_code(process))
        asked = asyncio.create_task(self.stopping.wait())
        await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if not ended.done():
            with contextlib.suppress(ProcessLookupError):  # it ended this very moment
                process.terminate()
            await self._ended_in_time(ended)
        _kill_group(process.pid)
        await relay
        return await ended

    async def _ended_in_time(self, ended: "asyncio.Task[int]") -> None:
        asked = time.monotonic()
        while not ended.done() and time.monotonic() < asked + self.grace:
            await asyncio.wait({ended}, timeout=POLL)

    async def _stopping_within(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), seconds)

    async def _relay(self, name: str, stream: asyncio.StreamReader) -> None:
        while line := await _read_line(stream):
            self.echo(name, line.decode(errors="replace").rstrip())


async def _exit_code(process: asyncio.subprocess.Process) -> int:
    # Not process.wait(): in Python 3.11 it also waits for whoever inherited the output to close it,
    # and what a killed worker leaves behind never does.
    while process.returncode is None:
        await asyncio.sleep(POLL)
    return process.returncode


async def _read_line(stream: asyncio.StreamReader) -> bytes:
    """Return the next line, or of one too long to hold, the part that came so far."""
    try:
        return await stream.readuntil(b"\n")
    except asyncio.IncompleteReadError as error:
        return error.partial
    except asyncio.LimitOverrunError as error:
        return await stream.readexactly(error.consumed)


def _kill_group(leader: int) -> None:
    """Kill what a program left behind, such as the pool processes of a killed worker."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _reason(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"code {code}"


# Looked up before any fork: between fork and exec only the call itself is safe.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def _end_with_parent() -> None:
    if _prctl:
        _prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
