"""Address of the live socket."""

from daphne.ws_protocol import WebSocketProtocol
from django.urls import path

from emotionweb.live.consumer import LiveConsumer

# A message above Daphne's limit is to end in the close code 1009, which the page explains. By
# default the connection is cut without a word, and the browser would take it for a bad network.
WebSocketProtocol.failByDrop = False

websocket_urlpatterns = [path("ws/live/", LiveConsumer.as_asgi())]
