"""Addresses of the sockets."""

from emotionweb.live.routing import websocket_urlpatterns

__all__ = ["websocket_urlpatterns"]
