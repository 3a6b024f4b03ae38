"""Nothing that is kept about a person may be forgotten by counting, erasing and retention."""

from django.apps import apps
from django.db.models import Model

from emotionweb.accounts.models import Consent, User
from emotionweb.privacy.holdings import holdings
from emotionweb.privacy.models import Retention

#: Rows that only say that somebody is a person here; they go with the account.
OF_THE_ACCOUNT = {User, Consent, Retention}
#: What administrators did. It stays for whoever runs the site, without the person.
OF_THE_SITE = {"Dataset", "TestSet", "Run", "Comparison", "AuditEntry"}


def points_to_a_person(model: type[Model], seen: frozenset[type[Model]] = frozenset()) -> bool:
    """Whether rows of a model go when a person goes, over however many tables."""
    if model is User:
        return True
    if model in seen:
        return False
    parents = [
        field.related_model
        for field in model._meta.get_fields()
        if field.many_to_one and field.concrete and isinstance(field.related_model, type)
    ]
    return any(points_to_a_person(parent, seen | {model}) for parent in parents)


def test_every_model_with_a_person_in_it_belongs_to_a_holding() -> None:
    ours = [model for model in apps.get_models() if model.__module__.startswith("emotionweb.")]
    held = {model for holding in holdings() for model in holding.models} | OF_THE_ACCOUNT
    forgotten = [
        model.__name__
        for model in ours
        if points_to_a_person(model) and model not in held and model.__name__ not in OF_THE_SITE
    ]
    assert forgotten == []
