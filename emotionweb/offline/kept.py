"""What the service worker keeps: a page for nobody in particular, and what that page is made of."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

#: With all that a script of these imports; a test looks after that.
FILES = (
    "css/tokens.css",
    "css/base.css",
    "css/controls.css",
    "css/checkin.css",
    "img/favicon.svg",
    "offline/page.js",
    "offline/queue.js",
    "offline/store.js",
    "offline/waiting.js",
    "site/marks.js",
    "site/refresh.js",
)
#: As in static/css/tokens.css: the page by day.
PAGE_COLOUR = "#fbf9f5"
SIZES = (192, 512)


def language_of(request: HttpRequest) -> str:
    """The language that is asked for by ``?lang=``, or that of the request."""
    wanted = request.GET.get("lang", "").lower()
    return wanted if wanted in dict(settings.LANGUAGES) else translation.get_language() or "en"


def page_html(language: str) -> str:
    """The page for checking in without a connection. No request and no person goes into it."""
    with translation.override(language):
        return render_to_string("offline/page.html")


def page_address(language: str) -> str:
    return f"{reverse('offline:page')}?lang={language}"


def worker_script(language: str) -> str:
    """The service worker for a language, with the names of what it keeps."""
    html, addresses = page_html(language), [static(name) for name in FILES]
    version = hashlib.sha256("\n".join([html, *addresses]).encode()).hexdigest()[:12]
    kept = {"cache": f"emotionweb-{version}", "page": page_address(language), "files": addresses}
    return render_to_string("offline/sw.js", {"kept": json.dumps(kept)})


def manifest(language: str) -> dict[str, Any]:
    """The web app manifest (https://www.w3.org/TR/appmanifest/)."""
    with translation.override(language):
        icons = [_icon(f"icon-{size}", size, "any") for size in SIZES]
        icons += [_icon(f"maskable-{size}", size, "maskable") for size in SIZES]
        return {
            "id": "/",
            "name": "Emotionweb",
            "short_name": "Emotionweb",
            "description": _("A journal of what the camera saw and of what you felt."),
            "lang": language,
            "dir": "ltr",
            "start_url": reverse("home"),
            "scope": "/",
            "display": "standalone",
            "background_color": PAGE_COLOUR,
            "theme_color": PAGE_COLOUR,
            "categories": ["health", "lifestyle"],
            "icons": icons,
            "shortcuts": [{"name": _("Check in"), "url": reverse("journal:check-in")}],
        }


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    return {
        "src": static(f"img/{name}.png"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }
