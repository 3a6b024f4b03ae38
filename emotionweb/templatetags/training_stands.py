"""Where training stands, in a few lines, for the first page of the administration."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext as _

from emotionweb.training import review, versions
from emotionweb.training.admin.runs import OPEN, state_words
from emotionweb.training.admin.versions import newest_side
from emotionweb.training.models import ModelVersion, Run

register = template.Library()

#: Runs that the lines name.
_RUNS = 3


@register.inclusion_tag("admin/training/_stands.html", takes_context=True)
def where_training_stands(context: Context) -> dict[str, Any]:
    """The active version, runs that go on, faces that wait; what this administrator may see."""
    may = context["request"].user.has_perm
    sees = {
        "can_see_versions": may("training.view_modelversion"),
        "can_see_runs": may("training.view_run"),
        "can_see_crops": may("training.view_givencrop") or may("training.review_givencrop"),
    }
    if not any(sees.values()):
        return {"shown": False}
    worth, sentence = review.worth_a_run()
    active = versions.active()
    going_on = Run.objects.filter(state__in=OPEN).order_by("created_at")[:_RUNS]
    return {
        **sees,
        "shown": True,
        "warnings": versions.warnings(),
        "active": active,
        "score": _score(active) if active else "",
        "runs": [(run, state_words(run)) for run in going_on],
        "waiting": review.queue().count(),
        "worth": worth,
        "sentence": sentence,
        "can_review": may("training.review_givencrop"),
        "can_run": may("training.add_run"),
    }


def _score(version: ModelVersion) -> str:
    side = newest_side(version)
    found = side.get("macro_f1")
    return _("macro F1 %(value)s") % {"value": f"{found['value']:.3f}"} if found else ""
