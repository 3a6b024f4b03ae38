from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "emotionweb.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from emotionweb.accounts import receivers  # noqa: F401  (importing connects them)
        from emotionweb.accounts.holdings import register_holdings

        register_holdings()
