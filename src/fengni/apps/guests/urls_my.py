"""The client's own pages: the start, and the way out. Areas put theirs under `<area>/my/`."""

from __future__ import annotations

from django.urls import path

from fengni.apps.guests import views

app_name = "my"
urlpatterns = [
    path("", views.home, name="home"),
    path("leave/", views.leave, name="leave"),
]
