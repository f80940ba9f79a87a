"""Addresses of approvals: ids and codes only, never a value."""

from __future__ import annotations

from django.urls import path

from fengni.apps.approvals import views

app_name = "approvals"
urlpatterns = [
    path("", views.requests, name="list"),
    path("ask/<str:act>/<uuid:resource_id>/", views.ask, name="ask"),
    path("<uuid:request_id>/give/", views.give, name="give"),
    path("<uuid:request_id>/refuse/", views.refuse, name="refuse"),
]
