"""How moods and notes are said and drawn."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from emotionweb.accounts.timezones import zone
from emotionweb.journal import moods as moods_module
from emotionweb.journal import notes
from emotionweb.journal.checkins import Felt
from emotionweb.journal.models import Tag

register = template.Library()
register.filter(zone)
register.filter(moods_module.mood_title)


@register.simple_tag
def moods() -> list[moods_module.Mood]:
    """The five marks, lowest first."""
    return moods_module.moods()


@register.filter
def note(text: str) -> SafeString:
    """Markdown as HTML that is safe to show."""
    return mark_safe(notes.render(text))  # noqa: S308  (nh3 let it through)


@register.filter
def mean_number(felt: Felt) -> str:
    """The mean mood: "4" where it is whole, "3.7" otherwise."""
    mean = round(felt.mean, 1)
    return number_format(mean, 0 if mean == int(mean) else 1)  # by itself it would cut, not round


@register.filter
def felt_words(felt: Felt) -> str:
    """Say the mean and from how many check-ins it is: "Felt 3.7 of 5, from 3 check-ins"."""
    if felt.count == 1:
        return _("Felt %(mood)s") % {"mood": moods_module.mood_title(felt.nearest)}
    return ngettext(
        "Felt %(mean)s of 5, from %(count)d check-in",
        "Felt %(mean)s of 5, from %(count)d check-ins",
        felt.count,
    ) % {"mean": mean_number(felt), "count": felt.count}


@register.inclusion_tag("journal/_tag_icon.html")
def tag_icon(name: str) -> dict[str, str]:
    """Draw the icon of a tag; one that is not known any more is drawn as a label."""
    return {"name": name if name in Tag.Icon.values else Tag.Icon.TAG}
