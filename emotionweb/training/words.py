"""Sentences that processes leave in rows for people, and say in the reader's language.

A row keeps a code with what is put into its sentence; what the libraries say themselves, an
error of a data set for instance, is kept as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, str | Promise] = {
    # Data sets
    "check_died": _(
        "The check of this file ended three times without a word, as it does where memory runs "
        "out. Nothing was changed. Delete it, and try it in smaller parts."
    ),
    "disk_full": _(
        "The disk is full. What was there is untouched. Make room, then try again: it goes on "
        "where it stopped."
    ),
    "unexpected": _(
        "It failed in a way that was not foreseen; the log of the worker has the details: %(what)s"
    ),
    # Runs
    "no_faces": _("The data have no face with a label that the test sets do not hold."),
    "few_faces": _(
        "Only %(n)s faces are left to learn from; below %(least)s there is nothing to gain."
    ),
    "run_died": _(
        "The training ended three times without a word. The log shows how far it came; the model "
        "in use was not touched."
    ),
    "memory": _(
        "The training needed more than %(limit_mb)s MB of memory and was stopped, so that the site "
        "goes on. Use fewer faces or smaller batches, or raise EMOTIONWEB_TRAINING_MEMORY."
    ),
    "budget_too_small": _(
        "Not one pass over the faces fits into %(minutes)s minutes; one takes about %(needed)s."
    ),
    "not_a_number": _(
        "The loss is not a number any more, which a lower learning rate prevents. The model in "
        "use was not touched."
    ),
    "cancelled_empty": _("Cancelled before the first pass was over: there is nothing to keep."),
    "cancelled_kept": _(
        "Cancelled after pass %(epochs)s; the best so far, of pass %(best)s, is kept."
    ),
    "budget_spent": _(
        "Its %(minutes)s minutes are over after pass %(epochs)s; the best, of pass %(best)s, is "
        "kept."
    ),
    "whole": _("All %(epochs)s passes; the best, %(best)s, is kept."),
}


def keep(code: str, **details: object) -> str:
    """A sentence as a row keeps it.

    Raises:
        KeyError: there is no such sentence.
    """
    if code not in SENTENCES:
        raise KeyError(code)
    return json.dumps({"code": code, **details}, ensure_ascii=False)


def said(kept: str) -> str:
    """What ``keep`` made, as a sentence in the language of now; other texts as they are."""
    try:
        details: dict[str, Any] = json.loads(kept)
        sentence = SENTENCES[details["code"]]
        return str(sentence) % details
    except (ValueError, KeyError, TypeError):
        return kept
