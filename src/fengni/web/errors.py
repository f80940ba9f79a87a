"""Errors as sentences: status code, text in the reader's language, what to do."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fengni.apps.acts.acting import record_refusal
from fengni.apps.common.language import lang
from fengni.apps.reach.services import ASKERS, BREAKERS
from fengni.core.access.actor import Actor
from fengni.core.errors import BadInput, Denied, FengniError, KeysUnavailable, LedgerRefused, SealRefused
from fengni.definitions import has_text, text

logger = logging.getLogger(__name__)

_STATUS: tuple[tuple[type[FengniError], int], ...] = (
    (Denied, 403),
    (BadInput, 400),
    (KeysUnavailable, 503),
    (LedgerRefused, 503),
    (SealRefused, 409),
)


READ = "web:page:read"


def record_refused_read(request: HttpRequest, error: FengniError) -> None:
    """Let the ledger know that a member was refused something to read. An act records its own refusals.

    Outside a transaction only. When the entry cannot be written the refusal stands all the same.
    """
    reader: Actor | None = getattr(request, "actor", None)
    if reader is None or not isinstance(error, Denied) or request.method not in {"GET", "HEAD"}:
        return
    try:
        record_refusal(actor=reader, act=READ, at=datetime.now(UTC), code=error.code)
    except (FengniError, DatabaseError):
        logger.error("a refusal could not be recorded: %s", READ)


def sentence(error: FengniError) -> str:
    """The sentence of an error in the reader's language; an unknown code is shown as such."""
    return text(error.code, lang(), **error.params) if has_text(error.code) else error.code


def status_of(error: FengniError) -> int:
    """The HTTP status of an error."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def _outside(request: HttpRequest, error: FengniError) -> dict[str, str]:
    """Where a reader asks for the client file that was refused, or opens it at once in an emergency."""
    reader: Actor | None = getattr(request, "actor", None)
    if error.code != "access.scope" or "client" not in error.params or reader is None:
        return {}
    client = UUID(hex=str(error.params["client"]))
    person = request.resolver_match.kwargs.get("person_id") if request.resolver_match else None
    ways = {"ask": ("reach:ask", ASKERS), "break": ("reach:break", BREAKERS)}
    offered = {way: reverse(page, args=[client]) for way, (page, roles) in ways.items() if reader.roles & set(roles)}
    return offered | {"ask": f"{offered['ask']}?person={person}"} if person and "ask" in offered else offered


def sentence_response(request: HttpRequest, error: FengniError) -> HttpResponse:
    """A page with the error's sentence; for an htmx request a note over the page, which stays as it is."""
    status = status_of(error)
    context = {"sentence": sentence(error), "code": error.code, "status": status, "outside": _outside(request, error)}
    if not request.headers.get("HX-Request"):
        return render(request, "web/error.html", context, status=status)
    response = render(request, "web/error_fragment.html", context, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "innerHTML"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or came from elsewhere."""
    context: dict[str, Any] = {"sentence": text("web.form-expired", lang()), "code": "web.form-expired", "status": 403}
    return render(request, "web/error.html", context, status=403)


def _page(request: HttpRequest, code: str, status: int) -> HttpResponse:
    context: dict[str, Any] = {"sentence": text(code, lang()), "code": code, "status": status}
    return render(request, "web/error.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page."""
    return _page(request, "web.not-found", 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Something unforeseen; nothing was half done, because acts are transactions."""
    return _page(request, "web.broken", 500)
