"""System checks that tell an operator what is missing before a person notices."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from emotionweb import secret


@register(Tags.security)
def check_secret_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E001: the secret key can be guessed."""
    if not secret.is_weak(settings.SECRET_KEY):
        return []
    return [
        Error(
            "The secret key is a default or too short.",
            hint="Unset EMOTIONWEB_SECRET_KEY: a key is made and kept in the data folder.",
            id="emotionweb.E001",
        )
    ]


@register(Tags.files)
def check_model_bundle(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """W001: there is no model to recognise anything with."""
    if (settings.MODEL_BUNDLE / "card.json").exists():
        return []
    return [
        checks.Warning(
            f"There is no model in {settings.MODEL_BUNDLE}.",
            hint="Point EMOTIONWEB_MODEL_BUNDLE to a bundle, or train one: python -m inference.",
            id="emotionweb.W001",
        )
    ]


@register(Tags.files)
def check_front_end(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """W002: the packages that the pages' scripts import are not installed."""
    if settings.NODE_MODULES.exists():
        return []
    return [
        checks.Warning(
            "The front-end packages are not installed: charts will not be drawn.",
            hint="Run `make run`, or `npm ci` in the project's folder.",
            id="emotionweb.W002",
        )
    ]


@register(Tags.compatibility)
def check_runtime(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """E002: the runtime of the model is not one of those there are."""
    if settings.INFERENCE_RUNTIME in {"litert", "keras"}:
        return []
    return [
        Error(
            f'EMOTIONWEB_RUNTIME is "{settings.INFERENCE_RUNTIME}".',
            hint='Use "litert" (the default) or "keras".',
            id="emotionweb.E002",
        )
    ]
