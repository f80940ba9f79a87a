"""A guest's way in and the portal's own pages; invitations as staff see them.

Rules: GET and HEAD of a link count a preview and show a neutral page: never a name, never who sent it. Whatever changes
something is a POST. Links that were guessed, recalled or have expired answer with one status and tell nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from fengni.apps.accounts.authentication import client_address
from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.common.tenancy import tenant
from fengni.apps.guests import codes, doors, queries, services, sessions
from fengni.apps.guests.doors import COOKIE, GuestRequest, portal_page
from fengni.apps.guests.forms import READ_OUT, InviteForm
from fengni.apps.guests.links import STAFF
from fengni.apps.guests.queries import Way
from fengni.core.access import tokens
from fengni.core.access.actor import Actor, system_actor
from fengni.core.errors import BadInput, Denied, FengniError

# Where a guest arrives; an area that has not built its page yet is passed over.
HOMES = {"client": "matters:my", "partner": "agreements:room"}
STATUS = {"unknown": 404, "recalled": 404, "expired": 404, "locked": 429}
LinkView = Callable[[HttpRequest, str, tokens.Token, Way], HttpResponse]


def _link_page(view: LinkView) -> Callable[[HttpRequest, str], HttpResponse]:
    """A page behind a link: the tenant is bound, and a link that leads nowhere has been answered."""

    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        at, way = datetime.now(UTC), None
        try:
            key = tokens.read(token)
            with tenant(key.tenant_id):
                way = queries.way_of(token=key, at=at)
                if request.method in {"GET", "HEAD"}:
                    with transaction.atomic():
                        queries.count_preview(link_id=way.link_id, at=at)
                if way.screen not in {"ready", "locked"}:
                    return _closed(request, way.screen, way, at)
                return view(request, token, key, way)
        except Denied as denied:
            return _closed(request, denied.code.rpartition("-")[2] if _about_link(denied) else "unknown", way, at)

    return page


def _about_link(denied: Denied) -> bool:
    return denied.code in {f"guests.link-{screen}" for screen in ("held", "recalled", "expired", "locked")}


def _closed(request: HttpRequest, screen: str, way: Way | None, at: datetime) -> HttpResponse:
    """The screen of a link that opens nothing now."""
    seconds = max(1, int((way.held_until - at).total_seconds()) + 1) if way is not None and screen == "held" else 0
    minutes = 0
    if screen == "locked" and way is not None and way.unlocked_at is not None:
        minutes = max(1, -(-int((way.unlocked_at - at).total_seconds()) // 60))
    context = {"screen": screen, "seconds": seconds, "minutes": minutes}
    return render(request, "guests/closed.html", context, status=STATUS.get(screen, 200))


@_link_page
def landing(request: HttpRequest, token: str, key: tokens.Token, way: Way) -> HttpResponse:
    """A neutral page with one button; pressing it has a code sent."""
    at = datetime.now(UTC)
    if request.method == "POST":
        again = request.POST.get("do") == "again"
        services.ask_code(actor=_bearer(request, key), at=at, link_id=way.link_id, again=again)
        return redirect("guests:code", token)
    if way.screen == "locked":
        return _closed(request, "locked", way, at)
    if _has_session(request, key, way, at):
        return redirect("my:home")
    return render(request, "guests/landing.html", {"token": token})


@_link_page
def code(request: HttpRequest, token: str, key: tokens.Token, way: Way) -> HttpResponse:
    """Six digits, and the door."""
    at = datetime.now(UTC)
    if way.screen == "locked":
        return _closed(request, "locked", way, at)
    if request.method != "POST":
        return _code_page(request, token, way)
    try:
        opened = services.enter_code(
            actor=_bearer(request, key),
            at=at,
            link_id=way.link_id,
            typed=request.POST.get("code", ""),
            device=sessions.device_of(request.headers.get("User-Agent", "")),
        ).value
    except (BadInput, Denied) as error:
        if isinstance(error, Denied) and _about_link(error):
            raise
        return _code_page(request, token, way, error=said(error.code, **error.params))
    if opened is None:
        way = queries.way_of(token=key, at=at)
        if way.screen == "locked":
            return _closed(request, "locked", way, at)
        return _code_page(request, token, way, error=_wrong(way))
    response = redirect("my:home")
    doors.give_cookie(response, opened.cookie, opened.ends_at)
    return response


def _wrong(way: Way) -> str:
    if not way.code_waits:
        return said("guests.code-dead", tries=codes.TRIES)
    return said("guests.code-wrong", left=way.tries_left)


def _code_page(request: HttpRequest, token: str, way: Way, *, error: str = "") -> HttpResponse:
    context = {"token": token, "way": way, "error": error, "phone": settings.DEMO and way.sends}
    return render(request, "guests/code.html", context, status=400 if error else 200)


@require_safe
@_link_page
def phone(request: HttpRequest, token: str, key: tokens.Token, way: Way) -> HttpResponse:
    """What would have arrived on the guest's phone; a demonstration has this page, nobody else."""
    if not settings.DEMO:
        raise Http404
    return render(request, "guests/phone.html", {"token": token, "bubbles": queries.phone(link_id=way.link_id)})


