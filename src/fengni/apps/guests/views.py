"""The portal's own pages."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from fengni.apps.guests import services
from fengni.apps.guests.doors import COOKIE, GuestRequest, portal_page


@portal_page()
def home(request: GuestRequest) -> HttpResponse:
    """Where a guest arrives."""
    return render(request, "guests/home.html")


@require_POST
@portal_page()
def leave(request: GuestRequest) -> HttpResponse:
    """End the session on this device; the link stays."""
    services.end_session(actor=request.actor, at=datetime.now(UTC), session_id=request.guest_session.id)
    response = redirect("my:home")
    response.delete_cookie(COOKIE)
    return response
