"""The start page, the language, the purpose: what belongs to the whole console and to no area."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from fengni.apps.common.requests import ActorRequest
from fengni.core.errors import BadInput
from fengni.demo import ledger_sheet
from fengni.web import today
from fengni.web.context import purposes
from fengni.web.middleware import safe_next


def home(request: ActorRequest) -> HttpResponse:
    """Today: what waits, in real figures. A reader who has not signed in is led to the way in."""
    if request.actor is None:
        return redirect("accounts:demo_people" if settings.DEMO else "account_login")
    return render(request, "web/home.html", {"today": today.of(request.actor, at=datetime.now(UTC))})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Chinese or English from now on, kept in a cookie."""
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        raise BadInput("web.language-unknown")
    response = redirect(safe_next(request, "home"))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 86_400, samesite="Lax", secure=settings.TLS, httponly=True
    )
    return response


@require_POST
def purpose(request: ActorRequest) -> HttpResponse:
    """For what the reader works from now on; an empty choice puts the purpose down. Nothing is opened by this."""
    wanted = request.POST.get("purpose", "")
    if wanted and wanted not in dict(purposes()):
        raise BadInput("access.purpose-unknown")
    if wanted:
        request.session["purpose"] = wanted
    else:
        request.session.pop("purpose", None)
    return redirect(safe_next(request, "home"))


def messy_sheet(request: HttpRequest) -> HttpResponse:
    """The demonstration's messy client list, for somebody who has none at hand."""
    return _sheet(ledger_sheet.MESSY_NAME)


def large_sheet(request: HttpRequest) -> HttpResponse:
    """The demonstration's list of ten thousand clients."""
    return _sheet(ledger_sheet.LARGE_NAME)


def _sheet(name: str) -> HttpResponse:
    """A made-up workbook as a download. A real installation refuses made-up numbers, so it has no such address."""
    if not settings.DEMO:
        raise Http404
    return HttpResponse(
        _made(name),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)},
    )


@cache
def _made(name: str) -> bytes:
    """The same bytes in every run, so that they are made once: ten thousand rows take a second or two."""
    return ledger_sheet.messy() if name == ledger_sheet.MESSY_NAME else ledger_sheet.large()
