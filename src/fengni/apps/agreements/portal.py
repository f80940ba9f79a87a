"""A guest's pages of agreements: read and accept, and the partner's room. A phone first."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fengni.apps.agreements import queries, services
from fengni.apps.agreements.queries import SharePage
from fengni.apps.common import typesetting
from fengni.apps.common.language import lang, said
from fengni.apps.guests.doors import GuestRequest, portal_page
from fengni.apps.ledger import queries as ledger
from fengni.core.errors import FengniError
from fengni.core.pictures.render import Watermark


def _now() -> datetime:
    return datetime.now(UTC)


@require_safe
@portal_page()
def mine(request: GuestRequest) -> HttpResponse:
    """What was offered to the guest, and what was accepted."""
    rows = queries.own_agreements(guest=request.guest, at=_now())
    waiting = [one for one in rows if one.state == "offered"]
    if len(rows) == 1 and waiting:
        return redirect("agreements:read", waiting[0].id)
    return render(request, "agreements/mine.html", {"rows": rows})


@portal_page()
def read(request: GuestRequest, agreement_id: UUID) -> HttpResponse:
    """The text, and one button that accepts it."""
    at, error = _now(), ""
    row, text = queries.own_agreement(guest=request.guest, at=at, agreement_id=agreement_id)
    if request.method == "POST":
        try:
            services.accept_agreement(
                actor=request.actor, at=at, agreement_id=agreement_id, text_hash=request.POST.get("text", ""),
                assurance=request.guest_session.assurance, lang=lang(),
            )  # fmt: skip
        except FengniError as refused:
            error = said(refused.code, **refused.params)
        else:
            messages.success(request, _("Accepted. You can read it here at any time."))
            return redirect("my:home")
    context = {
        "row": row, "title": text.title(lang()), "clauses": text.said(lang()), "error": error,
        "fingerprint": ledger.log_fingerprint(),
    }  # fmt: skip
    return render(request, "agreements/read.html", context, status=400 if error else 200)


@require_safe
@portal_page()
def paper(request: GuestRequest, agreement_id: UUID) -> HttpResponse:
    """An own agreement as a paper to keep."""
    lang = typesetting.read_lang(request.GET.get("lang", ""))
    made = queries.own_agreement_paper(guest=request.guest, at=_now(), agreement_id=agreement_id, lang=lang)
    return typesetting.handed_out(made, f"fengni-agreement-{lang}.pdf")


@require_safe
@portal_page("partner")
def room(request: GuestRequest) -> HttpResponse:
    """What is shared with the partner now. Without an agreement in force there is only the agreement."""
    at = _now()
    rows = queries.own_agreements(guest=request.guest, at=at)
    pages = queries.room(guest=request.guest, at=at)
    waiting = next((one for one in rows if one.state == "offered"), None)
    held = any(one.state == "in_force" for one in rows)
    if waiting is not None and not held:
        return redirect("agreements:read", waiting.id)
    context = {"pages": pages, "over": queries.over(guest=request.guest, at=at)}
    return render(request, "agreements/room.html", context)


@require_POST
@portal_page("partner")
def view(request: GuestRequest, share_id: UUID, subject_id: UUID) -> HttpResponse:
    """Values of one subject: all that is not sensitive, or one that is, for thirty seconds."""
    at = _now()
    page = _living(request, share_id, at)
    about = next((one for one in page.subjects if one.subject_id == subject_id), None)
    if about is None:
        raise Http404
    one = request.POST.get("kind", "")
    shown = services.view_share(
        actor=request.actor, at=at, share_id=share_id, subject_id=subject_id, kinds=(one,) if one else about.open_kinds,
        purpose=page.row.purpose,
    ).value  # fmt: skip
    mark = " · ".join(_mark(request, at, page.row.purpose))
    context = {"values": shown.values, "about": about, "page": page, "mark": mark, "sensitive": bool(one)}
    response = render(request, "agreements/_shown.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@portal_page("partner")
def page(request: GuestRequest, share_id: UUID, material_id: UUID, page: int) -> HttpResponse:
    """One page of a shared document, with the recipient, time and purpose across it."""
    at = _now()
    share = _living(request, share_id, at)
    image = services.view_page(
        actor=request.actor, at=at, share_id=share_id, material_id=material_id, page=page, purpose=share.row.purpose,
        watermark=Watermark(_mark(request, at, share.row.purpose)),
    ).value  # fmt: skip
    response = HttpResponse(image, content_type="image/jpeg")
    response["Cache-Control"] = "no-store"
    return response


def _living(request: GuestRequest, share_id: UUID, at: datetime) -> SharePage:
    """The guest's share; the act says why another one does not open."""
    found = next((one for one in queries.room(guest=request.guest, at=at) if one.row.id == share_id), None)
    if found is None:
        services.view_share(
            actor=request.actor, at=at, share_id=share_id, subject_id=share_id, kinds=(), purpose=""
        )  # raises Denied with the reason
        raise Http404
    return found


def _mark(request: GuestRequest, at: datetime, purpose: str) -> tuple[str, ...]:
    """Who sees it, when, what for: what a watermark says."""
    who = queries.partner(actor=request.actor, at=at, partner_id=request.guest.subject_id).name
    when = f"{localtime(at):%Y-%m-%d %H:%M}"
    return (who, f"{when} · {said(purpose)}") if purpose else (who, when)
