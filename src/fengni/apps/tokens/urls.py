"""Addresses of tokens: ids only, never a token."""

from __future__ import annotations

from django.urls import path

from fengni.apps.tokens import views

app_name = "tokens"
urlpatterns = [
    path("sheet/", views.sheet, name="sheet"),
    path("whose/", views.whose, name="whose"),
]