def _bearer(request: HttpRequest, key: tokens.Token) -> Actor:
    """Whoever holds a link is not known yet, so the product acts, through the portal."""
    return replace(system_actor(key.tenant_id, channel="portal"), address=client_address(request))


def _has_session(request: HttpRequest, key: tokens.Token, way: Way, at: datetime) -> bool:
    try:
        cookie = tokens.read(request.COOKIES.get(COOKIE, ""))
    except Denied:
        return False
    if cookie.tenant_id != key.tenant_id:
        return False
    with transaction.atomic():
        session = sessions.living(cookie, at)
    return session is not None and session.link_id == way.link_id


@portal_page(after_closing=True)
def home(request: GuestRequest) -> HttpResponse:
    """Where a guest arrives: the page of the area that has one, or how things stand."""
    narrow = request.guest_session.link.narrow_since is not None
    try:
        return redirect(reverse(doors.AFTER_HOME if narrow else HOMES[request.guest.kind]))
    except NoReverseMatch:
        return render(request, "guests/home.html", {"name": queries.own_name(guest=request.guest)})


@portal_page(after_closing=True)
def confirm(request: GuestRequest) -> HttpResponse:
    """Say oneself what staff read out: a code comes by a gateway, and what was done with the other one counts."""
    session, error, at = request.guest_session, "", datetime.now(UTC)
    if session.assurance != STAFF:
        return redirect("my:home")
    if request.method == "POST":
        try:
            if "code" not in request.POST:
                again = request.POST.get("do") == "again"
                services.ask_code(actor=request.actor, at=at, link_id=session.link_id, again=again)
                return redirect("my:confirm")
            typed = request.POST["code"]
            if services.confirm_session(actor=request.actor, at=at, session_id=session.id, typed=typed).value:
                return redirect("my:home")
            error = said("guests.code-wrong-here")
        except FengniError as refused:
            error = said(refused.code, **refused.params)
    with transaction.atomic():
        way = queries.way_of_session(session=session, at=at)
    context = {"way": way, "error": error, "phone": settings.DEMO and way.sends, "bubbles": ()}
    if context["phone"]:
        context["bubbles"] = queries.phone(link_id=session.link_id)[:1]
    return render(request, "guests/confirm.html", context, status=400 if error else 200)


@require_POST
@portal_page(after_closing=True)
def leave(request: GuestRequest) -> HttpResponse:
    """End the session on this device; the link stays."""
    services.end_session(actor=request.actor, at=datetime.now(UTC), session_id=request.guest_session.id)
    response = redirect("my:home")
    response.delete_cookie(COOKIE)
    return response


def invite(request: ActorRequest, client_id: UUID, person_id: UUID) -> HttpResponse:
    """Choose where codes go and how long the link lives; the link is shown once."""
    if not request.actor.roles & set(services.HANDLERS):
        raise Denied("access.role")
    person = queries.person_name(actor=request.actor, client_id=client_id, person_id=person_id, at=datetime.now(UTC))
    contacts = queries.contacts_on_file(client_id=client_id, persons=[person_id])[person_id]
    form = InviteForm(request.POST or None, contacts=contacts)
    if request.method == "POST" and form.is_valid():
        at = datetime.now(UTC)
        made = services.invite_person(
            actor=request.actor,
            at=at,
            client_id=client_id,
            person_id=person_id,
            contact=form.cleaned_data["contact"].replace(READ_OUT, ""),
            expires_at=at + timedelta(days=form.cleaned_data["days"]),
        ).value
        row = queries.invitation(actor=request.actor, at=at, link_id=made.link_id)
        return render(request, "guests/invited.html", {"made": made, "row": row})
    rows = queries.invitations(actor=request.actor, at=datetime.now(UTC), client_id=client_id)
    rows = [row for row in rows if row.subject_id == person_id]
    return render(request, "guests/invite.html", {"form": form, "invitations": rows, "person": person})


@require_safe
def invitation(request: ActorRequest, link_id: UUID) -> HttpResponse:
    """One invitation: how it is, what fetched it, what opened it."""
    row = queries.invitation(actor=request.actor, at=datetime.now(UTC), link_id=link_id)
    may_act = bool(request.actor.roles & set(services.HANDLERS))
    return render(request, "guests/invitation.html", {"row": row, "may_act": may_act})


@require_POST
def recall(request: ActorRequest, link_id: UUID) -> HttpResponse:
    """End a link and say whether it was opened."""
    at = datetime.now(UTC)
    done = services.recall_link(actor=request.actor, at=at, link_id=link_id)
    row = queries.invitation(actor=request.actor, at=at, link_id=link_id)
    return render(request, "guests/recalled.html", {"row": row, "recalled": done.value, "entry_id": done.entry_id})


@require_POST
def read_out(request: ActorRequest, link_id: UUID) -> HttpResponse:
    """A code to read out on the telephone, shown once."""
    at = datetime.now(UTC)
    made = services.read_out_code(actor=request.actor, at=at, link_id=link_id).value
    row = queries.invitation(actor=request.actor, at=at, link_id=link_id)
    return render(request, "guests/read_out.html", {"row": row, "made": made})
