"""Celery as the launcher runs it, but sweeping every second and losing patience after three.

Run as ``python -m tests.clips.hasty worker …`` or ``… beat …``.
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
    from emotionweb.clips import jobs

    jobs.HEARTBEAT_S, jobs.STALE_AFTER, jobs.SECOND_CHANCE_S = 0.5, timedelta(seconds=3), 1.0
    for name in settings.CELERY_BEAT_SCHEDULE.keys() - {"clips.sweep"}:
        del settings.CELERY_BEAT_SCHEDULE[name]  # other parts have tests of their own
    settings.CELERY_BEAT_SCHEDULE["clips.sweep"]["schedule"] = 1.0
    app.start(sys.argv[1:])
