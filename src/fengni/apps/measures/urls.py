"""Addresses of the measures."""

from __future__ import annotations

from django.urls import path

from fengni.apps.measures import views

app_name = "measures"
urlpatterns = [
    path("", views.measures, name="list"),
    path("verify/", views.verify, name="verify"),
    path("<slug:measure_id>/", views.measure, name="measure"),
]
