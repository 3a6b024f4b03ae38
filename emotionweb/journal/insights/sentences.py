"""The sentences of the comparisons. What goes together is said to have gone together."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from emotionweb.journal.insights.report import About

#: The four parts of a day, as their check-ins are told apart.
PART_TITLES: tuple[Promise, ...] = (
    pgettext_lazy("part of the day", "Night, 0 to 5"),
    pgettext_lazy("part of the day", "Morning, 5 to 12"),
    pgettext_lazy("part of the day", "Afternoon, 12 to 18"),
    pgettext_lazy("part of the day", "Evening, 18 to 24"),
)
#: For each kind of comparison: mood higher, mood lower, nothing that stands out.
SENTENCES: Mapping[tuple[About, bool], tuple[Promise, Promise, Promise]] = {
    (About.TAG, False): (
        gettext_lazy(
            "Days with %(name)s went with higher moods: %(mean)s against %(other)s without."
        ),
        gettext_lazy(
            "Days with %(name)s went with lower moods: %(mean)s against %(other)s without."
        ),
        gettext_lazy(
            "%(name)s: nothing stands out from chance, %(mean)s with and %(other)s without."
        ),
    ),
    (About.TAG, True): (
        gettext_lazy("Days with %(name)s went with a happier look, by %(points)s points."),
        gettext_lazy("Days with %(name)s went with a less happy look, by %(points)s points."),
        gettext_lazy(
            "%(name)s: in how the face looked nothing stands out from chance (%(points)s points)."
        ),
    ),
    (About.WEEKDAY, False): (
        gettext_lazy("%(name)s went with higher moods: %(mean)s against %(other)s on other days."),
        gettext_lazy("%(name)s went with lower moods: %(mean)s against %(other)s on other days."),
        gettext_lazy(
            "%(name)s: nothing stands out from chance, %(mean)s against %(other)s on other days."
        ),
    ),
    (About.PART, False): (
        gettext_lazy("%(name)s: went with higher moods, %(mean)s against %(other)s otherwise."),
        gettext_lazy("%(name)s: went with lower moods, %(mean)s against %(other)s otherwise."),
        gettext_lazy(
            "%(name)s: nothing stands out from chance, %(mean)s against %(other)s otherwise."
        ),
    ),
    (About.TRACKER, False): (
        gettext_lazy("Higher values of %(name)s went with higher moods."),
        gettext_lazy("Higher values of %(name)s went with lower moods."),
        gettext_lazy("%(name)s and mood: nothing stands out from chance."),
    ),
    (About.AGREEMENT, True): (
        gettext_lazy(
            "What your face showed and what you felt went together: days that felt better looked "
            "happier."
        ),
        gettext_lazy(
            "What your face showed and what you felt went opposite ways: days that felt better "
            "looked less happy."
        ),
        gettext_lazy(
            "Between what your face showed and what you felt nothing stands out from chance. "
            "That is nothing unusual: a face is not a feeling."
        ),
    ),
}
