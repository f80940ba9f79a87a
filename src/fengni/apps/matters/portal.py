"""A client's pages of a matter: the notice, the own items, a picture or fields handed in. A phone first."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fengni.apps.agreements import queries as agreements
from fengni.apps.common.language import lang, said
from fengni.apps.consents import queries as consents
from fengni.apps.consents import register, telling
from fengni.apps.consents.services import give_consent
from fengni.apps.guests.doors import GuestRequest, portal_page
from fengni.apps.guests.links import INDEPENDENT
from fengni.apps.matters import queries, services
from fengni.apps.matters.queries.own import OwnPage
from fengni.apps.matters.services.portal import Upload
from fengni.core.errors import BadInput, FengniError
from fengni.core.pictures.kinds import MOST_BYTES

PIECE = 512 * 1024


def _now() -> datetime:
    return datetime.now(UTC)


@require_safe
@portal_page("client")
def home(request: GuestRequest) -> HttpResponse:
    """What is asked of me, how it stands, and the way to my rights."""
    if request.guest.matter_id is None:
        return redirect("cases:seen")
    page = queries.own_page(guest=request.guest, at=_now())
    if not page.told:
        return redirect("matters:notice")
    mine = agreements.own_agreements(guest=request.guest, at=_now())
    waiting = next((one for one in mine if one.state == "offered"), None)
    shown = {"page": page, "agreements": mine, "waiting": waiting}
    shown["originals"] = queries.own_originals(guest=request.guest)
    return render(request, "matters/my_home.html", shown)


@portal_page("client")
def notice(request: GuestRequest) -> HttpResponse:
    """Five cards, what is new marked, and a switch for each thing that needs a yes of its own."""
    if request.guest.matter_id is None:
        raise Http404
    at, error = _now(), ""
    if request.method == "POST":
        try:
            give_consent(
                actor=request.actor, at=at, matter_id=request.guest.matter_id,
                scopes=tuple(request.POST.getlist("scope")), text_hash=request.POST.get("text", ""),
                assurance=request.guest_session.assurance, lang=lang(),
            )  # fmt: skip
        except FengniError as refused:
            error = said(refused.code, **refused.params)
        else:
            return redirect("matters:my")
    page = queries.own_page(guest=request.guest, at=at)
    context = {
        "page": page, "doc": telling.spoken(page.telling.text, lang()), "text": page.telling.digest, "error": error,
        "news": page.news if page.told else (), "earlier": consents.own_readings(guest=request.guest),
        "settled": _settled(page, request.guest_session.assurance),
    }  # fmt: skip
    return render(request, "matters/my_notice.html", context, status=400 if error else 200)


@require_safe
@portal_page("client")
def told(request: GuestRequest, reading_id: UUID) -> HttpResponse:
    """What I was told, as it was: the kept text, byte for byte under its hash."""
    row = consents.own_reading(guest=request.guest, reading_id=reading_id)
    return render(request, "matters/my_told.html", {"row": row, "doc": telling.spoken(row.text, lang())})


@portal_page("client")
def item(request: GuestRequest, item_id: UUID) -> HttpResponse:
    """One thing asked: hand it in."""
    at, error, given = _now(), "", dict[str, str]()
    page = queries.own_page(guest=request.guest, at=at)
    one = next((row for row in page.items if row.row.id == item_id), None)
    if one is None:
        raise Http404
    if page.news:
        return redirect("matters:notice")
    if request.method == "POST":
        given = {kind: request.POST.get(kind, "") for kind in one.asked.fields}
        try:
            services.provide_fields(actor=request.actor, at=at, item_id=item_id, fields=given)
        except FengniError as refused:
            error = said(refused.code, **refused.params)
        else:
            messages.success(request, _("Sealed. We look at it and tell you here."))
            return redirect("matters:my")
    context = {"page": page, "one": one, "error": error, "largest": MOST_BYTES, "piece": PIECE, "given": given,
               "lacks": page.lacks(one.asked)}  # fmt: skip
    return render(request, "matters/my_item.html", context, status=400 if error else 200)


@require_POST
@portal_page("client")
def begin(request: GuestRequest, item_id: UUID) -> HttpResponse:
    """Which file of how many bytes is about to come; answers how many are there."""
    size, sha256 = request.POST.get("size", ""), request.POST.get("sha256", "")
    return _answered(
        lambda: (
            services.begin_upload(
                actor=request.actor,
                at=_now(),
                item_id=item_id,
                sha256=sha256,
                size=int(size) if size.isdecimal() else 0,
            ).value
        )
    )


@require_POST
@portal_page("client")
def piece(request: GuestRequest, item_id: UUID, material_id: UUID, position: int) -> HttpResponse:
    """The bytes of one piece, as the body."""
    return _answered(
        lambda: services.send_piece(
            actor=request.actor, at=_now(), item_id=item_id, material_id=material_id, position=position,
            content=request.body,
        ).value
    )  # fmt: skip


@require_POST
@portal_page("client")
def drop(request: GuestRequest, item_id: UUID, material_id: UUID) -> HttpResponse:
    """Begin anew with another picture."""
    services.drop_upload(actor=request.actor, at=_now(), item_id=item_id, material_id=material_id)
    return HttpResponse(status=204)


@require_POST
@portal_page("client")
def look(request: GuestRequest, item_id: UUID, page: int) -> HttpResponse:
    """The own picture with its mark, inside the page."""
    seen = services.look_at_item(actor=request.actor, at=_now(), item_id=item_id, page=page, lang=lang()).value
    context = {"picture": b64encode(seen.image).decode(), "item_id": item_id, "pages": seen.pages, "page": page + 1,
               "number": page + 2, "more": page + 1 < seen.pages}  # fmt: skip
    response = render(request, "matters/_my_picture.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@portal_page("client", after_closing=True)
def confirm_original(request: GuestRequest, original_id: UUID) -> HttpResponse:
    """Yes, I received it; or: yes, I handed it over."""
    try:
        services.confirm_original(actor=request.actor, at=_now(), original_id=original_id)
    except BadInput as refused:
        messages.warning(request, said(refused.code, **refused.params))
    else:
        messages.success(request, _("Confirmed. It stands in the ledger."))
    return redirect("matters:my")


def _settled(page: OwnPage, assurance: str) -> frozenset[str]:
    """Scopes that need no further yes; one that waits for proof can be given anew by a proved session."""
    waits = {scope for scope, state in page.standing.scopes.items() if state == register.UNPROVED}
    open_now = page.open_scopes if assurance == INDEPENDENT or page.news else page.open_scopes - waits
    return frozenset(page.telling.scopes) - open_now


def _answered(send: Callable[[], Upload]) -> HttpResponse:
    try:
        done = send()
    except FengniError as refused:
        sentence = said(refused.code, **refused.params)
        return JsonResponse({"code": refused.code, "sentence": sentence}, status=400)
    return JsonResponse({"material": str(done.material_id), "received": done.received, "size": done.size})
