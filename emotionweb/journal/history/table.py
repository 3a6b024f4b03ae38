"""The days of a chart as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from emotionweb.journal.history import words
from emotionweb.journal.history.days import HistoryDay
from emotionweb.templatetags.felt import mean_number
from emotionweb.templatetags.look import looked, observed

NOTHING = "–"


class Row(NamedTuple):
    """A day in words; what is not there is a dash."""

    url: str
    day: str
    mean: str
    check_ins: str
    shown: str
    observed: str
    difference: str


def rows(days: Iterable[HistoryDay]) -> list[Row]:
    """Say each day."""
    layout = pgettext("date format", "D j M Y")
    return [_row(one, layout) for one in days]


def _row(one: HistoryDay, layout: str) -> Row:
    seen = _("no camera")
    looks = NOTHING
    if one.shown is not None:
        looks, seen = looked(one.shown.summary.mix), observed(one.shown.summary)
        if one.shown.new_models:
            looks = f"{looks} · {words.new_model_words(one.shown.new_models)}"
    return Row(
        url=reverse("journal:day", args=[one.day]),
        day=date_format(one.day, layout),
        mean=mean_number(one.felt) if one.felt else NOTHING,
        check_ins=str(one.felt.count) if one.felt else NOTHING,
        shown=looks,
        observed=seen,
        difference=words.difference_words(one.difference)
        if one.difference
        else words.why_no_difference(one),
    )
