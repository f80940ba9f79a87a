"""Addresses of the intake: one per screen, one per thing that can be done. None carries anything but ids."""

from __future__ import annotations

from django.urls import path

from fengni.apps.imports import folder_views, views

app_name = "imports"
urlpatterns = [
    path("", views.start, name="list"),
    path("upload/", views.upload, name="upload"),
    path("folders/", folder_views.start, name="folders"),
    path("folders/<uuid:folder_id>/", folder_views.plan, name="folder"),
    path("folders/<uuid:folder_id>/progress/", folder_views.progress, name="folder_progress"),
    path("folders/<uuid:folder_id>/report/", folder_views.report, name="folder_report"),
    path("folders/<uuid:folder_id>/<int:number>/choose/", folder_views.choose, name="folder_choose"),
    path("folders/<uuid:folder_id>/<int:number>/look/", folder_views.look, name="folder_look"),
    path("folders/<uuid:folder_id>/<slug:what>/", folder_views.do, name="folder_do"),
    path("<uuid:job_id>/", views.check, name="check"),
    path("<uuid:job_id>/columns/", views.columns, name="columns"),
    path("<uuid:job_id>/rows/", views.rows, name="rows"),
    path("<uuid:job_id>/done/", views.done, name="done"),
    path("<uuid:job_id>/progress/<slug:screen>/", views.progress, name="progress"),
    path("<uuid:job_id>/answer/", views.answer, name="answer"),
    path("<uuid:job_id>/unlock/", views.unlock, name="unlock"),
    path("<uuid:job_id>/confirm/", views.confirm, name="confirm"),
    path("<uuid:job_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:job_id>/undo/", views.undo, name="undo"),
]
