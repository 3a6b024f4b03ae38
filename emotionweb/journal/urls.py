"""Addresses of the journal."""

from datetime import date

from django.urls import path, register_converter

from emotionweb.journal.checkin_views import (
    CheckInDeleteView,
    CheckInEditView,
    CheckInFormView,
    CheckInPhotoView,
    CheckInRestoreView,
    QuickCheckInView,
)
from emotionweb.journal.history.urls import urlpatterns as history_urls
from emotionweb.journal.history.views import DayView, HideView
from emotionweb.journal.insights.urls import urlpatterns as insights_urls
from emotionweb.journal.reminders.urls import urlpatterns as reminder_urls
from emotionweb.journal.tag_views import StartersView, TagActionView, TagEditView, TagListView
from emotionweb.journal.views import JournalListView


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
    path("<day:day>/hide/", HideView.as_view(), name="hide"),
    *history_urls,
    *insights_urls,
    *reminder_urls,
    path("check-in/", CheckInFormView.as_view(), name="check-in"),
    path("check-in/quick/", QuickCheckInView.as_view(), name="check-in-quick"),
    path("check-in/<uuid:check_in_id>/", CheckInEditView.as_view(), name="check-in-edit"),
    path(
        "check-in/<uuid:check_in_id>/photo/",
        CheckInPhotoView.as_view(),
        name="check-in-photo",
    ),
    path(
        "check-in/<uuid:check_in_id>/delete/",
        CheckInDeleteView.as_view(),
        name="check-in-delete",
    ),
    path(
        "check-in/<uuid:check_in_id>/restore/",
        CheckInRestoreView.as_view(),
        name="check-in-restore",
    ),
    path("tags/", TagListView.as_view(), name="tags"),
    path("tags/starters/", StartersView.as_view(), name="tag-starters"),
    path("tags/<int:tag_id>/", TagEditView.as_view(), name="tag"),
    path("tags/<int:tag_id>/action/", TagActionView.as_view(), name="tag-action"),
]
