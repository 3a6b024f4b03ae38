"""What a page tells the scripts that keep check-ins for later."""

from __future__ import annotations

from django import template
from django.contrib.auth.models import AnonymousUser

from emotionweb.accounts.models import User
from emotionweb.offline.owner import owner_of

register = template.Library()


@register.filter
def offline_owner(user: User | AnonymousUser | str) -> str:
    """The mark of a person for this browser; "" for a stranger, and on a page without a person."""
    return owner_of(user) if isinstance(user, User) else ""
