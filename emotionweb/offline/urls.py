"""Addresses of the app around the site, at its root."""

from django.urls import path

from emotionweb.offline import views

app_name = "offline"
urlpatterns = [
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.worker, name="worker"),
    path("offline/", views.page, name="page"),
    path("offline/token/", views.token, name="token"),
]
