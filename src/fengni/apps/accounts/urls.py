"""Addresses of people, sessions and invitations."""

from __future__ import annotations

from django.urls import path

from fengni.apps.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.people, name="people"),
    path("house/", views.house, name="house"),
    path("invite/", views.invite, name="invite"),
    path("accept/", views.accept, name="accept"),
    path("sessions/", views.devices, name="devices"),
    path("sessions/end/", views.end_session, name="end_session"),
    path("tokens/", views.issue_token, name="issue_token"),
    path("tokens/<uuid:token_id>/revoke/", views.revoke_token, name="revoke_token"),
    path("<uuid:member_id>/reinvite/", views.reinvite, name="reinvite"),
    path("<uuid:member_id>/roles/", views.change_roles, name="change_roles"),
    path("<uuid:member_id>/deactivate/", views.deactivate, name="deactivate"),
    path("<uuid:member_id>/reset-factors/", views.reset_factors, name="reset_factors"),
    path("demo/", views.demo_people, name="demo_people"),
    path("demo/<uuid:member_id>/", views.demo_become, name="demo_become"),
]
