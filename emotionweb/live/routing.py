"""Address of the live socket."""

from django.urls import path

from emotionweb.live.consumer import LiveConsumer

websocket_urlpatterns = [path("ws/live/", LiveConsumer.as_asgi())]
