"""What is said about a day in the tip of its pixel, read out by a screen reader, and in tables."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from emotionweb.journal.checkins import Felt
from emotionweb.journal.history.days import HistoryDay, Shown
from emotionweb.journal.shown_index import ENOUGH_DAYS, ENOUGH_SECONDS, Difference
from emotionweb.templatetags.felt import felt_words
from emotionweb.templatetags.look import looked, observed

_BETWEEN = " · "


def day_name(day: date) -> str:
    """A day in full: "Saturday, 14 March 2026"."""
    return date_format(day, pgettext("date format", "l, j F Y"))


def shown_words(shown: Shown) -> str:
    """What was seen with how long it was observed, and by a new model if it was one."""
    parts = [looked(shown.summary.mix), observed(shown.summary)]
    if shown.new_models:
        parts.append(new_model_words(shown.new_models))
    if shown.corrected:
        parts.append(_("corrected by you"))
    return _BETWEEN.join(parts)


def new_model_words(versions: tuple[str, ...]) -> str:
    """Say that another model saw the faces from here on."""
    return _("new model: %(names)s") % {"names": ", ".join(versions)}


def apart_words(step: int) -> str:
    """Say how far the ranks of shown and felt lie apart.

    Args:
        step: -2..2, of :attr:`emotionweb.journal.shown_index.Difference.step`.
    """
    return {
        -2: _("looked much lower than felt"),
        -1: _("looked lower than felt"),
        0: _("looked and felt alike"),
        1: _("looked higher than felt"),
        2: _("looked much higher than felt"),
    }[step]


def difference_words(difference: Difference) -> str:
    """Say the difference with the ranks that it is made of."""
    ranks = _("rank of felt %(felt)d, of shown %(shown)d, of 100") % {
        "felt": round(difference.felt * 100),
        "shown": round(difference.shown * 100),
    }
    return f"{apart_words(difference.step)} ({ranks})"


def why_no_difference(day: HistoryDay) -> str:
    """Say what is missing for a difference."""
    if day.felt is None:
        return _("no difference: no check-in")
    if day.shown is None:
        return _("no difference: no camera")
    if not day.shown.enough:
        return ngettext(
            "no difference: observed less than %(minutes)d minute",
            "no difference: observed less than %(minutes)d minutes",
            int(ENOUGH_SECONDS // 60),
        ) % {"minutes": int(ENOUGH_SECONDS // 60)}
    return ngettext(
        "no difference yet: fewer than %(days)d day to compare with",
        "no difference yet: fewer than %(days)d days to compare with",
        ENOUGH_DAYS,
    ) % {"days": ENOUGH_DAYS}


def tip(day: date, found: HistoryDay | None, *, with_difference: bool = False) -> str:
    """Everything about a day in one line; the same for the eye, the pointer and the ear."""
    if found is None:
        return _BETWEEN.join([day_name(day), _("nothing on this day")])
    if found.hidden:
        return _BETWEEN.join([day_name(day), _("hidden by you")])
    parts = [day_name(day), felt_words(found.felt) if found.felt else _("no check-in")]
    parts.append(shown_words(found.shown) if found.shown else _("no camera"))
    if with_difference:
        parts.append(
            difference_words(found.difference) if found.difference else why_no_difference(found)
        )
    return _BETWEEN.join(parts)


def mean_felt(days: list[HistoryDay]) -> Felt | None:
    """The mean mood over days, each check-in counting the same."""
    felt = [one.felt for one in days if one.felt is not None]
    count = sum(one.count for one in felt)
    return Felt(sum(one.mean * one.count for one in felt) / count, count) if count else None
