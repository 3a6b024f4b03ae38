"""Addresses of the live page."""

from django.urls import path

from emotionweb.live.calibration_views import CalibrationForgetView, CalibrationView
from emotionweb.live.views import LivePageView, SessionDeleteView

app_name = "live"
urlpatterns = [
    path("", LivePageView.as_view(), name="page"),
    path("calibration/", CalibrationView.as_view(), name="calibration"),
    path("calibration/forget/", CalibrationForgetView.as_view(), name="calibration-forget"),
    path("sessions/<uuid:session_id>/delete/", SessionDeleteView.as_view(), name="session-delete"),
]
