"""How static files get their names in production."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class ModuleManifestStorage(ManifestStaticFilesStorage):
    """Put a hash of the content into each name, also in what ES modules import from each other."""

    support_js_module_import_aggregation = True
