"""Addresses of reach: ids only, never a value. What was typed to find a file is posted and stands in no address."""

from __future__ import annotations

from django.urls import path

from fengni.apps.reach import views

app_name = "reach"
urlpatterns = [
    path("", views.listing, name="list"),
    path("export/", views.export, name="export"),
    path("find/", views.find, name="find"),
    path("alarm/", views.alarm, name="alarm"),
    path("clients/<uuid:client_id>/ask/", views.ask, name="ask"),
    path("clients/<uuid:client_id>/break/", views.break_glass, name="break"),
    path("requests/<uuid:request_id>/", views.request_page, name="request"),
    path("requests/<uuid:request_id>/give/", views.give, name="give"),
    path("requests/<uuid:request_id>/refuse/", views.refuse, name="refuse"),
    path("requests/<uuid:request_id>/end/", views.end, name="end"),
    path("emergencies/<uuid:emergency_id>/", views.emergency_page, name="emergency"),
    path("emergencies/<uuid:emergency_id>/review/", views.review, name="review"),
]
