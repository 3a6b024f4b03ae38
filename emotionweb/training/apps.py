import logging
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)


class TrainingConfig(AppConfig):
    name = "emotionweb.training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from emotionweb.training import receivers  # noqa: F401  (importing connects them)
        from emotionweb.training.holdings import register_holdings

        register_holdings()

        from django.db.models.signals import post_migrate

        from emotionweb.training import checks  # noqa: F401  (importing registers them)

        post_migrate.connect(_number_the_shipped_model, sender=self)


def _number_the_shipped_model(using: str, **kwargs: Any) -> None:
    """The bundle that came with the program is version 1 of a new database."""
    from django.db import DatabaseError, transaction

    from emotionweb.training import versions

    if using != "default":
        return
    try:
        with transaction.atomic():
            versions.ensure_shipped()
    except DatabaseError as error:  # migrated back to before the table
        logger.info("The shipped model got no number: %s", error)
