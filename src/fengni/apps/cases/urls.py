"""Addresses of cases: ids and codes only, never a value. Under my/ are the client's pages."""

from __future__ import annotations

from django.urls import path

from fengni.apps.cases import portal, verifying, views

app_name = "cases"
urlpatterns = [
    path("", views.listing, name="list"),
    path("<uuid:case_id>/", views.show, name="show"),
    path("<uuid:case_id>/answer/", views.answer, name="answer"),
    path("<uuid:case_id>/propose/", views.propose, name="propose"),
    path("record/<uuid:client_id>/<uuid:person_id>/", views.record, name="record"),
    path("naming/", views.naming, name="naming"),
    path("my/closed/", portal.closed, name="closed"),
    path("my/seen/", portal.seen, name="seen"),
    path("my/seen/<uuid:entry_id>/ask/", portal.ask, name="ask"),
    path("my/where/", portal.where, name="where"),
    path("my/receipt/", portal.receipt, name="receipt"),
    path("my/receipt/file/", portal.receipt_file, name="receipt_file"),
    path("vouchers/<uuid:matter_id>/<uuid:person_id>/", views.voucher, name="voucher"),
    path("my/voucher/<uuid:matter_id>/", portal.voucher, name="my_voucher"),
    path("my/rights/", portal.rights, name="rights"),
    path("my/rights/held/<uuid:case_id>/", portal.held, name="held"),
    path("my/rights/copy/<uuid:case_id>/", portal.copy, name="copy"),
    path("my/rights/certificate/<uuid:case_id>/", portal.certificate, name="certificate"),
    path("my/rights/<str:right>/", portal.right, name="right"),
    path("my/feedback/<uuid:matter_id>/", portal.feedback, name="feedback"),
    path("my/verify/", verifying.page, name="verify"),
    path("my/verify/verify.html", verifying.file, name="verify_file"),
]
