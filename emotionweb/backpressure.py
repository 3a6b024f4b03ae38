"""Lets an answer wait for its reader.

Daphne takes from the application whatever it is given and keeps it in memory until the browser
has read it: a film of some gigabytes, sent to a slow line, would fill the memory of the server.
Twisted below it knows when its buffer is full; this asks it, and holds up ``send`` until then.
Under a server that waits in ``send`` itself, as others do, this does nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from twisted.internet.interfaces import IPushProducer
from twisted.web.http import Request
from zope.interface import implementer  # type: ignore[import-untyped]

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]


class Backpressure:
    """ASGI middleware for HTTP.

    Args:
        application: What answers.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = _request_of(send)
        if request is None:
            await self._application(scope, receive, send)
            return
        valve = _Valve(request, send)
        try:
            await self._application(scope, receive, valve.send)
        finally:
            valve.leave()


def _request_of(send: Send) -> Request | None:
    """The request of Twisted to which Daphne's ``partial(handle_reply, request)`` belongs."""
    found = next(iter(getattr(send, "args", ())), None)
    return found if isinstance(found, Request) else None


@implementer(IPushProducer)
class _Valve:
    """Open while the buffer of one connection has room; Daphne's loop is Twisted's reactor."""

    def __init__(self, request: Request, send: Send) -> None:
        self._request: Any = request  # Twisted's methods have no types
        self._send = send
        self._open = asyncio.Event()
        self._open.set()
        self._is_registered = False

    async def send(self, message: Message) -> None:
        more = message["type"] == "http.response.body" and message.get("more_body", False)
        if more and not self._is_registered and self._request.channel is not None:
            self._request.registerProducer(self, True)
            self._is_registered = True
        if not more:
            self.leave()  # before the last part: what ends must not be waited for
        await self._send(message)
        await self._open.wait()

    def leave(self) -> None:
        """Wait for nothing more."""
        self._open.set()
        if self._is_registered:
            self._is_registered = False
            if getattr(self._request, "channel", None) is not None:
                self._request.unregisterProducer()

    # The names are Twisted's.
    def pauseProducing(self) -> None:  # noqa: N802
        self._open.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self._open.set()

    def stopProducing(self) -> None:  # noqa: N802
        self._open.set()
