"""Whether the account is the made-up one."""

from django import template
from django.contrib.auth.models import AnonymousUser

from emotionweb.accounts.models import User
from emotionweb.demo import store

register = template.Library()


@register.filter
def is_demo(user: User | AnonymousUser) -> bool:
    return isinstance(user, User) and store.is_demo(str(user.email))
