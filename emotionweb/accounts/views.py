"""Account pages: sign-up, login, profile, privacy, consent, deletion."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth import views as auth_views
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.messages.views import SuccessMessageMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import CreateView, FormView, TemplateView, UpdateView

from emotionweb.accounts import services
from emotionweb.accounts.forms import (
    ConsentForm,
    DeleteAccountForm,
    LoginForm,
    PasswordChangeForm,
    ProfileForm,
    SetPasswordForm,
    SignUpForm,
)
from emotionweb.accounts.models import Consent, User
from emotionweb.privacy import services as privacy

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


class AuthenticatedRequest(HttpRequest):
    """The request of somebody who is logged in, for the type checker."""

    user: User


class SignUpView(CreateView[User, SignUpForm]):
    """Makes an account and logs the person in."""

    form_class = SignUpForm
    template_name = "accounts/signup.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return redirect("home")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: SignUpForm) -> HttpResponse:
        login(self.request, form.save(), backend=MODEL_BACKEND)
        return redirect("home")


class LoginView(auth_views.LoginView):
    form_class = LoginForm
    template_name = "accounts/login.html"
    redirect_authenticated_user = True


class PasswordChangeView(SuccessMessageMixin, auth_views.PasswordChangeView):  # type: ignore[type-arg]
    form_class = PasswordChangeForm
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("accounts:profile")
    success_message = _("Your password is changed. Other devices have to log in again.")


class PasswordResetView(auth_views.PasswordResetView):
    template_name = "accounts/password_reset.html"
    email_template_name = "accounts/password_reset_mail.txt"
    subject_template_name = "accounts/password_reset_subject.txt"
    success_url = reverse_lazy("accounts:password_reset_done")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sends_mail=bool(settings.EMAIL_URL), **kwargs)


class PasswordResetConfirmView(auth_views.PasswordResetConfirmView):
    form_class = SetPasswordForm
    template_name = "accounts/password_reset_confirm.html"
    success_url = reverse_lazy("home")
    post_reset_login = True
    post_reset_login_backend = MODEL_BACKEND


class ProfileView(LoginRequiredMixin, UpdateView[User, ProfileForm]):
    """What a person can change about how the site treats them, and the ways out."""

    request: AuthenticatedRequest
    form_class = ProfileForm
    template_name = "accounts/profile.html"
    success_url = reverse_lazy("accounts:profile")

    def get_object(self, queryset: Any = None) -> User:
        # A copy: a form that does not validate must not change how this very page is shown.
        return User.objects.get(pk=self.request.user.pk)

    def form_valid(self, form: ProfileForm) -> HttpResponse:
        messages.success(self.request, gettext("Saved."))
        return super().form_valid(form)


class PrivacyView(LoginRequiredMixin, TemplateView):
    """What is stored, and the consents with the way to withdraw each."""

    request: AuthenticatedRequest
    template_name = "accounts/privacy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        return super().get_context_data(
            camera_consent=services.standing_consent(user, Consent.Kind.CAMERA),
            training_consent=services.standing_consent(user, Consent.Kind.TRAINING),
            given_faces=user.given_crops.count(),
            past_consents=_past(user, Consent.Kind.CAMERA),
            past_training=_past(user, Consent.Kind.TRAINING),
            kept=privacy.kept(user),
            **kwargs,
        )


class CameraConsentView(LoginRequiredMixin, FormView[ConsentForm]):
    """Asks for consent to the camera, and takes it back."""

    request: AuthenticatedRequest
    form_class = ConsentForm
    template_name = "accounts/consent.html"
    kind = Consent.Kind.CAMERA
    withdrawn = _("Consent withdrawn. The camera is no longer analysed.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(next=self.get_success_url(), **kwargs)

    def get_success_url(self) -> str:
        target = self.request.POST.get("next") or self.request.GET.get("next") or ""
        if url_has_allowed_host_and_scheme(
            target, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        ):
            return target
        return resolve_url("accounts:privacy")

    def form_valid(self, form: ConsentForm) -> HttpResponse:
        user = self.request.user
        if form.cleaned_data["answer"] == ConsentForm.GIVE:
            services.give_consent(user, self.kind)
        else:
            services.withdraw_consent(user, self.kind)
            messages.success(self.request, str(self.withdrawn))
        return super().form_valid(form)


class TrainingConsentView(CameraConsentView):
    """The same for giving corrected faces to training."""

    template_name = "accounts/training_consent.html"
    kind = Consent.Kind.TRAINING
    withdrawn = _("Consent withdrawn. The faces that you gave to training are deleted.")


def _past(user: User, kind: Consent.Kind) -> QuerySet[Consent]:
    return user.consents.filter(kind=kind).exclude(withdrawn_at=None)


class DeleteAccountView(LoginRequiredMixin, FormView[DeleteAccountForm]):
    """Deletes the account and everything stored with it, once the password is typed."""

    request: AuthenticatedRequest
    form_class = DeleteAccountForm
    template_name = "accounts/delete.html"
    success_url = reverse_lazy("home")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": User.objects.get(pk=self.request.user.pk)}

    def form_valid(self, form: DeleteAccountForm) -> HttpResponse:
        services.delete_account(form.user)
        logout(self.request)
        messages.success(
            self.request, gettext("Your account and everything stored with it is deleted.")
        )
        return super().form_valid(form)
