"""Addresses of the journal."""

from datetime import date

from django.urls import path, register_converter

from emotionweb.journal.views import DayView, JournalListView


class DayConverter:
    """A day as in ``2026-11-21``; one that is in no calendar leads nowhere."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

app_name = "journal"
urlpatterns = [
    path("", JournalListView.as_view(), name="list"),
    path("<day:day>/", DayView.as_view(), name="day"),
]
