"""Addresses of handing client files over and taking them back."""

from __future__ import annotations

from django.urls import path

from fengni.apps.parties import views

app_name = "parties"
urlpatterns = [
    path("<uuid:client_id>/assign/", views.assign, name="assign"),
    path("<uuid:client_id>/unassign/", views.unassign, name="unassign"),
]
