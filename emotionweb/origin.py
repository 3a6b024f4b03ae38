"""Sockets answer pages of this very site only."""

from typing import Any
from urllib.parse import urlsplit

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable
from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host


def is_same_origin(origin: str, host: str, allowed_hosts: list[str]) -> bool:
    """Say whether a page of `origin` belongs to the site that was asked for as `host`.

    Args:
        origin: The header of that name, such as "https://example.org:8443". A browser sends it with
            every handshake and a page cannot change it. "" and "null" belong to no site.
        host: The `Host` header, such as "example.org:8443". Like an origin it leaves out a default
            port, so the two compare as they are; a proxy that ends the TLS changes neither.
        allowed_hosts: As in `ALLOWED_HOSTS`. Without it, a foreign name that was made to point at
            this machine (DNS rebinding) would agree with itself.
    """
    try:
        page = urlsplit(origin)
    except ValueError:  # not an address at all
        return False
    name, _port = split_domain_port(host)
    return (
        page.scheme in {"http", "https"}
        and page.netloc.lower() == host.lower()
        and validate_host(name, allowed_hosts)
    )


class SameOriginOnly:
    """ASGI middleware that refuses the handshake of a socket opened by another site's page."""

    def __init__(self, application: ASGI3Application) -> None:
        self.application = application

    async def __call__(
        self, scope: Any, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> Any:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        origin, host = headers.get(b"origin", ""), headers.get(b"host", "")
        if is_same_origin(origin, host, settings.ALLOWED_HOSTS):
            return await self.application(scope, receive, send)
        return await WebsocketDenier()(scope, receive, send)
