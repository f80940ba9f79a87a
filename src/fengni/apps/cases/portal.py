"""The client's pages: who saw my information, the receipt, my rights, feedback. A phone first."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import segno
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fengni.apps.cases import queries, services
from fengni.apps.cases.models import RIGHTS
from fengni.apps.common import typesetting
from fengni.apps.common.language import said
from fengni.apps.guests.doors import GuestRequest, portal_page
from fengni.apps.guests.queries import own_name
from fengni.apps.ledger import queries as ledger
from fengni.apps.matters.queries import own_originals
from fengni.core.errors import BadInput, FengniError
from fengni.core.vault.catalogue import ELEMENTS


def _now() -> datetime:
    return datetime.now(UTC)


@require_safe
@portal_page("client", after_closing=True)
def closed(request: GuestRequest) -> HttpResponse:
    """Where a client arrives for 90 days after closing: who looked, the receipt, rights, feedback; nothing else."""
    due = queries.feedback_due(actor=request.actor)
    link = request.guest_session.link
    context = {
        "name": own_name(guest=request.guest), "feedback": due, "until": link.expires_at, "narrow": link.narrow_since,
        "originals": own_originals(guest=request.guest),
    }  # fmt: skip
    return render(request, "cases/closed.html", context)


@require_safe
@portal_page("client", after_closing=True)
def seen(request: GuestRequest) -> HttpResponse:
    """Who, when, what, why, on which basis."""
    before = request.GET.get("before", "")
    number = int(before) if before.isdecimal() and len(before) < 10 else None
    page = queries.seen_page(actor=request.actor, at=_now(), before=number)
    due = queries.feedback_due(actor=request.actor)
    return render(
        request, "cases/seen.html", {"page": page, "feedback": due, "signed_at": ledger.checkpoint().signed_at}
    )


@require_safe
@portal_page("client", after_closing=True)
def where(request: GuestRequest) -> HttpResponse:
    """Who has what of the own information, and until when."""
    return render(request, "cases/where.html", {"page": queries.where_page(actor=request.actor, at=_now())})


@portal_page("client", after_closing=True)
def ask(request: GuestRequest, entry_id: UUID) -> HttpResponse:
    """One entry, and a button that freezes whoever stands in it. Words are optional."""
    error = ""
    if request.method == "POST":
        try:
            services.raise_question(
                actor=request.actor, at=_now(), entry_id=entry_id, reason=request.POST.get("reason", "")
            )
        except FengniError as refused:
            error = said(refused.code, **refused.params)
        else:
            messages.success(request, _("Frozen. Until the answer this person cannot open your page."))
            return redirect("cases:seen")
    with transaction.atomic():
        told = queries.one_entry(actor=request.actor, entry_id=entry_id)
    context = {"told": told, "error": error, "typed": request.POST.get("reason", "")}
    return render(request, "cases/ask.html", context, status=400 if error else 200)


@require_safe
@portal_page("client", after_closing=True)
def receipt(request: GuestRequest) -> HttpResponse:
    """What a receipt is, the fingerprint to compare, and what to do with it."""
    fingerprint = ledger.log_fingerprint()
    drawn = segno.make_qr(fingerprint.replace("-", ""), error="m").svg_data_uri(border=2, dark="#1d1b19")
    page = queries.seen_page(actor=request.actor, at=_now())
    closed = queries.closed_matters(actor=request.actor)
    context = {"fingerprint": fingerprint, "qr": drawn, "page": page, "head": ledger.checkpoint(), "closed": closed}
    return render(request, "cases/receipt.html", context)


@require_POST
@portal_page("client", after_closing=True)
def receipt_file(request: GuestRequest) -> HttpResponse:
    """The file itself; the head it carries is remembered for the next one."""
    done = services.take_receipt(actor=request.actor, at=_now())
    answer = HttpResponse(done.value, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="fengni-receipt-{_now():%Y%m%d}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@portal_page("client", after_closing=True)
def voucher(request: GuestRequest, matter_id: UUID) -> HttpResponse:
    """The own voucher for a closed matter; where there is none yet, the receipt's page says why."""
    lang = typesetting.read_lang(request.POST.get("lang", ""))
    try:
        done = services.take_voucher(actor=request.actor, at=_now(), matter_id=matter_id, lang=lang)
    except BadInput as refused:
        messages.warning(request, said(refused.code, **refused.params))
        return redirect("cases:receipt")
    return typesetting.handed_out(done.value, f"fengni-voucher-{lang}.pdf")


