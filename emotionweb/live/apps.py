from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiveConfig(AppConfig):
    name = "emotionweb.live"
    verbose_name = _("Live")

    def ready(self) -> None:
        from django.urls import reverse

        from emotionweb.journal import sources
        from emotionweb.live import receivers  # noqa: F401  (importing connects them)
        from emotionweb.live.holdings import register_holdings
        from emotionweb.live.services import SOURCE_KIND

        register_holdings()

        sources.register(
            sources.SourceKind(
                kind=SOURCE_KIND,
                title=_("Live session"),
                delete_url=lambda session_id: reverse("live:session-delete", args=[session_id]),
            )
        )
