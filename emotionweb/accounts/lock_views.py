"""Pages of the app lock: the question for the PIN, and choosing one."""

from __future__ import annotations

import time
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, View

from emotionweb.accounts import lock
from emotionweb.accounts.models import User
from emotionweb.accounts.views import AuthenticatedRequest

MINUTES = (1, 5, 15, 60)
_DIGITS = RegexValidator(r"^[0-9]{4,12}\Z", _("A PIN has 4 to 12 digits."))


def _pin_field(label: Any, **options: Any) -> forms.CharField:
    attributes = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "12"}
    return forms.CharField(
        label=label, strip=True, widget=forms.PasswordInput(attrs=attributes), **options
    )


class UnlockForm(forms.Form):
    """Asks for the PIN."""

    pin = _pin_field(_("PIN"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pin"].widget.attrs["autofocus"] = True


class PinForm(forms.Form):
    """Chooses a PIN; the password shows that it is the person and not a finder."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    pin = _pin_field(_("New PIN"), validators=[_DIGITS], help_text=_("4 to 12 digits."))
    again = _pin_field(_("New PIN again"))
    minutes = forms.TypedChoiceField(label=_("Lock when nobody has touched it for"), coerce=int)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["minutes"] = forms.TypedChoiceField(
            label=self.fields["minutes"].label,
            coerce=int,
            initial=user.lock_after_minutes,
            choices=[
                (one, ngettext("%(count)d minute", "%(count)d minutes", one) % {"count": one})
                for one in MINUTES
            ],
        )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("That is not your password. Nothing was changed."))
        return password

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("pin"):
            raise forms.ValidationError(_("The two PINs are not the same."))
        return again


class UnlockView(LoginRequiredMixin, FormView[UnlockForm]):
    """The only page of a locked app."""

    request: AuthenticatedRequest
    form_class = UnlockForm
    template_name = "accounts/unlock.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not lock.is_locked(self.request.user, request.session, time.time()):
            return redirect(self.get_success_url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            next=self.get_success_url(),
            unsent=self.request.GET.get("unsent"),
            bare=True,  # no navigation and no check-in: they show names of tags
            **kwargs,
        )

    def get_success_url(self) -> str:
        target = self.request.POST.get("next") or self.request.GET.get("next") or ""
        safe = url_has_allowed_host_and_scheme(
            target, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )
        return target if safe else resolve_url("home")

    def form_valid(self, form: UnlockForm) -> HttpResponse:
        user, login = self.request.user, self.request.session
        if lock.try_pin(user, login, form.cleaned_data["pin"], time.time()):
            return super().form_valid(form)
        if lock.is_exhausted(login):
            logout(self.request)
            messages.error(self.request, gettext("Too many wrong PINs. Log in again."))
            return redirect("accounts:login")
        form.add_error("pin", _("That is not your PIN."))
        return self.form_invalid(form)


class PinView(LoginRequiredMixin, FormView[PinForm]):
    """Chooses the PIN and the minutes."""

    request: AuthenticatedRequest
    form_class = PinForm
    template_name = "accounts/lock.html"
    success_url = reverse_lazy("accounts:lock")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form: PinForm) -> HttpResponse:
        lock.set_pin(form.user, form.cleaned_data["pin"], form.cleaned_data["minutes"])
        lock.open_(self.request.session, time.time())
        messages.success(self.request, gettext("The app lock is on."))
        return super().form_valid(form)


class _PostOnly(LoginRequiredMixin, View):
    http_method_names = ["post"]
    request: AuthenticatedRequest


class PinRemoveView(_PostOnly):
    """Switches the lock off; the password was typed on this page or the PIN a moment ago."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if not self.request.user.check_password(request.POST.get("password", "")):
            messages.error(request, gettext("That is not your password. Nothing was changed."))
        else:
            lock.remove_pin(self.request.user)
            messages.success(request, gettext("The app lock is off."))
        return redirect("accounts:lock")


class LockNowView(_PostOnly):
    """Locks at once."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if self.request.user.pin:
            lock.close(request.session)
        return redirect("accounts:unlock")


class HereView(_PostOnly):
    """The page says that somebody types or a camera session runs; the middleware noted it."""

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return HttpResponse(status=204)
