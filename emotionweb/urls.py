"""Addresses of the site."""

from django.contrib import admin
from django.urls import include, path

from emotionweb.health import healthz
from emotionweb.journal.views import TodayView

urlpatterns = [
    path("", TodayView.as_view(), name="home"),
    path("accounts/", include("emotionweb.accounts.urls")),
    path("live/", include("emotionweb.live.urls")),
    path("journal/", include("emotionweb.journal.urls")),
    path("clips/", include("emotionweb.clips.urls")),
    path("training/", include("emotionweb.training.urls")),
    path("privacy/", include("emotionweb.privacy.urls")),
    path("", include("emotionweb.offline.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
]
