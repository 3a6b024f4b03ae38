"""The queue of faces that people gave: an administrator looks at each before anything learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from emotionweb.training import audit
from emotionweb.training.errors import ReviewRefused
from emotionweb.training.models import GivenCrop, Run
from inference.labels import LABELS

if TYPE_CHECKING:
    from emotionweb.accounts.models import User

State = GivenCrop.State
#: So many new faces are worth a try: 500 of the kind that the shipped model knows brought nothing,
#: 350 of another kind very much (docs/decisions/2026-11-21-retraining.md).
WORTH_A_RUN = 200


def queue() -> QuerySet[GivenCrop]:
    """The faces to be looked at, the oldest first."""
    return GivenCrop.objects.filter(state=State.WAITING).order_by("created_at", "pk")


def accept(crop: GivenCrop, by: User | None) -> GivenCrop:
    """Training may learn it as the person called it."""
    return _decide(crop, by, State.ACCEPTED, "crop.accepted")


def relabel(crop: GivenCrop, expression: str, by: User | None) -> GivenCrop:
    """Training may learn it, as something else than the person called it.

    Raises:
        ReviewRefused: no such expression, or the face is gone.
    """
    if expression not in LABELS:
        raise ReviewRefused(_("There is no expression “%(name)s”.") % {"name": expression})
    return _decide(crop, by, State.ACCEPTED, "crop.relabelled", expression)


def reject(crop: GivenCrop, by: User | None) -> GivenCrop:
    """Nothing learns it."""
    return _decide(crop, by, State.REJECTED, "crop.rejected")


def undo(crop: GivenCrop, by: User | None) -> GivenCrop:
    """Put it back into the queue as it came."""
    return _decide(crop, by, State.WAITING, "crop.undone")


@transaction.atomic
def _decide(
    crop: GivenCrop, by: User | None, state: GivenCrop.State, action: str, relabelled: str = ""
) -> GivenCrop:
    row = GivenCrop.objects.select_for_update().filter(pk=crop.pk).first()
    if row is None:
        raise ReviewRefused(_("This face is gone: the person took it back."))
    row.state = state
    row.relabelled = "" if relabelled == row.expression else relabelled
    row.reviewed_by = by if state is not State.WAITING else None
    row.reviewed_at = timezone.now() if state is not State.WAITING else None
    row.save(update_fields=["state", "relabelled", "reviewed_by", "reviewed_at"])
    details = {"was": row.expression, "now": relabelled} if relabelled else {}
    audit.record(by, action, row, **details)
    return row


def accepted() -> QuerySet[GivenCrop]:
    """The growing data set of given faces, in the order in which they came."""
    return GivenCrop.objects.filter(state=State.ACCEPTED).order_by("created_at", "pk")


def new_since_last_run() -> int:
    """How many accepted faces no run has learnt yet that gave a version."""
    learnt: set[str] = set()
    runs = Run.objects.filter(with_corrections=True, version__isnull=False)
    for used in runs.values_list("crops_used", flat=True):
        learnt.update(used)
    return sum(str(pk) not in learnt for pk in accepted().values_list("pk", flat=True))


def worth_a_run() -> tuple[bool, str]:
    """Whether the new faces are worth trying a fine-tune, and why, as a sentence."""
    new = new_since_last_run()
    if new >= WORTH_A_RUN:
        return True, ngettext(
            "%(n)s new face: a fine-tune is worth a try, and the gate says whether it helped.",
            "%(n)s new faces: a fine-tune is worth a try, and the gate says whether it helped.",
            new,
        ) % {"n": new}
    return False, ngettext(
        "%(n)s new face; below about %(least)s a fine-tune can hardly show.",
        "%(n)s new faces; below about %(least)s a fine-tune can hardly show.",
        new,
    ) % {"n": new, "least": WORTH_A_RUN}
