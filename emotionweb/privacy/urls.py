"""Addresses below /privacy/."""

from django.urls import path

from emotionweb.privacy import views

app_name = "privacy"
urlpatterns = [
    path("erase/", views.EraseView.as_view(), name="erase"),
    path("retention/", views.RetentionView.as_view(), name="retention"),
]
