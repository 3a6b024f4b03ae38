"""Tells a person's open sockets, in whichever process they are, to look whether they may go on."""

from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.dispatch import receiver

from emotionweb.accounts.signals import access_changed
from emotionweb.training.signals import active_changed


@receiver(access_changed)
def push_recheck(sender: Any, user_id: int, **kwargs: Any) -> None:
    from emotionweb.live.consumer import group_of

    async_to_sync(get_channel_layer().group_send)(group_of(user_id), {"type": "access.changed"})


@receiver(active_changed)
def push_model(sender: Any, **kwargs: Any) -> None:
    """Tell every open socket that another version answers now; in one process, or by Redis.

    Sockets that this does not reach find out when they look next, within ``guard.RECHECK_S``.
    """
    from emotionweb.live.consumer import EVERYBODY

    async_to_sync(get_channel_layer().group_send)(EVERYBODY, {"type": "model.changed"})
