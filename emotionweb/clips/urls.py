"""Addresses of clips and photos."""

from django.urls import path

from emotionweb.clips import media_views, upload_views, views
from emotionweb.clips.results_urls import urlpatterns as results_urlpatterns

app_name = "clips"
urlpatterns = [
    path("", views.ClipListView.as_view(), name="list"),
    path("jobs/", views.JobsView.as_view(), name="jobs"),
    # tus: where the browser's client sends files, in pieces
    path("upload/", upload_views.CreationView.as_view(), name="uploads"),
    path("upload/<uuid:upload_id>/", upload_views.UploadView.as_view(), name="upload"),
    # one clip
    path("<uuid:clip_id>/", views.PlayerView.as_view(), name="player"),
    path("<uuid:clip_id>/file/", media_views.ClipFileView.as_view(), name="file"),
    path("<uuid:clip_id>/delete/", views.DeleteView.as_view(), name="delete"),
    path("<uuid:clip_id>/rename/", views.RenameView.as_view(), name="rename"),
    path("<uuid:clip_id>/recorded/", views.RecordedView.as_view(), name="recorded"),
    path("<uuid:clip_id>/thumbnails/", views.ThumbnailsView.as_view(), name="thumbnails"),
    path("<uuid:clip_id>/annotate/", views.AnnotateView.as_view(), name="annotate"),
    # a job of a clip or photo
    path("<uuid:thing_id>/jobs/<uuid:job_id>/cancel/", views.CancelView.as_view(), name="cancel"),
    path("<uuid:thing_id>/jobs/<uuid:job_id>/retry/", views.RetryView.as_view(), name="retry"),
    *results_urlpatterns,
]
