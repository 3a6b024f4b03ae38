"""Addresses of insights, tracked numbers and notices, below those of the journal."""

from django.urls import path

from emotionweb.journal.insights import tracker_views, views

urlpatterns = [
    path("insights/", views.InsightsView.as_view(), name="insights"),
    path("insights/method/", views.MethodView.as_view(), name="insights-method"),
    path("notices/", views.NoticeSettingsView.as_view(), name="notices"),
    path("notices/off/", views.NoticeOffView.as_view(), name="notices-off"),
    path(
        "notices/<int:notice_id>/dismiss/",
        views.NoticeDismissView.as_view(),
        name="notice-dismiss",
    ),
    path("trackers/", tracker_views.TrackerListView.as_view(), name="trackers"),
    path("trackers/values/", tracker_views.ValuesView.as_view(), name="tracker-values"),
    path("trackers/<int:tracker_id>/", tracker_views.TrackerEditView.as_view(), name="tracker"),
    path(
        "trackers/<int:tracker_id>/action/",
        tracker_views.TrackerActionView.as_view(),
        name="tracker-action",
    ),
    path("breathe/", views.BreatheView.as_view(), name="breathe"),
]
