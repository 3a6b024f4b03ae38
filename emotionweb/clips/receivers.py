"""What follows when a row is deleted, wherever that happens: its files go too.

Once the transaction is committed, so that a deletion that is rolled back loses nothing. Deleting
an account deletes the rows one by one, so it comes by here as well.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from emotionweb.clips import files
from emotionweb.clips.models import Clip, Job, Photo, Upload


@receiver(post_delete, sender=Clip)
@receiver(post_delete, sender=Photo)
def remove_files(sender: Any, instance: Clip | Photo, **kwargs: Any) -> None:
    # Source, proxy and annotated videos lie in one folder.
    transaction.on_commit(partial(files.remove_folder, files.absolute(instance.path).parent))


@receiver(post_delete, sender=Job)
def remove_result(sender: Any, instance: Job, **kwargs: Any) -> None:
    if instance.result_path:
        transaction.on_commit(partial(files.remove, files.absolute(instance.result_path)))


@receiver(post_delete, sender=Upload)
def remove_pieces(sender: Any, instance: Upload, **kwargs: Any) -> None:
    transaction.on_commit(partial(files.remove, files.upload_path(instance.pk)))
