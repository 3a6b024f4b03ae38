"""Numbers and expressions as the administration's pages write them."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.formats import number_format

from emotionweb.expressions import expression_mark, expression_title
from emotionweb.templatetags.look import percent

register = template.Library()


@register.filter
def thousands(value: float | None) -> str:
    """A count, grouped as the language does: "26,615"; nothing is a dash."""
    return "–" if value is None else number_format(value, force_grouping=True)


@register.filter
def unlocalised(value: float) -> str:
    """A number for an attribute: with a point in every language."""
    return f"{value:.4f}"


@register.filter
def expression_word(name: str) -> str:
    """The adjective of an expression; "" is "unsure"."""
    return expression_title(name or None)


@register.filter
def expression_sign(name: str) -> str:
    """The mark of an expression; "" gets that of "unsure"."""
    return expression_mark(name or None)


@register.filter
def per_cent(share: float) -> str:
    """A share as "93 %"."""
    return percent(share)


#: The parts of the site that an administrator comes for, before Django's own.
_FIRST = ("training", "accounts", "live", "clips", "journal")


@register.filter
def ours_first(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The administration's list of apps in the order of the site, the others after it."""
    places = {label: place for place, label in enumerate(_FIRST)}
    return sorted(apps, key=lambda app: places.get(app["app_label"], len(places)))
