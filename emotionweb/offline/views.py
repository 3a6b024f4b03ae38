"""What a browser needs to keep the site at hand. None of it but the last is about a person."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from emotionweb.offline import kept
from emotionweb.offline.owner import owner_of

NO_ID = UUID(int=0)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Name, icons and colours of the app."""
    answer = JsonResponse(
        kept.manifest(kept.language_of(request)), content_type="application/manifest+json"
    )
    answer["Cache-Control"] = "max-age=3600"
    return answer


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root because it may only look after what lies below it."""
    script = kept.worker_script(kept.language_of(request))
    answer = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    answer["Service-Worker-Allowed"] = "/"
    answer["Cache-Control"] = "no-cache"
    return answer


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The page for checking in without a connection; the same for everybody."""
    language = kept.language_of(request)
    answer = HttpResponse(kept.page_html(language))
    answer["Content-Language"] = language
    answer["Cache-Control"] = "no-cache"
    return answer


@never_cache
@require_safe
def token(request: HttpRequest) -> HttpResponse:
    """Who is logged in now, and what sending for them takes.

    The token is of this login: when somebody else logs in meanwhile, it does not work any more.
    """
    if not request.user.is_authenticated:
        return JsonResponse({"owner": ""}, status=401)
    return JsonResponse(
        {
            "owner": owner_of(request.user),
            "token": get_token(request),
            "send": reverse("journal:check-in-quick"),
            "take_back": reverse("journal:check-in-delete", args=[NO_ID]),
        }
    )
