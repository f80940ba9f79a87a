"""Addresses of rotations: ids and codes only."""

from __future__ import annotations

from django.urls import path

from fengni.apps.rotations import views

app_name = "rotations"
urlpatterns = [
    path("", views.rotations, name="list"),
    path("progress/", views.progress, name="progress"),
    path("export/", views.export, name="export"),
    path("begin/", views.begin, name="begin"),
    path("<uuid:rotation_id>/step/", views.step, name="step"),
    path("<uuid:rotation_id>/finish/", views.finish, name="finish"),
]
