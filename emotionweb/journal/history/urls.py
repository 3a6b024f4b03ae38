"""Addresses of the history, below those of the journal."""

from django.urls import path, register_converter

from emotionweb.journal.history.converters import MonthConverter, WeekConverter
from emotionweb.journal.history.views import MonthView, SearchView, WeekView, YearView

register_converter(MonthConverter, "month")
register_converter(WeekConverter, "week")

urlpatterns = [
    path("year/<int:year>/", YearView.as_view(), name="year"),
    path("month/<month:first>/", MonthView.as_view(), name="month"),
    path("week/<week:first>/", WeekView.as_view(), name="week"),
    path("search/", SearchView.as_view(), name="search"),
]
