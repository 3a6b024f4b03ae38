"""Celery as the launcher runs it, but sweeping every second and losing patience sooner.

Run as ``python -m tests.training.hasty worker …`` or ``… beat …``.
"""

import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emotionweb.settings")

import django
from django.conf import settings

from emotionweb.celery import app

if __name__ == "__main__":
    django.setup()
    from emotionweb.training import jobs

    # The process of a run keeps its own pace, and importing TensorFlow stops it for a while.
    jobs.STALE_AFTER = timedelta(seconds=20)
    for name in settings.CELERY_BEAT_SCHEDULE.keys() - {"training.sweep"}:
        del settings.CELERY_BEAT_SCHEDULE[name]  # other parts have tests of their own
    settings.CELERY_BEAT_SCHEDULE["training.sweep"]["schedule"] = 1.0
    app.start(sys.argv[1:])
