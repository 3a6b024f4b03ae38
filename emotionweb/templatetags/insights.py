"""What insights add to pages of others."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from emotionweb.journal.insights import today

register = template.Library()


@register.inclusion_tag("journal/insights/_numbers.html", takes_context=True)
def numbers_of(context: dict[str, Any], day: date) -> dict[str, Any]:
    """Draw the form for the person's own numbers of a day; nothing for somebody without any."""
    request = context["request"]
    return {
        "numbers": today.numbers(request.user, day),
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }
