"""What the templates of clips need beside the context of their views."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _

from emotionweb.clips import page_words, rows
from emotionweb.expressions import described_labels

if TYPE_CHECKING:
    from emotionweb.accounts.models import User
    from emotionweb.clips.models import Clip, Photo
    from emotionweb.clips.rows import JobRow

register = template.Library()

#: Jobs that Today shows.
RECENT = 3

#: What ``clips/player.js`` imports, and what that imports: fetched all at once instead of one after
#: another has been read. A test holds the list complete.
PLAYER_MODULES = (
    "live/colours.js",
    "live/geometry.js",
    "live/overlay.js",
    "live/words.js",
    "clips/api.js",
    "clips/bands.js",
    "clips/boxes.js",
    "clips/chart.js",
    "clips/chunks.js",
    "clips/dom.js",
    "clips/layout.js",
    "clips/mix.js",
    "clips/options.js",
    "clips/progress.js",
    "clips/remarks.js",
    "clips/saypanel.js",
    "clips/scale.js",
    "clips/stage.js",
    "clips/summary.js",
    "clips/time.js",
    "clips/timeline.js",
    "clips/tracks.js",
    "clips/transport.js",
    "clips/words.js",
)

register.simple_tag(page_words.player_words)
register.simple_tag(page_words.upload_words)
register.simple_tag(described_labels, name="labels")


@register.simple_tag
def player_modules() -> tuple[str, ...]:
    """Return the static names of the player's modules."""
    return PLAYER_MODULES


@register.simple_tag
def recent_jobs(user: User) -> list[JobRow]:
    """Return the newest jobs of a person, for Today."""
    return rows.recent_jobs(user.pk, RECENT)


@register.filter
def clock(seconds: float | None) -> str:
    """Say a length as players do: "4:12", "1:02:03"; "" where it is not known."""
    if seconds is None:
        return ""
    whole = int(seconds)  # as players count: a second is shown when it is over
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


@register.filter
def percent_of(part: float) -> int:
    """Return a part of 0..1 in whole per cent, cut off: it is done when it is done."""
    return int(part * 100)


@register.filter
def never_certain(percent: int) -> int:
    """Keep a reading short of the whole, as the live page does."""
    return min(99, percent)


@register.filter
def rate_said(rate: float) -> str:
    """Say how many frames a second are looked at."""
    return _("%(rate)g a second") % {"rate": rate} if rate else _("every frame")


@register.filter
def job_in(thing: Clip | Photo, jobs: Iterable[JobRow]) -> JobRow | None:
    """Return the row of a clip or photo among those of the page."""
    return next((job for job in jobs if job.thing == str(thing.pk)), None)
