"""Addresses of consents: ids and codes only, never a value."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "consents"
urlpatterns: list[URLPattern] = []
