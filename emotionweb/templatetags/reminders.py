"""What the templates say of reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from emotionweb.journal.reminders import today

if TYPE_CHECKING:
    from emotionweb.accounts.models import User
    from emotionweb.journal.models import Reminder

register = template.Library()


@register.simple_tag
def coming_reminders(user: User) -> dict[str, Any] | None:
    """What an open page has to know of the coming days; ``None`` where nothing comes. One query."""
    known = today.for_page(user, timezone.now())
    return known if known["next"] else None


@register.filter
def on_days(reminder: Reminder) -> str:
    """The days of a reminder: "every day", "Monday to Friday", "Mon, Wed"."""
    days = sorted(reminder.days)
    if len(days) == 7:
        return _("every day")
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return _("%(first)s to %(last)s") % {
            "first": WEEKDAYS[days[0]],
            "last": WEEKDAYS[days[-1]],
        }
    names = WEEKDAYS if len(days) == 1 else WEEKDAYS_ABBR
    return pgettext("between days of the week", ", ").join(str(names[day]) for day in days)
