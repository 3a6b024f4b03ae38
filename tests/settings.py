"""The project's settings, made quick for tests."""

from emotionweb.settings import *  # noqa: F403
from emotionweb.settings import STATIC_ROOT

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # the middleware wants to see it

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# No collectstatic before a test: names stay as they are.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
