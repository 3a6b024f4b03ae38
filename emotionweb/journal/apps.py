from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JournalConfig(AppConfig):
    name = "emotionweb.journal"
    verbose_name = _("Journal")

    def ready(self) -> None:
        from emotionweb.journal import receivers  # noqa: F401  (importing connects)
        from emotionweb.journal.holdings import register_holdings

        register_holdings()
