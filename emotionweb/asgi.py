"""The ASGI application that Daphne serves: pages and sockets."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emotionweb.settings")
# Sets Django up, which everything imported below needs.
django_application = get_asgi_application()

from emotionweb.backpressure import Backpressure  # noqa: E402
from emotionweb.origin import SameOriginOnly  # noqa: E402
from emotionweb.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": Backpressure(django_application),
        "websocket": SameOriginOnly(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))),
    }
)
