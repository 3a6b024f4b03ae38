"""Working ahead: an iterator whose items are made in a thread of its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class _End:
    error: BaseException | None = None


class Ahead(Generic[T]):
    """Items of a generator, at most some of them made before they are asked for.

    The generator runs, and is closed, in one thread. Leave by ``close``.

    Args:
        items: the generator.
        size: of items that wait.
        tick_s: iteration gives ``None`` where nothing has come for this long, so that whoever
            waits can look up; 0 waits.
    """

    def __init__(self, items: Generator[T], size: int, *, tick_s: float = 0.0) -> None:
        self._items = items
        self._tick_s = tick_s or None
        self._queue: queue.Queue[T | _End] = queue.Queue(size)
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="clip-ahead")
        self._thread.start()

    def __iter__(self) -> Iterator[T | None]:
        """The items; what the generator raised is raised here."""
        while True:
            try:
                item = self._queue.get(timeout=self._tick_s)
            except queue.Empty:
                yield None
                continue
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item

    def close(self) -> None:
        """Stop the generator and wait until it has."""
        self._closed.set()
        self._thread.join()

    def _run(self) -> None:
        end = _End()
        try:
            for item in self._items:
                if not self._put(item):
                    break
        except BaseException as error:
            end = _End(error)
        try:
            self._items.close()
        finally:
            self._put(end)

    def _put(self, item: T | _End) -> bool:
        while not self._closed.is_set():
            try:
                self._queue.put(item, timeout=_POLL_S)
            except queue.Full:
                continue
            return True
        return False
