"""Addresses of the ledger: what was done, and the files that prove it."""

from __future__ import annotations

from django.urls import path

from fengni.apps.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.entries, name="entries"),
    path("checkpoint/", views.checkpoint, name="checkpoint"),
    path("<int:sequence>/", views.entry, name="entry"),
    path("<int:sequence>/proof/", views.proof, name="proof"),
]
