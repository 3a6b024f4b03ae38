"""Addresses of the account pages, below /accounts/."""

from django.contrib.auth import views as auth_views
from django.urls import path

from emotionweb.accounts import lock_views, views

app_name = "accounts"
urlpatterns = [
    path("signup/", views.SignUpView.as_view(), name="signup"),
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("profile/", views.ProfileView.as_view(), name="profile"),
    path("privacy/", views.PrivacyView.as_view(), name="privacy"),
    path("consent/", views.CameraConsentView.as_view(), name="consent"),
    path("consent/training/", views.TrainingConsentView.as_view(), name="consent-training"),
    path("lock/", lock_views.PinView.as_view(), name="lock"),
    path("lock/off/", lock_views.PinRemoveView.as_view(), name="lock-off"),
    path("lock/now/", lock_views.LockNowView.as_view(), name="lock-now"),
    path("lock/here/", lock_views.HereView.as_view(), name="lock-here"),
    path("unlock/", lock_views.UnlockView.as_view(), name="unlock"),
    path("delete/", views.DeleteAccountView.as_view(), name="delete"),
    path("password/", views.PasswordChangeView.as_view(), name="password_change"),
    path("password/reset/", views.PasswordResetView.as_view(), name="password_reset"),
    path(
        "password/reset/sent/",
        auth_views.PasswordResetDoneView.as_view(template_name="accounts/password_reset_sent.html"),
        name="password_reset_done",
    ),
    path(
        "password/reset/<uidb64>/<token>/",
        views.PasswordResetConfirmView.as_view(),
        name="password_reset_confirm",
    ),
]
