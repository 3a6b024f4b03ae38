"""What tests of the pages of check-ins share."""

from datetime import UTC, datetime
from typing import Any
from unittest import mock

from django.http import HttpResponse

from tests.base import BaseTestCase

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
QUICK = "/journal/check-in/quick/"
FORM = "/journal/check-in/"
JSON = {"Accept": "application/json"}


class CheckInPagesTestCase(BaseTestCase):
    """Alice is logged in, and it is noon."""

    def setUp(self) -> None:
        self.client.force_login(self.alice)
        clock = mock.patch("django.utils.timezone.now", side_effect=lambda: self.now)
        self.now = NOON
        clock.start()
        self.addCleanup(clock.stop)

    def tap(self, mood: int = 4, **more: Any) -> HttpResponse:
        return self.client.post(QUICK, {"mood": mood, **more}, headers=JSON)

    def fill(self, path: str = FORM, **more: Any) -> HttpResponse:
        said = {"mood": "4", "date": "2026-03-14", "time": "11:30", **more}
        return self.client.post(path, said)

    def errors(self, response: HttpResponse) -> dict[str, list[str]]:
        return dict(response.context["form"].errors)
