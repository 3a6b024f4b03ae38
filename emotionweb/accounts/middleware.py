"""The person's own language and time zone, for the length of a request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.deprecation import MiddlewareMixin

from emotionweb.accounts.timezones import zone


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
