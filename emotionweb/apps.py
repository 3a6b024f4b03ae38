from django.apps import AppConfig


class EmotionwebConfig(AppConfig):
    """The project itself as an app: its system checks and the `serve` command."""

    name = "emotionweb"

    def ready(self) -> None:
        from emotionweb import checks  # noqa: F401  (importing registers them)
