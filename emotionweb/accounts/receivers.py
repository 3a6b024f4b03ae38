"""What follows from changes to a login or to a user's row, wherever they are made."""

import time
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_delete, post_init, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from emotionweb.accounts import lock
from emotionweb.accounts.models import Consent, User
from emotionweb.accounts.services import announce_access_change, forget_logins


@receiver(user_logged_in)
def open_lock(sender: Any, request: HttpRequest | None, **kwargs: Any) -> None:
    """A password is more than a PIN."""
    if request is not None:
        lock.open_(request.session, time.time())


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
    forget_logins(instance)
    announce_access_change(instance.pk)


@receiver(post_delete, sender=User)
@receiver(post_delete, sender=Consent)
def forget_in_admin_log(sender: Any, instance: User | Consent, **kwargs: Any) -> None:
    """Remove what the admin noted about a person: each note holds the address."""
    kind = ContentType.objects.get_for_model(sender)
    LogEntry.objects.filter(content_type=kind, object_id=str(instance.pk)).delete()


def _access(user: User) -> tuple[object, object]:
    # Read from __dict__: a deferred field must not cost a query for each row.
    return user.__dict__.get("password"), user.__dict__.get("is_active")
