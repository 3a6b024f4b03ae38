from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "emotionweb.training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from emotionweb.training import receivers  # noqa: F401  (importing connects them)
        from emotionweb.training.holdings import register_holdings

        register_holdings()
