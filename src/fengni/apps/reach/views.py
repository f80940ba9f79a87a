"""Screens of reach: what was asked and opened, asking, breaking the glass, deciding, reviewing."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fengni.apps.accounts.queries import member_names
from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.parties import queries as parties
from fengni.apps.reach import queries, services
from fengni.apps.reach.forms import HOURS, AskForm, BreakForm
from fengni.apps.reach.models import VERDICTS
from fengni.apps.vault.queries.files import MEDIA, as_csv
from fengni.core.errors import BadInput, Denied


def _now() -> datetime:
    return datetime.now(UTC)


def _may(request: ActorRequest) -> dict[str, bool]:
    """What the reader may begin: for who sees every client there is nothing to ask for."""
    roles = request.actor.roles
    outside = not request.actor.sees_all_clients
    return {
        "may_ask": outside and bool(roles & set(services.ASKERS)),
        "may_break": outside and bool(roles & set(services.BREAKERS)),
    }


@require_safe
def listing(request: ActorRequest) -> HttpResponse:
    """Requests and emergencies: what waits first."""
    return _listed(request)


def _listed(request: ActorRequest, *, error: str = "", named: str = "") -> HttpResponse:
    page = queries.reach_page(actor=request.actor, at=_now())
    overdue = sum(one.state == "overdue" for one in page.emergencies)
    waits = sum("give" in one.can for one in page.requests) + sum(bool(one.can) for one in page.emergencies)
    context = {"page": page, "overdue": overdue, "waits": waits, "error": error, "named": named} | _may(request)
    return render(request, "reach/list.html", context, status=400 if error else 200)


@require_POST
def find(request: ActorRequest) -> HttpResponse:
    """Which file somebody means who is outside of it; then to asking for it, or to the file where it stands open."""
    named = request.POST.get("named", "")
    try:
        found = services.find_client(actor=request.actor, at=_now(), named=named).value
    except BadInput as refused:
        return _listed(request, error=said(refused.code, **refused.params), named=named)
    if found is None:
        return _listed(request, error=said("reach.none-found"), named=named)
    if found in parties.assigned_clients(actor=request.actor, at=_now()):
        return redirect("vault:client", found)
    return redirect("reach:break" if request.POST.get("do") == "break" else "reach:ask", found)


def _person(request: ActorRequest) -> UUID | None:
    """The one person that is asked for, from the address of the page."""
    try:
        return UUID(request.GET["person"])
    except (KeyError, ValueError):
        return None


def ask(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """Ask for a file, or `?person=` of it, for some hours."""
    if not _may(request)["may_ask"]:
        raise BadInput("reach.already-inside") if request.actor.sees_all_clients else Denied("access.role")
    posted = request.POST if request.method == "POST" else None
    form, error, person_id = AskForm(posted, chosen=request.session.get("purpose", "")), "", _person(request)
    if posted is not None and form.is_valid():
        try:
            done = services.ask_access(
                actor=request.actor, at=_now(), client_id=client_id, person_id=person_id, **form.cleaned_data
            )
        except BadInput as refused:
            error = said(refused.code, **refused.params)
        else:
            messages.success(request, _("Asked. Whoever decides finds it among what waits; you see the answer here."))
            return redirect("reach:request", done.value)
    context = {"form": form, "error": error, "client_id": client_id, "person_id": person_id, "hours": HOURS}
    return render(request, "reach/ask.html", context | _may(request), status=400 if posted else 200)


def break_glass(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """Open a file at once; what that means is said first."""
    if not _may(request)["may_break"]:
        raise BadInput("reach.already-inside") if request.actor.sees_all_clients else Denied("access.role")
    posted = request.POST if request.method == "POST" else None
    form, error = BreakForm(posted, purposes=services.URGENT), ""
    if posted is not None and form.is_valid():
        try:
            services.break_glass(actor=request.actor, at=_now(), client_id=client_id, **form.cleaned_data)
        except (BadInput, Denied) as refused:
            error = said(refused.code, **refused.params)
        else:
            messages.warning(request, _("Open for 60 minutes. Owner and protection officer were told."))
            return redirect("vault:client", client_id)
    context = {"form": form, "error": error, "client_id": client_id, "least": services.LEAST}
    return render(request, "reach/break.html", context | _may(request), status=400 if posted else 200)


@require_safe
def request_page(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """One request, its answer, and what was opened by it."""
    return _request(request, request_id)


def _request(request: ActorRequest, request_id: UUID, *, error: str = "") -> HttpResponse:
    row = queries.request(actor=request.actor, at=_now(), request_id=request_id)
    context = {"row": row, "entries": queries.done_under(row=row), "error": error}
    return render(request, "reach/request.html", context, status=400 if error else 200)


@require_POST
def give(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Say yes."""
    until = services.give_access(actor=request.actor, at=_now(), request_id=request_id).value
    messages.success(request, _("Given until %(until)s; it ends by itself.") % {"until": _day(until)})
    return redirect("reach:request", request_id)


