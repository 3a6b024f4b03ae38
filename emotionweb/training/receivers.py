"""Taking back the consent removes what was given."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from emotionweb.accounts.models import Consent
from emotionweb.accounts.signals import consent_withdrawn
from emotionweb.training import given


@receiver(consent_withdrawn)
def forget_given(sender: Any, user_id: int, kind: str, **kwargs: Any) -> None:
    if kind == Consent.Kind.TRAINING:
        given.forget_person(user_id)
