"""What a page tells the scripts that keep check-ins for later."""

from __future__ import annotations

from django import template

from emotionweb.accounts.models import User
from emotionweb.offline.owner import owner_of

register = template.Library()


@register.filter
def offline_owner(user: User) -> str:
    """The mark of a person for this browser; "" for a stranger."""
    return owner_of(user) if user.is_authenticated else ""
