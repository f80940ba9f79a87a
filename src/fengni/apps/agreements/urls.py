"""Addresses of agreements: ids only. `room` and `my` are a guest's pages."""

from __future__ import annotations

from django.urls import path

from fengni.apps.agreements import portal, views

app_name = "agreements"
urlpatterns = [
    path("", views.listing, name="list"),
    path("export/", views.export, name="export"),
    path("partners/new/", views.new_partner, name="new_partner"),
    path("partners/<uuid:partner_id>/", views.partner, name="partner"),
    path("partners/<uuid:partner_id>/edit/", views.edit_partner, name="edit_partner"),
    path("partners/<uuid:partner_id>/invite/", views.invite, name="invite"),
    path("partners/<uuid:partner_id>/assess/", views.assess, name="assess"),
    path("partners/<uuid:partner_id>/end/", views.end_partner, name="end_partner"),
    path("<uuid:agreement_id>/end/", views.end_agreement, name="end_agreement"),
    path("<uuid:agreement_id>/agreement.pdf", views.agreement_pdf, name="pdf"),
    path("my/<uuid:agreement_id>/agreement.pdf", portal.paper, name="my_pdf"),
    path("offer/<uuid:client_id>/<uuid:matter_id>/", views.offer, name="offer"),
    path("shares/new/<uuid:client_id>/<uuid:matter_id>/", views.new_share, name="new_share"),
    path("shares/<uuid:share_id>/", views.share, name="share"),
    path("shares/<uuid:share_id>/send/", views.send, name="send"),
    path("shares/<uuid:share_id>/recall/", views.recall, name="recall"),
    path("my/", portal.mine, name="my"),
    path("my/<uuid:agreement_id>/", portal.read, name="read"),
    path("room/", portal.room, name="room"),
    path("room/<uuid:share_id>/<uuid:subject_id>/", portal.view, name="view"),
    path("room/<uuid:share_id>/page/<uuid:material_id>/<int:page>/", portal.page, name="page"),
]
