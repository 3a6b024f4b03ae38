"""Forms of the account pages."""

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth import forms as auth_forms
from django.utils.translation import gettext_lazy as _

from emotionweb.accounts import timezones
from emotionweb.accounts.models import User


class NewPasswordForm(forms.BaseForm):
    """Says in one sentence what AUTH_PASSWORD_VALIDATORS ask for, where Django has a list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name.endswith("password1"):
                field.help_text = _(
                    "At least 10 characters; not a common password, not only digits."
                )
            elif name.endswith("password2"):
                field.help_text = ""


class SignUpForm(NewPasswordForm, auth_forms.BaseUserCreationForm[User]):
    """Makes an account. The time zone is guessed by the browser (static/site/main.js)."""

    timezone = forms.CharField(
        required=False, widget=forms.HiddenInput(attrs={"data-guess": "timezone"})
    )

    class Meta:
        model = User
        fields = ("email", "name")
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
            "name": forms.TextInput(attrs={"autocomplete": "nickname"}),
        }
        help_texts = {
            "email": _("You log in with it."),
            "name": _("What the site calls you. May stay empty."),
        }

    def clean_timezone(self) -> str:
        """A wrong guess is not the person's mistake: fall back instead of refusing."""
        guess = self.cleaned_data["timezone"]
        return guess if guess in zoneinfo.available_timezones() else "UTC"

    def save(self, commit: bool = True) -> User:
        self.instance.timezone = self.cleaned_data["timezone"]
        return super().save(commit)


class SetPasswordForm(NewPasswordForm, auth_forms.SetPasswordForm):  # type: ignore[type-arg]
    """Asks for a new password after the link of a mail or an administrator."""


class PasswordChangeForm(NewPasswordForm, auth_forms.PasswordChangeForm):
    """Asks for the old password, too."""


class LoginForm(auth_forms.AuthenticationForm):
    """Django's own, with the address in the place of a user name."""

    username = auth_forms.UsernameField(
        label=_("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    error_messages = {
        "invalid_login": _("This address and password do not fit together. Capitals count."),
        "inactive": _("This account is switched off. Ask the administrator."),
    }


class ProfileForm(forms.ModelForm[User]):
    """What a person can change about how the site treats them."""

    class Meta:
        model = User
        fields = ("name", "timezone", "day_start_hour", "language", "theme")
        help_texts = {
            "timezone": _("Decides which day an observation belongs to, from now on."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = timezones.grouped_choices()
        current = self.instance.timezone
        if all(current != name for _region, zones in choices for name, _title in zones):
            choices = [(current, [(current, current)]), *choices]
        self.fields["timezone"] = forms.ChoiceField(
            label=self.fields["timezone"].label,
            help_text=self.fields["timezone"].help_text,
            choices=choices,
        )
        self.fields["day_start_hour"] = forms.TypedChoiceField(
            label=self.fields["day_start_hour"].label,
            help_text=self.fields["day_start_hour"].help_text,
            choices=[(hour, f"{hour:02}:00") for hour in range(24)],
            coerce=int,
        )


class DeleteAccountForm(forms.Form):
    """Asks for the password, so that an open browser is not enough to lose everything."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("That is not your password. Nothing was deleted."))
        return password


class ConsentForm(forms.Form):
    """An answer to one of the questions of consent."""

    GIVE, WITHDRAW = "give", "withdraw"
    answer = forms.ChoiceField(choices=[(GIVE, GIVE), (WITHDRAW, WITHDRAW)])
