"""Addresses of guests. A link's path holds its secret, so no log and no other site gets to see it.

`urlpatterns` under /p/ are links, `own` under /my/ a guest's own pages, `staff` under /invitations/ what staff see.
"""

from __future__ import annotations

from django.urls import path

from fengni.apps.guests import views

app_name = "guests"
urlpatterns = [
    path("<str:token>/", views.landing, name="landing"),
    path("<str:token>/code/", views.code, name="code"),
    path("<str:token>/phone/", views.phone, name="phone"),
]
own = (
    [
        path("", views.home, name="home"),
        path("confirm/", views.confirm, name="confirm"),
        path("leave/", views.leave, name="leave"),
    ],
    "my",
)
staff = (
    [
        path("new/<uuid:client_id>/<uuid:person_id>/", views.invite, name="new"),
        path("<uuid:link_id>/", views.invitation, name="show"),
        path("<uuid:link_id>/recall/", views.recall, name="recall"),
        path("<uuid:link_id>/read-out/", views.read_out, name="read_out"),
    ],
    "invitations",
)
