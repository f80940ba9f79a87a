"""Addresses of matters: ids and codes only, never a value."""

from __future__ import annotations

from django.urls import path

from fengni.apps.matters import custody_views, portal, views

app_name = "matters"
urlpatterns = [
    path("", views.matters, name="list"),
    path("new/", views.new, name="new"),
    path("my/", portal.home, name="my"),
    path("my/notice/", portal.notice, name="notice"),
    path("my/notice/<uuid:reading_id>/", portal.told, name="told"),
    path("my/items/<uuid:item_id>/", portal.item, name="my_item"),
    path("my/items/<uuid:item_id>/begin/", portal.begin, name="my_begin"),
    path("my/items/<uuid:item_id>/<uuid:material_id>/drop/", portal.drop, name="my_drop"),
    path("my/items/<uuid:item_id>/<uuid:material_id>/<int:position>/", portal.piece, name="my_piece"),
    path("my/items/<uuid:item_id>/look/<int:page>/", portal.look, name="my_look"),
    path("my/originals/<uuid:original_id>/confirm/", portal.confirm_original, name="my_original"),
    path("desk/", views.desk, name="desk"),
    path("desk/<uuid:item_id>/", views.item, name="item"),
    path("desk/<uuid:item_id>/compare/", views.compare, name="compare"),
    path("desk/<uuid:item_id>/picture/", views.picture, name="picture"),
    path("desk/<uuid:item_id>/upload/", views.upload, name="upload"),
    path("desk/<uuid:item_id>/<slug:verb>/", views.decide, name="decide"),
    path("<uuid:matter_id>/", views.checklist_tab, name="page"),
    path("<uuid:matter_id>/people/", views.people_tab, name="people"),
    path("<uuid:matter_id>/told/<uuid:reading_id>/", views.told, name="told_to"),
    path("<uuid:matter_id>/documents/", views.documents_tab, name="documents"),
    path("<uuid:matter_id>/sharing/", views.sharing_tab, name="sharing"),
    path("<uuid:matter_id>/evidence/", views.evidence_tab, name="evidence"),
    path("<uuid:matter_id>/filing/", views.filing, name="filing"),
    path("<uuid:matter_id>/filing/<slug:answer>/", views.file, name="file"),
    path("<uuid:matter_id>/originals/", custody_views.originals, name="originals"),
    path("<uuid:matter_id>/originals/<uuid:original_id>/give/", custody_views.give, name="give"),
    path("<uuid:matter_id>/papers/", views.papers_tab, name="papers"),
    path("<uuid:matter_id>/papers/<slug:paper>/", views.paper, name="paper"),
    path("<uuid:matter_id>/invite/<uuid:person_id>/", views.invite, name="invite"),
    path("<uuid:matter_id>/contact/", views.contact, name="contact"),
    path("<uuid:matter_id>/team/", views.team, name="team"),
    path("<uuid:matter_id>/close/", views.close, name="close"),
]
