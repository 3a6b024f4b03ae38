"""Addresses of reminders, below those of the journal."""

from django.urls import path

from emotionweb.journal.reminders import views

urlpatterns = [
    path("reminders/", views.ReminderListView.as_view(), name="reminders"),
    path("reminders/due/", views.DueView.as_view(), name="reminders-due"),
    path("reminders/streaks/", views.StreaksView.as_view(), name="streaks"),
    path("reminders/<int:reminder_id>/", views.ReminderEditView.as_view(), name="reminder"),
    path(
        "reminders/<int:reminder_id>/delete/",
        views.ReminderDeleteView.as_view(),
        name="reminder-delete",
    ),
]
