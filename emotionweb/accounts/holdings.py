"""What accounts keep about a person; see ``emotionweb.privacy.holdings``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from emotionweb.accounts.models import Consent, User
from emotionweb.privacy.holdings import Holding, register
from emotionweb.privacy.models import ImportBatch, Retention
from emotionweb.privacy.tables import Table


def register_holdings() -> None:
    """Tell the privacy pages what there is."""
    register(
        Holding(
            key="account",
            title=_("Account, consents and settings"),
            models=(User, Consent, Retention, ImportBatch),
            count=lambda user: 1 + Consent.objects.filter(user=user).count(),
            order=1,
            tables=(
                Table(
                    name="account",
                    model=User,
                    rows=lambda user: User.objects.filter(pk=user.pk),
                    left_out=frozenset(
                        {"password", "pin", "is_superuser", "is_staff", "is_active"}
                        | {"groups", "user_permissions"}
                    ),
                    restored=False,
                    why_not=_("the account stays as it is"),
                ),
                Table(
                    name="consents",
                    model=Consent,
                    rows=lambda user: Consent.objects.filter(user=user),
                    restored=False,
                    why_not=_("a consent is given by the person, not by a file"),
                ),
                Table(
                    name="retention",
                    model=Retention,
                    rows=lambda user: Retention.objects.filter(user=user),
                    identity=("kind",),
                ),
            ),
            derived={ImportBatch: "says what came in here, with the numbers that rows have here"},
        )
    )
