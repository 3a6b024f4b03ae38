from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClipsConfig(AppConfig):
    name = "emotionweb.clips"
    verbose_name = _("Clips")

    def ready(self) -> None:
        from django.urls import reverse

        from emotionweb.clips import mine, receivers, result_receivers  # noqa: F401  (importing connects)
        from emotionweb.clips.holdings import register_holdings
        from emotionweb.journal import sources

        register_holdings()
        sources.register(
            sources.SourceKind(
                kind=mine.SOURCE_KIND,
                title=_("Clip"),
                delete_url=lambda clip_id: reverse("clips:not-me", args=[clip_id]),
                page_url=lambda clip_id: reverse("clips:player", args=[clip_id]),
                corrected_days=mine.corrected_days,
                forget_days=mine.forget_days,
            )
        )
