"""Who uses the site, and what they have agreed to."""

import zoneinfo
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def validate_timezone(name: str) -> None:
    """Refuse a name that is not in the IANA time zone database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("There is no time zone of that name."), code="timezone")


class LowercaseEmailField(models.EmailField[Any, Any]):
    """An address kept and looked up in lower case: Ann@Example.org is ann@example.org."""

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value.lower() if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        return self.to_python(super().get_prep_value(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        setattr(model_instance, self.attname, self.to_python(getattr(model_instance, self.attname)))
        return super().pre_save(model_instance, add)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. The e-mail address is what they log in with."""

    class Theme(models.TextChoices):
        SYSTEM = "system", _("Like the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = LowercaseEmailField(
        _("e-mail address"),
        unique=True,
        error_messages={"unique": _("There is already an account with this address.")},
    )
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=80, blank=True)
    timezone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_timezone]
    )
    day_start_hour = models.PositiveSmallIntegerField(
        _("your day starts at"),
        default=0,
        validators=[MaxValueValidator(23)],
        help_text=_("4 = a night owl's day ends at 4 a.m."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=[("", _("Like the browser")), ("en", "English"), ("zh-hans", "简体中文")],
    )
    theme = models.CharField(
        _("appearance"), max_length=6, choices=Theme.choices, default=Theme.SYSTEM
    )
    #: Hashed; "" leaves the app lock off. See lock.py.
    pin = models.CharField(max_length=128, blank=True, default="", editable=False)
    lock_after_minutes = models.PositiveSmallIntegerField(default=5, editable=False)
    is_staff = models.BooleanField(
        _("administrator"), default=False, help_text=_("May log in to the administration.")
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Untick it to lock a person out, keeping the data.")
    )
    date_joined = models.DateTimeField(_("joined"), default=now)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return str(self.email)

    @property
    def lock_after_seconds(self) -> int:
        """Idle seconds after which the app lock closes."""
        return self.lock_after_minutes * 60

    def get_short_name(self) -> str:
        return self.name or str(self).partition("@")[0]


class Consent(models.Model):
    """One time that a person agreed to something; withdrawing adds a date and removes nothing."""

    class Kind(models.TextChoices):
        CAMERA = "camera", _("Live recognition with the camera")
        TRAINING = "training", _("Giving corrected faces to training")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(_("for"), max_length=16, choices=Kind.choices)
    text_version = models.DateField(_("wording of"))
    given_at = models.DateTimeField(_("given"), default=now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ("-given_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=models.Q(withdrawn_at=None),
                name="accounts_consent_one_standing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.given_at:%Y-%m-%d}"


CONSENT_TEXT_VERSIONS: dict[str, date] = {
    # The day of the wording in templates/accounts/_camera_consent.html. A new date asks anew.
    Consent.Kind.CAMERA: date(2026, 11, 21),
    # In templates/accounts/_training_consent_text.html.
    Consent.Kind.TRAINING: date(2026, 11, 21),
}
