"""Addresses of the whole console, and those of the identity package's pages that we use."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import include, path

from fengni.web import views

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.language, name="language"),
    path("purpose/", views.purpose, name="purpose"),
    path("samples/messy/", views.messy_sheet, name="sample_messy"),
    path("samples/large/", views.large_sheet, name="sample_large"),
    path("sign-in/login/", account.login, name="account_login"),
    path("sign-in/logout/", account.logout, name="account_logout"),
    path("sign-in/inactive/", account.account_inactive, name="account_inactive"),
    path("sign-in/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("sign-in/password/change/", account.password_change, name="account_change_password"),
    path("accounts/", include("allauth.mfa.urls")),
]
