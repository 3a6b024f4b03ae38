"""Addresses below /training/."""

from django.urls import path

from emotionweb.training import views

app_name = "training"
urlpatterns = [path("given/live/", views.GiveLiveView.as_view(), name="give-live")]
