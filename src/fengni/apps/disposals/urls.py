"""Addresses of disposals: ids and codes only, never a value."""

from __future__ import annotations

from django.urls import path

from fengni.apps.disposals import views

app_name = "disposals"
urlpatterns = [
    path("", views.retention, name="list"),
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/export/", views.export_calendar, name="export_calendar"),
    path("clients/<uuid:client_id>/", views.file, name="file"),
    path("clients/<uuid:client_id>/hold/", views.hold, name="hold"),
    path("clients/<uuid:client_id>/<uuid:subject_id>/<slug:kind>/sealed/", views.sealed, name="sealed"),
    path("<uuid:disposal_id>/", views.show, name="show"),
    path("<uuid:disposal_id>/approve/", views.approve, name="approve"),
    path("<uuid:disposal_id>/run/", views.run, name="run"),
    path("<uuid:disposal_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<uuid:disposal_id>/certify/", views.certify, name="certify"),
    path("<uuid:disposal_id>/certificate.json", views.certificate, name="certificate"),
    path("<uuid:disposal_id>/certificate.pdf", views.certificate_pdf, name="certificate_pdf"),
    path("<uuid:disposal_id>/try/", views.try_to_open, name="try"),
]