@require_POST
def refuse(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Say no, and why."""
    try:
        services.refuse_access(
            actor=request.actor, at=_now(), request_id=request_id, reason=request.POST.get("reason", "")
        )
    except BadInput as refused:
        return _request(request, request_id, error=said(refused.code, **refused.params))
    messages.success(request, _("Refused. The colleague reads why."))
    return redirect("reach:list")


@require_POST
def end(request: ActorRequest, request_id: UUID) -> HttpResponse:
    """Take back what was given, give it back, or take the own question back."""
    services.end_access(actor=request.actor, at=_now(), request_id=request_id)
    messages.success(request, _("Ended, from this moment on."))
    return redirect("reach:list")


@require_safe
def emergency_page(request: ActorRequest, emergency_id: UUID) -> HttpResponse:
    """One emergency, everything that was opened in it, and its review."""
    return _emergency(request, emergency_id)


def _emergency(request: ActorRequest, emergency_id: UUID, *, error: str = "", typed: str = "") -> HttpResponse:
    row = queries.emergency(actor=request.actor, at=_now(), emergency_id=emergency_id)
    context = {
        "row": row, "entries": queries.done_under(row=row), "error": error, "typed": typed, "verdicts": VERDICTS,
    }  # fmt: skip
    return render(request, "reach/emergency.html", context, status=400 if error else 200)


@require_POST
def review(request: ActorRequest, emergency_id: UUID) -> HttpResponse:
    """Justified or not, and why."""
    typed = request.POST.get("reason", "")
    try:
        services.review_emergency(
            actor=request.actor, at=_now(), emergency_id=emergency_id, verdict=request.POST.get("verdict", ""),
            reason=typed,
        )  # fmt: skip
    except BadInput as refused:
        return _emergency(request, emergency_id, error=said(refused.code, **refused.params), typed=typed)
    messages.success(request, _("Reviewed. The persons of the file read the verdict."))
    return redirect("reach:list")


@require_POST
def alarm(request: ActorRequest) -> HttpResponse:
    """Where the reader is told of an emergency by e-mail."""
    address = request.POST.get("address", "")
    try:
        services.set_alarm_address(actor=request.actor, at=_now(), address=address)
    except BadInput as refused:
        return _listed(request, error=said(refused.code, **refused.params))
    told = _("You are told at this address.") if address.strip() else _("No mail comes to you any more.")
    messages.success(request, told)
    return redirect("reach:list")


@require_safe
def export(request: ActorRequest) -> HttpResponse:
    """Requests and emergencies as a sheet: who, when, for what, what became of it. No client, no reason."""
    page = queries.reach_page(actor=request.actor, at=_now())
    names: dict[UUID | None, str] = {None: ""} | {**member_names()}
    head = [_("What"), _("Who"), _("When"), _("For what?"), _("State"), _("Until"), _("Answered by"), _("Answered")]
    lines = [
        [
            said("reach.kind.request"), names.get(one.asked_by, ""), _day(one.asked_at), said(one.purpose),
            said(f"reach.state.{one.state}"), _day(one.until), names.get(one.answered_by, ""), _day(one.answered_at),
        ]
        for one in page.requests
    ]  # fmt: skip
    lines += [
        [
            said("reach.kind.emergency"), names.get(one.broken_by, ""), _day(one.broken_at), said(one.purpose),
            said(f"reach.state.{one.state}"), _day(one.until), names.get(one.reviewed_by, ""), _day(one.reviewed_at),
        ]
        for one in page.emergencies
    ]  # fmt: skip
    headers = {"Content-Disposition": 'attachment; filename="fengni-reach.csv"'}
    return HttpResponse(as_csv([head, *lines]), content_type=MEDIA["csv"], headers=headers)


def _day(moment: datetime | None) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
