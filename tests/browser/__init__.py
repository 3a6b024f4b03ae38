"""The whole site, as a person sees it: `manage.py serve`, a real Chromium and a fake camera."""

PASSWORD = "correct horse battery"
"""Of everybody who visits."""
