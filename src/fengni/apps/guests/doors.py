"""The portal's door: who holds a living session may enter a page; everybody else is asked to open the own link.

    @portal_page("client")
    def my_items(request: GuestRequest) -> HttpResponse: ...

Rules: the cookie is HttpOnly, SameSite=Lax and stands hashed in its row. A session ends with its link (recall, expiry),
with a block of the guest, the session, the address or the partner, or after twelve hours. After the closing of a matter
only pages declared `after_closing` open; every other leads to their start. GET and HEAD run in one transaction; a
POST's acts open their own.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fengni.apps.accounts.authentication import client_address
from fengni.apps.accounts.models import Tenant
from fengni.apps.acts.acting import record_refusal
from fengni.apps.common.language import said
from fengni.apps.common.requests import ActorRequest
from fengni.apps.common.tenancy import set_tenant
from fengni.apps.guests import sessions
from fengni.apps.guests.models import Guest, GuestSession
from fengni.core.access import tokens
from fengni.core.access.actor import Actor
from fengni.core.access.decision import Block, check_blocks
from fengni.core.errors import BadInput, Denied, FengniError, SealRefused

COOKIE = "fengni_guest"
READ = "web:page:read"
AFTER_HOME = "cases:closed"  # where a narrow link arrives
P = ParamSpec("P")


class GuestRequest(ActorRequest):
    """A request through the door: `guest` is who came, `guest_session` the session, `actor` what acts take."""

    guest: Guest
    guest_session: GuestSession


def portal_page(
    kind: str = "", *, after_closing: bool = False
) -> Callable[
    [Callable[Concatenate[GuestRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """A page for guests of one kind ("client" or "partner"), or of any when none is named. `after_closing`: a client
    whose matter is closed may enter as well."""

    def declare(
        view: Callable[Concatenate[GuestRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def page(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            at = datetime.now(UTC)
            try:
                key = tokens.read(request.COOKIES.get(COOKIE, ""))
            except Denied:
                return no_session(request)
            set_tenant(key.tenant_id)
            try:
                with transaction.atomic() if request.method in {"GET", "HEAD"} else nullcontext():
                    if not _enter(request, key, kind, at):
                        return no_session(request)
                    if _is_shut(request, after_closing=after_closing):
                        return redirect(AFTER_HOME)
                    return view(request, *args, **kwargs)  # type: ignore[arg-type]  # _enter made it a GuestRequest
            except FengniError as error:
                _record(request, error, at)
                return refused(request, error)
            except Exception:
                request.actor = None  # type: ignore[attr-defined]  # the page of the error has no console around it
                raise
            finally:
                set_tenant(None)

        return page

    return declare


def no_session(request: HttpRequest) -> HttpResponse:
    """Ask for the own link: there is nothing to sign in with."""
    return render(request, "guests/no_session.html", status=401)


def refused(request: HttpRequest, error: FengniError) -> HttpResponse:
    """An error as a sentence, in the portal's frame; for an htmx request a note over the page, which stays as it is."""
    kinds: tuple[tuple[type[FengniError], int], ...] = ((Denied, 403), (BadInput, 400), (SealRefused, 409))
    status = next((status for kind, status in kinds if isinstance(error, kind)), 503)
    sentence = said(error.code, **error.params)
    context = {"sentence": sentence, "code": error.code, "status": status}
    if not request.headers.get("HX-Request"):
        return render(request, "guests/refused.html", context, status=status)
    response = render(request, "web/error_fragment.html", context, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "innerHTML"
    return response


def give_cookie(response: HttpResponse, cookie: str, ends_at: datetime) -> None:
    """Let the browser carry the session."""
    response.set_cookie(COOKIE, cookie, expires=ends_at, httponly=True, samesite="Lax", secure=settings.TLS)


def _enter(request: HttpRequest, key: tokens.Token, kind: str, at: datetime) -> bool:
    """Bind guest, session and actor; False when no living session stands behind the cookie."""
    with transaction.atomic():
        session = sessions.living(key, at)
        if session is None or (kind and session.guest.kind != kind):
            return False
        guest = session.guest
        actor = Actor(
            id=guest.id,
            tenant_id=guest.tenant_id,
            roles=frozenset({guest.kind}),
            session=session.id.hex,
            channel="portal",
            address=client_address(request),
        )
        _check_blocks(actor, guest.subject_id, at)
        request.tenant_name = Tenant.objects.values_list("name", flat=True).get(id=guest.tenant_id)  # type: ignore[attr-defined]  # our own attribute
    request.guest, request.guest_session, request.actor = guest, session, actor  # type: ignore[attr-defined]  # ours
    return True


def _is_shut(request: HttpRequest, *, after_closing: bool) -> bool:
    """Whether the link is narrow and the page is not for that. What somebody tried to change is refused."""
    session: GuestSession = request.guest_session  # type: ignore[attr-defined]  # ours
    if after_closing or session.link.narrow_since is None:
        return False
    if request.method not in {"GET", "HEAD"}:
        raise BadInput("guests.after-closing")
    return True


def _check_blocks(actor: Actor, subject_id: UUID, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, subject, until FROM acts_block WHERE lifted_at IS NULL AND subject = ANY(%s)",
            [[actor.id.hex, actor.session, actor.address or "-", subject_id.hex]],
        )
        blocks = [Block(*row) for row in cursor.fetchall()]
    if any(b.kind == "partner" and b.subject == subject_id.hex and (b.until is None or at < b.until) for b in blocks):
        raise Denied("access.blocked")
    check_blocks(actor, blocks, at)


def _record(request: HttpRequest, error: FengniError, at: datetime) -> None:
    """A refused page stands in the ledger; an act recorded its own refusal."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or not isinstance(error, Denied) or request.method not in {"GET", "HEAD"}:
        return
    try:
        record_refusal(actor=actor, act=READ, at=at, code=error.code)
    except (FengniError, DatabaseError):
        return
