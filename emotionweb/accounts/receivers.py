"""Turns what happens to a login or to a user's row into `access_changed`."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_init, post_save
from django.dispatch import receiver

from emotionweb.accounts.models import User
from emotionweb.accounts.services import announce_access_change


@receiver(user_logged_out)
def on_logout(sender: Any, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        announce_access_change(user.pk)


@receiver(post_init, sender=User)
def remember_access(sender: Any, instance: User, **kwargs: Any) -> None:
    instance.__dict__["_access_when_read"] = _access(instance)


@receiver(post_save, sender=User)
def on_save(sender: Any, instance: User, created: bool, **kwargs: Any) -> None:
    """Notice a new password or a deactivation wherever it was made: on a page or in the admin."""
    if not created and instance.__dict__.get("_access_when_read") != _access(instance):
        announce_access_change(instance.pk)
    remember_access(sender, instance)


@receiver(post_delete, sender=User)
def on_delete(sender: Any, instance: User, **kwargs: Any) -> None:
    announce_access_change(instance.pk)


def _access(user: User) -> tuple[object, object]:
    # Read from __dict__: a deferred field must not cost a query for each row.
    return user.__dict__.get("password"), user.__dict__.get("is_active")
