"""Addresses of what was found in clips and photos; ``urls.py`` takes them in."""

from __future__ import annotations

from django.urls import path

from emotionweb.clips import media_views, photo_views, result_views

urlpatterns = [
    path("<uuid:clip_id>/data/", result_views.DataView.as_view(), name="data"),
    path("<uuid:clip_id>/timeline/", result_views.TimelineView.as_view(), name="timeline"),
    path("<uuid:clip_id>/boxes/", result_views.BoxesView.as_view(), name="boxes"),
    path("<uuid:clip_id>/tracks/<int:track_id>/", result_views.TrackView.as_view(), name="track"),
    path(
        "<uuid:clip_id>/tracks/<int:track_id>/face/",
        result_views.FaceView.as_view(),
        name="track-face",
    ),
    path("<uuid:clip_id>/not-me/", result_views.NotMeView.as_view(), name="not-me"),
    path("<uuid:clip_id>/corrections/", result_views.CorrectionsView.as_view(), name="corrections"),
    path(
        "<uuid:clip_id>/corrections/<uuid:correction_id>/",
        result_views.CorrectionView.as_view(),
        name="correction",
    ),
    path("<uuid:clip_id>/markers/", result_views.MarkersView.as_view(), name="markers"),
    path(
        "<uuid:clip_id>/markers/<int:marker_id>/", result_views.MarkerView.as_view(), name="marker"
    ),
    path("<uuid:clip_id>/render/", result_views.RenderView.as_view(), name="render"),
    path(
        "<uuid:clip_id>/renders/<uuid:job_id>/",
        media_views.RenderFileView.as_view(),
        name="render-file",
    ),
    path("<uuid:clip_id>/export/<slug:kind>/", result_views.ExportView.as_view(), name="export"),
    path("<uuid:clip_id>/import-eaf/", result_views.ImportView.as_view(), name="import-eaf"),
    # photos
    path("photos/", photo_views.PhotoListView.as_view(), name="photos"),
    path("photos/<uuid:photo_id>/", photo_views.PhotoView.as_view(), name="photo"),
    path("photos/<uuid:photo_id>/json/", photo_views.PhotoJsonView.as_view(), name="photo-json"),
    path(
        "photos/<uuid:photo_id>/picture/",
        photo_views.PhotoPictureView.as_view(),
        name="photo-picture",
    ),
    path("photos/<uuid:photo_id>/file/", media_views.PhotoFileView.as_view(), name="photo-file"),
    path(
        "photos/<uuid:photo_id>/corrections/",
        photo_views.PhotoCorrectView.as_view(),
        name="photo-correct",
    ),
    path(
        "photos/<uuid:photo_id>/delete/", photo_views.PhotoDeleteView.as_view(), name="photo-delete"
    ),
]
