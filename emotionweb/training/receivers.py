"""Taking back the consent removes what was given, and so does the deletion of a live session."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from emotionweb.accounts.models import Consent
from emotionweb.accounts.signals import consent_withdrawn
from emotionweb.live.models import LiveSession
from emotionweb.training import given


@receiver(consent_withdrawn)
def forget_given(sender: Any, user_id: int, kind: str, **kwargs: Any) -> None:
    if kind == Consent.Kind.TRAINING:
        given.forget_person(user_id)


@receiver(post_delete, sender=LiveSession)
def forget_given_of_session(sender: Any, instance: LiveSession, **kwargs: Any) -> None:
    given.forget_source("live", instance.pk)
