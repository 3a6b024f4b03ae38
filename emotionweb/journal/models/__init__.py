"""What the camera saw, and what the person says; neither overwrites the other."""

from emotionweb.journal.models.checkins import CheckIn, Tag
from emotionweb.journal.models.insights import Notice, NoticeSettings, Tracker, TrackerValue
from emotionweb.journal.models.observations import (
    DailyEmotionLog,
    ExpressionMeans,
    HiddenDay,
    Observation,
)
from emotionweb.journal.models.reminders import Reminder, ReminderSettings

__all__ = [
    "CheckIn",
    "DailyEmotionLog",
    "ExpressionMeans",
    "HiddenDay",
    "Notice",
    "NoticeSettings",
    "Observation",
    "Reminder",
    "ReminderSettings",
    "Tag",
    "Tracker",
    "TrackerValue",
]
