"""Emotionweb: live expression recognition in the browser, and a mood journal."""

from emotionweb.celery import app as celery_app

__all__ = ["celery_app"]
