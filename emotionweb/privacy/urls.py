"""Addresses below /privacy/."""

from django.urls import path

from emotionweb.journal.report.views import ReportView
from emotionweb.privacy import views
from emotionweb.privacy.portability import views as portability
from emotionweb.privacy.tabular.views import TableView

app_name = "privacy"
urlpatterns = [
    path("erase/", views.EraseView.as_view(), name="erase"),
    path("retention/", views.RetentionView.as_view(), name="retention"),
    path("report/", ReportView.as_view(), name="report"),
    path("export/", portability.ExportView.as_view(), name="export"),
    path("import/", portability.ImportView.as_view(), name="import"),
    path("import/<uuid:key>/", portability.ImportLookView.as_view(), name="import-look"),
    path("import/<uuid:key>/table/", TableView.as_view(), name="import-table"),
    path("import/undo/<int:batch_id>/", portability.ImportUndoView.as_view(), name="import-undo"),
]
