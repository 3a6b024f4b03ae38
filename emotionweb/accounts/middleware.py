"""The person's own language and time zone, and the app lock, for the length of a request."""

import time
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from emotionweb.accounts import lock
from emotionweb.accounts.timezones import zone

UNLOCKED_VIEWS = frozenset(
    {
        "accounts:unlock",
        "accounts:logout",
        "healthz",
        "set_language",
        "offline:manifest",
        "offline:page",
        "offline:worker",
    }
)
"""Addresses that also answer while the app is locked; nothing of the person is in them."""


class PreferencesMiddleware(MiddlewareMixin):
    """Show a page in the language and in the time zone of the person who is logged in.

    The language of a person who chose none, and of a stranger, comes from the browser: Django's
    `LocaleMiddleware`, which runs before, has seen to that.
    """

    get_response: Callable[[HttpRequest], HttpResponse]

    def process_request(self, request: HttpRequest) -> None:
        user = request.user
        if not user.is_authenticated:
            timezone.deactivate()
            return
        timezone.activate(zone(user.timezone))
        if user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()


class LockMiddleware(MiddlewareMixin):
    """Answer nothing but the question for the PIN while the app is locked.

    Opening a page and sending a form is a hand on it. What a page asks for by itself is not, or
    a list that looks for news would keep an abandoned browser open.
    """

    get_response: Callable[[HttpRequest], HttpResponse]

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        user, match = request.user, request.resolver_match
        if not user.is_authenticated or not user.pin:
            return None
        if match is not None and match.view_name in UNLOCKED_VIEWS:
            return None
        now = time.time()
        if lock.is_locked(user, request.session, now):
            return _locked(request)
        if request.method == "POST" or _is_page(request):
            lock.note_activity(request.session, now)
        return None


def _is_page(request: HttpRequest) -> bool:
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode is not None:
        return mode == "navigate"
    return "text/html" in request.headers.get("Accept", "")


def _locked(request: HttpRequest) -> HttpResponse:
    if not _is_page(request):
        said = _("Emotionweb is locked. Type your PIN, then try again.")
        return JsonResponse({"said": said}, status=423)
    back = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("home")
    query = {"next": back} | ({} if request.method == "GET" else {"unsent": "1"})
    return HttpResponseRedirect(f"{reverse('accounts:unlock')}?{urlencode(query)}")
