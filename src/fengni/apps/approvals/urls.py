"""Addresses of approvals: ids and codes only, never a value."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "approvals"
urlpatterns: list[URLPattern] = []
