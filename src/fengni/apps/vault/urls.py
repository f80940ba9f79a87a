"""Addresses of client files and persons: ids and kinds of fields only, never a value."""

from __future__ import annotations

from django.urls import path

from fengni.apps.vault import views

app_name = "vault"
urlpatterns = [
    path("", views.clients, name="clients"),
    path("persons/", views.persons, name="persons"),
    path("new/", views.new_client, name="new_client"),
    path("search/", views.search, name="search"),
    path("export/<slug:what>/", views.export, name="export"),
    path("passwords/", views.password_box, name="password_box"),
    path("<uuid:client_id>/", views.client, name="client"),
    path("<uuid:client_id>/documents/", views.documents, name="documents"),
    path("<uuid:client_id>/documents/<uuid:material_id>/original/", views.original, name="original"),
    path("<uuid:client_id>/documents/<uuid:material_id>/openings/<uuid:opening_id>/", views.content, name="content"),
    path("<uuid:client_id>/passwords/discard/", views.discard_secrets, name="discard_secrets"),
    path("<uuid:client_id>/persons/new/", views.new_person, name="new_person"),
    path("<uuid:client_id>/persons/<uuid:person_id>/", views.person, name="person"),
    path("<uuid:client_id>/persons/<uuid:person_id>/history/", views.history, name="history"),
    path("<uuid:client_id>/persons/<uuid:person_id>/receipt/", views.receipt, name="receipt"),
    path("<uuid:client_id>/<uuid:subject_id>/<slug:kind>/reveal/", views.reveal, name="reveal"),
    path("<uuid:client_id>/<uuid:subject_id>/<slug:kind>/replace/", views.replace, name="replace"),
]
