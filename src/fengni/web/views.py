"""The start page, the language, the purpose: what belongs to the whole console and to no area."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fengni.apps.common.requests import ActorRequest
from fengni.core.errors import BadInput
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
