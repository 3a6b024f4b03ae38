"""What goes with a clip or photo, wherever it is deleted: its part of the journal, given faces."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver

from emotionweb.clips import mine
from emotionweb.clips.models import Clip, Photo
from emotionweb.training import given


@receiver(pre_delete, sender=Clip)
def take_out_of_journal(sender: Any, instance: Clip, origin: Any = None, **kwargs: Any) -> None:
    # With an account its journal goes as well; a day worked out in between would be in the way.
    if not _is_of(origin, get_user_model()):
        mine.forget(instance)


@receiver(post_delete, sender=Clip)
def forget_given_of_clip(sender: Any, instance: Clip, **kwargs: Any) -> None:
    given.forget_source("clip", instance.pk)


@receiver(post_delete, sender=Photo)
def forget_given_of_photo(sender: Any, instance: Photo, **kwargs: Any) -> None:
    given.forget_source("photo", instance.pk)


def _is_of(origin: Any, model: type[Model]) -> bool:
    """Whether a deletion began at rows of this model."""
    if isinstance(origin, QuerySet):
        return issubclass(origin.model, model)
    return isinstance(origin, model)
