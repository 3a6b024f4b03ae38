"""What follows when a check-in is deleted for good, wherever that happens: its photo goes too.

Once the transaction is committed, so that a deletion that is rolled back loses nothing. Purge,
erasure, the undoing of an import and the deletion of an account all come by here.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from emotionweb import media
from emotionweb.journal.models import CheckIn


@receiver(post_delete, sender=CheckIn)
def remove_photo(sender: Any, instance: CheckIn, **kwargs: Any) -> None:
    if instance.photo:
        transaction.on_commit(partial(media.remove, media.absolute(instance.photo)))