@require_safe
@portal_page("client", after_closing=True)
def rights(request: GuestRequest) -> HttpResponse:
    """Five rights and what was asked."""
    return render(request, "cases/rights.html", {"page": queries.rights_page(actor=request.actor, at=_now())})


@require_safe
@portal_page("client", after_closing=True)
def held(request: GuestRequest, case_id: UUID) -> HttpResponse:
    """What is held, masked, once access was granted."""
    shown = queries.held_page(actor=request.actor, at=_now(), case_id=case_id)
    return render(request, "cases/held.html", {"held": shown})


@require_safe
@portal_page("client", after_closing=True)
def certificate(request: GuestRequest, case_id: UUID) -> HttpResponse:
    """The destruction certificate of the own deletion, to keep and to check."""
    answer = HttpResponse(
        queries.own_certificate(actor=request.actor, case_id=case_id), content_type="application/json"
    )
    answer["Content-Disposition"] = 'attachment; filename="fengni-certificate.json"'
    return answer


@require_POST
@portal_page("client", after_closing=True)
def copy(request: GuestRequest, case_id: UUID) -> HttpResponse:
    """The copy as a zip, made anew each time and kept nowhere."""
    try:
        done = services.take_copy(actor=request.actor, at=_now(), case_id=case_id)
    except BadInput as refused:
        messages.warning(request, said(refused.code, **refused.params))
        return redirect("cases:rights")
    answer = HttpResponse(done.value, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="fengni-copy-{_now():%Y%m%d}.zip"'
    answer["Cache-Control"] = "no-store"
    return answer


@portal_page("client", after_closing=True)
def right(request: GuestRequest, right: str) -> HttpResponse:
    """Ask for one right; what it would do stands above the button where it is known."""
    if right not in RIGHTS:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            services.raise_right(
                actor=request.actor, at=_now(), right=right, field=request.POST.get("field", ""),
                reason=request.POST.get("reason", ""),
            )  # fmt: skip
        except FengniError as refused:
            error = said(refused.code, **refused.params)
        else:
            stopped = right == "withdraw"
            messages.success(
                request, _("It has stopped. What that did stands here.") if stopped
                else _("Received. The answer will stand here."),
            )  # fmt: skip
            return redirect("cases:rights")
    with transaction.atomic():
        page = queries.rights_page(actor=request.actor, at=_now())
    context = {
        "right": right, "title": said(f"cases.right.{right}"), "fields": own_fields(), "error": error,
        "consequences": dict(page.rights)[right], "typed": request.POST.get("reason", ""),
    }  # fmt: skip
    return render(request, "cases/right.html", context, status=400 if error else 200)


def own_fields() -> list[tuple[str, str]]:
    """Kinds of fields of persons, with their names."""
    return [(kind, said(f"field.{kind}")) for kind, one in ELEMENTS.items() if one.subject == "person"]


@portal_page("client", after_closing=True)
def feedback(request: GuestRequest, matter_id: UUID) -> HttpResponse:
    """One to five, and words."""
    error = ""
    if request.method == "POST":
        score = request.POST.get("score", "")
        try:
            services.give_feedback(
                actor=request.actor, at=_now(), matter_id=matter_id, score=int(score) if score in set("12345") else 0,
                reason=request.POST.get("reason", ""),
            )  # fmt: skip
        except FengniError as refused:
            error = said(refused.code, **refused.params)
        else:
            messages.success(request, _("Thank you. You will find here what came of it."))
            return redirect("cases:seen")
    context = {"error": error, "scores": range(1, 6), "typed": request.POST.get("reason", "")}
    return render(request, "cases/feedback.html", context, status=400 if error else 200)
