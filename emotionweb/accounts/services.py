"""The rules about accounts: consent, and what ends a person's access."""

import axes.utils
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from emotionweb.accounts.models import CONSENT_TEXT_VERSIONS, Consent, User
from emotionweb.accounts.signals import access_changed, consent_withdrawn


def announce_access_change(user_id: int) -> None:
    """Send `access_changed` once the running transaction, if there is one, is committed."""
    transaction.on_commit(lambda: access_changed.send_robust(sender=User, user_id=user_id))


def standing_consent(user: User, kind: Consent.Kind) -> Consent | None:
    """Return the consent to today's wording that `user` has given and not withdrawn."""
    return user.consents.filter(
        kind=kind, text_version=CONSENT_TEXT_VERSIONS[kind], withdrawn_at=None
    ).first()


def has_consent(user: User, kind: Consent.Kind) -> bool:
    """Say whether `user` agrees to `kind`, in the wording of today."""
    return standing_consent(user, kind) is not None


@transaction.atomic
def give_consent(user: User, kind: Consent.Kind) -> Consent:
    """Note that `user` agrees to `kind`; twice is once."""
    User.objects.select_for_update().get(pk=user.pk)  # two clicks wait for each other
    if standing := standing_consent(user, kind):
        return standing
    now = timezone.now()
    user.consents.filter(kind=kind, withdrawn_at=None).update(withdrawn_at=now)  # an older wording
    return user.consents.create(kind=kind, text_version=CONSENT_TEXT_VERSIONS[kind], given_at=now)


@transaction.atomic
def withdraw_consent(user: User, kind: Consent.Kind) -> None:
    """Note that `user` no longer agrees to `kind`, and close what runs on that consent."""
    user.consents.filter(kind=kind, withdrawn_at=None).update(withdrawn_at=timezone.now())
    consent_withdrawn.send(sender=User, user_id=user.pk, kind=kind)
    announce_access_change(user.pk)


@transaction.atomic
def delete_account(user: User) -> None:
    """Remove `user` and everything stored about them; asked a second time, do nothing."""
    # Locked whole, or a session that is being recorded adds rows behind the cascade's back.
    person = User.objects.select_for_update().filter(pk=user.pk).first()
    if person is not None:
        person.delete()  # receivers.py sees to the rest


def forget_logins(user: User) -> None:
    """Remove the logins of `user` on all devices, and the wrong tries, which hold the address."""
    axes.utils.reset(username=user.email)
    theirs = [
        session.pk
        for session in Session.objects.iterator()  # whose it is stands in the encoded data only
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(pk__in=theirs).delete()


def password_reset_path(user: User) -> str:
    """Return the path of a page, good once and for a day, where `user` sets a new password."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    return reverse("accounts:password_reset_confirm", kwargs={"uidb64": uid, "token": token})
