"""Addresses of the measures, the house's page, the policy and the declared agents."""

from __future__ import annotations

from django.urls import path

from fengni.apps.measures import views

app_name = "measures"
urlpatterns = [
    path("", views.measures, name="list"),
    path("export/", views.export, name="export"),
    path("verify/", views.verify, name="verify"),
    path("probe/", views.probe, name="probe"),
    path("house/", views.house, name="house"),
    path("house/export/", views.export_house, name="export_house"),
    path("policy/", views.policy, name="policy"),
    path("policy/draft/", views.draft_policy, name="draft_policy"),
    path("policy/<uuid:policy_id>/approve/", views.approve_policy, name="approve_policy"),
    path("policy/<uuid:policy_id>/read/", views.read_policy, name="read_policy"),
    path("agents/", views.agents, name="agents"),
    path("agents/export/", views.export_agents, name="export_agents"),
    path("<slug:measure_id>/", views.measure, name="measure"),
]
